import { allocate } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { indicesOf, type Shape, sizeOf } from '../../graph/shape.ts';
import type { ConvolutionParams } from '../../ops/convolutionRule.ts';
import { constant } from '../../ops/operand.ts';
import { primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import type { Target } from '../target.ts';
import { splitReduction } from './splitReduction.ts';

/** The most elements of a kernel, in all channels of its group, that are multiplied and added one by one. */
const maxTerms = 32;
/** The most elements of each image of a result that are sums of their own. */
const maxSums = 32;
/** The fewest positions of an image that fill panels by themselves. */
const minPositions = 64;

/**
 * A convolution in the form that the target computes fastest; the Node itself if it is none, or is in that form. With one
 * output channel a group, as where every channel has a kernel of its own, a packed window would be read once: so a small
 * kernel becomes a sum of slices of the images, each times one element of the kernel, and where there are few positions, as
 * in the gradient of such kernels, each becomes a reduction. Where the positions of one image leave much of a panel empty,
 * those of all images go side by side.
 */
export function asConvolutionForm(node: Node, target: Target): Node {
	if (node.primitive !== primitives.convolution) return node;
	const params = node.params as ConvolutionParams; // of a convolution
	const rank = params.stride.length;
	const [x, w] = node.inputs as readonly [Node, Node]; // of a convolution
	const leading = w.shape.length - rank - 3;
	const [images = 0, , channels = 0] = x.shape.slice(leading);
	const outputs = w.shape[leading + 1] ?? 0;
	const terms = sizeOf(w.shape.slice(leading + 2));
	const positions = node.shape.slice(-rank);
	if (sizeOf(node.shape) === 0 || channels === 0) return node;
	if (outputs === 1 && terms <= maxTerms)
		return inOrder(sumOfSlices(x, w, params, positions), leading, params);
	if (outputs === 1 && images * sizeOf(positions) <= maxSums)
		return inOrder(sumsByPosition(x, w, params, positions, target), leading, params);
	const count = sizeOf(positions);
	if (params.first === 'channels' || images === 1) return node;
	if (count >= minPositions || count % target.tileColumns[node.dtype] === 0) return node;
	const together = nodeOf('convolution', [x, w], { ...params, first: 'channels' });
	return moved(together, leading, [2, 0, 1]);
}

/** A result [..., N, G, O, p1..pD] in the order that was asked for. */
function inOrder(z: Node, leading: number, { first }: ConvolutionParams): Node {
	return first === 'images' ? z : moved(z, leading, [1, 2, 0]);
}

/** The three axes after the first ones in another order. */
function moved(z: Node, leading: number, order: readonly number[]): Node {
	const axes = [...z.shape.keys()];
	return nodeOf('permute', [z], {
		order: [
			...axes.slice(0, leading),
			...order.map((axis) => leading + axis),
			...axes.slice(leading + 3),
		],
	});
}

/** For one output channel a group: the sum of each slice of the images that an element of the kernel is multiplied with. */
function sumOfSlices(
	x: Node,
	w: Node,
	{ stride, dilation }: ConvolutionParams,
	positions: Shape,
): Node {
	const rank = stride.length;
	const leading = w.shape.length - rank - 3;
	const outer = x.shape.slice(0, leading + 2);
	const shape = [...outer, 1, ...positions];
	let sum = zerosOf(x, shape);
	for (const [channel = 0, ...k] of indicesOf(w.shape.slice(leading + 2))) {
		const slice = nodeOf('slice', [x], {
			start: [...outer.map(() => 0), channel, ...k.map((at, axis) => at * (dilation[axis] ?? 1))],
			step: [...outer.map(() => 1), 1, ...stride],
			shape,
		});
		const factor = nodeOf('slice', [w], {
			start: [...w.shape.slice(0, leading).map(() => 0), 0, 0, channel, ...k],
			step: w.shape.map(() => 1),
			shape: [...w.shape.slice(0, leading + 1), 1, 1, ...k.map(() => 1)],
		});
		const ofGroups = nodeOf('reshape', [factor], { shape: w.shape.slice(0, leading + 1) });
		const spread = nodeOf('broadcast', [ofGroups], {
			shape,
			axes: [leading, ...[...shape.keys()].slice(leading + 2)],
		});
		sum = nodeOf('add', [sum, nodeOf('mul', [slice, spread], null)], null);
	}
	return sum;
}

/** For one output channel a group: each element a sum over the kernel. */
function sumsByPosition(
	x: Node,
	w: Node,
	{ stride, dilation }: ConvolutionParams,
	positions: Shape,
	target: Target,
): Node {
	const rank = stride.length;
	const leading = w.shape.length - rank - 3;
	const outer = x.shape.slice(0, leading + 2);
	const kernel = w.shape.slice(leading + 2);
	const shape = [...outer, ...kernel];
	// [..., G, 1, C, k1..kD] for every image.
	const ofGroups = nodeOf('reshape', [w], { shape: [...w.shape.slice(0, leading + 1), ...kernel] });
	const spread = nodeOf('broadcast', [ofGroups], { shape, axes: [leading] });
	const axes = [...shape.keys()].slice(leading + 2);
	const sums = indicesOf(positions).map((p) => {
		const slice = nodeOf('slice', [x], {
			start: [...outer.map(() => 0), 0, ...p.map((at, axis) => at * (stride[axis] ?? 1))],
			step: [...outer.map(() => 1), 1, ...dilation],
			shape,
		});
		const product = nodeOf('mul', [slice, spread], null);
		const sum = splitReduction(nodeOf('sum', [product], { axes }), target);
		const positive = nodeOf('add', [sum, zerosOf(sum, sum.shape)], null);
		return nodeOf('reshape', [positive], { shape: [...outer, 1] });
	});
	const [only] = sums;
	const together =
		sums.length === 1 && only !== undefined
			? only
			: nodeOf('concatenate', sums, { axis: outer.length });
	return nodeOf('reshape', [together], { shape: [...outer, 1, ...positions] });
}

/** What sums begin with: of negative zeros they are 0, as where products are added to 0. */
function zerosOf({ dtype }: Node, shape: Shape): Node {
	return nodeOf('broadcast', [constant(allocate(dtype, 1), [], dtype)], {
		shape,
		axes: [...shape.keys()],
	});
}
