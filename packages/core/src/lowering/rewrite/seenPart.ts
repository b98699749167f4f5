import { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import type { ConvolutionParams } from '../../ops/convolutionRule.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import type { Recorder } from '../recorder.ts';

/**
 * Convolutions of which only one slice is seen, computed for that slice alone: so the gradient of a padded image is not
 * computed where its padding was.
 */
export function withSeenPartsOnly(roots: readonly Node[], recorder?: Recorder): Node[] {
	const order = topologicalOrder(roots);
	const uses = new Map<Node, number>();
	const use = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
	for (const node of order) for (const input of node.inputs) use(input);
	for (const root of roots) use(root);
	const isUsedOnce = (node: Node): boolean => uses.get(node) === 1;
	const replaced = new Map<Node, Node>();
	for (const node of order) {
		const inputs = node.inputs.map((input) => replaced.get(input) ?? input);
		const isSame = inputs.every((input, i) => input === node.inputs[i]);
		const [given] = node.inputs;
		const part =
			node.primitive === primitives.slice && given !== undefined && isUsedOnce(given)
				? partOf(node, inputs[0] ?? given, isUsedOnce(given.inputs[0] ?? given))
				: null;
		const final = part ?? (isSame ? node : new Node(node.primitive, inputs, node.params));
		if (final !== node) replaced.set(node, final);
	}
	recorder?.replaced(replaced);
	return roots.map((root) => replaced.get(root) ?? root);
}

/** The convolution that gives a slice of another; null if it is no such slice. */
function partOf(slice: Node, whole: Node, readsOwnImages: boolean): Node | null {
	if (whole.primitive !== primitives.convolution) return null;
	const { start, step, shape } = slice.params as ParamsOf<'slice'>; // of a slice
	const { stride, dilation, first } = whole.params as ConvolutionParams; // of a convolution
	const [x, w] = whole.inputs as readonly [Node, Node]; // of a convolution
	const outer = shape.length - stride.length;
	if (step.some((each) => each !== 1)) return null;
	for (let axis = 0; axis < outer; axis++) if (shape[axis] !== whole.shape[axis]) return null;
	if (shape.includes(0)) return null;
	const from = x.shape.map((_, axis) =>
		axis < outer ? 0 : (start[axis] ?? 0) * (stride[axis - outer] ?? 1),
	);
	const lengths = x.shape.map((length, axis) => {
		if (axis < outer) return length;
		const reach = (dilation[axis - outer] ?? 1) * ((w.shape[axis] ?? 1) - 1);
		return (stride[axis - outer] ?? 1) * ((shape[axis] ?? 1) - 1) + reach + 1;
	});
	const images =
		(readsOwnImages ? lessPadding(x, from, lengths) : null) ??
		nodeOf('slice', [x], { start: from, step: x.shape.map(() => 1), shape: lengths });
	return nodeOf('convolution', [images, w], { stride, dilation, first });
}

/** A slice of what is padded, as padded less; null if more than padding is cut off. */
function lessPadding(x: Node, from: readonly number[], lengths: readonly number[]): Node | null {
	const [image] = x.inputs;
	if (x.primitive !== primitives.pad || image === undefined) return null;
	const { low, high, interior } = x.params as ParamsOf<'pad'>; // of a pad
	const before = low.map((width, axis) => width - (from[axis] ?? 0));
	const after = high.map(
		(width, axis) => width - ((x.shape[axis] ?? 0) - (from[axis] ?? 0) - (lengths[axis] ?? 0)),
	);
	if ([...before, ...after].some((width) => width < 0)) return null;
	if ([...before, ...after, ...interior].every((width) => width === 0)) return image;
	return nodeOf('pad', [image], { low: before, high: after, interior });
}
