import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiler, interpreter, type Node, normal, randomKey } from '../src/index.ts';
import { newWasmEngine } from './compiled.ts';
import { runs } from './runs.ts';

test.each([
	['the interpreter', interpreter],
	['WebAssembly', newWasmEngine()],
])('%s rounds a large sum in f32 once, however it is shared among threads', (_, engine) => {
	const sums = compiler(engine)((x: Node) => [x.sum()]);
	fc.assert(
		fc.property(fc.integer({ min: 64, max: 300 }), fc.nat(), (rows, seed) => {
			// Of either sign, so that little is left of what is added up.
			const x = normal(randomKey(seed), [rows, 1200]);
			const terms = Float64Array.from(x.view());
			const [sum] = sums(x);
			const exact = terms.reduce((total, term) => total + term, 0);
			const sizes = terms.reduce((total, term) => total + Math.abs(term), 0);
			// Half a unit of the result, and what f64 loses of every term at the most, as if each were added to all of them.
			const allowed = 2 ** -24 * Math.abs(exact) + terms.length * 2 ** -53 * sizes;
			expect(Math.abs((sum as Node).item() - exact)).toBeLessThanOrEqual(allowed);
		}),
		runs(10),
	);
});
