import { bernoulli, flip, type Node, type Operand, where } from '@pullback/core';
import { checkedNumber, checkedOptions, describe } from '@pullback/core/arguments';
import { besideImages, checkedImages } from './images.ts';

/** Options of randomFlip. */
export interface RandomFlipOptions {
	/** The probability that an image is flipped; one half if left out. */
	readonly p?: number;
	/** Which order is reversed: of the 'columns', left to right, if left out, or of the 'rows'. */
	readonly along?: 'columns' | 'rows';
}

/**
 * Images [batch, ..., height, width], each flipped or not, as drawn by a key. Throws ShapeError for a batch of other rank,
 * RangeError unless p is from 0 to 1.
 */
export function randomFlip(images: Operand, key: Operand, options?: RandomFlipOptions): Node {
	const { p = 0.5, along = 'columns' } = checkedOptions('randomFlip', options, ['p', 'along']);
	checkedNumber('randomFlip', 'p', p);
	if (!(p >= 0 && p <= 1))
		throw new RangeError(`randomFlip: p is ${p}; a probability is from 0 to 1`);
	if (along !== 'columns' && along !== 'rows')
		throw new RangeError(
			`randomFlip: along is ${describe(along)}; it must be one of columns, rows`,
		);
	const { images: x, count } = checkedImages('randomFlip', images);
	const isFlipped = besideImages(bernoulli(key, [count], { p }), x);
	return where(isFlipped, flip(x, along === 'columns' ? -1 : -2), x);
}
