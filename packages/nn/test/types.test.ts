import { type Node, normal, type Operand, relu, softmax, tensor, zeros } from '@pullback/core';
import { expect, expectTypeOf, test } from 'vitest';
import {
	Affine,
	type AnyModule,
	callWith,
	type Mode,
	Module,
	type Sequential,
	sequential,
	Tanh,
} from '../src/index.ts';
import { CrossAttention, keysFrom, LstmCell, type State } from './nets.ts';

const [k1, k2, k3] = keysFrom(1, 3) as [Node, Node, Node]; // as many
const affine = (inputs: number, outputs: number) =>
	new Affine({ inputs, outputs, key: k1, dtype: 'f64' });

/** Says nothing of its input, and returns what is no tensor. */
class Statistics extends Module<[x: Operand, mode?: Mode], { mean: Node; std: Node }> {
	override forward(x: Operand): { mean: Node; std: Node } {
		const node = tensor(x);
		return { mean: node.mean(-1), std: node.std(-1) };
	}
}

test('modules of several inputs and outputs are called, and called with other parameters, by their types', () => {
	const [cell, attention] = [new LstmCell(), new CrossAttention()];
	const x = normal(k1, [4, 3], { dtype: 'f64' });
	const start: State = {
		hidden: zeros([4, 2], { dtype: 'f64' }),
		cell: zeros([4, 2], { dtype: 'f64' }),
	};
	const state = cell.forward(x, cell.forward(x, start));
	expectTypeOf(state).toEqualTypeOf<State>();
	expect([state.hidden.shape, state.cell.shape]).toEqual([
		[4, 2],
		[4, 2],
	]);
	expectTypeOf(callWith(cell, cell.parameters(), x, start)).toEqualTypeOf<State>();
	expectTypeOf(callWith(attention, attention.parameters(), x, x)).toEqualTypeOf<Node>();
	expect(attention.forward(x, normal(k2, [7, 3], { dtype: 'f64' })).shape).toEqual([4, 3]);
	const all: AnyModule[] = [cell, attention, affine(1, 1), sequential(new Tanh())];
	expect(all.map((each) => each.parameters().length)).toEqual([8, 6, 2, 0]);
	// @ts-expect-error an attention needs a memory
	expect(() => attention.forward(x)).toThrow();
	// @ts-expect-error a cell needs a state
	expect(() => callWith(cell, cell.parameters(), x)).toThrow();
});

test('a sequence knows its layers, what the first takes and what the last returns', () => {
	const net = sequential(affine(2, 3), (x) => x.relu(), new Statistics());
	expectTypeOf(net.layers[0]).toEqualTypeOf<Affine>();
	expectTypeOf(net.forward([[1, 2]])).toEqualTypeOf<{ mean: Node; std: Node }>();
	expect(net.forward([[1, 2]], 'train').std.shape).toEqual([1]);
	const longer = sequential(
		net,
		({ mean, std }: { mean: Node; std: Node }) => mean.div(std),
		(x) => x.expandDims(-1),
		affine(1, 2),
	);
	expectTypeOf(longer.forward(new Float32Array(2))).toEqualTypeOf<Node>();
	expectTypeOf(longer).toExtend<Sequential>();
	expect(longer.forward([[1, 2]]).shape).toEqual([1, 2]);
	const many: Module[] = [affine(1, 2), new Tanh()];
	expectTypeOf(sequential(...many, (x) => x.sum()).forward([1])).toEqualTypeOf<Node>();
	expectTypeOf(sequential().forward(1)).toEqualTypeOf<Node>();
	expect(sequential(relu, softmax).forward([-1, 1]).sum().item()).toBeCloseTo(1, 6);
});

test('a sequence may begin with what is no tensor', () => {
	const net = sequential(
		({ hidden, cell }: State) => [hidden, cell] as const,
		([hidden, cell]: readonly [Node, Node]) => hidden.add(cell),
	);
	expectTypeOf(net.forward).parameter(0).toEqualTypeOf<State>();
	const one = tensor(1);
	expect(net.forward({ hidden: one, cell: one }).item()).toBe(2);
	const pair = sequential(([a, b]: readonly [Node, Node]) => a.mul(b));
	expect(pair.forward([tensor(2), tensor(3)]).item()).toBe(6);
});

test('layers that do not fit each other are no sequence', () => {
	const make = [
		// @ts-expect-error an Affine takes a tensor
		() => sequential(new Statistics(), affine(1, 1)),
		// @ts-expect-error an attention takes two
		() => sequential(affine(1, 1), new CrossAttention()),
		// @ts-expect-error as does a first one
		() => sequential(new CrossAttention(), new Tanh()),
		// @ts-expect-error a state is no mode
		() => sequential(new LstmCell()),
		// @ts-expect-error a function must fit, too
		() => sequential(new Tanh(), ({ mean }: { mean: Node }) => mean),
		// @ts-expect-error a first layer is given Nodes
		() => sequential((x: number[]) => tensor(x)),
		// @ts-expect-error a Node has no such method
		() => sequential(new Tanh(), (x) => x.rectify()),
	];
	expect(make).toHaveLength(7);
	// @ts-expect-error a class is no layer
	expect(() => sequential(Tanh)).toThrow(
		'layers[0] is the class Tanh; make a layer of it by new Tanh',
	);
	// @ts-expect-error a number neither
	expect(() => sequential(new Tanh(), 3)).toThrow(
		'Sequential: layers[1] is 3; it must be a Module or a function',
	);
	expect(() => sequential(new Tanh(), () => undefined).forward(1)).toThrow(
		'Sequential: layers[1] returned nothing',
	);
	// @ts-expect-error of no input
	expect(() => sequential(new Tanh()).forward('1')).toThrow('Sequential: got the string "1"');
});

test('functions are told no mode, which is no argument of theirs', () => {
	const told: unknown[][] = [];
	sequential((...all: unknown[]) => {
		told.push(all);
		return k3;
	}).forward(1, 'train');
	expect(told).toHaveLength(1);
	expect(told[0]).toHaveLength(1);
});
