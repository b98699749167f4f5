import { type Data, DTypeError, type Node } from '@pullback/core';
import { type Combinations, combinations, double, type Subject, single } from './combinations.ts';
import { type ExactJacobian, floatingIndices, isFloating, type Mode } from './exactJacobian.ts';
import { interpreted } from './interpreted.ts';
import { sampled, spreadAround } from './noise.ts';
import type { TensorFunction } from './numericalGradient.ts';

/** What a derivative by the rules is compared with, where that is not differences. */
export type Standard = 'single elements' | 'separate Nodes' | 'f64';

/** A derivative by the rules that is not what others by the same rules say. */
export interface Inconsistency {
	readonly standard: Standard;
	readonly mode: Mode['by'];
	/** Where: of reverse mode an element of an input, of forward mode an element of the output. */
	readonly input: number;
	readonly element: number;
	readonly actual: number;
	readonly expected: number;
	readonly allowed: number;
}

/** What is compared is but one number for many: more runs tell what rounding does to it. */
const moreSamples = 16;

/** What a derivative is called wrong beyond, as a multiple of what rounding does to it. */
const safety = 10;
/** Digits that single precision keeps of a derivative, beyond what stochastic arithmetic says of its rounding. */
const singleShare = 1e-5;

/** What is 0 in single precision, or has few digits, may be that much: its least normal number, and what amplifies it. */
const singleLeast = 1e-30;

/** Numbers below lose digits however they are computed. */
const minNormal = 2 ** -1022;

/**
 * Derivatives of random combinations of outputs, or along random directions, that are not the combinations of those of
 * single elements, which differences have judged: a rule that is not linear, or that mixes elements.
 */
export function nonlinearities(
	{ inputs, cotangent, tangents }: Subject,
	combined: Combinations,
	{ by }: Mode,
	{ at }: ExactJacobian,
	relative: number,
): Inconsistency[] {
	const indices = floatingIndices(inputs);
	const weights = cotangent.view();
	const summed = (terms: Iterable<number>): readonly [sum: number, size: number] => {
		let [sum, size] = [0, 0];
		for (const term of terms) {
			sum += term;
			size += Math.abs(term);
		}
		return [sum, size];
	};
	const expected =
		by === 'reverse'
			? indices.map((input) =>
					Array.from(inputs[input]?.view() ?? [], (_, element) =>
						summed(weights.map((weight, output) => weight * at(input, element, output))),
					),
				)
			: [
					Array.from(weights, (_, output) =>
						summed(
							tangents.flatMap((tangent, k) =>
								Array.from(
									tangent.view(),
									(step, element) => step * at(indices[k] ?? -1, element, output),
								),
							),
						),
					),
				];
	return compare(
		{ standard: 'single elements', by, indices },
		combined,
		expected.map((elements) => Float64Array.from(elements, ([sum]) => sum)),
		(part, element) => relative * (expected[part]?.[element]?.[1] ?? 0) + minNormal,
	);
}

/** Derivatives that are others where two operands are one Node than where they are two of the same value. */
export function aliasings(
	subject: Subject,
	combined: Combinations,
	modes: readonly Mode[],
	relative: number,
): Inconsistency[] {
	const { f, inputs } = subject;
	const pairs = inputs.flatMap((a, i) =>
		inputs.flatMap((b, j) =>
			i < j && isFloating(a) && a.dtype === b.dtype && String(a.shape) === String(b.shape)
				? [[i, j] as const]
				: [],
		),
	);
	const floating = floatingIndices(inputs);
	return pairs.slice(0, 3).flatMap(([i, j]) => {
		const apart = inputs.with(j, inputs[i] as Node); // in range
		const one: TensorFunction = (...xs) => f(...xs.toSpliced(j, 0, xs[i] as Node)); // in range
		const [at, other] = [floating.indexOf(i), floating.indexOf(j)];
		const separate = combined.at({
			inputs: apart,
			tangents: subject.tangents.with(other, subject.tangents[at] as Node), // in range
		});
		const joined = combinations(
			{
				...subject,
				f: one,
				inputs: inputs.toSpliced(j, 1),
				tangents: subject.tangents.toSpliced(other, 1),
			},
			modes,
		);
		const indices = floating.toSpliced(other, 1);
		const sum = (a: Data | undefined, b: Data | undefined): Float64Array =>
			Float64Array.from(a ?? [], (x, k) => x + (b?.[k] ?? 0));
		const size = (a: Data | undefined, b: Data | undefined, k: number): number =>
			Math.abs(a?.[k] ?? 0) + Math.abs(b?.[k] ?? 0);
		return modes.flatMap(({ by }) => {
			const values = separate.by(by);
			const expected =
				by === 'forward'
					? values
					: values.with(at, sum(values[at], values[other])).toSpliced(other, 1);
			return compare(
				{ standard: 'separate Nodes', by, indices },
				joined,
				expected,
				(part, element) =>
					relative *
					(by === 'reverse' && part === at
						? size(values[at], values[other], element)
						: Math.abs(expected[part]?.[element] ?? 0)),
			);
		});
	});
}

