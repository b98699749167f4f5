import type { Node } from '../../graph/node.ts';
import type { Buffer } from '../ir/expression.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Computed, Held, Recorder, Refusal, StorageReason } from '../recorder.ts';

/** A stored Node, a kernel that it is not computed in, by the first Node of that, and why. */
export interface RefusalRecord {
	readonly node: Node;
	readonly by: Node;
	readonly reason: Refusal;
	/** Whether the Node reads what that kernel computes. */
	readonly reads: boolean;
}

/** All that the passes tell. */
export class Records implements Recorder {
	/** For Nodes that a pass has made, those that they replace. */
	readonly origins = new Map<Node, Node>();
	readonly reasons = new Map<Node, StorageReason[]>();
	readonly refusals: RefusalRecord[] = [];
	readonly nodesOf = new Map<Kernel, readonly Node[]>();
	/** The Nodes that each buffer holds. */
	readonly nodesIn = new Map<Buffer, Node[]>();

	replaced(by: ReadonlyMap<Node, Node>): void {
		for (const [node, other] of by)
			if (node !== other && !this.origins.has(other)) this.origins.set(other, node);
	}

	stored(node: Node, reason: StorageReason): void {
		const known = this.reasons.get(node);
		if (known === undefined) this.reasons.set(node, [reason]);
		else known.push(reason);
	}

	refused(node: Node, by: Computed, reason: Refusal, reads: boolean): void {
		const [first] = by;
		if (first !== undefined) this.refusals.push({ node, by: first.node, reason, reads });
	}

	built(kernels: readonly Kernel[], nodes: Computed): void {
		const computed = nodes.map(({ node }) => node);
		for (const kernel of kernels) this.nodesOf.set(kernel, computed);
	}

	held({ ofNodes }: Held): void {
		for (const [node, buffer] of ofNodes) {
			const known = this.nodesIn.get(buffer);
			if (known === undefined) this.nodesIn.set(buffer, [node]);
			else known.push(node);
		}
	}
}
