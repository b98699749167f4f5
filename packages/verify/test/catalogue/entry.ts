import type { Node } from '@pullback/core';
import type fc from 'fast-check';
import type { TensorFunction } from '../../src/index.ts';

/** A function whose derivatives are right, or one in which a fault is planted, with operands that show what it does. */
export interface Entry {
	/** What it is, in a few words; unique within the catalogue. */
	readonly name: string;
	/** What is hard about it, or what kind of fault it has; several entries are of one kind. */
	readonly kind: string;
	readonly f: TensorFunction;
	/** Operands as a user would draw them; of a right function, points at which it is nasty. */
	readonly operands: fc.Arbitrary<readonly Node[]>;
	/** The same for PyTorch: an expression of a function of as many tensors, in terms of `torch` and of what the peer's script defines. */
	readonly torch?: string;
	/** Of a right function: whether differences in double precision can decide its derivatives at all, by order. */
	readonly decidable?: readonly [first: boolean, second: boolean];
	/** Of a fault: why no check sees it, where none does. */
	readonly unseen?: string;
}
