import { checkedOptions } from '@pullback/core/arguments';
import fc from 'fast-check';
import { checkedLength } from '../arbitraries.ts';
import { blocks } from './forms/blocks.ts';
import { instructions, patterns } from './hostile.ts';
import type { Leaf } from './leaf.ts';
import { GeneratedProgram } from './program.ts';
import type { Form } from './writer.ts';

/** What models are made of. */
export interface ModelConstraints {
	/** The most layers; 4 if left out. */
	readonly maxLayers?: number;
}

const nothing: Form = () => null;
const forms = [nothing, ...blocks];

/** What is asked of a model: its value, the gradient of the data and the parameters, or training. */
const uses = fc.constantFrom(
	{ order: 0, rate: null, runs: 1 } as const,
	{ order: 0, rate: null, runs: 1 } as const,
	{ order: 0, rate: null, runs: 1 } as const,
	{ order: 1, rate: null, runs: 1 } as const,
	{ order: 0, rate: 0.1, runs: 3 } as const,
);

/**
 * Models as people write them: residuals, mixers, graph convolutions, attention, bodies that attract each other,
 * means of neighbours, norms, gates, embeddings, one after another; their value, their gradients, or a few steps of
 * training. They shrink to few lines.
 */
export function models(constraints?: ModelConstraints): fc.Arbitrary<GeneratedProgram> {
	const { maxLayers = 4 } = checkedOptions('models', constraints, ['maxLayers']);
	checkedLength('models', 'maxLayers', maxLayers);
	const lengths = fc.oneof(
		{ weight: 12, arbitrary: fc.integer({ min: 1, max: 9 }) },
		{ weight: 6, arbitrary: fc.constantFrom(16, 31, 32, 33, 40) },
		{ weight: 2, arbitrary: fc.integer({ min: 63, max: 65 }) },
	);
	return fc
		.tuple(
			fc.array(fc.option(instructions(forms.length), { freq: 50 }), {
				minLength: 1,
				maxLength: maxLayers,
			}),
			fc.record({
				rows: lengths,
				width: lengths,
				batch: fc.oneof(
					{ weight: 3, arbitrary: fc.constant([]) },
					{ weight: 1, arbitrary: fc.constantFrom([2], [1], [3]) },
				),
				dtype: fc.constantFrom('f32' as const, 'f32' as const, 'f64' as const),
				pattern: patterns,
			}),
			uses,
			fc.boolean(),
		)
		.map(([backwards, { rows, width, batch, dtype, pattern }, use, large]) => {
			const inputs: Leaf[] = [
				{ shape: [...batch, rows, width], dtype, pattern: { ...pattern, kind: 'wave' } },
				{ shape: [rows, rows], dtype, pattern: { ...pattern, kind: 'small' } },
				{ shape: [rows], dtype: 'i32', pattern },
			];
			return new GeneratedProgram({
				inputs,
				variables: [],
				// Each layer of what the last one gives; the first of the data, which stands before the rest.
				instructions: backwards
					.filter((each) => each !== null)
					.toReversed()
					.map((each, i) => ({ ...each, operand: i === 0 ? 0 : -1 })),
				forms,
				outputs: [],
				mapped: false,
				budget: large ? 4_000_000 : 300_000,
				...use,
			});
		});
}
