import { checkedList, checkedOptions } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { formatShape, type Shape, sizeOf } from '../graph/shape.ts';
import { checkKind } from './families.ts';
import { reshape, slice } from './movement.ts';
import { castTo, type Operand, toNode } from './operand.ts';
import { overlapAdd, type Windows, windowCounts, withinReach } from './overlapAdd.ts';
import { pad } from './padding.ts';
import { checkedPerAxis, formatLengths, type PerAxis } from './perAxis.ts';
import { primitives } from './primitives.ts';

/** Options of `windows`. */
export interface WindowOptions {
	/** How far windows are apart; 1 if left out. */
	readonly stride?: PerAxis;
	/** How far neighbours within a window are apart; 1 if left out. */
	readonly dilation?: PerAxis;
}

/**
 * The windows of the given lengths over the last axes of x (the last one, for a number): [..., lengths, counts], a view in
 * compiled programs. Those that would reach beyond the end are left out; if not one fits: ShapeError. NumPy's
 * sliding_window_view has the lengths last.
 */
export function windows(x: Operand, lengths: PerAxis, options?: WindowOptions): Node {
	const node = toNode('windows', x);
	const { stride = 1, dilation = 1 } = checkedOptions('windows', options, ['stride', 'dilation']);
	const axes = typeof lengths === 'number' ? 1 : checkedList('windows', 'lengths', lengths).length;
	const rank = node.shape.length;
	if (axes > rank)
		throw new ShapeError(
			`windows: windows of ${axes} axes over ${formatShape(node.shape)}, which has ${rank}; they must have no more axes`,
		);
	const params = {
		size: checkedPerAxis('windows', 'lengths', lengths, axes, 1),
		stride: checkedPerAxis('windows', 'stride', stride, axes, 1),
		dilation: checkedPerAxis('windows', 'dilation', dilation, axes, 1),
	};
	return windowsNode('windows', node, params, new Array<number>(axes).fill(0));
}

/** The windows of a Node that has been padded by `padding`, as part of another operation. */
export function windowsNode(
	operation: string,
	x: Node,
	params: Windows,
	padding: readonly number[],
): Node {
	const lengths = x.shape.slice(x.shape.length - params.size.length);
	checkFit(operation, lengths, params, padding);
	return record(primitives.windows, [x], withinReach(lengths, params));
}

/** Refuses windows of which not even one fits axes that padding has made as long as `lengths`. */
export function checkFit(
	operation: string,
	lengths: Shape,
	params: Windows,
	padding: readonly number[],
): void {
	if (windowCounts(lengths, params).every((count) => count > 0)) return;
	const own = lengths.map((length, axis) => length - 2 * (padding[axis] ?? 0));
	refuseWindow(operation, own, params, padding);
}

/** Refuses windows that do not fit the axes of an input with its padding. */
export function refuseWindow(
	operation: string,
	lengths: Shape,
	{ size, dilation }: Windows,
	padding: readonly number[],
): never {
	const spread = dilation.every((each) => each === 1)
		? ''
		: ` with dilation ${formatOnce(dilation)}`;
	throw new ShapeError(
		`${operation}: a window of ${formatLengths(size)}${spread} does not fit an input of ${formatLengths(lengths)} with padding ${formatOnce(padding)}`,
	);
}

/** Lengths as in `3x1`, or as one number if all are the same. */
export function formatOnce(numbers: readonly number[]): string {
	const [first = 0] = numbers;
	return numbers.every((each) => each === first) ? `${first}` : formatLengths(numbers);
}

/** Options of `unfold` and `fold`, each a number, or [rows, columns]. */
export interface FoldOptions extends WindowOptions {
	/** Zeros on both sides of the image; 0 if left out. */
	readonly padding?: PerAxis;
}

/**
 * The windows of images as columns, as PyTorch's `F.unfold`: [batch, channels, rows, columns], or without batch, to
 * [batch, channels * size of a window, number of windows].
 */
export function unfold(x: Operand, kernelSize: PerAxis, options?: FoldOptions): Node {
	const node = toNode('unfold', x);
	const rank = node.shape.length;
	if (rank !== 3 && rank !== 4)
		throw new ShapeError(
			`unfold: got shape ${formatShape(node.shape)}; it must be [batch, channels, rows, columns], or [channels, rows, columns]`,
		);
	const { padding, ...params } = foldParameters('unfold', kernelSize, options);
	const all = windowsNode('unfold', padded(node, padding), params, padding);
	return reshape(all, [
		...all.shape.slice(0, rank - 3),
		sizeOf(all.shape.slice(rank - 3, rank)),
		sizeOf(all.shape.slice(rank)),
	]);
}

/**
 * The transpose of `unfold`, as PyTorch's `F.fold`: the columns [batch, channels * size of a window, number of windows], or
 * without batch, each added where its window lies in an image of `outputSize`, a number or [rows, columns]: [batch,
 * channels, rows, columns]. Bytes are added in i32, as in all sums.
 */
export function fold(
	x: Operand,
	outputSize: PerAxis,
	kernelSize: PerAxis,
	options?: FoldOptions,
): Node {
	const given = toNode('fold', x);
	checkKind('fold', 'numeric', given.dtype);
	// Also where no two windows share an element, and nothing is added.
	const node = given.dtype === 'u8' ? castTo(given, 'i32') : given;
	const rank = node.shape.length;
	const image = checkedPerAxis('fold', 'outputSize', outputSize, 2, 0);
	const { padding, ...params } = foldParameters('fold', kernelSize, options);
	const lengths = image.map((length, axis) => length + 2 * (padding[axis] ?? 0));
	checkFit('fold', lengths, params, padding);
	const counts = windowCounts(lengths, params);
	const [rows = 0, columns = 0] = node.shape.slice(-2);
	const channels = rows / sizeOf(params.size);
	if ((rank !== 2 && rank !== 3) || !Number.isInteger(channels) || columns !== sizeOf(counts))
		throw new ShapeError(
			`fold: got shape ${formatShape(node.shape)}; for an image of ${formatLengths(image)} it must be [batch, channels * ${sizeOf(params.size)}, ${sizeOf(counts)}], or that without batch`,
		);
	const lead = [...node.shape.slice(0, rank - 2), channels];
	const all = reshape(node, [...lead, ...params.size, ...counts]);
	const sums = overlapAdd(all, withinReach(lengths, params), [...lead, ...lengths]);
	return slice(
		sums,
		...lead.map(() => null),
		...image.map((length, axis): readonly [number, number] => {
			const low = padding[axis] ?? 0;
			return [low, low + length];
		}),
	);
}

function foldParameters(
	operation: string,
	kernelSize: PerAxis,
	options: FoldOptions | undefined,
): Windows & { readonly padding: readonly number[] } {
	const {
		stride = 1,
		dilation = 1,
		padding = 0,
	} = checkedOptions(operation, options, ['stride', 'dilation', 'padding']);
	return {
		size: checkedPerAxis(operation, 'kernelSize', kernelSize, 2, 1),
		stride: checkedPerAxis(operation, 'stride', stride, 2, 1),
		dilation: checkedPerAxis(operation, 'dilation', dilation, 2, 1),
		padding: checkedPerAxis(operation, 'padding', padding, 2, 0),
	};
}

/** x with zeros on both sides of its last axes. */
function padded(x: Node, padding: readonly number[]): Node {
	const lead = x.shape.slice(0, x.shape.length - padding.length);
	return pad(x, [
		...lead.map((): readonly [number, number] => [0, 0]),
		...padding.map((each): readonly [number, number] => [each, each]),
	]);
}
