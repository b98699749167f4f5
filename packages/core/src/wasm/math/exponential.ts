import type { Lanes, Shape } from './lanes.ts';

interface Constants {
	/**
	 * Beyond them exp is 0 or Infinity. At the lower one both halves of the count are minus the bias, so that exp is a
	 * product of zeros: processors are slow at products that vanish by themselves. At the upper one they are well within
	 * the format.
	 */
	readonly limits: readonly [low: number, high: number];
	/** From here on, exp is Infinity. */
	readonly overflow: number;
	/** Coefficients of (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2. */
	readonly tail: readonly number[];
}

// Our own minimax fits, weighted for the relative error of exp(r) - 1: 2^-26 and 2^-55.
const constants: { readonly [S in Shape]: Constants } = {
	f32x4: {
		limits: [-176.06, 120],
		overflow: 89,
		tail: [
			0.49999998149587965, 0.16666543424217212, 0.04166720071857759, 0.008366547137021774,
			0.0013882516121171465,
		],
	},
	f64x2: {
		limits: [-1418.2, 800],
		overflow: 710,
		tail: [
			0.5000000000000006, 0.16666666666666588, 0.041666666666576466, 0.008333333333389729,
			0.0013888888931666953, 0.0001984126971872042, 2.4801505142867038e-5, 2.755740767797619e-6,
			2.762609277235192e-7, 2.5053778206737266e-8,
		],
	},
};

/** The exponential function; `correction` is a small number to be added to x, beyond its precision. */
export function exponential(x: Lanes, correction?: Lanes): Lanes {
	const [low, high] = constants[x.shape].limits;
	const { bias } = x.format;
	const { count, rest } = reduced(x.atLeast(low).atMost(high), 2 * bias, correction);
	return timesPowerOfTwo(rest, count);
}

/**
 * 1 plus `rest`, times 2 to the whole number in the low bits of `count`, which has twice the bias of exponents; in two
 * steps, for the power alone may be beyond the format.
 */
function timesPowerOfTwo(rest: Lanes, count: Lanes): Lanes {
	const { mantissa } = rest.format;
	const half = count.shiftedRightUnsigned(1);
	return rest
		.plus(1)
		.times(half.shiftedLeft(mantissa))
		.times(count.minusBits(half).shiftedLeft(mantissa));
}

/** The exponential function minus 1, without loss near 0. */
export function exponentialMinusOne(x: Lanes): Lanes {
	const { overflow } = constants[x.shape];
	const { count, rest } = reduced(x.atLeast(-64).atMost(overflow), 0);
	// Half the power of 2, which itself may be just beyond the format.
	const scale = powerOfTwo(count.minusBits(1n));
	const scaled = rest.times(scale).plus(scale.minus(0.5)).times(2);
	// Halves of subnormal numbers are not exact.
	return count.equals(x.format.rounder).choose(rest, scaled).withSignOf(x);
}

/** The exponential function minus 1, of numbers that are neither negative nor near overflow. */
export function exponentialMinusOneOfPositive(x: Lanes): Lanes {
	const { count, rest } = reduced(x, 0);
	const scale = powerOfTwo(count);
	return rest.times(scale).plus(scale.minus(1));
}

/** 2^x, exact for whole numbers; in f64. */
export function exponentialOfBaseTwo(x: Lanes): Lanes {
	const [low, high] = constants.f64x2.limits;
	const { bias, rounder } = x.format;
	const within = x.atLeast(low * Math.LOG2E).atMost(high * Math.LOG2E);
	const count = within.plus(rounder + 2 * bias);
	const r = within.minus(count.minus(rounder + 2 * bias)).times(Math.LN2);
	const rest = r.times(r).times(r.polynomial(constants.f64x2.tail)).plus(r);
	return timesPowerOfTwo(rest, count);
}

interface Reduced {
	/** The whole number of times that ln 2 is in x, plus the offset, in the low bits. */
	readonly count: Lanes;
	/** The exponential of what is left of x, minus 1. */
	readonly rest: Lanes;
}

function reduced(x: Lanes, offset: number, correction?: Lanes): Reduced {
	const { rounder, ln2High, ln2Low } = x.format;
	const count = x.times(Math.LOG2E).plus(rounder + offset);
	const times = count.minus(rounder + offset);
	const nearly = x.minus(times.times(ln2High)).minus(times.times(ln2Low));
	const r = correction === undefined ? nearly : nearly.plus(correction);
	const rest = r.times(r).times(r.polynomial(constants[x.shape].tail)).plus(r);
	return { count, rest };
}

/** 2 to the whole number in the low bits, if the result is not subnormal; the shift drops the other bits. */
function powerOfTwo(exponent: Lanes): Lanes {
	return exponent.shiftedLeft(exponent.format.mantissa).plusBits(exponent.format.one);
}
