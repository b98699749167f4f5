import {
	assignAll,
	type DType,
	formatShape,
	type Node,
	type Operand,
	ones,
	ShapeError,
	type Variable,
	zeros,
} from '@pullback/core';
import { checkedNumber, checkedOptions, toNode } from '@pullback/core/arguments';
import { type Buffer, buffer } from '../modules/buffer.ts';
import type { KeepsShape } from '../modules/lengths.ts';
import { checkedMode, type Mode } from '../modules/mode.ts';
import { Module } from '../modules/module.ts';
import { alongChannels, channelParameters, scaledChannels } from './channels.ts';
import { checkedEpsilon, checkedLength } from './layerArguments.ts';
import { moments } from './moments.ts';

/** What a layer of batch normalisation is made of. */
export interface BatchNormOptions {
	/** The channels, axis 1 of its input. */
	readonly channels: number;
	/** Added to the variance; 1e-5 if left out. */
	readonly epsilon?: number;
	/**
	 * The share of a batch in the running statistics, from 0 to 1; 0.1 if left out, as PyTorch. Null for the mean over all
	 * batches. The book counts what is kept, 0.9.
	 */
	readonly momentum?: number | null;
	/** Whether to multiply by a trained weight, which starts at 1, and add a bias, which starts at 0; true if left out. */
	readonly affine?: boolean;
	/**
	 * What the number of elements is lessened by in the running variance: 1, if left out, for the unbiased estimate, as
	 * PyTorch; 0 as the book.
	 */
	readonly correction?: 0 | 1;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/**
 * The part that batch normalisation along any number of spatial axes shares (Ioffe & Szegedy 2015): each channel less its
 * mean, divided by its standard deviation. While it is trained these are of the batch, the variance biased, and the
 * running statistics take their share of them; otherwise they are the running statistics.
 */
abstract class BatchNorm extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsShape;
	/** [channels], or none. */
	readonly weight: Variable | null;
	/** [channels], or none. */
	readonly bias: Variable | null;
	readonly runningMean: Buffer;
	readonly runningVariance: Buffer;
	/** How many batches the running statistics are of. */
	readonly batches: Buffer = buffer(0, { name: 'batches', dtype: 'i32' });
	readonly channels: number;
	readonly epsilon: number;
	readonly momentum: number | null;
	readonly correction: 0 | 1;
	readonly #ranks: readonly number[];

	constructor(ranks: readonly number[], options: BatchNormOptions) {
		super();
		const { name } = new.target;
		const given = {
			...checkedOptions(name, options, [
				'channels',
				'epsilon',
				'momentum',
				'affine',
				'correction',
				'dtype',
			]),
		} as BatchNormOptions; // what is left out is refused below
		const { channels, epsilon = 1e-5, momentum = 0.1, affine = true } = given;
		const { correction = 1, dtype = 'f32' } = given;
		this.channels = checkedLength(name, 'channels', channels);
		this.epsilon = checkedEpsilon(name, epsilon);
		if (momentum !== null && !(checkedNumber(name, 'momentum', momentum) >= 0 && momentum <= 1))
			throw new RangeError(
				`${name}: momentum is ${momentum}; it must be a number from 0 to 1, or null`,
			);
		this.momentum = momentum;
		if (checkedNumber(name, 'correction', correction) !== 0 && correction !== 1)
			throw new RangeError(`${name}: correction is ${correction}; it must be 0 or 1`);
		this.correction = correction;
		const { weight, bias } = channelParameters(name, affine, channels, dtype);
		this.weight = weight;
		this.bias = bias;
		this.runningMean = buffer(zeros([channels], { dtype }), { name: 'running mean' });
		this.runningVariance = buffer(ones([channels], { dtype }), { name: 'running variance' });
		this.#ranks = ranks;
	}

	/** The mode is 'evaluate' unless told. Throws ShapeError for one element a channel while it is trained: it has no variance. */
	override forward(x: Operand, mode: Mode = 'evaluate'): Node {
		const { name } = this.constructor;
		const node = toNode(name, x);
		const { shape } = node;
		if (!this.#ranks.includes(shape.length) || shape[1] !== this.channels)
			throw new ShapeError(
				`${name}: got shape ${formatShape(shape)}; it must be ${this.#ranks.map(formOf).join(' or ')} with ${this.channels} channels`,
			);
		const { runningMean, runningVariance, weight, bias, epsilon } = this;
		if (checkedMode(name, mode) === 'evaluate') {
			const [mean, variance] = [runningMean, runningVariance].map((each) =>
				alongChannels(each, shape.length),
			) as [Node, Node]; // as many
			return scaledChannels(node.sub(mean).div(variance.add(epsilon).sqrt()), weight, bias);
		}
		const axes = shape.map((_, axis) => axis).filter((axis) => axis !== 1);
		const count = axes.reduce((product, axis) => product * (shape[axis] ?? 1), 1);
		if (count < 2)
			throw new ShapeError(
				`${name}: got shape ${formatShape(shape)}, with ${count} ${count === 1 ? 'element' : 'elements'} a channel; there must be 2 or more to train by`,
			);
		const { deviation, mean, variance } = moments(node, axes);
		this.#gather(
			mean.reshape([this.channels]),
			variance.reshape([this.channels]).mul(count / (count - this.correction)),
		);
		return scaledChannels(deviation.div(variance.add(epsilon).sqrt()), weight, bias);
	}

	/** Gives the running statistics their share of those of a batch. */
	#gather(mean: Node, variance: Node): void {
		const { runningMean, runningVariance, batches, momentum } = this;
		const count = batches.read().add(1);
		const { dtype } = runningMean;
		const share = momentum ?? count.cast(dtype).reciprocal();
		const moved = (running: Buffer, of: Node): Node =>
			running.read().add(of.cast(dtype).sub(running).mul(share));
		assignAll([
			[runningMean, moved(runningMean, mean)],
			[runningVariance, moved(runningVariance, variance)],
			[batches, count],
		]);
	}
}

const spatialAxes: readonly string[] = [
	'',
	', length',
	', height, width',
	', depth, height, width',
];

function formOf(rank: number): string {
	return `[batch, channels${spatialAxes[rank - 2] ?? ''}]`;
}

/** Batch normalisation of vectors [batch, channels] or signals [batch, channels, length]. */
export class BatchNorm1d extends BatchNorm {
	constructor(options: BatchNormOptions) {
		super([2, 3], options);
	}
}

/** Batch normalisation of images [batch, channels, height, width]. */
export class BatchNorm2d extends BatchNorm {
	constructor(options: BatchNormOptions) {
		super([4], options);
	}
}

/** Batch normalisation of volumes [batch, channels, depth, height, width]. */
export class BatchNorm3d extends BatchNorm {
	constructor(options: BatchNormOptions) {
		super([5], options);
	}
}
