import { exponential } from './exponential.ts';
import { type Lanes, narrow, widen } from './lanes.ts';
import { logarithm, logarithmTail, parts } from './logarithm.ts';

/** Powers in f32, computed in f64. */
export function powerByHalves(x: Lanes, y: Lanes): Lanes {
	const [lowX, highX] = widen(x);
	const [lowY, highY] = widen(y);
	const half = (base: Lanes, exponent: Lanes) =>
		withLimits(base, exponent, exponential(bounded(exponent).times(logarithm(base.magnitude()))));
	return narrow(half(lowX, lowY), half(highX, highY));
}

/** Powers in f64, by a logarithm with more bits than those of f64. */
export function power(x: Lanes, y: Lanes): Lanes {
	const { high, low } = preciseLogarithm(x.magnitude());
	const exponent = bounded(y);
	const product = exponent.times(high);
	// What the rounding of the product has lost, exactly (Dekker).
	const [yTop, yRest] = halves(exponent);
	const [top, rest] = halves(high);
	const lost = yTop
		.times(top)
		.minus(product)
		.plus(yTop.times(rest))
		.plus(yRest.times(top))
		.plus(yRest.times(rest));
	const correction = lost.plus(exponent.times(low));
	// Where it is not small, the power overflows or underflows by far.
	return withLimits(x, y, exponential(product, correction.atLeast(-1).atMost(1)));
}

/** The exponent, cut where any power but that of 1 has long overflowed or underflowed. */
function bounded(y: Lanes): Lanes {
	return y.atLeast(-(2 ** 70)).atMost(2 ** 70);
}

/** The magnitude of a power, with its sign, and right at the limits, after IEEE 754, 9.2.1. */
function withLimits(x: Lanes, y: Lanes, magnitude: Lanes): Lanes {
	const base = x.magnitude();
	const isZero = base.equals(0);
	const isLimit = isZero.or(base.equals(Infinity));
	const limit = isZero.xor(y.isAbove(0)).and(x.constant(Infinity));
	const isWhole = y.truncated().equals(y);
	const half = y.times(0.5);
	const isOdd = isWhole.without(half.truncated().equals(half));
	const signed = isLimit.choose(limit, magnitude).xor(x.and(isOdd).and(x.format.signBit));
	const isRoot = x.isBelow(0).without(isLimit.or(isWhole));
	const isNotANumber = isRoot.or(x.differsFrom(x)).or(y.differsFrom(y));
	const isOne = x.equals(1).or(y.equals(0));
	return isOne.choose(1, signed.or(isNotANumber)); // a mask is a NaN
}

/** The logarithm of positive finite numbers, as a sum of two. */
function preciseLogarithm(x: Lanes): { readonly high: Lanes; readonly low: Lanes } {
	const { ln2High, ln2Low } = x.format;
	const { mantissa, exponent } = parts(x);
	// 2 artanh(s) for s = f / (2 + f), with what the division has lost.
	const f = mantissa.minus(1);
	const divisor = mantissa.plus(1);
	const divisorTop = top(divisor);
	const divisorRest = mantissa.minus(divisorTop.minus(1));
	const s = f.over(divisor);
	const sTop = top(s);
	const sRest = f.minus(sTop.times(divisorTop)).minus(sTop.times(divisorRest)).over(divisor);
	const square = s.times(s);
	const tail = square.polynomial(logarithmTail(x.shape)).times(square).times(s);
	const [large, medium] = [exponent.times(ln2High), sTop.plus(sTop)];
	const sum = large.plus(medium);
	const small = large
		.minus(sum)
		.plus(medium)
		.plus(sRest.plus(sRest).plus(tail).plus(exponent.times(ln2Low)));
	const high = sum.plus(small);
	return { high, low: small.minus(high.minus(sum)) };
}

/** A number of f64 as the sum of two of at most 27 bits. */
function halves(x: Lanes): readonly [Lanes, Lanes] {
	const high = top(x);
	return [high, x.minus(high)];
}

/** The first 26 bits of a number of f64. */
function top(x: Lanes): Lanes {
	return x.and(-(2n ** 27n));
}
