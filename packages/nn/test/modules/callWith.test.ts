import {
	compile,
	grad,
	type Node,
	normal,
	randomKey,
	ShapeError,
	stack,
	tensor,
	variable,
	vmap,
} from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Affine,
	buffer,
	callWith,
	Module,
	meanSquaredError,
	SGD,
	sequential,
	Tanh,
} from '../../src/index.ts';

const netOf = (seed: number) =>
	sequential(
		new Affine({ inputs: 2, outputs: 3, key: randomKey(seed), dtype: 'f64' }),
		new Tanh(),
		new Affine({ inputs: 3, outputs: 1, key: randomKey(seed + 1), dtype: 'f64' }),
	);
const x = normal(randomKey(10), [5, 2], { dtype: 'f64' });
const t = normal(randomKey(11), [5, 1], { dtype: 'f64' });
const valuesOf = (net: Module) => net.parameters().map((each) => each.read());

test('a net with the parameters of another is the other, and keeps its own', () => {
	const [net, other] = [netOf(1), netOf(5)];
	const [before, expected] = [net.forward(x).toArray(), other.forward(x).toArray()];
	expect(callWith(net, other.parameters(), x).toArray()).toEqual(expected);
	expect(callWith(net, other.namedParameters(), x).toArray()).toEqual(expected);
	const called = compile((given: Node, ...values: Node[]) => callWith(net, values, given));
	for (const [i, each] of called(x, ...valuesOf(other))
		.data()
		.entries())
		expect(each).toBeCloseTo(other.forward(x).data()[i] ?? Number.NaN, 12);
	expect(net.forward(x).toArray()).toEqual(before);
});

test('a step of training within the loss is differentiated as a step that is taken (MAML)', () => {
	const net = netOf(1);
	const parameters = net.parameters();
	const lossOf = (values: readonly Node[]) => meanSquaredError(callWith(net, values, x), t);
	const adapted = () => {
		const own = valuesOf(net);
		const slopes: readonly Node[] = grad(lossOf(own), own);
		return { own, next: own.map((each, i) => each.sub(slopes[i]?.mul(0.1) ?? 0)) };
	};
	const { own, next } = adapted();
	const outer = lossOf(next);
	const [slope] = grad(outer, own.slice(0, 1));

	// The same by hand: a step, the loss after it, and differences of that.
	const [weight] = parameters;
	if (weight === undefined) throw new Error('a weight');
	const after = (moved: Node): number => {
		const fresh = netOf(1);
		fresh.parameters()[0]?.assign(moved);
		new SGD(fresh.parameters(), { learningRate: 0.1 }).minimize(
			meanSquaredError(fresh.forward(x), t),
		);
		return meanSquaredError(fresh.forward(x), t).item();
	};
	expect(outer.item()).toBeCloseTo(after(weight.read()), 12);
	const values = weight.data();
	for (const [i, value] of values.entries()) {
		const at = (by: number) =>
			after(tensor(values.with(i, value + by) as Float64Array, { shape: weight.shape }));
		const numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
		expect(slope?.data()[i]).toBeCloseTo(numeric, 8);
	}
});

test('vmap over models is each of the models', () => {
	const nets = [1, 20, 40].map(netOf);
	const [first] = nets;
	if (first === undefined) throw new Error('three nets');
	const stacked = first
		.parameters()
		.map((_, i) => stack(nets.map((net) => net.parameters()[i]?.read() ?? tensor(Number.NaN))));
	const all = vmap((...values: Node[]) => callWith(first, values, x));
	const expected = nets.map((net) => net.forward(x).data());
	for (const f of [all, compile(all)])
		for (const [i, each] of f(...stacked)
			.data()
			.entries())
			expect(each).toBeCloseTo(expected[Math.floor(i / 5)]?.[i % 5] ?? Number.NaN, 12);
});

test('some parameters and buffers may be replaced by path, and in any dtype', () => {
	class Shift extends Module {
		readonly scale = variable([1, 2], { name: 'scale' });
		readonly mean = buffer([3, 4], { name: 'mean' });
		override forward(...[input]: Parameters<Module['forward']>): Node {
			return this.scale.read().mul(tensor(input).sub(this.mean));
		}
	}
	const net = sequential(new Shift());
	const y = callWith(net, new Map([['layers.0.mean', [0, 0]]]), [1, 1]);
	expect([y.toArray(), y.dtype]).toEqual([[1, 2], 'f32']);
	const exact = tensor([0.1, 0.2], { dtype: 'f64' });
	const z = callWith(net, [exact], [4, 6]);
	expect([z.toArray(), z.dtype]).toEqual([[0.1, 0.4], 'f64']);
});

test('values that do not fit the parameters are refused, by path', () => {
	const net = netOf(1);
	expect(() => callWith(net, [1, 2], x)).toThrow(
		'callWith: got 2 values for 4 parameters; pass one for each of module.parameters()',
	);
	expect(() => callWith(net, new Map([['layers.0.wieght', 1]]), x)).toThrow(
		'callWith: parameters has the string "layers.0.wieght" for a key; it must be one of layers.0.weight, layers.0.bias,',
	);
	const misfit = () => callWith(net, new Map([['layers.2.bias', [1, 2]]]), x);
	expect(misfit).toThrow(ShapeError);
	expect(misfit).toThrow('callWith: the value of layers.2.bias has shape [2]; it must have');
});
