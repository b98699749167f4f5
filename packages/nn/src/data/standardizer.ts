import {
	amax,
	amin,
	formatShape,
	mean,
	type Node,
	type Operand,
	ShapeError,
	std,
	where,
} from '@pullback/core';
import { checkedList, checkedNumber, checkedOptions } from '@pullback/core/arguments';
import { toFloatingNodes } from '../floatingNodes.ts';
import { type Buffer, buffer } from '../modules/buffer.ts';
import { Module } from '../modules/module.ts';

/** Options of standardizer. */
export interface StandardizerOptions {
	/** The axes over which numbers are one column, such as [0, 2, 3] for channels of images; 0, the examples, if left out. */
	readonly axes?: number | readonly number[];
}

/**
 * Columns brought to mean 0 and standard deviation 1, as they were in the data that it was made of: fitted to training
 * data, applied to all. A Module whose buffers are saved, so that it may be the first layer of a net.
 */
export class Standardizer extends Module<[x: Operand]> {
	readonly mean: Buffer;
	/** Standard deviations, of all the data; 1 in constant columns. */
	readonly std: Buffer;
	/** The columns, by their place in row-major order, that were the same number throughout: they become 0. */
	readonly constantColumns: readonly number[];

	constructor(mean: Node, std: Node, constantColumns: readonly number[]) {
		super();
		this.mean = buffer(mean, { name: 'mean' });
		this.std = buffer(std, { name: 'std' });
		this.constantColumns = constantColumns;
	}

	/** (x - mean) / std of each column. Throws ShapeError where x does not have these columns. */
	override forward(x: Operand): Node {
		return this.#fitting('Standardizer', x).sub(this.mean).div(this.std);
	}

	/** What `forward` was given, from what it returned. */
	inverse(y: Operand): Node {
		return this.#fitting('inverse', y).mul(this.std).add(this.mean);
	}

	#fitting(operation: string, x: Operand): Node {
		const [node] = toFloatingNodes(operation, [x]) as [Node]; // as many as were passed
		const { shape } = this.mean;
		const lead = node.shape.length - shape.length;
		if (lead < 0 || !shape.every((n, i) => n === 1 || n === node.shape[lead + i]))
			throw new ShapeError(
				`${operation}: got ${formatShape(node.shape)}; it was made of columns ${formatShape(shape)}, which the last axes must be`,
			);
		return node;
	}
}

/**
 * A Standardizer of the columns of x [examples, ...], its mean and standard deviation over all examples, by their number.
 * Which columns are constant, and are only made 0, is told in `constantColumns`. Throws ShapeError where there are no
 * examples, RangeError where a column holds NaN or infinity.
 */
export function standardizer(x: Operand, options?: StandardizerOptions): Standardizer {
	const { axes = 0 } = checkedOptions('standardizer', options, ['axes']);
	const [node] = toFloatingNodes('standardizer', [x]) as [Node]; // as many as were passed
	const { shape } = node;
	const along = checkedAxes(axes, shape.length);
	if (along.some((axis) => shape[axis] === 0))
		throw new ShapeError(`standardizer: ${formatShape(shape)} has no examples to be fitted to`);
	// Axes before the first that is a column are those of examples, and broadcast.
	const first = shape.findIndex((_, axis) => !along.includes(axis));
	const columns =
		first < 0 ? [] : shape.map((n, axis) => (along.includes(axis) ? 1 : n)).slice(first);
	const over = (reduce: typeof amax): Node => reduce(node, along).reshape(columns);
	const [low, high] = [over(amin), over(amax)];
	checkFinite(low, high);
	const isConstant = low.equal(high);
	const spread = where(isConstant, 1, over(std));
	const constantColumns = [...isConstant.data()].flatMap((holds, i) => (holds ? [i] : []));
	// Constants as they are, not as a rounded sum.
	return new Standardizer(where(isConstant, low, over(mean)), spread, constantColumns);
}

function checkFinite(low: Node, high: Node): void {
	const allFinite = low.isFinite().logicalAnd(high.isFinite()).data();
	const odd = allFinite.indexOf(0);
	if (odd >= 0)
		throw new RangeError(
			`standardizer: column ${odd} holds numbers that are not finite; replace or leave out what is missing first`,
		);
}

function checkedAxes(axes: number | readonly number[], rank: number): number[] {
	const list = typeof axes === 'number' ? [axes] : checkedList('standardizer', 'axes', axes);
	const checked: number[] = [];
	for (let i = 0; i < list.length; i++) {
		const axis = checkedNumber('standardizer', `axes[${i}]`, list[i]);
		if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
			throw new RangeError(
				`standardizer: axis ${axis} of a tensor of rank ${rank}; it must be a whole number from ${-rank} to ${rank - 1}`,
			);
		const normal = axis < 0 ? axis + rank : axis;
		if (checked.includes(normal)) throw new RangeError(`standardizer: axis ${axis} is named twice`);
		checked.push(normal);
	}
	return checked;
}
