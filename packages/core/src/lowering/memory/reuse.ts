import { elementBytes } from '../../graph/dtype.ts';
import type { Accesses } from '../ir/accesses.ts';
import type { Affine, Buffer } from '../ir/expression.ts';
import type { RowKernel } from '../ir/kernel.ts';

/**
 * Temporary buffers that may lie where another does, each with that other. Of a buffer that only one kernel knows,
 * its rows do not see each other's parts: once a row is done with its part, another buffer of the same size may have
 * it, element over element even as it is looked at for the last time. Of a buffer that another kernel wrote, any row
 * may look at any part: an element may be stored over another only if the whole kernel looks at each at one position.
 */
export function reusedBuffers(
	phases: readonly (readonly Accesses[])[],
	kept: ReadonlySet<Buffer>,
): Map<Buffer, Buffer> {
	const uses = phases.flat();
	const readers = countsOf(uses.map(({ reads }) => reads));
	const writers = countsOf(uses.map(({ writes }) => writes));
	const reused = new Map<Buffer, Buffer>();
	for (const { kernel } of uses) {
		if (kernel.kind !== 'rows' || kernel.part === true) continue;
		const steps = stepsOf(kernel);
		const [begins, ends] = lifetimes(steps);
		const looks = looksOf(steps);
		const isOurs = (buffer: Buffer): boolean => begins.has(buffer) && writers.get(buffer) === 1;
		const endsHere = (buffer: Buffer): boolean => !kept.has(buffer) && readers.get(buffer) === 1;
		const free = new Map<string, Buffer[]>();
		for (const [time, step] of steps.entries()) {
			const { stores } = step;
			const ending = [...step.looks].filter(
				([buffer]) => ends.get(buffer) === time && !stores.has(buffer) && endsHere(buffer),
			);
			const underLook = new Map<string, Buffer[]>();
			for (const [buffer, at] of ending)
				if (at !== null && (isOurs(buffer) || looks.get(buffer) !== null))
					append(underLook, formOf(buffer) + indexOf(at), buffer);
			const replaced = new Set<Buffer>();
			for (const [buffer, at] of stores) {
				if (begins.get(buffer) !== time || !isOurs(buffer)) continue;
				const under = at && underLook.get(formOf(buffer) + indexOf(at))?.pop();
				if (under) replaced.add(under);
				const spare = under ?? free.get(formOf(buffer))?.pop();
				if (spare !== undefined) reused.set(buffer, reused.get(spare) ?? spare);
			}
			for (const [buffer] of ending)
				if (isOurs(buffer) && !replaced.has(buffer)) append(free, formOf(buffer), buffer);
		}
	}
	return reused;
}

/** What a stage, product or convolution does with temporary buffers, and where in each; null if not at one position. */
interface Step {
	readonly looks: ReadonlyMap<Buffer, Affine | null>;
	readonly stores: ReadonlyMap<Buffer, Affine | null>;
}

function stepsOf({ segments }: RowKernel): Step[] {
	return segments.flatMap((segment): Step[] => {
		if (segment.kind === 'loops')
			return segment.stages.map((stage) => {
				const uses = {
					looks: new Map<Buffer, Affine | null>(),
					stores: new Map<Buffer, Affine | null>(),
				};
				for (const each of stage.expressions)
					if (each.kind === 'load')
						use(uses.looks, each.buffer, each.pick === null ? each.at : null);
				for (const { buffer, at } of stage.stores) use(uses.stores, buffer, at);
				return uses;
			});
		const [looks, stores] = [new Map<Buffer, null>(), new Map<Buffer, null>()];
		for (const { buffer } of [segment.left, segment.right]) use(looks, buffer, null);
		use(stores, segment.output, null);
		return [{ looks, stores }];
	});
}

function use(uses: Map<Buffer, Affine | null>, buffer: Buffer, at: Affine | null): void {
	if (buffer.role !== 'temporary') return;
	const known = uses.get(buffer);
	const several = known === null || (known && at && indexOf(known) !== indexOf(at));
	uses.set(buffer, several ? null : at);
}

/** The position at which all steps look at each buffer; null if there are several. */
function looksOf(steps: readonly Step[]): Map<Buffer, Affine | null> {
	const looks = new Map<Buffer, Affine | null>();
	for (const step of steps) for (const [buffer, at] of step.looks) use(looks, buffer, at);
	return looks;
}

/** The step that first stores each buffer, and the last that uses it. */
function lifetimes(steps: readonly Step[]): [Map<Buffer, number>, Map<Buffer, number>] {
	const [begins, ends] = [new Map<Buffer, number>(), new Map<Buffer, number>()];
	for (const [time, { looks, stores }] of steps.entries()) {
		for (const buffer of looks.keys()) ends.set(buffer, time);
		for (const buffer of stores.keys()) {
			ends.set(buffer, time);
			if (!begins.has(buffer)) begins.set(buffer, time);
		}
	}
	return [begins, ends];
}

/** Equal for buffers of which rows have parts of the same size. */
function formOf({ dtype, size }: Buffer): string {
	return `${size} of ${elementBytes[dtype]} bytes `;
}

function indexOf({ offset, strides }: Affine): string {
	return `at ${offset} by ${strides}`;
}

function append(lists: Map<string, Buffer[]>, key: string, buffer: Buffer): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [buffer]);
	else list.push(buffer);
}

/** In how many of the sets each buffer is. */
function countsOf(sets: readonly ReadonlySet<Buffer>[]): Map<Buffer, number> {
	const counts = new Map<Buffer, number>();
	for (const buffers of sets)
		for (const buffer of buffers) counts.set(buffer, (counts.get(buffer) ?? 0) + 1);
	return counts;
}
