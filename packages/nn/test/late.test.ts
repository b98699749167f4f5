import {
	type Compile,
	compiler,
	interpreter,
	type Node,
	randomKey,
	ready,
	tensor,
	type Variable,
} from '@pullback/core';
import { expect, test } from 'vitest';
import { LateEngine } from '../../core/test/lateEngine.ts';
import {
	Adam,
	Affine,
	buffer,
	Module,
	Momentum,
	meanSquaredError,
	type Optimizer,
	SGD,
	Tanh,
} from '../src/index.ts';

const optimizers: [string, (parameters: Variable[]) => Optimizer][] = [
	['SGD', (all) => new SGD(all, { learningRate: 0.1 })],
	['Momentum', (all) => new Momentum(all, { learningRate: 0.1 })],
	['Adam', (all) => new Adam(all, { learningRate: 0.01 })],
];

/** A net that counts how often it was trained. */
class Net extends Module {
	readonly layers = [
		new Affine({ inputs: 2, outputs: 3, key: randomKey(1) }),
		new Tanh(),
		new Affine({ inputs: 3, outputs: 1, key: randomKey(2) }),
	];
	readonly steps = buffer(0, { name: 'steps' });

	override forward(x: Node): Node {
		this.steps.assign(this.steps.read().add(1));
		return this.layers.reduce((y, layer) => layer.forward(y), x);
	}
}

const x = tensor([
	[0, 1],
	[1, -1],
	[0.5, 2],
]);
const target = tensor([[1], [-1], [0.25]]);

interface Training {
	readonly net: Net;
	readonly optimizer: Optimizer;
	readonly step: (x: Node) => Node;
}

function training(make: (parameters: Variable[]) => Optimizer, by: Compile): Training {
	const net = new Net();
	const optimizer = make(net.parameters());
	const step = by((batch: Node) => {
		const loss = meanSquaredError(net.forward(batch), target);
		optimizer.minimize(loss);
		return loss;
	});
	return { net, optimizer, step };
}

test.each(optimizers)(
	'%s steps many times without a wait on an engine whose values come later, to the interpreter’s bits',
	async (_, make) => {
		const engine = new LateEngine();
		const [own, expected] = [compiler(engine), compiler(interpreter)].map((by) =>
			training(make, by),
		) as [Training, Training];
		const [losses, expectedLosses] = [own, expected].map(({ optimizer, step }) =>
			Array.from({ length: 30 }, (_, i) => {
				if (i === 20) optimizer.learningRate.assign(0.005);
				return step(x);
			}),
		) as [Node[], Node[]];
		expect(engine.fetched).toBe(0);
		expect(() => JSON.stringify(own.net)).toThrow(/is not there yet; await ready\(x\) first/);
		const [held, expectedHeld] = [own, expected].map(({ net }) => [
			...net.namedVariables().values(),
		]) as [Variable[], Variable[]];
		await ready(...losses, ...held);
		expect(own.net.steps.item()).toBe(30);
		expect(losses.map((loss) => loss.item())).toEqual(expectedLosses.map((loss) => loss.item()));
		expect(held.map((each) => each.data())).toEqual(expectedHeld.map((each) => each.data()));
		expect(JSON.stringify(own.net)).toBe(JSON.stringify(expected.net));
	},
);

test.each(optimizers)(
	'%s changes nothing when it steps outside of compiled functions before the parameters are there',
	async (_, make) => {
		const { net, optimizer, step } = training(make, compiler(new LateEngine()));
		step(x);
		const weight = net.layers[0] as Affine; // it is one
		const loss = (): Node => weight.weight.read().square().sum();
		const before = weight.weight.read();
		expect(() => optimizer.minimize(loss())).toThrow(/is not there yet; await ready\(x\) first/);
		await ready(before, ...net.parameters());
		expect(weight.weight.data()).toEqual(before.data());
	},
);

test('a step that fails later leaves no parameter half changed: all wait to be assigned anew', async () => {
	const lost = new Error('the device was lost');
	const engine = new LateEngine({ failureOf: (run) => (run === 3 ? lost : null) });
	const { net, optimizer, step } = training(
		(all) => new Adam(all, { learningRate: 0.01 }),
		compiler(engine),
	);
	const saved = new Map(net.parameters().map((each) => [each, each.data()]));
	const losses = Array.from({ length: 5 }, () => step(x));
	await expect(ready(...losses)).rejects.toBe(lost);
	await ready(...losses.slice(0, 2));
	for (const each of [...net.parameters(), net.steps, (optimizer as Adam).time]) {
		await expect(ready(each)).rejects.toBe(lost);
		expect(() => each.data()).toThrow(lost);
	}
	expect(() => step(x)).toThrow(lost);
	for (const [each, data] of saved) each.assign(tensor(data, { shape: each.shape }));
	// The optimiser’s own Variables are lost with them.
	expect(() => step(x)).toThrow(lost);
	const again = training((all) => new Adam(all, { learningRate: 0.01 }), compiler(engine));
	const loss = again.step(x);
	await ready(loss, losses[0] as Node); // there are five
	expect(loss.item()).toBe(losses[0]?.item());
});
