import type { Node } from '../../graph/node.ts';
import type { ConvolutionParams } from '../../ops/convolutionRule.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';

/**
 * A slice of a convolution that nothing else sees, as a convolution that computes that slice alone: so the gradient of a
 * padded image is not computed where its padding was. The Node itself if it is no such slice.
 */
export function seenPart(node: Node, isUsedOnce: (node: Node) => boolean): Node {
	const [whole] = node.inputs;
	if (node.primitive !== primitives.slice || whole?.primitive !== primitives.convolution)
		return node;
	const { start, step, shape } = node.params as ParamsOf<'slice'>; // of a slice
	const { stride, dilation, first } = whole.params as ConvolutionParams; // of a convolution
	const [x, w] = whole.inputs as readonly [Node, Node]; // of a convolution
	const outer = shape.length - stride.length;
	const isOfPositions =
		!shape.includes(0) &&
		step.every((each) => each === 1) &&
		whole.shape.every((length, axis) => axis >= outer || shape[axis] === length);
	if (!isOfPositions || !isUsedOnce(whole)) return node;
	const from = x.shape.map((_, axis) =>
		axis < outer ? 0 : (start[axis] ?? 0) * (stride[axis - outer] ?? 1),
	);
	const lengths = x.shape.map((length, axis) => {
		if (axis < outer) return length;
		const reach = (dilation[axis - outer] ?? 1) * ((w.shape[axis] ?? 1) - 1);
		return (stride[axis - outer] ?? 1) * ((shape[axis] ?? 1) - 1) + reach + 1;
	});
	const images =
		(isUsedOnce(x) ? lessPadding(x, from, lengths) : null) ??
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
