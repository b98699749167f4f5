import { type Node, type Primitive, record } from '../graph/node.ts';
import { formatShape, type Shape, sizeOf } from '../graph/shape.ts';
import { bilinear } from './families.ts';

/** How a kernel goes over images: a number for each spatial axis. */
export interface ConvolutionParams {
	/** From one position of the kernel to the next. */
	readonly stride: readonly number[];
	/** From one element of the kernel to the next. */
	readonly dilation: readonly number[];
	/** What comes first in the result: the images, or the output channels, each with those of all images. */
	readonly first: 'images' | 'channels';
}

/**
 * Cross-correlation over D spatial axes, without padding: of images x [..., N, G, C, n1..nD] with kernels
 * w [..., G, O, C, k1..kD], for each of G groups of channels,
 *
 *     z[..., n, g, o, p] = sum over c and k of x[..., n, g, c, stride p + dilation k] w[..., g, o, c, k]
 *
 * [..., N, G, O, p1..pD], or [..., G, O, N, p1..pD] if channels come first. Its transposes are convolutions again: stride
 * and dilation change places, and padding, and zeros between the elements of an image, are a Node `pad` before it.
 */
export function convolution(): Primitive<2, ConvolutionParams> {
	const self: Primitive<2, ConvolutionParams> = bilinear('convolution', 'floating', {
		shape: resultShape,
		transpose: (cotangent, x, w, params) => {
			const rank = params.stride.length;
			const dz = params.first === 'images' ? cotangent : imagesFirst(cotangent, rank);
			return [ofImages(self, dz, w, x.shape, params), ofKernels(self, x, dz, w.shape, params)];
		},
	});
	return self;
}

/** The positions that a kernel of length k comes to on an axis of length n; less than 1 if it does not fit. */
export function positions(n: number, k: number, stride: number, dilation: number): number {
	return Math.floor((n - dilation * (k - 1) - 1) / stride) + 1;
}

/** The products that are added up for one element of a result: the elements of a kernel, in all channels of a group. */
export function termsOf({ shape }: Node, { stride }: ConvolutionParams): number {
	return sizeOf(shape.slice(-stride.length - 1));
}

function resultShape(x: Shape, w: Shape, { stride, dilation, first }: ConvolutionParams): Shape {
	const rank = stride.length;
	const leading = x.length - rank - 3;
	const [images, groups, channels] = x.slice(leading);
	const [sameGroups, outputs, sameChannels] = w.slice(leading);
	const spatial = stride.map((step, axis) =>
		positions(
			x[axis - rank + x.length] ?? 0,
			w[axis - rank + w.length] ?? 0,
			step,
			dilation[axis] ?? 1,
		),
	);
	if (
		images === undefined ||
		groups === undefined ||
		outputs === undefined ||
		leading < 0 ||
		w.length !== x.length ||
		groups !== sameGroups ||
		channels !== sameChannels ||
		spatial.some((count) => count < 1)
	)
		throw new Error(`internal: convolution of ${formatShape(x)} with ${formatShape(w)}`);
	const outer = first === 'images' ? [images, groups, outputs] : [groups, outputs, images];
	return [...x.slice(0, leading), ...outer, ...spatial];
}

/**
 * The transpose in the images, of the given shape: dx[i] is the sum of dz[p] w[k] over all stride p + dilation k = i. With
 * stride - 1 zeros between the elements of dz that is a convolution with the kernel reversed, input and output channels
 * exchanged.
 */
function ofImages(
	self: Primitive<2, ConvolutionParams>,
	dz: Node,
	w: Node,
	shape: Shape,
	{ stride, dilation }: ConvolutionParams,
): Node {
	const rank = stride.length;
	const outer = dz.shape.slice(0, -rank);
	const widths = stride.map((step, axis): readonly [number, number] => {
		const [n, p, k] = [shape, dz.shape, w.shape].map((each) => each.at(axis - rank) ?? 1) as [
			number,
			number,
			number,
		]; // of three shapes
		return [(dilation[axis] ?? 1) * (k - 1), n - (step * (p - 1) + 1)];
	});
	const spaced = dz.pad([...outer.map((): readonly [number, number] => [0, 0]), ...widths], 0, {
		interior: [...outer.map(() => 0), ...stride.map((step) => step - 1)],
	});
	return record(self, [spaced, reversed(exchanged(w, -rank - 2, -rank - 1), rank)], {
		stride: stride.map(() => 1),
		dilation,
		first: 'images',
	});
}

/**
 * The transpose in the kernels, of the given shape: dw[k] is the sum of x[stride p + dilation k] dz[p] over all p, and over
 * the images, which change places with the channels.
 */
function ofKernels(
	self: Primitive<2, ConvolutionParams>,
	x: Node,
	dz: Node,
	shape: Shape,
	{ stride, dilation }: ConvolutionParams,
): Node {
	const rank = stride.length;
	// What lies behind the last position is not seen.
	const seen = stride.map((step, axis): readonly [number, number] => {
		const [p, k] = [dz.shape, shape].map((each) => each.at(axis - rank) ?? 1) as [number, number]; // of two shapes
		return [0, step * (p - 1) + (dilation[axis] ?? 1) * (k - 1) + 1];
	});
	const images = x.slice(...x.shape.slice(0, -rank).map(() => null), ...seen);
	return record(self, [exchanged(images, -rank - 3, -rank - 1), channelsFirst(dz, rank)], {
		stride: dilation,
		dilation: stride,
		first: 'channels',
	});
}

/** [..., N, G, O, p1..pD] as [..., G, O, N, p1..pD]. */
function channelsFirst(z: Node, rank: number): Node {
	return withOrder(z, rank, [1, 2, 0]);
}

/** [..., G, O, N, p1..pD] as [..., N, G, O, p1..pD]. */
function imagesFirst(z: Node, rank: number): Node {
	return withOrder(z, rank, [2, 0, 1]);
}

/** The three axes before the last `rank` in another order. */
function withOrder(x: Node, rank: number, order: readonly number[]): Node {
	const first = x.shape.length - rank - 3;
	const axes = [...x.shape.keys()];
	return x.permute([
		...axes.slice(0, first),
		...order.map((axis) => first + axis),
		...axes.slice(first + 3),
	]);
}

/** Two axes, counted from the end, in each other's place. */
function exchanged(x: Node, one: number, other: number): Node {
	const axes = [...x.shape.keys()];
	const [a, b] = [axes.at(one) ?? 0, axes.at(other) ?? 0];
	return x.permute(axes.map((axis) => (axis === a ? b : axis === b ? a : axis)));
}

/** Every kernel with the order along its axes reversed. */
function reversed(w: Node, rank: number): Node {
	return w.flip(Array.from({ length: rank }, (_, axis) => axis - rank));
}
