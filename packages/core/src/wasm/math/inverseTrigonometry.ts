import type { Lanes } from './lanes.ts';

// All in f64.

/** Coefficients of (atan(r) / r - 1) / r^2 in r^2, for |r| up to tan(pi/8): our own minimax fit, to 2^-59. */
const tail = [
	-0.333333333333332, 0.19999999999954077, -0.1428571428024704, 0.11111110786013557,
	-0.09090897831438374, 0.0769206152461374, -0.06663118869636502, 0.05847996402038911,
	-0.05039783274344113, 0.03807661095587685, -0.01792028444266583,
];
const tangentOfEighth = Math.SQRT2 - 1;

/** pi / 4 as two numbers, of which the first times 3 is exact. */
const quarterHigh = 0.7853981633974474;
const quarterLow = 9.18794589678809e-16;

/** The angle of a point from the axis of x, from -pi to pi, with the sign of y; of infinities and zeros as C99 has it. */
export function angle(y: Lanes, x: Lanes): Lanes {
	const [height, width] = [y.magnitude(), x.magnitude()];
	const isSteep = height.isAbove(width);
	const greater = isSteep.choose(height, width);
	const lesser = isSteep.choose(width, height);
	// Two infinities are at the angle of two ones, two zeros at that of 0 and 1.
	const isInfinite = greater.equals(Infinity);
	const large = isInfinite.or(greater.equals(0)).choose(1, greater);
	const one = lesser.equals(Infinity).and(x.constant(1));
	const small = isInfinite.choose(one, lesser).or(lesser.differsFrom(lesser)); // a mask is a NaN
	// Beyond an eighth of pi, as the angle from the diagonal; scaled, as sums overflow.
	const isWide = small.isAbove(large.times(tangentOfEighth));
	const scale = large.isAbove(1).choose(0.25, 1);
	const [shorter, longer] = [small.times(scale), large.times(scale)];
	const ratio = isWide
		.choose(shorter.minus(longer), small)
		.over(isWide.choose(shorter.plus(longer), large));
	const square = ratio.times(ratio);
	const rest = square.polynomial(tail).times(square).times(ratio).plus(ratio);
	// The number of quarters of pi, more or less what is left.
	const isLeft = x.shiftedRight(x.format.width - 1);
	const acute = isWide.and(x.constant(1));
	const upright = isSteep.choose(acute.constant(2).minus(acute), acute);
	const quarters = isLeft.choose(upright.constant(4).minus(upright), upright);
	const signed = rest.xor(isSteep.xor(isLeft).and(x.format.signBit));
	const result = quarters.times(quarterHigh).plus(quarters.times(quarterLow).plus(signed));
	return result.withSignOf(y);
}

/** The inverse tangent. */
export function inverseTangent(x: Lanes): Lanes {
	return angle(x, x.constant(1));
}

/** The inverse sine. */
export function inverseSine(x: Lanes): Lanes {
	return angle(x, otherLeg(x));
}

/** The inverse cosine. */
export function inverseCosine(x: Lanes): Lanes {
	return angle(otherLeg(x), x);
}

/** The leg of a right triangle with hypotenuse 1 whose other leg is x; NaN beyond 1. */
function otherLeg(x: Lanes): Lanes {
	return x.constant(1).minus(x).times(x.plus(1)).squareRoot();
}
