import type { Node } from '../graph/node.ts';
import type { Cell } from '../program/engine.ts';
import type { Buffer } from './ir/expression.ts';
import type { Kernel } from './ir/kernel.ts';

/** Why the elements of a Node are stored rather than part of its users' expressions. */
export type StorageReason =
	/** It is a result, or the next value of a Variable. */
	| { readonly kind: 'root' }
	/** It is computed by loops or an algorithm of its own. */
	| { readonly kind: 'algorithm' }
	/** A user reads it from memory, and not as a value. */
	| { readonly kind: 'operand'; readonly user: Node }
	/** Each of its users would compute it again, or each copy of a broadcast, at a price in additions. */
	| { readonly kind: 'users' | 'copies'; readonly price: number; readonly limit: number }
	/** As part of its users it would make an expression of too many Nodes. */
	| { readonly kind: 'expression'; readonly size: number; readonly limit: number };

/** Why a stored Node is not computed in a kernel: in the order in which that is found out. */
export type Refusal =
	/** Something else that the Node reads is computed in a later kernel. */
	| 'later operand'
	/** The Node reads nothing of the kernel, whose rows are not fixed yet. */
	| 'nothing in common'
	/** Either of the two shares a kernel with nothing. */
	| 'standalone'
	/** The kernel would be too large to compile fast. */
	| 'large kernel'
	/** Neighbours in memory belong to different rows in one of them, and to the same in the other. */
	| 'other direction'
	/** The leading axes differ. */
	| 'other rows'
	/** All of it would be one row, which threads cannot share. */
	| 'single row'
	/** The Node has inner axes, and the kernel computes several rows at once. */
	| 'inner axes'
	/** The Node reads what the kernel computes with other axes. */
	| 'reshaped'
	/** A row of the Node needs other rows of what the kernel computes. */
	| 'across rows'
	/** The target computes products alone. */
	| 'products alone'
	/** The matrices of all its products would not fit a cache together. */
	| 'large matrices'
	/** Every row of the product needs all of its right operand. */
	| 'whole operand'
	/** The left operand of the product is a view of what the kernel computes. */
	| 'view of rows';

/** The Nodes of a kernel. */
export type Computed = readonly { readonly node: Node }[];

/** The buffers of a plan. */
export interface Held {
	readonly ofNodes: ReadonlyMap<Node, Buffer>;
	readonly ofCells: ReadonlyMap<Cell, Buffer>;
}

/**
 * What passes tell of the Nodes of a graph while it is lowered, for explanations. None changes what they do; passes that
 * are given no recorder note nothing.
 */
export interface Recorder {
	/** The Nodes that a pass has replaced, each with its replacement. */
	replaced(by: ReadonlyMap<Node, Node>): void;
	/** A reason for which a Node is stored: there may be several. */
	stored(node: Node, reason: StorageReason): void;
	/** A Node is not computed in a kernel, which so far has these; whether it reads any of them. */
	refused(node: Node, by: Computed, reason: Refusal, reads: boolean): void;
	/** Kernels have been made for these Nodes. */
	built(kernels: readonly Kernel[], nodes: Computed): void;
	/** All buffers have been made. */
	held(buffers: Held): void;
}
