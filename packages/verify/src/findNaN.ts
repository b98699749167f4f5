import { type Node, observing } from '@pullback/core';
import { checkedBoolean, checkedNode, checkedOptions } from '@pullback/core/arguments';
import { findNonFinite, type NonFinite } from '@pullback/core/nonFinite';

/**
 * The first operation of the graph of `output` that made a NaN, or an infinity (unless `infinity` is false)
 * out of finite operands; null if every value is finite. For the backward pass, give it a gradient: that is
 * a graph as any other. Given a function that returns the output, it says in which line the operation was recorded,
 * too. Evaluates the graph.
 */
export function findNaN(
	output: Node | (() => Node),
	options?: { readonly infinity?: boolean },
): NonFinite | null {
	const { infinity = true } = checkedOptions('findNaN', options, ['infinity']);
	checkedBoolean('findNaN', 'infinity', infinity);
	const sites = new Map<Node, string>();
	const node =
		typeof output === 'function'
			? checkedNode(
					'findNaN',
					'what the function returned',
					observing((each, site) => sites.set(each, site), output),
				)
			: checkedNode('findNaN', 'output', output);
	return findNonFinite([node], {
		elementsOf: (each) => each.view(),
		siteOf: (each) => sites.get(each),
		infinity,
	});
}
