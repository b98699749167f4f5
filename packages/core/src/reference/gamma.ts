/** B(2j) / (2j)!, from j = 1: the terms of the Euler-Maclaurin formula. */
export const eulerMaclaurin: readonly number[] = [
	1 / 12,
	-1 / 720,
	1 / 30_240,
	-1 / 1_209_600,
	1 / 47_900_160,
	-691 / 1_307_674_368_000,
	1 / 74_724_249_600,
	-3617 / 10_670_622_842_880_000,
];

/** From here on, terms of asymptotic series fall below what f64 can tell before they grow. */
const far = 10;
/** Negative numbers nearer to 0 have the values of a pole in every bit, and need no reflection. */
const nearPole = -(2 ** -60);

/**
 * The sum of (x + k)^-s over all k from 0, for s from 2 and x above 0; NaN elsewhere (Hurwitz): the first terms themselves,
 * the others by the Euler-Maclaurin formula (Abramowitz & Stegun 3.6.28), smallest first.
 */
export function zeta(s: number, x: number): number {
	if (!(s >= 2 && x > 0)) return Number.NaN;
	const start = x + far;
	// A power multiplies what is lost of its base by the exponent, so that is made good (Knuth's TwoSum).
	const moved = start - x;
	const lost = start === Infinity ? 0 : x - (start - moved) + (far - moved);
	const rounded = start ** (1 - s);
	const integral = rounded + rounded * (((1 - s) * lost) / start);
	const power = integral / start;
	let sum = 0;
	let term = (power * s) / start;
	for (let j = 0; j < eulerMaclaurin.length; j++) {
		sum += term * eulerMaclaurin[j]!;
		term *= ((s + 2 * j + 1) / start) * ((s + 2 * j + 2) / start);
	}
	sum += power / 2 + integral / (s - 1);
	for (let k = far - 1; k >= 0; k--) sum += (x + k) ** -s;
	return sum;
}

const euler = 0.577_215_664_901_532_9;
/** (-1)^k (zeta(k) - 1) / k, from k = 2. */
const lgammaTail = Array.from({ length: 38 }, (_, i) => ((-1) ** i * zeta(i + 2, 2)) / (i + 2));

/** log|gamma(2 + z)| for z from -3/4 to 1/2 (Abramowitz & Stegun 6.1.33). */
function lgammaNear2(z: number): number {
	let sum = 0;
	for (let i = lgammaTail.length - 1; i >= 0; i--) sum = z * (lgammaTail[i]! + sum);
	return z * (1 - euler + sum);
}

/** B(2k) / (2k (2k - 1)), from k = 1. */
const stirling = [
	1 / 12,
	-1 / 360,
	1 / 1260,
	-1 / 1680,
	1 / 1188,
	-691 / 360_360,
	1 / 156,
	-3617 / 122_400,
];

/** log|gamma(x)|; Infinity at 0 and the negative whole numbers, and at -Infinity, as C99 has it. */
export function lgamma(x: number): number {
	if (x === -Infinity) return Infinity;
	if (x < nearPole) {
		const size = -x;
		const rest = size - Math.round(size);
		if (rest === 0) return Infinity;
		const sine = Math.abs(Math.sin(Math.PI * rest));
		return Math.log(Math.PI / (size * sine)) - lgamma(size);
	}
	const size = Math.abs(x);
	if (size >= far) {
		let sum = 0;
		for (let i = stirling.length - 1; i >= 0; i--) sum = stirling[i]! + sum / (size * size);
		return (size - 0.5) * (Math.log(size) - 1) + (Math.log(2 * Math.PI) - 1) / 2 + sum / size;
	}
	// What is left of 2 is exact, as 2 plus it would not be.
	if (size < 0.5) return lgammaNear2(size) - Math.log(size * (size + 1));
	if (size < 1.25) return lgammaNear2(size - 1) - Math.log(size);
	let product = 1;
	let near = size;
	for (; near > 2.5; near -= 1) product *= near - 1;
	return lgammaNear2(near - 2) + Math.log(product);
}

/** B(2k) / 2k, from k = 1. */
const digammaSeries = [
	1 / 12,
	-1 / 120,
	1 / 252,
	-1 / 240,
	1 / 132,
	-691 / 32_760,
	1 / 12,
	-3617 / 8160,
];
/** The positive zero of digamma, as a sum of two numbers, and (-1)^k zeta(k, zero), from k = 2. */
const zero = [1.461_632_144_968_362_2, 9.549_995_429_965_697e-17] as const;
const digammaTail = Array.from({ length: 40 }, (_, i) => (-1) ** i * zeta(i + 2, zero[0]));

/** The derivative of log|gamma(x)|; minus Infinity at 0, Infinity at -0, NaN at negative whole numbers and -Infinity. */
export function digamma(x: number): number {
	if (x < nearPole) {
		const size = -x;
		const rest = size - Math.round(size);
		if (!(rest !== 0)) return Number.NaN;
		return digamma(size) + 1 / size + Math.PI / Math.tan(Math.PI * rest);
	}
	if (x >= far) {
		let sum = 0;
		for (let i = digammaSeries.length - 1; i >= 0; i--) sum = (digammaSeries[i]! + sum) / (x * x);
		return Math.log(x) - 0.5 / x - sum;
	}
	let near = x < 1 ? x + 1 : x;
	let shift = x < 1 ? -1 / x : 0;
	for (; near > 2; near -= 1) shift += 1 / (near - 1);
	// By its Taylor series at its zero, so that it keeps its relative accuracy there.
	const z = near - zero[0] - zero[1];
	let sum = 0;
	for (let i = digammaTail.length - 1; i >= 0; i--) sum = z * (digammaTail[i]! + sum);
	return sum + shift;
}
