import { compile, tensor, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExponentialMovingAverage } from '../../src/index.ts';

const share = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

test('averages are those of a plain loop, inside and outside of compile', () => {
	fc.assert(
		fc.property(
			share,
			fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { maxLength: 6 }),
			fc.boolean(),
			(decay, values, compiled) => {
				const w = variable([5, -1], { dtype: 'f64' });
				const average = new ExponentialMovingAverage([w], { decay });
				const update = compiled ? compile(() => average.update()) : () => average.update();
				let expected = 5;
				for (const each of values) {
					w.assign([each, 0]);
					update();
					expected = decay * expected + (1 - decay) * each;
				}
				expect(Math.abs((average.averages[0]?.slice(0).item() ?? 0) - expected)).toBeLessThan(
					1e-13,
				);
			},
		),
		{ numRuns: 30 },
	);
});

test('a function sees the averages for the parameters, which stay as they are until the averages are assigned', () => {
	const w = variable(1);
	const average = new ExponentialMovingAverage([w], { decay: 0.5 });
	const squared = compile(() => w.read().square());
	w.assign(3);
	average.update();
	expect(average.within(() => squared().item())).toBe(4);
	expect([w.item(), squared().item()]).toEqual([3, 9]);
	average.assign();
	expect([w.item(), squared().item()]).toEqual([2, 4]);
	expect([...average.namedVariables().keys()]).toEqual(['averages.0']);
	expect(() => new ExponentialMovingAverage([w], { decay: 2 })).toThrow(
		'ExponentialMovingAverage: decay is 2; it must be a number from 0 to 1',
	);
	expect(() => average.within(() => w.assign(tensor(1)))).toThrow('stands for another value');
});