/**
 * Derivatives at operands in f32 that are not those in f64 at the same point, whether the value is f32 or what the function
 * casts it to; none where the function takes no f32.
 */
export function imprecisions(
	subject: Subject,
	combined: Combinations,
	modes: readonly Mode[],
): Inconsistency[] {
	const { f, inputs, tangents } = subject;
	const narrowInputs = inputs.map(single);
	const wideInputs = narrowInputs.map(double);
	// Numbers that are drawn have few digits: f32 holds them as they are.
	const isSame = inputs.every((input, i) => areSame(input.view(), wideInputs[i]?.view()));
	const indices = floatingIndices(inputs);
	try {
		const narrow = combinations(
			{
				f,
				inputs: narrowInputs,
				cotangent: single(subject.cotangent),
				tangents: tangents.map(single),
			},
			modes,
		);
		const wide = isSame ? combined : combined.at({ inputs: wideInputs, tangents });
		if (!areSame(narrow.decisions(), wide.decisions())) return [];
		const beside = combined.at({ inputs: wideInputs.map(nudged), tangents });
		return modes.flatMap(({ by }) => {
			const expected = wide.by(by);
			return compare({ standard: 'f64', by, indices }, narrow, expected, (part, element) => {
				const here = expected[part]?.[element] ?? 0;
				const moved = Math.abs((beside.by(by)[part]?.[element] ?? 0) - here);
				return singleShare * Math.abs(here) + singleLeast + safety * moved;
			});
		});
	} catch (error) {
		if (error instanceof DTypeError) return [];
		throw error;
	}
}

function areSame(a: Data, b: Data | undefined): boolean {
	return a.length === b?.length && a.every((x, i) => Object.is(x, b[i]));
}

/** A point a unit of f32 away: computing in single precision is like that, or worse. */
function nudged(x: Node): Node {
	return isFloating(x) ? x.mul(1 + 2 ** -23) : x;
}

/** The elements that lie farther apart than is allowed and rounding explains; none of those that are no numbers. */
function compare(
	{
		standard,
		by,
		indices,
	}: Pick<Inconsistency, 'standard'> & Pick<Mode, 'by'> & { readonly indices: readonly number[] },
	combined: Combinations,
	expected: readonly Data[],
	allowedAt: (part: number, element: number) => number,
): Inconsistency[] {
	const actual = combined.by(by);
	let samples: (readonly Data[])[] | null = null;
	const noiseAt = (part: number, element: number): number => {
		samples ??= sampled((compile) => combined.again(by, compile), { count: moreSamples });
		return spreadAround(
			actual[part]?.[element] ?? Number.NaN,
			samples.map((sample) => sample[part]?.[element] ?? Number.NaN),
		);
	};
	let again: readonly Data[] | null = null;
	const found: Inconsistency[] = [];
	for (const [part, elements] of actual.entries())
		for (const [element, x] of elements.entries()) {
			const y = expected[part]?.[element] ?? Number.NaN;
			const apart = Math.abs(x - y);
			if (!Number.isFinite(apart) || apart === 0) continue;
			const allowed = allowedAt(part, element);
			if (apart <= allowed) continue;
			again ??= combined.again(by, interpreted);
			// What is another when it is computed again has no excuse.
			const isSame = Object.is(again[part]?.[element], x);
			if (isSame && apart <= allowed + safety * noiseAt(part, element)) continue;
			const input = by === 'reverse' ? (indices[part] ?? 0) : 0;
			found.push({ standard, mode: by, input, element, actual: x, expected: y, allowed });
		}
	return found;
}
