import type { MathName } from '../src/wasm/math/table.ts';
import { bitsOf, type Fixed, fixedFor, toNumber } from './fixedPoint.ts';

/** The functions that are checked against what this file computes; the older ones have `Math` to be checked against. */
export type PreciseName = Exclude<
	MathName,
	'exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'tanh' | 'erf' | 'pow'
>;

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const { PI: pi } = Math;

/** f of a finite number, where the result is not 0; `size` is about what it is, if that may be far less than x. */
const rounded =
	(f: (fixed: Fixed, x: bigint) => bigint, size: (x: number) => number = () => 1) =>
	(x: number): number => {
		const fixed = fixedFor(x, size(x) || 2 ** -1074);
		return toNumber(f(fixed, fixed.of(x)), fixed.scale);
	};
const odd =
	(f: (fixed: Fixed, x: bigint) => bigint) =>
	(x: number): number =>
		x === 0 ? x : Math.sign(x) * rounded(f)(Math.abs(x));
const within =
	(low: number, high: number, f: (x: number) => number) =>
	(x: number): number =>
		x >= low && x <= high ? f(x) : Number.NaN;

const vanishingAt =
	(zeros: readonly number[], f: (x: number) => number) =>
	(x: number): number =>
		zeros.includes(x) ? 0 : f(x);

const otherLeg = (fixed: Fixed, x: bigint): bigint =>
	fixed.root(fixed.times(fixed.one - x, fixed.one + x));
/** pi cot(pi x) and the sine of pi x, for what is left of x. */
const turned = (fixed: Fixed, x: bigint): readonly [cotangent: bigint, sine: bigint] => {
	const [sine, cosine] = fixed.circular(fixed.times(fixed.pi, x % fixed.one));
	return [fixed.times(fixed.pi, fixed.over(cosine, sine)), sine < 0n ? -sine : sine];
};

function inverseErf(x: number): number {
	const fixed = fixedFor(x, 2 ** -53);
	const wanted = fixed.of(x);
	// Newton's iteration, from below: the function is convex.
	let y = fixed.of(Math.min((x * Math.sqrt(Math.PI)) / 2, 0.8));
	for (let i = 0; i < 200; i++) {
		const slope = fixed.over(2n * fixed.exp(-fixed.times(y, y)), fixed.root(fixed.pi));
		const step = fixed.over(wanted - fixed.erf(y), slope);
		// Far below 1 the steps are too long at first.
		const most = fixed.one / 4n;
		y += step > most ? most : step;
		if (bitsOf(step) < fixed.scale / 2) break;
	}
	return toNumber(y, fixed.scale);
}

