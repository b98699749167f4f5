import type { Shape } from '@pullback/core';
import { checkedBoolean, checkedOptions } from '@pullback/core/arguments';
import fc from 'fast-check';
import { checkedLength } from '../arbitraries.ts';
import { broadcastForms } from './forms/broadcasts.ts';
import { convolutionForms } from './forms/convolutions.ts';
import { elementForms } from './forms/elements.ts';
import { indexingForms } from './forms/indexing.ts';
import { movementForms } from './forms/movement.ts';
import { productForms } from './forms/products.ts';
import { readingForms } from './forms/readings.ts';
import { reductionForms } from './forms/reductions.ts';
import { variableForms } from './forms/variables.ts';
import type { Leaf, Pattern } from './leaf.ts';
import { GeneratedProgram, type Parts } from './program.ts';
import type { Form, Instruction } from './writer.ts';

/** What hostile programs are made of. */
export interface HostileConstraints {
	/** The most instructions; 8 if left out. */
	readonly maxLength?: number;
	/** Whether they are large enough for several threads, which takes the interpreter a tenth of a second each. */
	readonly large?: boolean;
}

/** Themes, each as likely as it is often here; the first form of all, to which they shrink, does nothing. */
const themes: readonly (readonly Form[])[] = [
	movementForms,
	elementForms,
	reductionForms,
	indexingForms,
	indexingForms,
	broadcastForms,
	productForms,
	convolutionForms,
	readingForms,
	readingForms,
	readingForms,
	readingForms,
	variableForms,
];
const nothing: Form = () => null;

/** Every form, in so many places as make its theme as likely as the others. */
const forms: readonly Form[] = [nothing, ...themes.flatMap((theme) => repeated(theme, 24))];

function repeated(theme: readonly Form[], count: number): Form[] {
	return Array.from({ length: count }, (_, i) => theme[i % theme.length] as Form); // in range
}

/** Lengths of axes at which an engine does something else: nothing, one, and around each of its blocks. */
const lengths: fc.Arbitrary<number> = fc.oneof(
	{ weight: 2, arbitrary: fc.constantFrom(1, 0) },
	{ weight: 10, arbitrary: fc.integer({ min: 1, max: 5 }) },
	{ weight: 4, arbitrary: fc.integer({ min: 7, max: 9 }) },
	{ weight: 4, arbitrary: fc.integer({ min: 31, max: 33 }) },
	{ weight: 2, arbitrary: fc.integer({ min: 63, max: 65 }) },
	{ weight: 1, arbitrary: fc.integer({ min: 255, max: 257 }) },
	{ weight: 1, arbitrary: fc.integer({ min: 4096, max: 4100 }) },
);

/** Lengths of which two make a tensor that several threads share. */
const largeLengths: fc.Arbitrary<number> = fc.oneof(
	{ weight: 2, arbitrary: fc.integer({ min: 1, max: 33 }) },
	{ weight: 2, arbitrary: fc.integer({ min: 120, max: 130 }) },
	{ weight: 4, arbitrary: fc.integer({ min: 250, max: 260 }) },
	{ weight: 2, arbitrary: fc.integer({ min: 1000, max: 1030 }) },
	{ weight: 1, arbitrary: fc.integer({ min: 4096, max: 4100 }) },
);

/** The most steps that the interpreter may take for the values of a program, and the most elements of a leaf. */
const limits = {
	usual: { budget: 30_000, size: 20_000 },
	long: { budget: 1_000_000, size: 20_000 },
	large: { budget: 5_000_000, size: 300_000 },
} as const;

/** Shapes of few lengths, so that many go together: n, m and k. */
const shapesOf = (n: number, m: number, k: number, most: number): Shape[] =>
	[
		[n],
		[n, m],
		[],
		[n, n],
		[m],
		[m, n],
		[m, m],
		[n, 1],
		[1, m],
		[k, n, m],
		[n, k],
		[1],
		[1, 1],
		[0],
	].filter((shape) => shape.reduce((size, length) => size * length, 1) <= most);

