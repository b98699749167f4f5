import fc from 'fast-check';
import { test } from 'vitest';
import { compiler, type Node } from '../src/index.ts';
import { expectAgreement, filled, newWasmEngine } from './compiled.ts';
import { runs } from './runs.ts';

/** Large enough to be worth remembering. */
const shape = [70, 90];

test('every run sees the inputs that it is given, whatever the runs before were given', () => {
	const inputs = [1, 2, 3].map((seed) => filled(shape, 'f32', seed));
	const place = fc.nat(inputs.length - 1);
	const f = compiler(newWasmEngine())((x: Node, y: Node) => x.sub(y.mul(2)).add(0.5));
	fc.assert(
		fc.property(fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 12 }), (calls) => {
			for (const [i, j] of calls) {
				const [x, y] = [inputs[i] as Node, inputs[j] as Node]; // within range
				expectAgreement(f(x, y), x.sub(y.mul(2)).add(0.5), { exact: true });
			}
		}),
		runs(10),
	);
});
