import type { Data } from '../../graph/dtype.ts';
import type { Cell } from '../../program/engine.ts';
import type { Buffer } from './expression.ts';
import type { Kernel } from './kernel.ts';

/** A graph as kernels over buffers: what an engine needs to make a program. */
export interface Plan {
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

/** The bytes of an element in memory. */
export const elementBytes = { f32: 4, f64: 8, i32: 4, u8: 1, bool: 1 } as const;
