import { expect, expectTypeOf, test } from 'vitest';
import * as core from '../src/index.ts';
import { operations } from '../src/methods.ts';

test('every operation is exported as a function and is a method of Node and Variable, from one list', () => {
	const exported: Record<string, unknown> = { ...core };
	for (const [name, operation] of Object.entries(operations)) {
		expect(exported[name], name).toBe(operation);
		for (const { prototype } of [core.Node, core.Variable])
			expect(prototype, name).toHaveProperty(name);
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

test('a Variable has the methods of a Node, which do with it what they do with what it reads', () => {
	const w = core.variable([
		[1, -2],
		[3, 4],
	]);
	const ofNode = Object.getOwnPropertyNames(core.Node.prototype);
	expect(Object.getOwnPropertyNames(core.Variable.prototype)).toEqual(
		expect.arrayContaining(ofNode),
	);
	expect(w.mul(2).sub(w).toArray()).toEqual(w.toArray());
	expect(w.sum(0, { keepDims: true }).toArray()).toEqual([[4, 2]]);
	expect(core.grad(w.square().sum(), [w])[0]?.toArray()).toEqual(w.mul(2).toArray());
	expectTypeOf<core.Variable['matmul']>().toEqualTypeOf<core.Node['matmul']>();
	// @ts-expect-error a method takes what its function takes
	void (() => w.add());
});

test('methods of a Variable read its present value, and in a compiled function that of each run', () => {
	const w = core.variable(1);
	const next = core.compile((by: core.Node) => {
		w.assign(w.add(by));
		return w.mul(10);
	});
	expect([next(1).item(), next(2).item(), w.mul(10).item()]).toEqual([20, 40, 40]);
	w.assign(7);
	expect(w.add(0).item()).toBe(7);
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

test.each<[string, (x: never) => unknown, string]>([
	['x * 2', (x) => x * 2, 'x.mul(y)'],
	['x - 2', (x) => x - 2, 'x.sub(y)'],
	['2 / x', (x) => 2 / x, 'x.div(y)'],
	['x ** 2', (x) => x ** 2, 'x.pow(y)'],
	['-x', (x) => -x, 'x.neg()'],
	['x > 1', (x) => x > 1, 'x.greater(y)'],
	['x <= 1', (x) => x <= 1, 'x.less(y)'],
	['Math.exp(x)', (x) => Math.exp(x), 'x.exp()'],
	['Number(x)', (x) => Number(x), 'x.item()'],
	['Float32Array.of(x)', (x) => Float32Array.of(x), 'x.item()'],
	['x + 1', (x) => x + 1, 'x.add(y)'],
	['String(1) + x', (x) => String(1) + x, 'String(x)'],
	// biome-ignore lint/suspicious/noDoubleEquals: the operator that compares after conversion
	['x == 1', (x) => x == 1, 'x.equal(y)'],
])('%s is a TypeError that names the method to call', (_, f, method) => {
	for (const x of [core.tensor([1, 2]), core.tensor(1), core.variable(1)])
		expect(() => f(x as never)).toThrow(
			expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(method) }),
		);
});
