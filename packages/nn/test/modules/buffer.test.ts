import {
	bernoulli,
	compile,
	type Node,
	normal,
	type Operand,
	randomKey,
	splitKey,
	tensor,
	variable,
} from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Adam,
	buffer,
	type Mode,
	Module,
	sequential,
	softmaxCrossEntropy,
} from '../../src/index.ts';

/** Batch normalisation (Ioffe & Szegedy 2015) of three features. */
class BatchNorm extends Module {
	readonly scale = variable([1, 1, 1], { name: 'scale', dtype: 'f64' });
	readonly mean = buffer([0, 0, 0], { name: 'mean', dtype: 'f64' });
	readonly variance = buffer([1, 1, 1], { name: 'variance', dtype: 'f64' });

	override forward(x: Operand, mode: Mode = 'evaluate'): Node {
		const node = tensor(x);
		if (mode === 'train') {
			const [mean, variance] = [node.mean(0), node.variance(0)];
			this.mean.assign(this.mean.read().mul(0.9).add(mean.mul(0.1)));
			this.variance.assign(this.variance.read().mul(0.9).add(variance.mul(0.1)));
			return node.sub(mean).div(variance.add(1e-5).sqrt()).mul(this.scale);
		}
		return node.sub(this.mean).div(this.variance.read().add(1e-5).sqrt()).mul(this.scale);
	}
}

/** Dropout (Srivastava et al. 2014) of one half, from a random stream of its own. */
class Dropout extends Module {
	readonly key = buffer(randomKey(1), { name: 'key' });

	override forward(x: Operand, mode: Mode = 'evaluate'): Node {
		const node = tensor(x);
		if (mode === 'evaluate') return node;
		const next = splitKey(this.key);
		this.key.assign(next.slice(0));
		return node.mul(bernoulli(next.slice(1), node.shape).cast(node.dtype)).mul(2);
	}
}

test('buffers are saved and moved by training, and neither trained nor differentiated', () => {
	for (const wrap of [(f: (x: Node, t: Node) => Node) => f, compile]) {
		const [norm, dropout] = [new BatchNorm(), new Dropout()];
		const net = sequential(norm, dropout);
		expect([...net.namedVariables().keys()]).toEqual([
			'layers.0.scale',
			'layers.0.mean',
			'layers.0.variance',
			'layers.1.key',
		]);
		expect([...net.namedParameters().keys()]).toEqual(['layers.0.scale']);
		expect([...net.namedBuffers().values()]).toEqual([norm.mean, norm.variance, dropout.key]);
		const optimizer = new Adam(net.parameters());
		const step = wrap((x: Node, t: Node) => {
			const loss = softmaxCrossEntropy(net.forward(x, 'train'), t);
			optimizer.minimize(loss);
			return loss;
		});
		const x = normal(randomKey(2), [8, 3], { mean: 5, dtype: 'f64' });
		const labels = tensor([0, 1, 2, 0, 1, 2, 0, 1], { dtype: 'i32' });
		const losses = Array.from({ length: 3 }, () => step(x, labels).item());
		expect(new Set(losses).size).toBe(3);
		for (const [i, each] of norm.mean.data().entries()) {
			const whole = x.mean(0).data()[i] ?? Number.NaN;
			// 1 - 0.9^3 of the way from 0.
			expect(each).toBeCloseTo(whole * 0.271, 10);
		}
		// The same input gives the same once it is no training.
		expect(net.forward(x).toArray()).toEqual(net.forward(x).toArray());
	}
});

test('what was saved of a net resumes it to the bit', () => {
	const x = normal(randomKey(2), [8, 3], { dtype: 'f64' });
	const make = () => sequential(new BatchNorm(), new Dropout());
	const [first, second] = [make(), make()];
	first.forward(x, 'train');
	const saved = new Map(Array.from(first.namedVariables(), ([path, each]) => [path, each.read()]));
	const expected = first.forward(x, 'train').toArray();
	for (const [path, each] of second.namedVariables()) each.assign(saved.get(path) ?? Number.NaN);
	expect(second.forward(x, 'train').toArray()).toEqual(expected);
});
