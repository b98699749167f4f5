import type { Lanes, Shape } from './lanes.ts';

interface Constants {
	/** The bits of the square root of 1/2. */
	readonly rootHalf: bigint;
	/** Coefficients of (log((1 + s) / (1 - s)) / s - 2) / s^2 in s^2. */
	readonly tail: readonly number[];
}

// The coefficients: FreeBSD msun, e_logf.c, and fdlibm, e_log.c.
const constants: { readonly [S in Shape]: Constants } = {
	f32x4: {
		rootHalf: 0x3f3504f3n,
		tail: [0.6666666269302368, 0.40000972151756287, 0.2849878668785095, 0.24279078841209412],
	},
	f64x2: {
		rootHalf: 0x3fe6a09e667f3bcdn,
		tail: [
			0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784,
			0.1818357216161805, 0.15313837699209373, 0.14798198605116586,
		],
	},
};

/** A positive number as a mantissa about 1 times a power of 2. */
export interface Parts {
	/** From the square root of 1/2 to that of 2. */
	readonly mantissa: Lanes;
	/** A whole number, as a floating-point one. */
	readonly exponent: Lanes;
}

/** The natural logarithm. */
export function logarithm(x: Lanes): Lanes {
	return withLimits(ofParts(parts(x)), x);
}

/** The natural logarithm of 1 + x, without loss near 0. */
export function logarithmOfOnePlus(x: Lanes): Lanes {
	const sum = x.plus(1);
	// What the rounding of the sum has lost, exactly (Knuth's two-sum).
	const added = sum.minus(1);
	const lost = x.minus(added).plus(x.constant(1).minus(sum.minus(added)));
	const isOrdinary = sum.isAbove(0).and(sum.isBelow(Infinity));
	const logarithm = ofParts(normalParts(sum), lost.over(sum).and(isOrdinary));
	return withLimits(logarithm, sum).withSignOf(x);
}

/** The logarithm to base 2, exact for powers of 2; in f64. */
export function logarithmToBaseTwo(x: Lanes): Lanes {
	const { mantissa, exponent } = parts(x);
	const rest = ofParts({ mantissa, exponent: x.constant(0) });
	return withLimits(rest.times(Math.LOG2E).plus(exponent), x);
}

/** log10(2) as two numbers, of which the first times any exponent is exact. */
const log2High = 0.30102999566383914;
const log2Low = 1.42050232272661e-13;

/** The logarithm to base 10, exact for powers of 10; in f64. */
export function logarithmToBaseTen(x: Lanes): Lanes {
	const { mantissa, exponent } = parts(x);
	const rest = ofParts({ mantissa, exponent: x.constant(0) });
	const low = exponent.times(log2Low).plus(rest.times(Math.LOG10E));
	return withLimits(exponent.times(log2High).plus(low), x);
}

/** Takes a positive finite number apart. */
export function parts(x: Lanes): Parts {
	const { minNormal, mantissa: bits } = x.format;
	const isSubnormal = x.isBelow(minNormal);
	const { mantissa, exponent } = normalParts(isSubnormal.choose(x.times(2 ** bits), x));
	return { mantissa, exponent: exponent.minus(isSubnormal.and(x.constant(bits))) };
}

/** Coefficients of (log((1 + s) / (1 - s)) / s - 2) / s^2 in s^2, for |s| up to 0.1716. */
export function logarithmTail(shape: Shape): readonly number[] {
	return constants[shape].tail;
}

/** Takes apart a positive finite number that is not subnormal. */
function normalParts(x: Lanes): Parts {
	const { mantissa: bits, rounder, rounderBits } = x.format;
	const whole = x.minusBits(constants[x.shape].rootHalf).shiftedRight(bits);
	return {
		mantissa: x.minusBits(whole.shiftedLeft(bits)),
		exponent: whole.plusBits(rounderBits).minus(rounder),
	};
}

/** The logarithm from the parts of a number; `correction` is a small number to be added to it. */
function ofParts({ mantissa, exponent }: Parts, correction?: Lanes): Lanes {
	const { ln2High, ln2Low } = mantissa.format;
	// log(1 + f) = 2 artanh(s) for s = f / (2 + f), written as f less something small, after fdlibm.
	const f = mantissa.minus(1);
	const s = f.over(f.plus(2));
	const square = s.times(s);
	const halfSquare = f.times(f).times(0.5);
	const tail = square.times(square.polynomial(constants[mantissa.shape].tail));
	const small = exponent.times(ln2Low);
	const low = s
		.times(halfSquare.plus(tail))
		.plus(correction === undefined ? small : small.plus(correction));
	return exponent.times(ln2High).minus(halfSquare.minus(low).minus(f));
}

/** A logarithm that is right where x is positive and finite, and some number elsewhere, made right everywhere. */
function withLimits(logarithm: Lanes, x: Lanes): Lanes {
	const infinityOrNaN = x.without(x.isBelow(Infinity));
	const infinityAtZero = x.equals(0).and(x.constant(Infinity));
	return logarithm.plus(infinityOrNaN).minus(infinityAtZero).or(x.isBelow(0)); // a mask is a NaN
}
