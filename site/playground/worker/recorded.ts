import type { Node } from '../../../packages/core/src/graph/node.ts';
import { observeFromNowOn } from '../../../packages/core/src/graph/observe.ts';
import { programLine } from './compiled.ts';

/** Where a Node was recorded. */
export interface Recorded {
	/** `file:line:column`. */
	readonly site: string;
	/** Of the program; null where it is not known. */
	readonly line: number | null;
	/** Whether it is part of a derivative, or the sum of such parts that a gradient is. */
	readonly isDerivative: boolean;
}

/** The most Nodes of which it is kept: asking for the place of each is slow. */
const maxNodes = 20_000;

/** Keeps where Nodes are recorded from now on. */
export function recording(): (node: Node) => Recorded | undefined {
	const recorded = new WeakMap<Node, Recorded>();
	let count = 0;
	observeFromNowOn((node, site, derivativeOf) => {
		const isSum = (): boolean =>
			node.inputs.some((input) => {
				const known = recorded.get(input);
				return known?.isDerivative === true && known.site === site;
			});
		const isDerivative = derivativeOf !== null || isSum();
		recorded.set(node, { site, line: programLine(site), isDerivative });
		count++;
		if (count === maxNodes) observeFromNowOn(null);
	});
	return (node) => recorded.get(node);
}
