import { compile, type Node, tensor, type Variable, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Adam, Momentum, type Optimizer, SGD } from '../src/index.ts';

/** Deep Learning from Scratch, 6.1.2: a valley that is steep across and flat along. */
const valley = (x: Variable, y: Variable): Node => x.read().square().div(20).add(y.read().square());

const optimizers: [string, (parameters: Variable[]) => Optimizer, number, number][] = [
	['SGD', (all) => new SGD(all, { learningRate: 0.95 }), -0.3503929957523197, 0.0847823165504322],
	[
		'Momentum',
		(all) => new Momentum(all, { learningRate: 0.1 }),
		0.896413858493733,
		0.08808560171506971,
	],
	['Adam', (all) => new Adam(all, { learningRate: 0.3 }), 0.13600685239498186, 0.31824537553721943],
];

test.each(optimizers)(
	'%s walks the valley to where the book’s does',
	(_, make, expectedX, expectedY) => {
		for (const wrap of [(f: () => void) => f, (f: () => void) => compile(f)]) {
			const [x, y] = [variable(-7, { dtype: 'f64' }), variable(2, { dtype: 'f64' })];
			const optimizer = make([x, y]);
			const step = wrap(() => optimizer.minimize(valley(x, y)));
			for (let i = 0; i < 30; i++) step();
			expect(Math.abs(x.item() - expectedX)).toBeLessThan(1e-12);
			expect(Math.abs(y.item() - expectedY)).toBeLessThan(1e-12);
		}
	},
);

test.each(optimizers)('%s keeps the dtype of its parameters', (_, make) => {
	const w = variable([1, 2]);
	make([w]).minimize(w.read().square().sum());
	expect(w.dtype).toBe('f32');
	expect(w.read().isFinite().all().toArray()).toBe(true);
});

test('the first step of Adam has the size of the learning rate, whatever the gradient', () => {
	fc.assert(
		fc.property(fc.double({ min: 0.1, max: 1000, noNaN: true }), (slope) => {
			const w = variable(0, { dtype: 'f64' });
			new Adam([w], { learningRate: 0.5 }).minimize(w.read().mul(slope));
			// Epsilon takes 1e-7 / (slope sqrt(0.001)) of it.
			expect(Math.abs(w.item() + 0.5)).toBeLessThan(2e-5);
		}),
	);
});

test('a learning rate assigned between steps counts from the next one, without tracing again', () => {
	const w = variable(1, { dtype: 'f64' });
	const optimizer = new SGD([w], { learningRate: 1 });
	let traces = 0;
	const step = compile(() => {
		traces++;
		optimizer.minimize(w.read().mul(2));
	});
	step();
	expect(w.item()).toBe(-1);
	optimizer.learningRate.assign(0.25);
	step();
	expect(w.item()).toBe(-1.5);
	expect(traces).toBe(1);
});

test('gradients that do not fit change nothing', () => {
	const [a, b] = [variable([1, 2], { name: 'a' }), variable(3, { name: 'b' })];
	const optimizer = new SGD([a, b], { learningRate: 1 });
	expect(() => optimizer.step([tensor([1, 1])])).toThrow('step: got 1 gradients for 2 parameters');
	expect(() => optimizer.step([tensor([1, 1]), tensor([1])])).toThrow(
		'step: gradient 1 has shape [1], its parameter b has []',
	);
	const broken = tensor(1).add(tensor([0]).take(tensor(5, { dtype: 'i32' })));
	expect(() => optimizer.step([tensor([1, 1]), broken])).toThrow(RangeError);
	expect([a.toArray(), b.toArray()]).toEqual([[1, 2], 3]);
	expect(() => new SGD([a], { learningRate: Number.NaN })).toThrow('learningRate: NaN');
});

/** Numbers that no option of an optimiser is, and any others, the borders among them. */
const options = fc.oneof(
	fc.constantFrom(0, -0, 1, Number.NaN, Infinity, -Infinity, -1, 2),
	fc.double({ min: 0, max: 1, noNaN: true }),
);

test('an optimiser whose options are numbers keeps finite parameters finite, and other options are refused', () => {
	fc.assert(
		fc.property(options, options, options, options, (learningRate, first, second, epsilon) => {
			const makers: ((w: Variable) => Optimizer)[] = [
				(w) => new SGD([w], { learningRate }),
				(w) => new Momentum([w], { learningRate, momentum: first }),
				(w) => new Adam([w], { learningRate, beta1: first, beta2: second, epsilon }),
			];
			for (const make of makers) {
				const w = variable([1, 0, -2], { dtype: 'f64' });
				let optimizer: Optimizer;
				try {
					optimizer = make(w);
				} catch (error) {
					expect(error).toBeInstanceOf(RangeError);
					expect(String(error)).toMatch(
						/(learningRate|momentum|beta1|beta2|epsilon)(:| is) .*; it must be/,
					);
					continue;
				}
				// A gradient of 0 among them.
				for (let i = 0; i < 3; i++) optimizer.minimize(w.read().mul([1, 0, 3]).sum());
				for (const each of w.data()) expect(each).toSatisfy(Number.isFinite);
			}
		}),
	);
});

test.each([
	[{ beta1: 1 }, 'Adam: beta1 is 1; it must be a number from 0, below 1'],
	[{ beta2: Number.NaN }, 'Adam: beta2 is NaN; it must be a number from 0, below 1'],
	[{ beta2: -0.1 }, 'Adam: beta2 is -0.1'],
	[{ epsilon: 0 }, 'Adam: epsilon is 0; it must be a finite number above 0'],
])('Adam refuses %o', (given, message) => {
	expect(() => new Adam([variable(1)], given)).toThrow(message);
});

test.each([Number.NaN, -0.5, 1.5, Infinity])('Momentum refuses a share of %f', (momentum) => {
	expect(() => new Momentum([variable(1)], { learningRate: 1, momentum })).toThrow(
		`Momentum: momentum is ${momentum}; it must be a number from 0 to 1`,
	);
});

test('Adam that keeps no share of the past takes steps of the learning rate', () => {
	const w = variable(5, { dtype: 'f64' });
	const optimizer = new Adam([w], { learningRate: 0.5, beta1: 0, beta2: 0 });
	for (let i = 0; i < 3; i++) optimizer.minimize(w.read().mul(4));
	expect(Math.abs(w.item() - 3.5)).toBeLessThan(1e-6);
});
