import { eulerMaclaurin } from '../../reference/gamma.ts';
import type { Lanes } from './lanes.ts';
import { logarithm } from './logarithm.ts';
import { power } from './power.ts';

// All in f64, by our own minimax fits, of relative errors from 2^-57 to 2^-72.

/** Coefficients of log(gamma(2 + z)) / z in z, from -3/4 to 1/2. */
const nearTwo = [
	0.42278433509846713, 0.3224670334241132, -0.06735230105319802, 0.020580808427783696,
	-0.007385551028683301, 0.0028905103307917445, -0.0011927539112573599, 0.0005096695234931322,
	-0.00022315476942783976, 9.94575270223632e-5, -4.492608096213267e-5, 2.0507164308977572e-5,
	-9.440825745778084e-6, 4.374337222608497e-6, -2.0322741818803047e-6, 9.6185307284884e-7,
	-4.6966180900003376e-7, 1.802942186314709e-7, -7.406807359365935e-8, 1.1944408782113308e-7,
	-1.427065145997974e-8, -5.2327534482970835e-8, -4.712555384727547e-8,
];
/** Coefficients of what Stirling's formula lacks of log(gamma(x)), times x, in 1 / x^2, from x = 8. */
const stirling = [
	0.08333333333333333, -0.0027777777777776786, 0.0007936507935157013, -0.0005952380249474431,
	0.0008417328033744818, -0.001914991792132343, 0.006209338242716388, -0.020877742708820753,
];
/** The positive zero of digamma, as a sum of two numbers. */
const zeroHigh = 1.4616321449683622;
const zeroLow = 9.549995429965697e-17;
/** Coefficients of digamma(x) / (x - zero) in x - 3/2, from 1 to 2. */
const nearZero = [
	0.9510558760318328, -0.4236274212814606, 0.24054248424078722, -0.1484049230538802,
	0.09498872445285002, -0.061922133275550455, 0.04076083394337775, -0.026975796657315438,
	0.01790724823594765, -0.01190822015996442, 0.007927023321430028, -0.0052799365465260005,
	0.003518088764711913, -0.0023455005719212056, 0.0015635030246950346, -0.0010364281980067087,
	0.0006902836207715892, -0.0004860467787793845, 0.0003258771957600899, -0.00014463477455904108,
	9.32997941309136e-5, -0.00017834985270857916, 0.00012117074950983246,
];
/** Coefficients of what log(x) - 1 / (2 x) is more than digamma(x), times x^2, in 1 / x^2, from x = 8. */
const digammaFar = [
	0.08333333333333333, -0.008333333333331734, 0.003968253966070614, -0.004166665528604001,
	0.007575464852724691, -0.021051522313144697, 0.0800447901788065, -0.2998160339075101,
];
/** Coefficients of (sin(pi r) / r - pi) / r^2, and of (1 - pi r cot(pi r)) / r^2, in r^2, up to r = 1/2. */
const sineTail = [
	-5.16771278004997, 2.5501640398773455, -0.5992645293207876, 0.0821458866110042,
	-0.007370430943811744, 0.00046630278813827836, -2.1915252794943608e-5, 7.948589011329845e-7,
	-2.228792445506088e-8,
];
const cotangentTail = [
	3.289868133696456, 2.1646464674210284, 2.0346861241466785, 2.0081546995675157, 2.0019897007013556,
	2.0004768267307345, 2.0004158419848403, 1.9960566482721471, 2.038886246499815, 1.7233172525252112,
	3.4261507805753837, -3.2267107331893943, 15.081729356525534, -18.563540444211775,
	18.487090365518235,
];

/** From here on by asymptotic series. */
const far = 8;
/** Negative numbers nearer to 0 have the values of a pole in every bit, and need no reflection. */
const nearPole = -(2 ** -60);

