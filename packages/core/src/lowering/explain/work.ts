import { elementBytes } from '../../graph/dtype.ts';
import { type Shape, sizeOf } from '../../graph/shape.ts';
import { accessesOf } from '../ir/accesses.ts';
import type { Affine, Buffer } from '../ir/expression.ts';
import type { Convolution, Kernel, RowKernel } from '../ir/kernel.ts';

/** What a kernel does in a run, by its text: an engine may compute less, what is the same for all of a row but once. */
export interface Work {
	/** Operations on elements; a multiplication with its addition is two. */
	readonly operations: number;
	/** Bytes of the elements that are read and written, each once. */
	readonly bytes: number;
}

/** The work of a kernel. */
export function workOf(kernel: Kernel): Work {
	if (kernel.kind === 'rows') return workOfRows(kernel);
	const operations = kernel.kind === 'convolution' ? 2 * multiplyAddsOf(kernel) : 0;
	return { operations, bytes: wholeBytes(kernel) };
}

function multiplyAddsOf({ batch, rows, inner, columns }: Convolution): number {
	return sizeOf(batch) * rows * sizeOf(inner) * sizeOf(columns);
}

/** The bytes of all buffers that a kernel uses. */
function wholeBytes(kernel: Kernel): number {
	const { reads, writes } = accessesOf(kernel);
	let bytes = 0;
	for (const { size, dtype } of new Set([...reads, ...writes])) bytes += size * elementBytes[dtype];
	return bytes;
}

function workOfRows({ rows, segments }: RowKernel): Work {
	const count = sizeOf(rows);
	const touched = new Map<Buffer, number>();
	const touch = (buffer: Buffer, elements: number): void => {
		touched.set(buffer, Math.min(buffer.size, (touched.get(buffer) ?? 0) + elements));
	};
	let operations = 0;
	for (const segment of segments) {
		if (segment.kind === 'product') {
			const { left, right, output, inner, columns } = segment;
			operations += 2 * count * inner * columns;
			for (const { buffer } of [left, right]) touch(buffer, buffer.size);
			touch(output, count * columns);
			continue;
		}
		if (segment.kind === 'convolution') {
			operations += 2 * multiplyAddsOf(segment);
			const { left, right, output, scratch } = segment;
			for (const buffer of [left.buffer, right.buffer, output, scratch]) touch(buffer, buffer.size);
			continue;
		}
		for (const { inner, reductions, stores, expressions } of segment.stages) {
			const loops = [...rows, ...inner];
			let each = reductions.length;
			for (const expression of expressions) {
				if (expression.kind === 'apply') each++;
				else if (expression.kind === 'load')
					touch(
						expression.buffer,
						expression.pick === null ? elementsAt(expression.at, loops) : sizeOf(loops),
					);
			}
			operations += each * sizeOf(loops);
			for (const { buffer, at } of stores) touch(buffer, elementsAt(at, loops));
		}
	}
	let bytes = 0;
	for (const [{ dtype }, elements] of touched) bytes += elements * elementBytes[dtype];
	return { operations, bytes };
}

/** The positions that loops come to, if no two of their axes come to the same. */
function elementsAt({ strides }: Affine, loops: Shape): number {
	return sizeOf(
		loops.map((length, axis) => ((strides[axis] ?? 0) === 0 ? Math.min(length, 1) : length)),
	);
}
