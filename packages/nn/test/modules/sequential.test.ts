import {
	compile,
	grad,
	type Node,
	normal,
	randomIntegers,
	randomKey,
	softmax,
	splitKey,
	tensor,
} from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Adam,
	Affine,
	crossEntropy,
	Module,
	normalInitializer,
	Relu,
	sequential,
	softmaxCrossEntropy,
	Tanh,
} from '../../src/index.ts';

test('a sequence is the composition of its layers, and of none the identity', () => {
	const [a, b] = [new Tanh(), new Relu()];
	const x = tensor([-1, 0.5, 2]);
	expect(sequential(a, b).forward(x).toArray()).toEqual(b.forward(a.forward(x)).toArray());
	expect(sequential().forward(x).toArray()).toEqual(x.toArray());
});

test('every layer is told the mode', () => {
	const told: (string | undefined)[] = [];
	class Listener extends Module {
		override forward(x: Node, mode?: string): Node {
			told.push(mode);
			return x;
		}
	}
	sequential(new Listener(), sequential(new Listener())).forward(1, 'train');
	sequential(new Listener()).forward(1);
	expect(told).toEqual(['train', 'train', undefined]);
});

// Deep Learning from Scratch, 4.4.2: the printed weights.
test('the gradient of the simple net is the book’s', () => {
	const w = tensor(
		[
			[0.47355232, 0.9977393, 0.84668094],
			[0.85557411, 0.03563661, 0.69422093],
		],
		{ dtype: 'f64' },
	);
	const scores = tensor([0.6, 0.9], { dtype: 'f64' }).matmul(w);
	// The book adds 1e-7 to the probability, which its figures show.
	const loss = crossEntropy(softmax(scores).add(1e-7), [0, 0, 1]);
	const near = (actual: readonly number[], expected: readonly number[]) => {
		for (const [i, value] of actual.entries())
			expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(1e-8);
	};
	near([...scores.data()], [1.05414809, 0.63071653, 1.1328074]);
	near([loss.item()], [0.9280682857864075]);
	near(
		[...(grad(loss, [w])[0]?.data() ?? [])],
		[0.21924757, 0.14356243, -0.36281, 0.32887136, 0.21534364, -0.544215],
	);
});

test('a net learns what a line cannot separate, the same way from the same seed', () => {
	const train = () => {
		const keys = splitKey(randomKey(3));
		const model = sequential(
			new Affine({ inputs: 2, outputs: 8, key: keys.slice(0) }),
			new Tanh(),
			new Affine({ inputs: 8, outputs: 2, key: keys.slice(1) }),
		);
		const optimizer = new Adam(model.parameters(), { learningRate: 0.05 });
		const step = compile((x: Node, t: Node) => {
			const loss = softmaxCrossEntropy(model.forward(x, 'train'), t);
			optimizer.minimize(loss);
			return loss;
		});
		const x = tensor([
			[0, 0],
			[0, 1],
			[1, 0],
			[1, 1],
		]);
		const labels = tensor([0, 1, 1, 0], { dtype: 'i32' });
		for (let i = 0; i < 200; i++) step(x, labels);
		return {
			classes: model.forward(x).argmax(-1).toArray(),
			weights: model.parameters().map((w) => w.toArray()),
		};
	};
	const { classes, weights } = train();
	expect(classes).toEqual([0, 1, 1, 0]);
	expect(train().weights).toEqual(weights);
});

test('every parameter of the two-layer net has its numerical gradient, to 1e-9 on average', () => {
	const keys = splitKey(randomKey(5), 4);
	const layer = (inputs: number, outputs: number, i: number) =>
		new Affine({
			inputs,
			outputs,
			key: keys.slice(i),
			weight: normalInitializer(0.5),
			dtype: 'f64',
		});
	const model = sequential(layer(12, 7, 0), new Relu(), layer(7, 5, 1));
	const x = normal(keys.slice(2), [3, 12], { dtype: 'f64' });
	const labels = randomIntegers(keys.slice(3), [3], { high: 5 });
	const loss = () => softmaxCrossEntropy(model.forward(x), labels);
	const gradients = grad(loss(), model.parameters());
	const h = 1e-4;
	for (const [i, parameter] of model.parameters().entries()) {
		const exact = gradients[i]?.data() ?? [];
		const values = parameter.data();
		let difference = 0;
		for (const [at, value] of values.entries()) {
			const lossAt = (moved: number) => {
				const data = values.slice();
				data[at] = moved;
				parameter.assign(tensor(data, { shape: parameter.shape }));
				return loss().item();
			};
			const numeric = (lossAt(value + h) - lossAt(value - h)) / (2 * h);
			difference += Math.abs(numeric - (exact[at] ?? Number.NaN));
		}
		parameter.assign(tensor(values, { shape: parameter.shape }));
		expect(difference / values.length).toBeLessThan(1e-9);
	}
});
