import type { Node } from '../../graph/node.ts';
import type { Target } from '../target.ts';
import type { Buffers } from './buffers.ts';
import type { Packs } from './packs.ts';

/** What the kernels of one plan have in common. */
export interface KernelContext {
	/** The Nodes that are stored in memory. */
	readonly materialized: ReadonlySet<Node>;
	readonly buffers: Buffers;
	readonly packs: Packs;
	readonly target: Target;
	/** Whether anything outside of the Node's own cluster reads it. */
	readOutside(node: Node): boolean;
}