/** The logarithm of the magnitude of the gamma function, infinite at its poles. */
export function logarithmOfGamma(x: Lanes): Lanes {
	const size = x.magnitude();
	const isFar = size.isAtLeast(far);
	// By a shift to between 1.25 and 2.5; what that leaves of 2 is exact, as 2 plus it would not be.
	const isTiny = size.isBelow(0.5);
	const isLow = size.isBelow(1.25);
	let rest = isTiny.choose(size, isLow.choose(size.minus(1), size.minus(2)));
	let product = x.constant(1);
	for (let n = 1; n + 1.5 < far; n++) {
		const isAbove = size.isAbove(n + 1.5);
		rest = isAbove.choose(size.minus(n + 2), rest);
		product = isAbove.choose(product.times(size.minus(n)), product);
	}
	const divisor = isTiny.choose(size.times(size.plus(1)), size);
	const logarithmOfShift = logarithm(isLow.choose(divisor, isFar.choose(size, product)));
	const signed = logarithmOfShift.xor(isLow.and(x.format.signBit));
	const near = rest.times(rest.polynomial(nearTwo)).plus(signed);
	const inverse = x.constant(1).over(size);
	const series = inverse.times(inverse).polynomial(stirling).times(inverse);
	const asymptotic = size
		.minus(0.5)
		.times(logarithmOfShift.minus(1))
		.plus((Math.log(2 * Math.PI) - 1) / 2)
		.plus(series);
	const positive = isFar.choose(asymptotic, near);
	// Reflected: gamma(x) gamma(-x) = -pi / (x sin(pi x)).
	const fraction = fractionOf(size);
	const square = fraction.times(fraction);
	const sine = square.polynomial(sineTail).times(square).plus(Math.PI).times(fraction).magnitude();
	const reflected = logarithm(x.constant(Math.PI).over(size.times(sine))).minus(positive);
	const isPole = fraction.equals(0).or(size.equals(Infinity));
	return x.isBelow(nearPole).choose(isPole.choose(Infinity, reflected), positive);
}

/** The derivative of the former; NaN at negative whole numbers. */
export function digamma(x: Lanes): Lanes {
	const isReflected = x.isBelow(nearPole);
	const size = isReflected.choose(x.magnitude(), x);
	// By a shift to between 1 and 2.
	const isLow = size.isBelow(1);
	const inverse = x.constant(1).over(size);
	let near = isLow.choose(size.plus(1), size);
	let shift = isLow.and(inverse.xor(x.format.signBit));
	for (let n = 1; n + 1 < far; n++) {
		const isAbove = size.isAbove(n + 1);
		near = isAbove.choose(size.minus(n), near);
		shift = shift.plus(isAbove.and(x.constant(1).over(size.minus(n))));
	}
	const shifted = near
		.minus(zeroHigh)
		.minus(zeroLow)
		.times(near.minus(1.5).polynomial(nearZero))
		.plus(shift);
	const square = inverse.times(inverse);
	const asymptotic = logarithm(size)
		.minus(inverse.times(0.5))
		.minus(square.polynomial(digammaFar).times(square));
	const positive = size.isAtLeast(far).choose(asymptotic, shifted);
	// Reflected: digamma(-x) = digamma(x) + 1 / x + pi cot(pi x).
	const fraction = fractionOf(size);
	const squared = fraction.times(fraction);
	const cotangent = x
		.constant(1)
		.minus(squared.polynomial(cotangentTail).times(squared))
		.over(fraction);
	const reflected = positive.plus(inverse).plus(cotangent).or(fraction.equals(0)); // a mask is a NaN
	return isReflected.choose(reflected, positive);
}

/** What a positive number is more or less than the nearest whole one, exactly. */
function fractionOf(x: Lanes): Lanes {
	return x.minus(x.rounded());
}

const ownTerms = 10;

/** The sum of (x + k)^-s over all k from 0, for s from 2 and x above 0; NaN elsewhere: the interpreter's formula. */
export function hurwitzZeta(s: Lanes, x: Lanes): Lanes {
	const { code } = x;
	const exponent = x.constant(0).minus(s);
	const start = x.plus(ownTerms);
	// What is lost of the base, by Knuth's TwoSum.
	const moved = start.minus(x);
	const difference = x.minus(start.minus(moved)).plus(moved.constant(ownTerms).minus(moved));
	const lost = start.equals(Infinity).choose(0, difference);
	const rounded = power(start, exponent.plus(1));
	const integral = rounded.plus(rounded.times(exponent.plus(1).times(lost).over(start)));
	const first = integral.over(start);
	let term = first.times(s).over(start);
	let sum = x.constant(0);
	for (const [j, coefficient] of eulerMaclaurin.entries()) {
		sum = sum.plus(term.times(coefficient));
		const growth = s.plus(2 * j + 1).over(start);
		term = term.times(growth.times(s.plus(2 * j + 2).over(start)));
	}
	sum = sum.plus(first.times(0.5).plus(integral.over(s.minus(1))));
	const offset = x.constant(ownTerms);
	code.loop((again) => {
		code.get(offset.minus(1).local).set(offset.local);
		code.get(sum.plus(power(x.plus(offset), exponent)).local).set(sum.local);
		code.get(offset.isAbove(0).local).op('v128.any_true').brIf(again);
	});
	return s.isAtLeast(2).and(x.isAbove(0)).choose(sum, Number.NaN);
}
