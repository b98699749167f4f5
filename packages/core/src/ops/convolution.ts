import { checkedNumber, checkedOptions } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { checkShape, formatShape } from '../graph/shape.ts';
import {
	type ConvolutionPadding,
	checkedConvolutionPadding,
	checkedWidths,
	formatWidths,
	type Widths,
} from './convolutionPadding.ts';
import { positions, transposed as transposedRule } from './convolutionRule.ts';
import { checkKind } from './families.ts';
import { type Operand, toNodes } from './operand.ts';
import { windowCounts, withinReach } from './overlapAdd.ts';
import { checkedPerAxis, formatLengths, type PerAxis } from './perAxis.ts';
import { primitives } from './primitives.ts';

/** Options of convolutions; numbers are for all spatial axes, or one for each. */
export interface ConvolutionOptions {
	/** A number for each output channel, which is added: [out]. */
	readonly bias?: Operand;
	/** From one position of the kernel to the next; 1 if left out. */
	readonly stride?: PerAxis;
	/** 0 if left out. */
	readonly padding?: ConvolutionPadding;
	/** From one element of the kernel to the next; 1 if left out. */
	readonly dilation?: PerAxis;
	/** The groups that channels are divided into, which see nothing of each other; 1 if left out. */
	readonly groups?: number;
}

/** Options of transposed convolutions; numbers are for all spatial axes, or one for each. */
export interface TransposedConvolutionOptions {
	/** A number for each output channel, which is added: [out]. */
	readonly bias?: Operand;
	/** From where one element of the input puts the kernel to where the next does; 1 if left out. */
	readonly stride?: PerAxis;
	/** What is cut off at the sides of each spatial axis: the padding of the convolution that this transposes; 0 if left out. */
	readonly padding?: number | readonly (number | readonly [before: number, after: number])[];
	/** What is longer at the end of each spatial axis, as a convolution with a stride does not tell; 0 if left out. */
	readonly outputPadding?: PerAxis;
	/** From one element of the kernel to the next; 1 if left out. */
	readonly dilation?: PerAxis;
	/** The groups that channels are divided into, which see nothing of each other; 1 if left out. */
	readonly groups?: number;
}

/**
 * Cross-correlation of signals [batch, in, length], or of one [in, length], with kernels [out, in / groups, k]: element p of
 * an output channel is the sum of the kernel times what lies under it, from stride * p on. The new length is
 * floor((length + padding of both sides - dilation * (k - 1) - 1) / stride) + 1.
 */
export function conv1d(x: Operand, weight: Operand, options?: ConvolutionOptions): Node {
	return convolved('conv1d', 1, x, weight, options);
}

/**
 * Cross-correlation of images [batch, in, height, width], or of one [in, height, width], with kernels
 * [out, in / groups, k1, k2], as `conv1d` along each spatial axis.
 */
export function conv2d(x: Operand, weight: Operand, options?: ConvolutionOptions): Node {
	return convolved('conv2d', 2, x, weight, options);
}

/**
 * Cross-correlation of volumes [batch, in, depth, height, width], or of one [in, depth, height, width], with kernels
 * [out, in / groups, k1, k2, k3], as `conv1d` along each spatial axis.
 */
export function conv3d(x: Operand, weight: Operand, options?: ConvolutionOptions): Node {
	return convolved('conv3d', 3, x, weight, options);
}

/**
 * The transpose of `conv1d` in its signal: every element of [batch, in, length], or of one signal [in, length], puts the
 * kernel, times itself, to where it lay; kernels are [in, out / groups, k]. The new length is
 * (length - 1) * stride + dilation * (k - 1) + 1 + outputPadding, less the padding. As the gradient of `conv1d`, it is
 * computed with zeros around and between the elements of the signal, and with zeros after the kernel up to a multiple of the
 * stride: where these meet what is not finite, the result is NaN.
 */
export function convTranspose1d(
	x: Operand,
	weight: Operand,
	options?: TransposedConvolutionOptions,
): Node {
	return transposed('convTranspose1d', 1, x, weight, options);
}

/**
 * The transpose of `conv2d` in its image, of images [batch, in, height, width], or of one [in, height, width], with
 * kernels [in, out / groups, k1, k2], as `convTranspose1d` along each spatial axis.
 */
export function convTranspose2d(
	x: Operand,
	weight: Operand,
	options?: TransposedConvolutionOptions,
): Node {
	return transposed('convTranspose2d', 2, x, weight, options);
}

/**
 * The transpose of `conv3d` in its volume, of volumes [batch, in, depth, height, width], or of one
 * [in, depth, height, width], with kernels [in, out / groups, k1, k2, k3], as `convTranspose1d` along each spatial axis.
 */
