import { expect, test } from 'vitest';
import { printGraph, tensor } from '../src/index.ts';

test('a graph prints a line a Node: name, dtype, shape, primitive, operands, parameters', () => {
	const x = tensor([1, 2, 3]);
	expect(printGraph(x.mul(x).sum())).toBe(
		['a: f32[3] = constant [1, 2, 3]', 'b: f32[3] = mul a a', 'c: f32[] = sum b axes=[0]'].join(
			'\n',
		),
	);
});

test('names go on after z, and no two Nodes share one', () => {
	let x = tensor(0);
	for (let i = 0; i < 800; i++) x = x.neg();
	const names = printGraph(x)
		.split('\n')
		.map((line) => line.split(':')[0]);
	expect(new Set(names).size).toBe(801);
	expect(names.slice(25, 28)).toEqual(['z', 'aa', 'ab']);
});

test('a chain of 100,000 Nodes prints', () => {
	let x = tensor(0);
	for (let i = 0; i < 100_000; i++) x = x.neg();
	expect(printGraph(x).split('\n')).toHaveLength(100_001);
});