export const patterns: fc.Arbitrary<Pattern> = fc.record({
	kind: fc.oneof(
		{ weight: 9, arbitrary: fc.constantFrom('whole', 'eighths', 'wave', 'wave') },
		{ weight: 1, arbitrary: fc.constant('special') },
	),
	factor: fc.constantFrom(1, 3, 5, 7),
	start: fc.nat(16),
});

const dtypes = fc.constantFrom(
	...(['f32', 'f32', 'f32', 'f64', 'f64', 'i32', 'u8', 'bool'] as const),
);

function leaves(shapes: readonly Shape[]): fc.Arbitrary<Leaf> {
	return fc.record({ shape: fc.constantFrom(...shapes), dtype: dtypes, pattern: patterns });
}

/** The like of a leaf with other elements. */
function next({ pattern, ...leaf }: Leaf): Leaf {
	return { ...leaf, pattern: { ...pattern, start: pattern.start + 1 } };
}

export const instructions = (count: number): fc.Arbitrary<Instruction> =>
	fc.record({
		form: fc.nat(count - 1),
		operand: fc.integer({ min: -4, max: 2 }),
		choices: fc.array(fc.nat(23), { minLength: 8, maxLength: 8 }),
	});

/**
 * Random programs that are hostile in form: axes of length 0 and 1, scalars, and lengths around every block of an
 * engine; gathers of gathers, reductions of reductions, indices that are computed, values that are read in several
 * ways by one kernel; every dtype, Variables, derivatives, batches, outputs that are inputs. They shrink to few lines.
 */
export function hostilePrograms(constraints?: HostileConstraints): fc.Arbitrary<GeneratedProgram> {
	const { maxLength = 8, large = false } = checkedOptions('hostilePrograms', constraints, [
		'maxLength',
		'large',
	]);
	checkedLength('hostilePrograms', 'maxLength', maxLength);
	checkedBoolean('hostilePrograms', 'large', large);
	const length = large ? largeLengths : lengths;
	// As in `programs`: instructions shrink first, from the last to the first.
	return fc
		.tuple(
			fc.array(fc.option(instructions(forms.length), { freq: 50 }), { minLength: 1, maxLength }),
			fc.tuple(length, length, length).chain(([n, m, k]) => {
				const shapes = shapesOf(n, m, k, limits[large ? 'large' : 'usual'].size);
				return fc.record({
					inputs: fc.array(leaves(shapes), { minLength: 1, maxLength: 3 }),
					variables: fc.oneof(
						{ weight: 2, arbitrary: fc.constant([]) },
						{ weight: 1, arbitrary: leaves(shapes).map((leaf) => [leaf, next(leaf)]) },
						{ weight: 1, arbitrary: fc.array(leaves(shapes), { maxLength: 2 }) },
					),
				});
			}),
			fc.record({
				outputs: fc.oneof(
					{ weight: 2, arbitrary: fc.constant([]) },
					{ weight: 1, arbitrary: fc.array(fc.integer({ min: -4, max: 2 }), { maxLength: 2 }) },
				),
				order: fc.oneof(
					{ weight: 14, arbitrary: fc.constant(0 as const) },
					{ weight: 6, arbitrary: fc.constant(1 as const) },
					{ weight: 1, arbitrary: fc.constant(2 as const) },
				),
				runs: fc.integer({ min: 1, max: 2 }),
				mapped: fc.oneof(
					{ weight: 7, arbitrary: fc.constant(false) },
					{ weight: 1, arbitrary: fc.constant(true) },
				),
				limit: fc.oneof(
					{ weight: 20, arbitrary: fc.constant('usual' as const) },
					{ weight: 1, arbitrary: fc.constant('long' as const) },
				),
			}),
		)
		.map(([backwards, { inputs, variables }, { outputs, order, runs, mapped, limit }]) => {
			const parts: Parts = {
				inputs,
				variables: mapped ? [] : variables,
				instructions: backwards.filter((each) => each !== null).toReversed(),
				forms,
				outputs,
				order,
				runs,
				mapped,
				budget: limits[large ? 'large' : limit].budget,
				rate: null,
			};
			return new GeneratedProgram(parts);
		});
}
