import { compile, custom, type Node, tensor, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	checkGradients,
	gradientProperty,
	labels,
	parameterValues,
	positive,
	tensors,
	withParameters,
} from '../src/index.ts';

const layer = {
	weight: variable(
		[
			[1, 2, 3],
			[4, 5, 6],
		],
		{ name: 'weight', dtype: 'f32' },
	),
	bias: variable([0, 0, 0], { name: 'bias', dtype: 'f32' }),
	forward: (x: Node): Node => x.matmul(layer.weight).add(layer.bias).tanh(),
};
const parameters = [layer.weight, layer.bias];
const x = tensor([[0.5, -1]], { dtype: 'f64' });

test('values of parameters have the shapes of their Variables, f64, within the domain', () => {
	for (const values of fc.sample(parameterValues(parameters, positive), {
		numRuns: 100,
		seed: 1,
	})) {
		expect(values.map(({ shape, dtype }) => [shape, dtype])).toEqual([
			[[2, 3], 'f64'],
			[[3], 'f64'],
		]);
		for (const value of values) for (const each of value.view()) expect(each).toBeGreaterThan(0);
	}
	expect(fc.sample(parameterValues([]), 1)).toEqual([[]]);
});

test('a layer as a function of its parameters has their values, and leaves the Variables as they were', () => {
	const f = withParameters(layer.forward, parameters);
	const before = parameters.map((each) => each.toArray());
	fc.assert(
		fc.property(parameterValues(parameters), ([weight, bias]) => {
			if (weight === undefined || bias === undefined) throw new Error('one value for each');
			const expected = x.matmul(weight).add(bias).tanh();
			for (const g of [f, compile(f)]) {
				const y = g(x, weight, bias);
				expect(y.dtype).toBe('f64');
				for (const [i, each] of y.view().entries())
					expect(each).toBeCloseTo(expected.view()[i] ?? Number.NaN, 12);
			}
		}),
		{ numRuns: 10 },
	);
	const failing = withParameters(() => {
		throw new Error('forward failed');
	}, parameters);
	expect(() => failing(...parameters.map((each) => each.read()))).toThrow('forward failed');
	expect(parameters.map((each) => each.toArray())).toEqual(before);
	expect(() => f(x)).toThrow('got 1 inputs, needs one for each of 2 Variables');
});

test('the derivatives of a layer are checked in each parameter', () => {
	const inputs = fc.tuple(tensors([2, 2]));
	fc.assert(gradientProperty(layer.forward, inputs, { parameters, order: 2 }), { numRuns: 10 });
	const values = [x, layer.weight.read(), layer.bias.read()];
	const report = checkGradients(withParameters(layer.forward, parameters), values);
	expect([report.ok, report.checked]).toEqual([true, 2 * 3 * (2 + 6 + 3)]);
});

test('a gradient that a layer loses in one of its parameters is found there, and shrinks', () => {
	const scaled = custom<readonly [Node, Node]>({
		forward: (a, scale) => a.mul(scale),
		vjp: (g, [, scale]) => [g.mul(scale), null],
	});
	const scale = variable([1, 1], { name: 'scale' });
	const property = gradientProperty((a) => scaled(a, scale), fc.tuple(tensors([2])), {
		parameters: [scale],
		mode: 'reverse',
	});
	const { counterexample, errorInstance } = fc.check(property, { seed: 1 });
	expect(String(errorInstance)).toContain('in input 1 at [');
	const [operands = []] = counterexample ?? [];
	expect(operands).toHaveLength(2);
	expect(Array.from(operands[1]?.view() ?? [])).toEqual([0, 0]);
	expect(Array.from(operands[0]?.view() ?? []).filter((each) => each !== 0)).toHaveLength(1);
});

test('labels are classes from 0, all of them, and shrink to 0', () => {
	const drawn = fc.sample(labels([2], 3), { numRuns: 100, seed: 1 });
	expect(new Set(drawn.flatMap((each) => [...each.view()]))).toEqual(new Set([0, 1, 2]));
	expect(drawn[0]).toMatchObject({ dtype: 'i32', shape: [2] });
	const { counterexample } = fc.check(
		fc.property(labels([2], 3), (each) => each.dtype !== 'i32'),
		{ seed: 1 },
	);
	expect(Array.from(counterexample?.[0].view() ?? [])).toEqual([0, 0]);
});