export function convTranspose3d(
	x: Operand,
	weight: Operand,
	options?: TransposedConvolutionOptions,
): Node {
	return transposed('convTranspose3d', 3, x, weight, options);
}

function convolved(
	operation: string,
	rank: number,
	x: Operand,
	weight: Operand,
	options: ConvolutionOptions | undefined,
): Node {
	const {
		bias,
		stride: strides = 1,
		padding = 0,
		dilation: dilations = 1,
		groups,
	} = checkedOptions(operation, options, ['bias', 'stride', 'padding', 'dilation', 'groups']);
	const given = operandsOf(operation, rank, x, weight, bias, groups);
	const { images, kernels } = given;
	const [inputs = 0, outputs = 0] = [images.shape[1], kernels.shape[0]];
	const channels = inputs / given.groups;
	if (!Number.isInteger(channels) || kernels.shape[1] !== channels || outputs % given.groups !== 0)
		refuseChannels(operation, given, `[out, in / groups, ...]`);
	const stride = checkedPerAxis(operation, 'stride', strides, rank, 1);
	const dilation = checkedPerAxis(operation, 'dilation', dilations, rank, 1);
	const [lengths, sizes] = [images.shape.slice(2), kernels.shape.slice(2)];
	const widths =
		padding === 'same'
			? lengths.map((length, axis) =>
					sameWidths(length, sizes[axis] ?? 1, stride[axis] ?? 1, dilation[axis] ?? 1),
				)
			: checkedConvolutionPadding(operation, padding, rank);
	const fits = lengths.every((length, axis) => {
		const [before, after] = widths[axis] ?? [0, 0];
		return positions(length + before + after, sizes[axis] ?? 0, 1, dilation[axis] ?? 1) >= 1;
	});
	if (!fits || sizes.includes(0)) refuseKernel(operation, sizes, dilation, lengths, widths);
	const grouped = images.reshape([images.shape[0] ?? 0, given.groups, channels, ...lengths]);
	const padded = lengths.map((length, axis) => {
		const [before, after] = widths[axis] ?? [0, 0];
		return before + length + after;
	});
	checkShape(operation, [...grouped.shape.slice(0, 3), ...padded]);
	const windows = withinReach(padded, { size: sizes, stride, dilation });
	checkShape(operation, [images.shape[0] ?? 0, outputs, ...windowCounts(padded, windows)]);
	const z = record(
		primitives.convolution,
		[
			grouped.pad([[0, 0], [0, 0], [0, 0], ...widths]),
			kernels.reshape([given.groups, outputs / given.groups, channels, ...sizes]),
		],
		{ stride: windows.stride, dilation, first: 'images' },
	);
	return resultOf(operation, z, given);
}

function transposed(
	operation: string,
	rank: number,
	x: Operand,
	weight: Operand,
	options: TransposedConvolutionOptions | undefined,
): Node {
	const {
		bias,
		stride: strides = 1,
		padding = 0,
		outputPadding = 0,
		dilation: dilations = 1,
		groups,
	} = checkedOptions(operation, options, [
		'bias',
		'stride',
		'padding',
		'outputPadding',
		'dilation',
		'groups',
	]);
	const given = operandsOf(operation, rank, x, weight, bias, groups);
	const { images, kernels } = given;
	const [inputs = 0, outputs = 0] = kernels.shape;
	if (images.shape[1] !== inputs || inputs % given.groups !== 0)
		refuseChannels(operation, given, `[in, out / groups, ...]`);
	const stride = checkedPerAxis(operation, 'stride', strides, rank, 1);
	const dilation = checkedPerAxis(operation, 'dilation', dilations, rank, 1);
	const longer = checkedPerAxis(operation, 'outputPadding', outputPadding, rank, 0);
	const widths = checkedWidths(operation, padding, rank, '');
	for (const [axis, length] of longer.entries())
		if (length >= Math.max(stride[axis] ?? 1, dilation[axis] ?? 1))
			throw new RangeError(
				`${operation}: outputPadding is ${length}; it must be less than the stride or the dilation, ${stride[axis]} and ${dilation[axis]}`,
			);
	const lengths = images.shape.slice(2);
	const sizes = kernels.shape.slice(2);
	const all = lengths.map(
		(length, axis) =>
			(length - 1) * (stride[axis] ?? 1) +
			(dilation[axis] ?? 1) * ((sizes[axis] ?? 1) - 1) +
			1 +
			(longer[axis] ?? 0),
	);
	const kept = all.map((length, axis): readonly [number, number] => {
		const [before, after] = widths[axis] ?? [0, 0];
		return [before, length - after];
	});
	if (sizes.includes(0) || lengths.includes(0) || kept.some(([from, to]) => to <= from))
		throw new ShapeError(
			`${operation}: nothing is left of an input of ${formatLengths(lengths)} and a kernel of ${formatLengths(sizes)} with padding ${formatWidths(widths)}; it must be less`,
		);
	const channels = inputs / given.groups;
	checkShape(operation, [images.shape[0] ?? 0, outputs * given.groups, ...all]);
	const whole = transposedRule(
		primitives.convolution,
		images.reshape([images.shape[0] ?? 0, given.groups, channels, ...lengths]),
		kernels.reshape([given.groups, channels, outputs, ...sizes]),
		all,
		{ stride, dilation },
	);
	const z = whole.slice(null, null, null, ...kept);
	return resultOf(operation, z, given);
}

