import {
	bitDifference,
	histories,
	hostilePrograms,
	models,
	outcomeOf,
	type Runnable,
	startThreads,
} from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasmEngine } from '../src/wasm/engine.ts';

const engines = [1, 2, 3].map((threads) => wasmEngine({ threads }));

test.each<[string, fc.Arbitrary<Runnable>]>([
	['a hostile program', hostilePrograms()],
	['a large program', hostilePrograms({ maxLength: 4, large: true })],
	['a model', models()],
	['a use of Variables', histories()],
])('%s gives the same bits on one, two and three threads, NaN aside', (_, drawn) => {
	const [one, two, three] = engines;
	if (!one || !two || !three) throw new Error('no WebAssembly engine here');
	for (const engine of [two, three]) startThreads(engine);
	fc.assert(
		fc.property(drawn, (program) => {
			const alone = outcomeOf(program, one);
			for (const engine of [two, three])
				expect(bitDifference(alone, outcomeOf(program, engine))).toBe(null);
		}),
		{ numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 2) },
	);
});
