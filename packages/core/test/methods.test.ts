import { expect, expectTypeOf, test } from 'vitest';
import * as core from '../src/index.ts';
import { operations } from '../src/methods.ts';

test('every operation is exported as a function and is a method of Node, from one list', () => {
	const exported: Record<string, unknown> = { ...core };
	for (const [name, operation] of Object.entries(operations)) {
		expect(exported[name], name).toBe(operation);
		expect(core.Node.prototype, name).toHaveProperty(name);
	}
});

test('a method is its function with the Node as first operand', () => {
	const x = core.tensor([
		[1, -2],
		[3, 4],
	]);
	expect(x.add(1).toArray()).toEqual(core.add(x, 1).toArray());
	expect(x.sum(0, { keepDims: true }).toArray()).toEqual([[4, 2]]);
	expect(x.slice(0, [1, 2]).toArray()).toEqual([-2]);
	expectTypeOf(x.matmul).parameters.toEqualTypeOf<[y: core.Operand]>();
	// @ts-expect-error a method takes what its function takes
	void (() => x.add());
});

test('looking at a value gives a number, a flat copy, or nested arrays', () => {
	const x = core.tensor([
		[1, 2],
		[3, 4],
	]);
	expect(x.sum().item()).toBe(10);
	expect(() => x.item()).toThrow('item: needs one element, got shape [2, 2]; use data or toArray');
	const copy = x.data();
	copy[0] = 99;
	expect(x.toArray()).toEqual([
		[1, 2],
		[3, 4],
	]);
	expect(x.greater(2).toArray()).toEqual([
		[false, false],
		[true, true],
	]);
	expect(core.zeros([2, 0]).toArray()).toEqual([[], []]);
	expect(core.tensor(5).toArray()).toBe(5);
});

test('a value is computed once, with everything it shares', () => {
	const x = core.tensor([1, 2, 3]);
	const y = x.exp();
	const loss = y.sum();
	loss.item();
	const kept = y.view();
	core.grad(loss, [x])[0]?.view();
	expect(y.view()).toBe(kept);
});
