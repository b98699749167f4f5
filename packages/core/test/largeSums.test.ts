import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiler, interpreter, type Node, randomKey, tensor, uniform } from '../src/index.ts';
import { newWasmEngine } from './compiled.ts';
import { runs } from './runs.ts';

test.each([
	['the interpreter', interpreter],
	['WebAssembly', newWasmEngine()],
])('%s rounds a large sum in f32 once, however it is shared among threads', (_, engine) => {
	const summed = compiler(engine)((x: Node) => x.sum());
	fc.assert(
		fc.property(fc.integer({ min: 64, max: 200 }), fc.nat(), (rows, seed) => {
			// From 1 to 2, of either sign: multiples of 2^-23, of which f64 holds any sum of so many, in any order.
			const terms = uniform(randomKey(seed), [rows, 1200])
				.view()
				.map((x, i) => (i % 2 === 0 ? 1 + x : -1 - x));
			const exact = Float64Array.from(terms).reduce((total, term) => total + term, 0);
			const x = tensor(terms, { shape: [rows, 1200] });
			expect(summed(x).item()).toBe(Math.fround(exact));
		}),
		runs(10),
	);
});
