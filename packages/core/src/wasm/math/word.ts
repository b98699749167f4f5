import type { Code, Local } from '../assembler/code.ts';

/** A 64-bit whole number, modulo 2^64, in a local: its methods append instructions. */
export class Word {
	readonly code: Code;
	readonly local: Local;

	constructor(code: Code, local: Local) {
		this.code = code;
		this.local = local;
	}

	/** A word with a given value. */
	static of(code: Code, value: bigint): Word {
		return new Word(code, code.i64(value).keep('i64'));
	}

	plus(other: Word | bigint): Word {
		return this.#binary(other, 'i64.add');
	}

	minus(other: Word | bigint): Word {
		return this.#binary(other, 'i64.sub');
	}

	times(other: Word | bigint): Word {
		return this.#binary(other, 'i64.mul');
	}

	/** The remainder by another word, both without sign; traps if that is 0. */
	modulo(other: Word): Word {
		return this.#binary(other, 'i64.rem_u');
	}

	and(other: Word | bigint): Word {
		return this.#binary(other, 'i64.and');
	}

	or(other: Word | bigint): Word {
		return this.#binary(other, 'i64.or');
	}

	/** Shifted toward the high bits, by a count modulo 64. */
	shiftedLeft(count: Word | bigint): Word {
		return this.#binary(count, 'i64.shl');
	}

	/** Shifted toward the low bits, by a count modulo 64; zeros come in. */
	shiftedRight(count: Word | bigint): Word {
		return this.#binary(count, 'i64.shr_u');
	}

	/** As a number with sign, divided by a power of 2 and rounded down. */
	dividedByPowerOfTwo(exponent: bigint): Word {
		return this.#binary(exponent, 'i64.shr_s');
	}

	/** The high 64 bits of the product with a word below 2^53. */
	timesHigh(other: Word): Word {
		const half = (word: Word) => word.and(0xffffffffn);
		const [high, low] = [this.shiftedRight(32n), half(this)];
		const [otherHigh, otherLow] = [other.shiftedRight(32n), half(other)];
		const middle = low.times(otherLow).shiftedRight(32n).plus(high.times(otherLow));
		const cross = low.times(otherHigh).plus(half(middle));
		return high.times(otherHigh).plus(middle.shiftedRight(32n)).plus(cross.shiftedRight(32n));
	}

	/** 1 if this is less than the other, both without sign, else 0. */
	isBelow(other: Word): Word {
		this.code.get(this.local).get(other.local).op('i64.lt_u').op('i64.extend_i32_u');
		return new Word(this.code, this.code.keep('i64'));
	}

	/** Gives the local another value. */
	assign(value: Word): void {
		this.code.get(value.local).set(this.local);
	}

	#binary(other: Word | bigint, opcode: Parameters<Code['op']>[0]): Word {
		const { code } = this;
		code.get(this.local);
		if (typeof other === 'bigint') code.i64(other);
		else code.get(other.local);
		code.op(opcode);
		return new Word(code, code.keep('i64'));
	}
}
