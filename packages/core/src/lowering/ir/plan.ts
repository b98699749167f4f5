import { type Data, elementBytes } from '../../graph/dtype.ts';
import type { Cell } from '../../program/engine.ts';
import type { Target } from '../target.ts';
import type { Buffer } from './expression.ts';
import type { Kernel } from './kernel.ts';

/** A graph as kernels over buffers: what an engine needs to make a program. */
export interface Plan {
	/** The machine that it was made for. */
	readonly target: Target;
	/** Kernels that may run at the same time stand together; each group waits for the one before. */
	readonly phases: readonly (readonly Kernel[])[];
	readonly inputs: readonly { readonly index: number; readonly buffer: Buffer }[];
	readonly constants: readonly { readonly data: Data; readonly buffer: Buffer }[];
	readonly cells: readonly { readonly cell: Cell; readonly buffer: Buffer }[];
	/** Cells whose buffer holds the new value at the end of the run. */
	readonly updates: readonly Cell[];
	readonly outputs: readonly Buffer[];
	/** Where each temporary buffer lies, in bytes from the start of the program's memory. */
	readonly offsets: ReadonlyMap<Buffer, number>;
	/** The memory that all temporary buffers need, in bytes. */
	readonly size: number;
}

/** The alignmentBytes of buffers: a cache line. */
const alignmentBytes = 64;

/**
 * The bytes that a buffer takes, rounded up to whole cache lines: with room for as many elements as are read at once, even
 * from the last one on.
 */
export function bytesOf({ dtype, size }: Buffer, { elementsAtOnce }: Target): number {
	const elements = size + elementsAtOnce - 1;
	return Math.ceil((elements * elementBytes[dtype]) / alignmentBytes) * alignmentBytes;
}
