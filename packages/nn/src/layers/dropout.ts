import {
	bernoulli,
	formatShape,
	type Node,
	type Operand,
	type Shape,
	ShapeError,
	splitKey,
	where,
} from '@pullback/core';
import { checkedFinite, checkedOptions, describe, toNode } from '@pullback/core/arguments';
import { type Buffer, buffer } from '../modules/buffer.ts';
import type { KeepsShape } from '../modules/lengths.ts';
import { checkedMode, type Mode } from '../modules/mode.ts';
import { Module } from '../modules/module.ts';

/** What dropout is made of. */
export interface DropoutOptions {
	/** The share of elements that become 0, from 0 to 1; 0.5 if left out. */
	readonly rate?: number;
	/** The key of its random stream. */
	readonly key: Operand;
	/**
	 * When elements are scaled, so that the mean is the same in both modes: 'train', if left out, divides those that are
	 * kept by 1 - rate; 'evaluate' multiplies all by it, as the book does.
	 */
	readonly scaled?: Mode;
}

/** What dropping whole paths is made of. */
export interface DropPathOptions {
	/** The share of examples that become 0, from 0 to 1. */
	readonly rate: number;
	/** The key of its random stream. */
	readonly key: Operand;
}

/**
 * The part that all dropout shares: a random stream that goes on with every call in training. It is a Buffer, so that a
 * compiled step draws anew each time, and a run that is resumed draws what it would have drawn.
 */
abstract class Dropping extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsShape;
	readonly rate: number;
	/** The key of the numbers to come. */
	readonly key: Buffer;

	constructor(rate: number, key: Operand) {
		super();
		const { name } = new.target;
		checkedFinite(name, 'rate', rate);
		if (!(rate >= 0 && rate <= 1))
			throw new RangeError(`${name}: rate is ${rate}; it must be a number from 0 to 1`);
		this.rate = rate;
		const start = toNode(name, key);
		if (start.dtype !== 'i32' || formatShape(start.shape) !== '[2]')
			throw new ShapeError(
				`${name}: key is ${start.dtype}${formatShape(start.shape)}; it must be i32[2], as randomKey makes it`,
			);
		this.key = buffer(start, { name: 'key' });
	}

	/** x where numbers of the given shape, drawn anew, keep it, and 0 elsewhere. */
	protected dropped(x: Node, shape: Shape): Node {
		const keys = splitKey(this.key);
		this.key.assign(keys.slice(0));
		return where(bernoulli(keys.slice(1), shape, { p: 1 - this.rate }), x, 0);
	}

	/** What scales elements that are kept so that the mean stays what it was; of none, 0. */
	protected get scale(): number {
		return this.rate === 1 ? 0 : 1 / (1 - this.rate);
	}
}

/**
 * Dropout (Srivastava et al. 2014): while it is trained, each element of x becomes 0 with probability `rate`, all others
 * are divided by 1 - rate; otherwise x itself. Within `vmap`, the same elements of all examples are dropped.
 */
export class Dropout extends Dropping {
	readonly scaled: Mode;

	constructor(options: DropoutOptions) {
		const given = {
			...checkedOptions('Dropout', options, ['rate', 'key', 'scaled']),
		} as DropoutOptions; // what is left out is refused below
		const { rate = 0.5, key, scaled = 'train' } = given;
		super(rate, key);
		if (scaled !== 'train' && scaled !== 'evaluate')
			throw new TypeError(
				`Dropout: scaled is ${describe(scaled)}; it must be 'train' or 'evaluate'`,
			);
		this.scaled = scaled;
	}

	override forward(x: Operand, mode: Mode = 'evaluate'): Node {
		const node = toNode('Dropout', x);
		const isScaled = checkedMode('Dropout', mode) === this.scaled;
		if (mode === 'evaluate') return isScaled ? node.mul(1 - this.rate) : node;
		const dropped = this.dropped(node, node.shape);
		return isScaled ? dropped.mul(this.scale) : dropped;
	}
}

/**
 * Stochastic depth (Huang et al. 2016): while it is trained, each example of x [batch, ...] becomes 0 with probability
 * `rate`, all others are divided by 1 - rate; otherwise x itself. It stands at the end of a path beside which another
 * leads, as in `Residual`.
 */
export class DropPath extends Dropping {
	constructor(options: DropPathOptions) {
		const given = { ...checkedOptions('DropPath', options, ['rate', 'key']) } as DropPathOptions; // what is left out is refused below
		super(given.rate, given.key);
	}

	override forward(x: Operand, mode: Mode = 'evaluate'): Node {
		const node = toNode('DropPath', x);
		if (node.shape.length === 0)
			throw new ShapeError('DropPath: got a scalar of shape [], needs [batch, ...]');
		if (checkedMode('DropPath', mode) === 'evaluate') return node;
		const shape = node.shape.map((length, axis) => (axis === 0 ? length : 1));
		return this.dropped(node, shape).mul(this.scale);
	}
}