/** What a convolution was given, of one floating dtype, images with an axis of the batch. */
interface Given {
	readonly images: Node;
	readonly kernels: Node;
	readonly bias: Node | undefined;
	readonly groups: number;
	/** Whether the images came with an axis of the batch. */
	readonly isBatch: boolean;
}

function operandsOf(
	operation: string,
	rank: number,
	x: Operand,
	weight: Operand,
	bias: Operand | undefined,
	groups: number | undefined,
): Given {
	const nodes = toNodes(operation, bias === undefined ? [x, weight] : [x, weight, bias]);
	const [given, kernels, addend] = nodes as [Node, Node, Node?]; // as many as were passed
	checkKind(operation, 'floating', given.dtype);
	const isBatch = given.shape.length === rank + 2;
	if (!isBatch && given.shape.length !== rank + 1)
		throw new ShapeError(
			`${operation}: got an input ${formatShape(given.shape)}, needs [batch, channels, ...] or [channels, ...] with ${rank} spatial ax${rank === 1 ? 'is' : 'es'}`,
		);
	if (kernels.shape.length !== rank + 2)
		throw new ShapeError(
			`${operation}: got kernels ${formatShape(kernels.shape)}, needs [out, in / groups, ...] with ${rank} spatial ax${rank === 1 ? 'is' : 'es'}; of transposed convolutions [in, out / groups, ...]`,
		);
	const count = checkedNumber(operation, 'groups', groups ?? 1);
	if (!Number.isSafeInteger(count) || count < 1)
		throw new RangeError(`${operation}: groups is ${count}; it must be a whole number from 1`);
	return {
		images: isBatch ? given : given.expandDims(0),
		kernels,
		bias: addend,
		groups: count,
		isBatch,
	};
}

/** Of z [batch, groups, out / groups, ...] the groups together, and the bias added. */
function resultOf(operation: string, z: Node, { bias, isBatch }: Given): Node {
	const [batch = 0, groups = 0, ofGroup = 0, ...lengths] = z.shape;
	const outputs = groups * ofGroup;
	const together = z.reshape([...(isBatch ? [batch] : []), outputs, ...lengths]);
	if (bias === undefined) return together;
	if (bias.shape.length !== 1 || bias.shape[0] !== outputs)
		throw new ShapeError(
			`${operation}: got a bias ${formatShape(bias.shape)} for ${outputs} output channels; it must be [${outputs}]`,
		);
	return together.add(bias.reshape([outputs, ...lengths.map(() => 1)]));
}

function refuseChannels(
	operation: string,
	{ images, kernels, groups }: Given,
	form: string,
): never {
	const each = groups === 1 ? 'all' : `${groups} groups of`;
	throw new ShapeError(
		`${operation}: kernels ${formatShape(kernels.shape)} do not fit ${each} ${images.shape[1]} channels of an input ${formatShape(images.shape)}; they must be ${form}`,
	);
}

function refuseKernel(
	operation: string,
	sizes: readonly number[],
	dilation: readonly number[],
	lengths: readonly number[],
	widths: Widths,
): never {
	const spread = dilation.some((step) => step > 1)
		? ` with dilation ${formatLengths(dilation)}`
		: '';
	throw new ShapeError(
		`${operation}: a kernel of ${formatLengths(sizes)}${spread} does not fit an input of ${formatLengths(lengths)} with padding ${formatWidths(widths)}`,
	);
}

/** The zeros on both sides with which ceil(n / stride) positions fit, the odd one at the end. */
function sameWidths(
	n: number,
	k: number,
	stride: number,
	dilation: number,
): readonly [number, number] {
	const all = Math.max((Math.ceil(n / stride) - 1) * stride + dilation * (k - 1) + 1 - n, 0);
	return [Math.floor(all / 2), Math.ceil(all / 2)];
}
