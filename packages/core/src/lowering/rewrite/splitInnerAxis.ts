import type { Node } from '../../graph/node.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import { ruleOf } from '../nodes/rules.ts';
import type { Target } from '../target.ts';

/** The least ratio of the length of an inner axis that is halved to the number of rows. */
const minInnerPerRow = 4;

/**
 * A product of few rows along a long inner axis: as the sum of those of its halves. A thread that does one half reads
 * one half of either operand, where one that does half of the rows reads all of the right one, which is the larger:
 * after a step of training, half of a layer's weights lies in the cache of another thread. The Node itself if it is no
 * such product. By shapes alone, as everything that decides about bits.
 */
export function splitInnerAxis(node: Node, target: Target): Node {
	if (node.primitive !== primitives.matmul) return node;
	const [x, y] = node.inputs as readonly [Node, Node]; // of a product
	const [rows = 0, columns = 0] = node.shape;
	const inner = x.shape.at(-1) ?? 0;
	if (node.shape.length !== 2) return node;
	if (
		inner % 8 !== 0 ||
		inner < minInnerPerRow * rows ||
		rows * inner * columns < target.sharing.multiplyAdds
	)
		return node;
	const [left, right] = [halved(x, 1), halved(y, 0)];
	if (left === null || right === null) return node;
	const halves = nodeOf('matmul', [moved(left, [1, 0, 2]), right], null);
	const half = (at: number): Node => {
		const shape = [1, rows, columns];
		const part = nodeOf('slice', [halves], { start: [at, 0, 0], step: [1, 1, 1], shape });
		return nodeOf('reshape', [part], { shape: [rows, columns] });
	};
	return nodeOf('add', [half(0), half(1)], null);
}

/** The Node with one axis as two, the first of length 2; null if it is a view of which memory has no such axes. */
function halved(node: Node, axis: number): Node | null {
	const [input] = node.inputs;
	if (input !== undefined && node.primitive === primitives.permute) {
		const { order } = node.params as ParamsOf<'permute'>; // of a permute
		const from = order[axis] ?? 0;
		const halves = halved(input, from);
		return (
			halves &&
			moved(
				halves,
				order.flatMap((old, at) => (at === axis ? [from, from + 1] : old < from ? old : old + 1)),
			)
		);
	}
	const shape = node.shape.flatMap((length, at) => (at === axis ? [2, length / 2] : length));
	let base: Node | undefined = node;
	while (base?.primitive === primitives.reshape) base = base.inputs[0];
	if (base === undefined || ruleOf(base).kind === 'view') return null;
	return nodeOf('reshape', [base], { shape });
}

function moved(node: Node, order: readonly number[]): Node {
	return nodeOf('permute', [node], { order });
}