/** Functions of finite numbers, to the nearest number of f64: by fixed-point arithmetic with hundreds of digits. */
export const precise: {
	readonly [Name in PreciseName]: (x: number, y: number) => number;
} = {
	tan: odd((fixed, x) => {
		const [sine, cosine] = fixed.circular(x);
		return fixed.over(sine, cosine);
	}),
	asin: within(
		-1,
		1,
		odd((fixed, x) => fixed.atan(x, otherLeg(fixed, x))),
	),
	acos: within(
		-1,
		1,
		rounded((fixed, x) => fixed.pi / 2n - fixed.atan(x, otherLeg(fixed, x))),
	),
	atan: odd((fixed, x) => fixed.atan(x, fixed.one)),
	atan2: (y, x) => {
		if (y === 0) return x < 0 || Object.is(x, -0) ? (Object.is(y, -0) ? -Math.PI : Math.PI) : y;
		const fixed = fixedFor(x, y);
		const [height, width] = [fixed.of(Math.abs(y)), fixed.of(x)];
		const angle = width >= 0n ? fixed.atan(height, width) : fixed.pi - fixed.atan(height, -width);
		return Math.sign(y) * toNumber(angle, fixed.scale);
	},
	sinh: odd((fixed, x) => (fixed.exp(x) - fixed.exp(-x)) / 2n),
	cosh: rounded((fixed, x) => (fixed.exp(x) + fixed.exp(-x)) / 2n),
	asinh: odd((fixed, x) => fixed.log(x + fixed.root(fixed.times(x, x) + fixed.one))),
	acosh: within(
		1,
		Infinity,
		vanishingAt(
			[1],
			rounded((fixed, x) => fixed.log(x + fixed.root(fixed.times(x, x) - fixed.one))),
		),
	),
	atanh: within(-1, 1, (x) =>
		Math.abs(x) === 1
			? x * Infinity
			: odd((fixed, each) => fixed.log(fixed.over(fixed.one + each, fixed.one - each)) / 2n)(x),
	),
	exp2: rounded(
		(fixed, x) => fixed.exp(fixed.times(x, fixed.ln2)),
		(x) => 2 ** Math.min(x, 0),
	),
	log2: within(0, Infinity, (x) =>
		x === 0
			? -Infinity
			: vanishingAt(
					[1],
					rounded((fixed, each) => fixed.over(fixed.log(each), fixed.ln2)),
				)(x),
	),
	log10: within(0, Infinity, (x) =>
		x === 0
			? -Infinity
			: vanishingAt(
					[1],
					rounded((fixed, each) => fixed.over(fixed.log(each), fixed.log(10n * fixed.one))),
				)(x),
	),
	erfinv: within(-1, 1, (x) => {
		if (Math.abs(x) === 1) return x * Infinity;
		return x === 0 ? x : Math.sign(x) * inverseErf(Math.abs(x));
	}),
	lgamma: (x) => {
		if (x <= 0 && Number.isInteger(x)) return Infinity;
		return vanishingAt(
			[1, 2],
			rounded((fixed, each) => {
				if (each > 0n) return fixed.gamma(each)[0];
				const size = fixed.times(-each, turned(fixed, each)[1]);
				return fixed.log(fixed.over(fixed.pi, size)) - fixed.gamma(-each)[0];
			}),
		)(x);
	},
	digamma: (x) => {
		if (x === 0) return -1 / x;
		if (x < 0 && Number.isInteger(x)) return Number.NaN;
		return rounded((fixed, each) => {
			if (each > 0n) return fixed.gamma(each)[1];
			return fixed.gamma(-each)[1] - fixed.over(fixed.one, each) - turned(fixed, each)[0];
		})(x);
	},
	zeta: (s, x) =>
		s >= 2 && x > 0
			? rounded(
					(fixed, each) => fixed.zeta(BigInt(s), each),
					() => Math.min(x ** -s, 1),
				)(x)
			: Number.NaN,
	mod: (x, y) => {
		if (y === 0) return Number.NaN;
		const fixed = fixedFor(2 ** -537, x, y);
		const [dividend, divisor] = [fixed.of(x), fixed.of(y)];
		const rest = dividend % divisor;
		if (rest === 0n) return y < 0 ? -0 : 0;
		return toNumber(rest < 0n !== divisor < 0n ? rest + divisor : rest, fixed.scale);
	},
	floorDivide: (x, y) => {
		if (y === 0) return Number.NaN;
		if (x === 0) return x / y;
		const fixed = fixedFor(2 ** -537, x, y);
		const [dividend, divisor] = [fixed.of(x), fixed.of(y)];
		const isBelow = dividend % divisor !== 0n && dividend < 0n !== divisor < 0n;
		return toNumber(dividend / divisor - (isBelow ? 1n : 0n), 0);
	},
};

