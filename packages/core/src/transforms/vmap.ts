import { checkedFunction, checkedList, checkedOptions } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import { apply, checkedNodes, type Node, record } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { formatShape, normalizeAxis } from '../graph/shape.ts';
import { type Operand, toNode } from '../ops/operand.ts';
import { primitives } from '../ops/primitives.ts';
import { argument } from './argument.ts';
import { mapping } from './mapping.ts';

/** Which axis of each argument, and of each result, runs over the batch; null: the argument is shared. */
export interface VmapOptions {
	readonly inAxes?: number | null | readonly (number | null)[];
	readonly outAxes?: number | readonly number[];
}

/**
 * `f`, written for one example, applied to all examples of a batch at once: every operation gets one more
 * axis, and nothing is looped over. Works on gradients too, which are Nodes as any other. Each argument is a Node of its
 * own within `f`. Random numbers are as many as there are keys: of one that is no argument, all examples see the same.
 * Throws TypeError where `f` looks at what depends on the example, or assigns it.
 */
export function vmap<Args extends readonly Node[], Result extends Node | readonly Node[]>(
	f: (...args: Args) => Result,
	options?: VmapOptions,
): (...args: { readonly [K in keyof Args]: Operand }) => Result {
	checkedFunction('vmap', 'f', f);
	const { inAxes = 0, outAxes = 0 } = checkedOptions('vmap', options, ['inAxes', 'outAxes']);
	if (typeof inAxes !== 'number' && inAxes !== null) checkedList('vmap', 'inAxes', inAxes);
	if (typeof outAxes !== 'number') checkedList('vmap', 'outAxes', outAxes);
	return (...args) => {
		const batched = new Map<Node, Node>();
		let size: number | null = null;
		const examples = args.map((arg, i) => {
			const axis = typeof inAxes === 'object' && inAxes !== null ? inAxes[i] : inAxes;
			if (axis === null || axis === undefined) return argument('vmap', arg);
			const node = toNode('vmap', arg);
			const rank = node.shape.length;
			if (rank === 0)
				throw new ShapeError(`vmap: argument ${i} is a scalar and has no axis ${axis}; pass null`);
			const at = normalizeAxis('vmap', axis, rank);
			const length = node.shape[at] ?? 0;
			if (size !== null && size !== length)
				throw new ShapeError(
					`vmap: axis ${axis} of argument ${i}, ${formatShape(node.shape)}, has length ${length}, other arguments have ${size}`,
				);
			size = length;
			const example = record(primitives.input, [], {
				name: `example${i}`,
				shape: node.shape.toSpliced(at, 1),
				dtype: node.dtype,
			});
			const others = node.shape.map((_, other) => other).filter((other) => other !== at);
			batched.set(example, node.permute([at, ...others]));
			return example;
		});
		if (size === null)
			throw new ShapeError('vmap: no argument has a batch axis; name one in inAxes');
		const result = mapping(() => f(...(examples as readonly Node[] as Args))); // one Node an argument
		const results: readonly Node[] = Array.isArray(result) ? result : [result];
		checkedNodes('vmap', 'the result of f', results);
		const moved = liftGraph(results, batched, size).map((node, i) => {
			const axis = typeof outAxes === 'object' ? (outAxes[i] ?? 0) : outAxes;
			const at = normalizeAxis('vmap', axis, node.shape.length);
			const order = node.shape.map((_, other) => other).slice(1);
			return node.permute(order.toSpliced(at, 0, 0));
		});
		return (Array.isArray(result) ? moved : moved[0]) as Node | readonly Node[] as Result; // of the form of f's result
	};
}

/** `outputs` rebuilt with one more leading axis, of length `size`, wherever they depend on `batched` Nodes. */
export function liftGraph(
	outputs: readonly Node[],
	batched: ReadonlyMap<Node, Node>,
	size: number,
): Node[] {
	const lifted = new Map(batched);
	const repeated = new Map<Node, Node>();
	const withAxis = (node: Node): Node => {
		const own = lifted.get(node) ?? repeated.get(node);
		if (own !== undefined) return own;
		const copies = record(primitives.broadcast, [node], {
			shape: [size, ...node.shape],
			axes: [0],
		});
		repeated.set(node, copies);
		return copies;
	};
	for (const node of topologicalOrder(outputs, (each) => lifted.has(each)))
		if (node.inputs.some((input) => lifted.has(input)))
			lifted.set(
				node,
				apply(node.primitive, node.inputs.map(withAxis), node.primitive.lift(node.params, size)),
			);
	return outputs.map(withAxis);
}
