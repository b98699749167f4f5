import {
	bitDifference,
	histories,
	hostilePrograms,
	models,
	outcomeOf,
	type Runnable,
} from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newAwakeEngine, newWasmEngine } from './compiled.ts';

const one = newWasmEngine();
const others = await Promise.all([2, 3].map(newAwakeEngine));

test.each<[string, fc.Arbitrary<Runnable>]>([
	['a hostile program', hostilePrograms()],
	['a large program', hostilePrograms({ maxLength: 4, large: true })],
	['a model', models()],
	['a use of Variables', histories()],
])('%s gives the same bits on one, two and three threads, NaN aside', (_, drawn) => {
	fc.assert(
		fc.property(drawn, (program) => {
			const alone = outcomeOf(program, one);
			for (const engine of others)
				expect(bitDifference(alone, outcomeOf(program, engine))).toBe(null);
		}),
		{ numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 2) },
	);
});
