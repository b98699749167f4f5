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
			return [
				transposed(self, dz, w, x.shape.slice(-rank), params),
				ofKernels(self, x, dz, w.shape, params),
			];
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

/** An axis of images, and how the kernel that went over it is cut. */
interface ImageAxis {
	readonly length: number;
	readonly kernel: number;
	readonly stride: number;
	readonly dilation: number;
	/** Whether residues of positions modulo the stride are told apart. */
	readonly isSplit: boolean;
	/** Residues at which anything lies, each with `taps` elements of the kernel. */
	readonly phases: number;
	readonly taps: number;
	/** The positions of one residue. */
	readonly positions: number;
}

function imageAxis(length: number, kernel: number, stride: number, dilation: number): ImageAxis {
	const axis = { length, kernel, stride, dilation };
	// Of a dilated kernel, elements of all residues lie under one position.
	if (stride === 1 || dilation > 1)
		return { ...axis, isSplit: false, phases: 1, taps: kernel, positions: length };
	return {
		...axis,
		isSplit: true,
		phases: Math.min(stride, kernel),
		taps: Math.ceil(kernel / stride),
		positions: Math.ceil(length / stride),
	};
}

/**
 * The transpose in the images, which have the given lengths: dx[i] is the sum of dz[p] w[k] over all stride p + dilation k = i,
 * a convolution with the kernel reversed, input and output channels exchanged. With a stride, every residue of i modulo it
 * sees other elements of the kernel, and is like an output channel of its own (Shi et al., 2016), so that no zeros
 * between the elements of dz are multiplied.
 */
export function transposed(
	self: Primitive<2, ConvolutionParams>,
	dz: Node,
	w: Node,
	lengths: readonly number[],
	{ stride, dilation }: Pick<ConvolutionParams, 'stride' | 'dilation'>,
): Node {
	const rank = lengths.length;
	const axes = lengths.map((length, axis) => {
		const kernel = w.shape.at(axis - rank) ?? 1;
		// One position alone is as if the next were a whole kernel further on: none of its elements meets a zero.
		const step = dz.shape.at(axis - rank) === 1 ? kernel : (stride[axis] ?? 1);
		return imageAxis(length, kernel, step, dilation[axis] ?? 1);
	});
	const still = (x: Node, count: number): (readonly [number, number])[] =>
		x.shape.slice(0, -count).map(() => [0, 0] as const);
	const widths = axes.map((axis, i) => {
		const { length, kernel, stride, dilation, isSplit, taps, positions } = axis;
		const given = dz.shape.at(i - rank) ?? 1;
		if (isSplit) return [taps - 1, positions - given] as const;
		return [dilation * (kernel - 1), length - (stride * (given - 1) + 1)] as const;
	});
	const between = axes.map(({ isSplit, stride }) => (isSplit ? 0 : stride - 1));
	const spaced = dz.pad([...still(dz, rank), ...widths], {
		interior: [...still(dz, rank).map(() => 0), ...between],
	});
	const z = record(self, [spaced, kernelsByPhase(w, axes)], {
		stride: stride.map(() => 1),
		dilation: axes.map(({ dilation }) => dilation),
		first: 'images',
	});
	if (!axes.some(({ isSplit }) => isSplit)) return z;
	// [..., N, G, C phases1..phasesD, positions1..positionsD], every phase beside its position, zeros where none is.
	const outer = z.shape.slice(0, -rank - 1);
	const channels = z.shape.at(-rank - 1) ?? 0;
	const phases = axes.map((axis) => axis.phases);
	const all = phases.reduce((count, each) => count * each, 1);
	const apart = z.reshape([
		...outer,
		channels / all,
		...phases,
		...axes.map(({ positions }) => positions),
	]);
	const first = outer.length + 1;
	const beside = apart.permute([
		...Array.from({ length: first }, (_, axis) => axis),
		...axes.flatMap((_, axis) => [first + rank + axis, first + axis]),
	]);
	const filled = beside.pad([
		...still(beside, 2 * rank),
		...axes.flatMap(({ isSplit, stride, phases }) => [
			[0, 0] as const,
			[0, isSplit ? stride - phases : 0] as const,
		]),
	]);
	const whole = filled.reshape([
		...outer,
		channels / all,
		...axes.map(
			(_, axis) =>
				(filled.shape[first + 2 * axis] ?? 0) * (filled.shape[first + 2 * axis + 1] ?? 0),
		),
	]);
	return whole.slice(
		...outer.map(() => null),
		null,
		...lengths.map((length): readonly [number, number] => [0, length]),
	);
}

/** Kernels [..., G, O, C, k1..kD] reversed, as [..., G, C phases1..phasesD, O, taps1..tapsD]. */
function kernelsByPhase(w: Node, axes: readonly ImageAxis[]): Node {
	const rank = axes.length;
	const outer = w.shape.slice(0, -rank - 2);
	const [outputs = 0, channels = 0] = w.shape.slice(-rank - 2);
	const first = outer.length + 2;
	const whole = w.pad([
		...w.shape.slice(0, first).map(() => [0, 0] as const),
		...axes.map(({ taps, phases, kernel }) => [0, taps * phases - kernel] as const),
	]);
	const apart = whole.reshape([
		...outer,
		outputs,
		channels,
		...axes.flatMap(({ taps, phases }) => [taps, phases]),
	]);
	const order = [
		...outer.keys(),
		first - 1,
		...axes.map((_, axis) => first + 2 * axis + 1),
		first - 2,
		...axes.map((_, axis) => first + 2 * axis),
	];
	const together = apart
		.permute(order)
		.reshape([
			...outer,
			axes.reduce((count, { phases }) => count * phases, channels),
			outputs,
			...axes.map(({ taps }) => taps),
		]);
	return together.flip(axes.map((_, axis) => axis - rank));
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
