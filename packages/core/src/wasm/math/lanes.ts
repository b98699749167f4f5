import type { Code, Local } from '../assembler/code.ts';

/** Code for a function of vectors: takes locals with them, leaves its result in a new one. */
export type MathFunction = (code: Code, ...inputs: Local[]) => Local;

/** The two ways to see a vector as floating-point numbers. */
export type Shape = 'f32x4' | 'f64x2';

const integers = { f32x4: 'i32x4', f64x2: 'i64x2' } as const;

/** What the formulas must know of the binary format of the lanes. */
export interface Format {
	/** Bits of the whole lane, and of its mantissa. */
	readonly width: number;
	readonly mantissa: number;
	readonly signBit: bigint;
	/** The smallest number that is not subnormal. */
	readonly minNormal: number;
	/** What is added to exponents. */
	readonly bias: number;
	/** The bits of 1. */
	readonly one: bigint;
	/** A number that, once added, leaves no room for fractions: a sum's low bits are a whole number. */
	readonly rounder: number;
	readonly rounderBits: bigint;
	/** The natural logarithm of 2, as two numbers; the first times any exponent is exact. */
	readonly ln2High: number;
	readonly ln2Low: number;
}

// The logarithm's parts: Cephes, expf.c, and fdlibm, e_exp.c.
const formats: { readonly [S in Shape]: Format } = {
	f32x4: {
		width: 32,
		mantissa: 23,
		signBit: 1n << 31n,
		minNormal: 2 ** -126,
		bias: 127,
		one: 0x3f800000n,
		rounder: 1.5 * 2 ** 23,
		rounderBits: 0x4b400000n,
		ln2High: 0.693359375,
		ln2Low: -0.00021219444005469057,
	},
	f64x2: {
		width: 64,
		mantissa: 52,
		signBit: 1n << 63n,
		minNormal: 2 ** -1022,
		bias: 1023,
		one: 0x3ff0000000000000n,
		rounder: 1.5 * 2 ** 52,
		rounderBits: 0x4338000000000000n,
		ln2High: 0.6931471803691238,
		ln2Low: 1.9082149292705877e-10,
	},
};

/** A number stands for that number in every lane, a bigint for that pattern of bits in every lane. */
export type Operand = Lanes | number | bigint;

/** A vector of numbers, of bits, or of masks (all bits set where true): its methods append instructions. */
export class Lanes {
	readonly code: Code;
	readonly shape: Shape;
	readonly local: Local;

	constructor(code: Code, shape: Shape, local: Local) {
		this.code = code;
		this.shape = shape;
		this.local = local;
	}

	get format(): Format {
		return formats[this.shape];
	}

	/** The given number or bits in every lane. */
	constant(value: number | bigint): Lanes {
		this.#push(value);
		return this.#keep();
	}

	plus(other: Operand): Lanes {
		return this.#binary(other, 'add');
	}

	minus(other: Operand): Lanes {
		return this.#binary(other, 'sub');
	}

	times(other: Operand): Lanes {
		return this.#binary(other, 'mul');
	}

	over(other: Operand): Lanes {
		return this.#binary(other, 'div');
	}

	/** The smaller of both; itself where it is NaN. */
	atMost(other: Operand): Lanes {
		return this.#binary(other, 'pmin');
	}

	/** The greater of both; itself where it is NaN. */
	atLeast(other: Operand): Lanes {
		return this.#binary(other, 'pmax');
	}

	isBelow(other: Operand): Lanes {
		return this.#binary(other, 'lt');
	}

	isAbove(other: Operand): Lanes {
		return this.#binary(other, 'gt');
	}

	isAtLeast(other: Operand): Lanes {
		return this.#binary(other, 'ge');
	}

	equals(other: Operand): Lanes {
		return this.#binary(other, 'eq');
	}

	differsFrom(other: Operand): Lanes {
		return this.#binary(other, 'ne');
	}

	magnitude(): Lanes {
		this.code.get(this.local).op(`${this.shape}.abs`);
		return this.#keep();
	}

	/** Rounded toward zero. */
	truncated(): Lanes {
		this.code.get(this.local).op(`${this.shape}.trunc`);
		return this.#keep();
	}

	/** Rounded to the nearest whole number, from halfway to the even one. */
	rounded(): Lanes {
		this.code.get(this.local).op(`${this.shape}.nearest`);
		return this.#keep();
	}

	/** Rounded down. */
	floored(): Lanes {
		this.code.get(this.local).op(`${this.shape}.floor`);
		return this.#keep();
	}

	squareRoot(): Lanes {
		this.code.get(this.local).op(`${this.shape}.sqrt`);
		return this.#keep();
	}

	/** These magnitudes with the signs of `other`. */
	withSignOf(other: Lanes): Lanes {
		return other.constant(this.format.signBit).choose(other, this);
	}

	and(other: Operand): Lanes {
		return this.#bitwise(other, 'v128.and');
	}

	/** The bits here that are not set there. */
	without(other: Operand): Lanes {
		return this.#bitwise(other, 'v128.andnot');
	}

	or(other: Operand): Lanes {
		return this.#bitwise(other, 'v128.or');
	}

	xor(other: Operand): Lanes {
		return this.#bitwise(other, 'v128.xor');
	}

	/** As a mask: the first where it is set, else the second. */
	choose(yes: Operand, no: Operand): Lanes {
		this.#push(yes);
		this.#push(no);
		this.code.get(this.local).op('v128.bitselect');
		return this.#keep();
	}

