import type { Code, Local } from '../assembler/code.ts';
import { Word } from './word.ts';

/** 2 / pi, of which these are the first bits after the point. */
const inverse = BigInt(
	`0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921c\
fe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980f\
ef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d08\
56033046fc7b6bab`,
);
const inverseWords = 19;

/** The biased exponent of the angles whose window begins at the start of the table. */
const firstExponent = 1075 - 62;

/** Words of 2 / pi that matter at one time: two and a half, and one to shift in from. */
const windowLength = 4;

/** What is left of an angle. */
export interface Angle {
	/** From -pi/4 to pi/4, in f64. */
	readonly remainder: Local;
	/** The number of right angles taken away, modulo 4. */
	readonly quadrant: Word;
}

/**
 * Takes whole right angles from a finite angle in f64 from 2^20 up to 2^`bits`: multiplies its mantissa by those
 * bits of 2 / pi that make neither multiples of 4 nor too little to matter (Payne and Hanek, 1983).
 */
export function reduceLargeAngle(code: Code, angle: Local, bits: number): Angle {
	const pattern = new Word(code, code.get(angle).op('i64.reinterpret_f64').keep('i64'));
	const mantissa = pattern.and(2n ** 52n - 1n).or(2n ** 52n);
	// The first bit of the window, in the table with its word of zeros in front. That bit times the mantissa's
	// last is 2: the angle is the mantissa times 2^(exponent - 1075), and the bit at position p is 2^(63 - p).
	const position = pattern.shiftedRight(52n).minus(BigInt(firstExponent));
	const lastPosition = bits + 1022 - firstExponent;
	const [first, second, third] = windowAt(code, position, Math.floor(lastPosition / 64));

	// The product modulo 2^192: two bits of whole right angles, then the fraction.
	const carry = mantissa.timesHigh(third);
	const low = mantissa.times(second).plus(carry);
	const high = mantissa.times(first).plus(mantissa.timesHigh(second)).plus(low.isBelow(carry));
	// To the nearest right angle: what is left is the same bits, read as a number with sign.
	const quadrant = high.plus(2n ** 61n).shiftedRight(62n);
	const fractionHigh = high.shiftedLeft(2n).or(low.shiftedRight(62n));
	const fractionLow = low.shiftedLeft(2n);
	const push = (word: Word, convert: 'f64.convert_i64_s' | 'f64.convert_i64_u', unit: number) =>
		code.get(word.local).op(convert).f64(unit).op('f64.mul');
	// The first two sum exactly where they nearly cancel.
	push(fractionHigh.dividedByPowerOfTwo(32n), 'f64.convert_i64_s', 2 ** -32);
	push(fractionHigh.and(0xffffffffn), 'f64.convert_i64_u', 2 ** -64).op('f64.add');
	push(fractionLow, 'f64.convert_i64_u', 2 ** -128).op('f64.add');
	const remainder = code
		.f64(Math.PI / 2)
		.op('f64.mul')
		.keep('f64');
	return { remainder, quadrant };
}

/** Three words of 2 / pi from a bit position on, which is in the words up to `last`. */
function windowAt(code: Code, position: Word, last: number): readonly [Word, Word, Word] {
	// There is no memory to look up: take all words, and move them down by one binary digit of the index at a time.
	const table = Array.from({ length: last + windowLength }, (_, index) =>
		Word.of(code, wordOfInverse(index)),
	);
	const index = position.shiftedRight(6n);
	for (let step = 2 ** Math.floor(Math.log2(last)); step >= 1; step /= 2) {
		code.get(index.and(BigInt(step)).local).op('i32.wrap_i64');
		code.if(() => {
			for (const [to, word] of table.slice(0, step - 1 + windowLength).entries()) {
				const from = table[to + step];
				if (from !== undefined) word.assign(from);
			}
		});
	}
	const [first, second, third, fourth] = table;
	if (!first || !second || !third || !fourth) throw new Error('internal: no window');
	// By at most 63 bits; a shift by 64 would be none.
	const back = position.times(-1n).minus(1n);
	const join = (left: Word, right: Word) =>
		left.shiftedLeft(position).or(right.shiftedRight(1n).shiftedRight(back));
	return [join(first, second), join(second, third), join(third, fourth)];
}

/** A word of the bits of 2 / pi, after one of zeros. */
function wordOfInverse(index: number): bigint {
	return BigInt.asUintN(64, inverse >> BigInt(64 * (inverseWords - index)));
}
