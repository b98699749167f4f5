import { type Compile, compiler, type Data, type Node, tensor } from '@pullback/core';
import { deviating, units } from './deviating.ts';
import type { TensorFunction } from './numericalGradient.ts';

/** Runs that show what rounding does. */
const samples = 4;

/**
 * `compile` for stochastic arithmetic (Vignes, 1993): every result that rounds is moved by up to two units in its last
 * place, and sums by one of what is added up; in every run of a function otherwise. Unless `single`, f32 rounds as f64
 * does: a rule that computes in f32 what the function does not has no excuse.
 */
function roundingAtRandom(seed: number, single: boolean): Compile {
	return compiler(
		deviating(
			seed,
			({ dtype, inputs: [x] }, rounding) => {
				const unit = units[single ? dtype : 'f64'];
				// A number that is cast to a wider dtype is itself.
				if (rounding === 'rounded' && x?.dtype === 'f32' && dtype === 'f64') return null;
				const isSum = rounding === 'added' || rounding === 'multiplied';
				// Of a number just above a power of two a unit is as much as its share, and less than half of it no move.
				return { ofValue: 2 * unit, ofTerms: isSum ? unit : 0 };
			},
			{ constants: true },
		),
	);
}

/** What several functions that are compiled for stochastic arithmetic give, each otherwise. */
export function sampled<Result>(
	run: (compile: Compile) => Result,
	{ single = true, count = samples }: { readonly single?: boolean; readonly count?: number } = {},
): Result[] {
	return Array.from({ length: count }, (_, i) => run(roundingAtRandom(i + 1, single)));
}

/** How far samples lie from a number at the most; Infinity where one is no number. */
export function spreadAround(exact: number, samples: readonly number[]): number {
	let spread = 0;
	for (const sample of samples) {
		const apart = Math.abs(sample - exact);
		spread = Math.max(spread, Number.isNaN(apart) ? Infinity : apart);
	}
	return spread;
}

/** How far from a point rounding is looked at, too, as a share of each number: what is exact there seldom is exact nearby. */
const nearby = 2 ** -30;

/**
 * How far rounding may have moved each element of a function's value around a point, at least by a unit in its last
 * place: what it does at the point itself, or right beside it, whichever is more. `evaluate` computes the value.
 */
export function noiseOf(
	f: TensorFunction,
	inputs: readonly Node[],
	evaluate: (inputs: readonly Node[]) => Data,
): Float64Array {
	const rounding = roundingAtRandom(1, true)(f);
	const [here, there] = [inputs, inputs.map(moved)].map((point) => {
		const runs = Array.from({ length: samples }, () => rounding(...point).view());
		return Float64Array.from(evaluate(point), (value, k) =>
			spreadAround(
				value,
				runs.map((run) => run[k] ?? Number.NaN),
			),
		);
	}) as [Float64Array, Float64Array]; // one for each
	return Float64Array.from(evaluate(inputs), (value, k) => {
		const own = units.f64 * Math.abs(value) + 2 ** -1072;
		const beside = there[k] ?? 0;
		// Beside a point at the end of a domain there may be no number.
		return Math.max(own, here[k] ?? 0, Number.isFinite(beside) ? beside : 0);
	});
}

/** Of its multiples none is a number of few digits, with which sums are exact all the same. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

function moved(input: Node): Node {
	if (input.dtype !== 'f64') return input;
	const elements = input.data().map((x, i) => {
		const size = Math.max(Math.abs(x), 2 ** -10);
		return x + nearby * size * (0.5 + (((i + 1) * goldenRatio) % 0.5));
	});
	return tensor(elements, { shape: input.shape });
}