	/** The sum of the lanes as whole numbers. */
	plusBits(other: Operand): Lanes {
		return this.#bitwise(other, `${integers[this.shape]}.add`);
	}

	/** The difference of the lanes as whole numbers. */
	minusBits(other: Operand): Lanes {
		return this.#bitwise(other, `${integers[this.shape]}.sub`);
	}

	/** Where the lanes are equal as whole numbers. */
	equalsBits(other: Operand): Lanes {
		return this.#bitwise(other, `${integers[this.shape]}.eq`);
	}

	shiftedLeft(count: number): Lanes {
		this.code.get(this.local).i32(count).op(`${integers[this.shape]}.shl`);
		return this.#keep();
	}

	/** Whole numbers with sign, divided by a power of 2 and rounded down. */
	shiftedRight(count: number): Lanes {
		this.code.get(this.local).i32(count).op(`${integers[this.shape]}.shr_s`);
		return this.#keep();
	}

	/** Whole numbers without sign, divided by a power of 2 and rounded down; of 64 bits by fewer instructions. */
	shiftedRightUnsigned(count: number): Lanes {
		this.code.get(this.local).i32(count).op(`${integers[this.shape]}.shr_u`);
		return this.#keep();
	}

	/**
	 * The polynomial with the given coefficients, from the constant one up, by Estrin's scheme: pairs of terms become
	 * the coefficients of a polynomial in the square. A processor is done with it sooner than with Horner's one chain.
	 */
	polynomial(coefficients: readonly Operand[]): Lanes {
		const pairs: Lanes[] = [];
		for (let i = 0; i < coefficients.length; i += 2) {
			const [low = 0, high] = coefficients.slice(i, i + 2);
			if (high !== undefined) pairs.push(this.times(high).plus(low));
			else pairs.push(low instanceof Lanes ? low : this.constant(low));
		}
		const [first] = pairs;
		if (first === undefined) throw new Error('internal: a polynomial without terms');
		return pairs.length === 1 ? first : this.times(this).polynomial(pairs);
	}

	#binary(
		other: Operand,
		name: 'add' | 'sub' | 'mul' | 'div' | 'pmin' | 'pmax' | 'lt' | 'gt' | 'ge' | 'eq' | 'ne',
	): Lanes {
		return this.#bitwise(other, `${this.shape}.${name}`);
	}

	#bitwise(other: Operand, opcode: Parameters<Code['op']>[0]): Lanes {
		this.code.get(this.local);
		this.#push(other);
		this.code.op(opcode);
		return this.#keep();
	}

	#push(value: Operand): void {
		const { code, shape } = this;
		if (value instanceof Lanes) code.get(value.local);
		else if (typeof value === 'number') code[shape](value);
		else if (shape === 'f32x4') code.i32x4(Number(value));
		else code.i64x2(value);
	}

	#keep(): Lanes {
		return new Lanes(this.code, this.shape, this.code.keep('v128'));
	}
}

/** A function of one vector, written in terms of its lanes. */
export function unary(shape: Shape, formula: (x: Lanes) => Lanes): MathFunction {
	return (code: Code, x: Local) => formula(new Lanes(code, shape, x)).local;
}

/** A function of two vectors, written in terms of their lanes. */
export function binary(shape: Shape, formula: (x: Lanes, y: Lanes) => Lanes): MathFunction {
	return (code: Code, x: Local, y: Local) =>
		formula(new Lanes(code, shape, x), new Lanes(code, shape, y)).local;
}

/** A formula in f64, of four numbers of f32. */
export function inHalves(formula: (x: Lanes) => Lanes): (x: Lanes) => Lanes {
	return (x) => {
		const [low, high] = widen(x);
		return narrow(formula(low), formula(high));
	};
}

/** A formula in f64, of four pairs of numbers of f32. */
export function inHalvesOfTwo(
	formula: (x: Lanes, y: Lanes) => Lanes,
): (x: Lanes, y: Lanes) => Lanes {
	return (x, y) => {
		const [lowX, highX] = widen(x);
		const [lowY, highY] = widen(y);
		return narrow(formula(lowX, lowY), formula(highX, highY));
	};
}

/** Four numbers of f32 as twice two of f64. */
export function widen(x: Lanes): readonly [Lanes, Lanes] {
	const { code, local } = x;
	const low = code.get(local).op('f64x2.promote_low_f32x4').keep('v128');
	code.get(local).get(local).shuffle32(2, 3, 2, 3).op('f64x2.promote_low_f32x4');
	return [new Lanes(code, 'f64x2', low), new Lanes(code, 'f64x2', code.keep('v128'))];
}

/** Twice two numbers of f64, rounded to four of f32. */
export function narrow(low: Lanes, high: Lanes): Lanes {
	const { code } = low;
	code.get(low.local).op('f32x4.demote_f64x2_zero');
	code.get(high.local).op('f32x4.demote_f64x2_zero').shuffle32(0, 1, 4, 5);
	return new Lanes(code, 'f32x4', code.keep('v128'));
}

/** The low halves of twice two 64-bit lanes. */
export function lowHalves(low: Lanes, high: Lanes): Lanes {
	const { code } = low;
	code.get(low.local).get(high.local).shuffle32(0, 2, 4, 6);
	return new Lanes(code, 'f32x4', code.keep('v128'));
}
