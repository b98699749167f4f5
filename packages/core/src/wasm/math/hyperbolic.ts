import { exponential, exponentialMinusOneOfPositive } from './exponential.ts';
import type { Lanes, Shape } from './lanes.ts';
import { logarithmOfOnePlus } from './logarithm.ts';

/** From here on, the hyperbolic tangent is 1, and so is its formula. */
const end: { readonly [S in Shape]: number } = { f32x4: 10, f64x2: 20 };

/** The hyperbolic tangent. */
export function hyperbolicTangent(x: Lanes): Lanes {
	const size = x.magnitude().atMost(end[x.shape]);
	const power = exponentialMinusOneOfPositive(size.plus(size));
	return power.over(power.plus(2)).withSignOf(x);
}

/** What the logarithm of 2 is more than `Math.LN2`. */
const ln2Rest = 2.319_046_813_846_3e-17;
/** All hyperbolic functions overflow from here on. */
const overflow = 1000;

/** Half of e^x for positive x, which may be finite where e^x is not; in f64. */
function halfExponential(x: Lanes): Lanes {
	const size = x.atMost(overflow);
	const less = size.minus(Math.LN2);
	return exponential(less, size.minus(less).minus(Math.LN2).minus(ln2Rest));
}

/** The hyperbolic cosine; in f64. */
export function hyperbolicCosine(x: Lanes): Lanes {
	const half = halfExponential(x.magnitude());
	return half.plus(x.constant(0.25).over(half));
}

/** The hyperbolic sine; in f64. */
export function hyperbolicSine(x: Lanes): Lanes {
	const size = x.magnitude();
	const half = halfExponential(size);
	const far = half.minus(x.constant(0.25).over(half));
	const power = exponentialMinusOneOfPositive(size.atMost(1));
	const near = power.plus(power.over(power.plus(1))).times(0.5);
	return size.isBelow(1).choose(near, far).withSignOf(x);
}

/** From here on, a number and its successor have the same logarithm, and so have a square and its successor. */
const large = 2 ** 60;

/** The inverse hyperbolic sine; in f64. */
export function inverseHyperbolicSine(x: Lanes): Lanes {
	const size = x.magnitude();
	const near = size.atMost(large);
	const square = near.times(near);
	// sqrt(x^2 + 1) - 1, without loss near 0.
	const rest = square.over(square.plus(1).squareRoot().plus(1));
	return logarithmOfDouble(size, near.plus(rest)).withSignOf(x);
}

/** The inverse hyperbolic cosine; in f64. */
export function inverseHyperbolicCosine(x: Lanes): Lanes {
	const more = x.minus(1).atMost(large);
	const rest = more.times(more.plus(2)).squareRoot();
	return logarithmOfDouble(x, more.plus(rest)).or(x.isBelow(1)); // a mask is a NaN
}

/** The logarithm of 1 plus `more`, or where x is large, of twice x. */
function logarithmOfDouble(x: Lanes, more: Lanes): Lanes {
	const isLarge = x.isAbove(large);
	return logarithmOfOnePlus(isLarge.choose(x, more)).plus(isLarge.and(x.constant(Math.LN2)));
}

/** The inverse hyperbolic tangent; in f64. */
export function inverseHyperbolicTangent(x: Lanes): Lanes {
	const size = x.magnitude();
	const ratio = size.plus(size).over(x.constant(1).minus(size));
	return logarithmOfOnePlus(ratio).times(0.5).withSignOf(x);
}
