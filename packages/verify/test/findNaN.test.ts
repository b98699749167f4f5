import { grad, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { findNaN } from '../src/index.ts';

const f64 = (data: number[]) => tensor(data, { dtype: 'f64' });

test('a graph of finite values has no NaN to find', () => {
	expect(findNaN(f64([1, 2]).log().sum())).toBeNull();
});

test('the first operation that made a NaN is named, with its operand and the path', () => {
	const found = findNaN(f64([4, -1]).log().mul(2).sum());
	expect(found?.node.primitive.name).toBe('log');
	expect(String(found)).toBe(
		'log made NaN at element 1 of f64[2] from constant f64[2] -1; path: log > mul > sum',
	);
});

test('an infinity counts, unless it is said not to', () => {
	const y = f64([0, 1]).log();
	expect(findNaN(y.exp().sum())).toMatchObject({ kind: 'infinity', position: 0 });
	expect(findNaN(y.exp().sum(), { infinity: false })).toBeNull();
	expect(findNaN(y.sub(y), { infinity: false })?.node.primitive.name).toBe('add');
});

test('a NaN that was put in is found where it was put in', () => {
	expect(findNaN(f64([1, Number.NaN]).sum())?.node.primitive.name).toBe('constant');
});

test('in the backward pass, the operation of the gradient is named', () => {
	const x = f64([0, 4]);
	const y = x.mul(x).sqrt().sum();
	expect(findNaN(y)).toBeNull();
	const [slope] = grad(y, [x]);
	const found = findNaN(slope);
	expect(found?.kind).toBe('infinity');
	expect(found?.node.primitive.name).toBe('div');
});

test('a deep graph is walked without recursion', () => {
	let y = f64([1]);
	for (let i = 0; i < 50_000; i++) y = y.add(1);
	expect(findNaN(y.sub(50_001).reciprocal())?.path.at(-1)?.primitive.name).toBe('div');
});

test('given a function, it names the line that recorded the operation', () => {
	const found = findNaN(() => f64([4, -1]).log().sum());
	expect(found?.site).toMatch(/findNaN\.test\.ts:\d+:\d+$/);
	expect(String(found)).toMatch(
		/^log made NaN at element 1 of f64\[2\] from .*, at .*; path: log > sum$/,
	);
});

test('of an output that is not finite it names what the output was computed from, not what was left out', () => {
	const x = f64([0, 2]);
	const masked = x.equal(0).where(1, x.reciprocal());
	const found = findNaN(masked.sub(1).log().sum());
	expect(found?.node.primitive.name).toBe('log');
});

test('the path leads through what lets go of its inputs once it is computed', () => {
	const found = findNaN(f64([-1]).log().stopGradient().add(1).sum());
	expect(found?.path.map(({ primitive }) => primitive.name)).toEqual([
		'log',
		'stopGradient',
		'add',
		'sum',
	]);
});