/** C99, annex F, and what NumPy and SciPy give where that has no such function: operands, and the result. */
export const specials: { readonly [Name in PreciseName]: readonly (readonly number[])[] } = {
	tan: [
		[0, 0],
		[-0, -0],
		[inf, nan],
		[-inf, nan],
	],
	asin: [
		[0, 0],
		[-0, -0],
		[1, pi / 2],
		[-1, -pi / 2],
		[1.5, nan],
		[inf, nan],
	],
	acos: [
		[1, 0],
		[-1, pi],
		[0, pi / 2],
		[1.5, nan],
		[-inf, nan],
	],
	atan: [
		[0, 0],
		[-0, -0],
		[inf, pi / 2],
		[-inf, -pi / 2],
		[1, pi / 4],
	],
	atan2: [
		[0, 0, 0],
		[-0, 0, -0],
		[0, -0, pi],
		[-0, -0, -pi],
		[0, 1, 0],
		[-0, -1, -pi],
		[0, -1, pi],
		[1, 0, pi / 2],
		[-1, -0, -pi / 2],
		[1, inf, 0],
		[-1, inf, -0],
		[1, -inf, pi],
		[-1, -inf, -pi],
		[inf, 1, pi / 2],
		[-inf, -1, -pi / 2],
		[inf, inf, pi / 4],
		[inf, -inf, (3 * pi) / 4],
		[-inf, inf, -pi / 4],
		[-inf, -inf, (-3 * pi) / 4],
		[nan, 1, nan],
		[0, nan, nan],
		[inf, nan, nan],
		[nan, -inf, nan],
		[1.5 * 2 ** 1023, 1.5 * 2 ** 1023, pi / 4],
		[1, 1, pi / 4],
		[1, -1, (3 * pi) / 4],
	],
	sinh: [
		[0, 0],
		[-0, -0],
		[inf, inf],
		[-inf, -inf],
		[1000, inf],
	],
	cosh: [
		[0, 1],
		[-0, 1],
		[inf, inf],
		[-inf, inf],
		[-1000, inf],
	],
	asinh: [
		[0, 0],
		[-0, -0],
		[inf, inf],
		[-inf, -inf],
	],
	acosh: [
		[1, 0],
		[0.5, nan],
		[-2, nan],
		[-inf, nan],
		[inf, inf],
	],
	atanh: [
		[0, 0],
		[-0, -0],
		[1, inf],
		[-1, -inf],
		[1.5, nan],
		[inf, nan],
		[-inf, nan],
	],
	exp2: [
		[0, 1],
		[-0, 1],
		[inf, inf],
		[-inf, 0],
		[10, 1024],
		[-149, 2 ** -149],
		[5000, inf],
		[-5000, 0],
	],
	log2: [
		[0, -inf],
		[-0, -inf],
		[1, 0],
		[-1, nan],
		[inf, inf],
		[-inf, nan],
		[2 ** -149, -149],
		[2 ** 100, 100],
	],
	log10: [
		[0, -inf],
		[-0, -inf],
		[1, 0],
		[-1, nan],
		[inf, inf],
		[1000, 3],
		[1e10, 10],
	],
	erfinv: [
		[0, 0],
		[-0, -0],
		[1, inf],
		[-1, -inf],
		[1.5, nan],
		[-inf, nan],
	],
	lgamma: [
		[1, 0],
		[2, 0],
		[0, inf],
		[-0, inf],
		[-1, inf],
		[-20, inf],
		[inf, inf],
		[-inf, inf],
		[-1e30, inf],
	],
	digamma: [
		[0, -inf],
		[-0, inf],
		[-1, nan],
		[-20, nan],
		[inf, inf],
		[-inf, nan],
		[-1e30, nan],
	],
	zeta: [
		[2, inf, 0],
		[2, 0, nan],
		[2, -1, nan],
		[1, 1, nan],
		[nan, 1, nan],
	],
	mod: [
		[5, 3, 2],
		[-5, 3, 1],
		[5, -3, -1],
		[-5, -3, -2],
		[6, -3, -0],
		[-6, 3, 0],
		[0, 3, 0],
		[-0, 3, 0],
		[5, 0, nan],
		[0, 0, nan],
		[inf, 3, nan],
		[5, inf, 5],
		[-5, inf, inf],
		[5, -inf, -inf],
		[-5, -inf, -5],
		[5, nan, nan],
	],
	floorDivide: [
		[5, 3, 1],
		[-5, 3, -2],
		[5, -3, -2],
		[-5, -3, 1],
		[0, 3, 0],
		[-0, 3, -0],
		[1, -3, -1],
		[5, 0, nan],
		[0, 0, nan],
		[inf, 3, nan],
		[5, inf, 0],
		[-5, inf, -1],
		[5, -inf, -1],
		[5, nan, nan],
	],
};
