import { checkedFunction } from '../graph/arguments.ts';
import { isFloating } from '../graph/dtype.ts';
import { checkedNode, type Node, record } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import type { Operand } from '../ops/operand.ts';
import { primitives } from '../ops/primitives.ts';
import { argument } from './argument.ts';
import { customRule } from './custom.ts';
import { jvp } from './forward.ts';
import { vjp } from './grad.ts';
import { rebuild } from './rebuild.ts';

/**
 * `f`, computed again for the backward pass instead of kept for it (Chen et al. 2016): the same value and
 * derivatives, in a compiled function with less memory and more work. Variables and Nodes that `f` takes from
 * outside receive their gradients too.
 */
export function checkpoint<Args extends readonly Node[]>(
	f: (...args: Args) => Node,
): (...args: { readonly [K in keyof Args]: Operand }) => Node {
	checkedFunction('checkpoint', 'f', f);
	return (...operands) => {
		// Nodes of their own mark where the part to compute again begins.
		const inputs = operands.map((operand) => argument('checkpoint', operand));
		const output = f(...(inputs as readonly Node[] as Args)); // one Node an argument
		checkedNode('checkpoint', 'the result of f', output);
		const boundary = [...inputs, ...takenFromOutside(output, inputs)];
		const again = (at: readonly Node[]): Node => {
			const replaced = new Map(boundary.map((node, i) => [node, at[i] ?? node]));
			return rebuild([output], replaced)[0] ?? output;
		};
		const region = customRule<readonly Node[]>({
			forward: (...at) => (at.every((node, i) => node === boundary[i]) ? output : again(at)),
			vjp: (cotangent, at) => {
				const apart = at.map((node) => argument('checkpoint', node));
				const floating = apart.filter(({ dtype }) => isFloating(dtype));
				// What is computed again waits until it is needed: any earlier, it takes the memory that this saves.
				const late = apart.map((node, i) =>
					i < inputs.length ? record(primitives.after, [node, cotangent], null) : node,
				);
				const slopes = vjp(again(late), cotangent, floating)[Symbol.iterator]();
				return apart.map(({ dtype }) => (isFloating(dtype) ? (slopes.next().value ?? null) : null));
			},
			jvp: (tangents, at) => {
				const apart = at.map((node) => argument('checkpoint', node));
				const moving = apart.filter((_, i) => tangents[i]);
				return jvp(
					again(apart),
					moving,
					tangents.filter((tangent) => tangent !== null),
				);
			},
		});
		return region.again(boundary);
	};
}

/** The operands of the part that depends on `inputs` which do not depend on them themselves. */
function takenFromOutside(output: Node, inputs: readonly Node[]): Node[] {
	const inside = new Set(inputs);
	const outside = new Set<Node>();
	for (const node of topologicalOrder([output]))
		if (node.inputs.some((input) => inside.has(input))) inside.add(node);
	for (const node of inside)
		if (!inputs.includes(node))
			for (const input of node.inputs) if (!inside.has(input)) outside.add(input);
	return [...outside];
}
