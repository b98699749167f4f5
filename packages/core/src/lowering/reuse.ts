import { type Affine, type Buffer, expressionOrder } from './expression.ts';
import { type Kernel, type RowKernel, readsOf, writesOf } from './kernel.ts';

/**
 * Temporary buffers that may lie where another does, each with that other: every element is stored
 * right after the last look at the element that was there. Less memory passes through the caches.
 */
export function reusedBuffers(
	phases: readonly (readonly Kernel[])[],
	kept: ReadonlySet<Buffer>,
): Map<Buffer, Buffer> {
	const kernels = phases.flat();
	const readers = countsBy(kernels, readsOf);
	const writers = countsBy(kernels, writesOf);
	const reused = new Map<Buffer, Buffer>();
	for (const kernel of kernels) {
		if (kernel.kind !== 'rows') continue;
		const candidates = new Map<string, Buffer[]>();
		for (const [buffer, { stage, at }] of lastLooks(kernel))
			if (at !== null && readers.get(buffer) === 1 && !kept.has(buffer)) {
				const key = placeKey(stage, buffer, at);
				candidates.set(key, [...(candidates.get(key) ?? []), buffer]);
			}
		for (const [buffer, { stage, at }] of onlyStores(kernel)) {
			if (at === null || writers.get(buffer) !== 1) continue;
			const old = candidates.get(placeKey(stage, buffer, at))?.pop();
			if (old !== undefined) reused.set(buffer, reused.get(old) ?? old);
		}
	}
	return reused;
}

/** A stage of a kernel, by its number, and the only place in it where a buffer is used; null if there are several. */
interface Use {
	readonly stage: number;
	readonly at: Affine | null;
}

/** The last stage that looks at each temporary buffer. */
function lastLooks(kernel: RowKernel): Map<Buffer, Use> {
	const looks = new Map<Buffer, Use>();
	const written = new Map<Buffer, number>();
	let stage = 0;
	for (const segment of kernel.segments) {
		if (segment.kind === 'product') {
			for (const { buffer } of [segment.left, segment.right])
				looks.set(buffer, { stage, at: null });
			stage++;
			continue;
		}
		for (const { reductions, stores } of segment.stages) {
			const values = [...reductions.map(({ input }) => input), ...stores.map(({ value }) => value)];
			for (const each of expressionOrder(values)) {
				if (each.kind !== 'load' || each.buffer.role !== 'temporary') continue;
				const known = looks.get(each.buffer);
				const at = each.pick === null ? each.at : null;
				const several = known?.stage === stage && !(known.at && at && sameAffine(known.at, at));
				looks.set(each.buffer, { stage, at: several ? null : at });
			}
			for (const { buffer } of stores) written.set(buffer, stage);
			stage++;
		}
	}
	for (const [buffer, last] of written)
		if (last >= (looks.get(buffer)?.stage ?? -1)) looks.delete(buffer);
	return looks;
}

/** The stages that store each temporary buffer; without a place if a product or several stores do. */
function onlyStores(kernel: RowKernel): Map<Buffer, Use> {
	const uses = new Map<Buffer, Use>();
	let stage = 0;
	const use = (buffer: Buffer, at: Affine | null): void => {
		if (buffer.role === 'temporary') uses.set(buffer, { stage, at: uses.has(buffer) ? null : at });
	};
	for (const segment of kernel.segments) {
		if (segment.kind === 'product') {
			use(segment.output, null);
			stage++;
			continue;
		}
		for (const { stores } of segment.stages) {
			for (const { buffer, at } of stores) use(buffer, at);
			stage++;
		}
	}
	return uses;
}

/** Equal for uses of the same elements of buffers of one form in one stage. */
function placeKey(stage: number, { dtype, size }: Buffer, { offset, strides }: Affine): string {
	return `${stage} ${dtype} ${size} ${offset} ${strides}`;
}

function sameAffine(a: Affine, b: Affine): boolean {
	return a.offset === b.offset && String(a.strides) === String(b.strides);
}

/** How many kernels use each buffer. */
function countsBy(
	kernels: readonly Kernel[],
	buffersOf: (kernel: Kernel) => ReadonlySet<Buffer>,
): Map<Buffer, number> {
	const counts = new Map<Buffer, number>();
	for (const kernel of kernels)
		for (const buffer of buffersOf(kernel)) counts.set(buffer, (counts.get(buffer) ?? 0) + 1);
	return counts;
}
