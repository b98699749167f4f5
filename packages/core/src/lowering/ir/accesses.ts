import type { Buffer } from './expression.ts';
import type { Kernel } from './kernel.ts';

/** A kernel with the buffers that it uses. */
export interface Accesses {
	readonly kernel: Kernel;
	readonly reads: ReadonlySet<Buffer>;
	readonly writes: ReadonlySet<Buffer>;
}

export function accessesOf(kernel: Kernel): Accesses {
	return { kernel, reads: readsOf(kernel), writes: writesOf(kernel) };
}

function readsOf(kernel: Kernel): Set<Buffer> {
	const read = new Set<Buffer>();
	switch (kernel.kind) {
		case 'rows':
			for (const buffer of kernel.after) read.add(buffer);
			for (const segment of kernel.segments) {
				if (segment.kind === 'loops') {
					for (const { expressions } of segment.stages)
						for (const each of expressions) if (each.kind === 'load') read.add(each.buffer);
				} else read.add(segment.left.buffer).add(segment.right.buffer);
			}
			break;
		case 'pack':
			read.add(kernel.source);
			break;
		case 'check':
			read.add(kernel.elements);
			break;
		case 'convolution':
			read.add(kernel.left.buffer).add(kernel.right.buffer);
			break;
		case 'scatterAdd':
			read.add(kernel.updates).add(kernel.indices);
			break;
		default:
			read.add(kernel.input);
	}
	return read;
}

/** A check counts as writing the elements, for nobody may use indices before. */
function writesOf(kernel: Kernel): Set<Buffer> {
	switch (kernel.kind) {
		case 'rows':
			return new Set(
				kernel.segments.flatMap((segment) => {
					if (segment.kind === 'loops')
						return segment.stages.flatMap(({ stores }) => stores.map(({ buffer }) => buffer));
					return segment.kind === 'product' ? [segment.output] : [segment.output, segment.scratch];
				}),
			);
		case 'check':
			return new Set([kernel.elements]);
		case 'sort':
		case 'argsort':
		case 'convolution':
			return new Set([kernel.output, kernel.scratch]);
		case 'scatterAdd':
			return new Set([kernel.output, kernel.sums]);
		default:
			return new Set([kernel.output]);
	}
}
