import {
	compile,
	type Node,
	randomKey,
	tensor,
	uniform,
	type Variable,
	variable,
} from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	AdaGrad,
	Adam,
	Affine,
	buffer,
	Lion,
	Momentum,
	type Optimizer,
	SGD,
	sequential,
	Tanh,
} from '../../src/index.ts';

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
	[
		'AdaGrad',
		(all) => new AdaGrad(all, { learningRate: 1.5, epsilon: 1e-7 }),
		-0.12016232231416045,
		2.486e-17,
	],
	[
		'Adam',
		(all) => new Adam(all, { learningRate: 0.3, correction: 'rate', epsilon: 1e-7 }),
		0.13600685239498186,
		0.31824537553721943,
	],
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

test('a loss from which no gradient leads to a parameter is refused with the reason, and changes nothing', () => {
	const [w, other, key] = [
		variable([1, 2], { name: 'w' }),
		variable(3, { name: 'other' }),
		buffer(randomKey(1), { name: 'key' }),
	];
	const values = w.data();
	const losses: [string, () => Node][] = [
		['depends on none of the parameters, but on other; make', () => other.read().square()],
		['depends on none of the parameters, nor on any other Variable', () => tensor(values).sum()],
		['on w only through what has no derivative', () => w.read().stopGradient().sum()],
		['on w only through what has no derivative', () => w.read().greater(0).cast('f32').mean()],
		['but on other, key; make', () => other.read().mul(uniform(key, []))],
	];
	for (const [reason, lossOf] of losses)
		for (const [, make] of optimizers)
			for (const wrap of [(f: () => void) => f, (f: () => void) => compile(f)]) {
				const optimizer = make([w]);
				const step = wrap(() => optimizer.minimize(lossOf()));
				expect(step).toThrow(TypeError);
				expect(step).toThrow(reason);
				expect(w.toArray()).toEqual([1, 2]);
			}
	// A gradient that is zero is one.
	new SGD([w], { learningRate: 1 }).minimize(w.read().mul(0).sum());
});

test('an optimiser of nothing, or of what cannot be trained, is refused with what was meant', () => {
	const weight = variable(1, { name: 'weight' });
	const mistakes: [unknown, string][] = [
		[[], 'SGD: parameters is empty; there must be a Variable to train'],
		[sequential(new Tanh()).parameters(), 'SGD: parameters is empty'],
		[
			sequential(new Tanh()),
			'SGD: parameters is a Sequential; it must be an array of Variables, such as',
		],
		[new Map([['weight', weight]]), 'SGD: parameters is a Map'],
		[weight, 'SGD: parameters is a Variable; it must be an array'],
		[[weight, 3], 'SGD: parameters[1] is 3; it must be a Variable'],
		[
			[weight.read()],
			'SGD: parameters[0] is a Node; it must be a Variable, and not what was read of one',
		],
		[
			[weight, buffer(1, { name: 'mean' })],
			'SGD: parameters[1], mean, is a Buffer, which is saved',
		],
		[
			[variable(randomKey(1), { name: 'key' })],
			'SGD: parameters[0], key, is i32[2]; what is trained must be f32 or f64. A Variable that is not to be trained can be made by buffer',
		],
	];
	for (const [parameters, message] of mistakes)
		expect(() => new SGD(parameters as Variable[], { learningRate: 1 })).toThrow(message); // as users may
});

test('an option that there is not is refused, and the one that was meant is named', () => {
	const w = [variable(1)];
	const mistakes: [() => unknown, string][] = [
		// @ts-expect-error no such option
		[() => new SGD(w, { lr: 0.1 }), 'SGD: there is no option lr; did you mean learningRate? The'],
		[
			// @ts-expect-error no such option
			() => new Momentum(w, { learning_rate: 0.1 }),
			'Momentum: there is no option learning_rate; did you mean learningRate?',
		],
		[
			// @ts-expect-error no such option
			() => new Adam(w, { eps: 1e-8 }),
			'Adam: there is no option eps; did you mean epsilon? The options are learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, correction',
		],
		[
			// @ts-expect-error no such option
			() => new Lion(w, { maximize: true }),
			'Lion: there is no option maximize; the options are learningRate, beta1, beta2, weightDecay',
		],
		[
			// @ts-expect-error no such option
			() => new Affine({ inputs: 1, outputs: 1, key: randomKey(1), biases: false }),
			'Affine: there is no option biases; did you mean bias?',
		],
	];
	for (const [make, message] of mistakes) {
		expect(make).toThrow(TypeError);
		expect(make).toThrow(message);
	}
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
	expect(() => new SGD([a], { learningRate: Number.NaN })).toThrow(
		'SGD: learningRate is NaN; it must be a finite number',
	);
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
