import { type Node, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { numericalGradient } from '../src/index.ts';

// Deep Learning from Scratch, 4.3.2 and 4.4.
test('the numerical derivatives of 0.01 x^2 + 0.1 x are the book’s', () => {
	const slope = (x: number) =>
		numericalGradient((at) => at.pow(2).mul(0.01).add(at.mul(0.1)), [x], { step: 1e-4 })[0]?.item();
	expect(slope(5)).toBeCloseTo(0.1999999999990898, 14);
	expect(slope(10)).toBeCloseTo(0.2999999999986347, 14);
});

test('the numerical gradient of the sum of squares is twice the point', () => {
	const squares = (x: Node) => x.square().sum();
	const [gradient] = numericalGradient(squares, [[3, 4]], { step: 1e-4 });
	for (const [i, expected] of [6, 8].entries())
		expect(Math.abs((gradient?.data()[i] ?? 0) - expected)).toBeLessThan(1e-8);
});

test('every input has a gradient of its shape, integers zeros', () => {
	const [dx, dy] = numericalGradient(
		(x, indices) => x.take(indices).sum(),
		[
			[1, 2, 3],
			tensor(
				[
					[0, 2],
					[2, 2],
				],
				{ dtype: 'i32' },
			),
		],
	);
	expect(dx?.round().toArray()).toEqual([1, 0, 3]);
	expect(dy?.toArray()).toEqual([
		[0, 0],
		[0, 0],
	]);
});

test('f32 inputs are taken in f64', () => {
	const [slope] = numericalGradient((x) => x.square().sum(), [tensor([3])]);
	expect(slope?.dtype).toBe('f64');
	expect(slope?.item()).toBeCloseTo(6, 8);
});

test('a tensor function and a step of 0 are refused', () => {
	expect(() => numericalGradient((x) => x, [[1, 2]])).toThrow(
		'needs a scalar function, got shape [2]',
	);
	expect(() => numericalGradient((x) => x, [1], { step: 0 })).toThrow('step 0');
});
