import type { Buffer } from '../lowering/ir/expression.ts';
import type { Arena } from './arena.ts';
import type { SharedConstant } from './constants.ts';
import type { Residence } from './residences.ts';
import type { Shareable } from './threads/sharing.ts';

/** What a program has of an engine's memory. */
export interface Holdings {
	/** Where its temporary values and its inputs lie; null while it is not in memory. */
	arena: Arena | null;
	/** Blocks of its own. */
	readonly blocks: number[];
	readonly constants: SharedConstant[];
	/** Those of the cells of its plan, in their order. */
	readonly residences: Residence[];
}

/** A program that is in memory, ready to run. */
export interface Loaded {
	readonly arena: Arena;
	/** The bytes of temporary values, with which the arena begins. */
	readonly temporaries: number;
	readonly addressOf: (buffer: Buffer) => number;
	readonly alone: () => void;
	/** Null if it is not worth several threads. */
	readonly shareable: Shareable | null;
	/** Those of the cells of its plan, in their order. */
	readonly residences: readonly Residence[];
	/** Those of the cells that it updates, in the order of the plan. */
	readonly updated: readonly Residence[];
}
