import {
	arange,
	compile,
	concatenate,
	full,
	grad,
	type Node,
	randomKey,
	stack,
	tensor,
	where,
} from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	GRU,
	GRUCell,
	type Initializer,
	LSTM,
	LSTMCell,
	lengthMask,
	RNN,
	RNNCell,
} from '../../../src/index.ts';
import { drawn, expectNear as expectApart } from '../near.ts';
import { type Case, cases, inputOf, netOf, plainRun, run, stateOf } from './recurrentCases.ts';

/** Sums of ten terms of size 1, through four steps of two layers, none of which makes an error larger: some 100 roundings. */
const tolerance = 1e-13;

const expectNear = (actual: Node, expected: Node, within = tolerance): void =>
	expectApart(actual, expected, within);

const f64 = (numbers: readonly number[]): Node => tensor(numbers, { dtype: 'f64' });
const i32 = (numbers: readonly number[]): Node => tensor(Int32Array.from(numbers));

/** A length for each sequence, up to all of its time. */
const lengthsOf = ({ batch, time, seed }: Case): number[] =>
	Array.from({ length: batch }, (_, i) => (seed + 3 * i) % (time + 1));

const numRuns = 20;
const forAll = (law: (each: Case) => void): void => fc.assert(fc.property(cases, law), { numRuns });

test('each sequence of a batch is what loops over its numbers make of it, from any state', () => {
	forAll((each) => {
		const [net, x, state] = [netOf(each), inputOf(each), stateOf(each)];
		const { outputs, parts } = run(net, x, { state });
		const states = [state.hidden, state.cell].slice(0, parts.length);
		for (let i = 0; i < each.batch; i++) {
			const plain = plainRun(
				each.kind,
				net,
				x.slice(i).toArray() as number[][],
				states.map((part) => part.slice(null, i).toArray() as number[][]),
			);
			if (each.time > 0) expectNear(outputs.slice(i), stack(plain.outputs.map(f64)));
			for (const [k, part] of parts.entries())
				expectNear(part.slice(null, i), stack((plain.last[k] ?? []).map(f64)));
		}
		const width = each.hidden * (each.bidirectional ? 2 : 1);
		expect(outputs.shape).toEqual([each.batch, each.time, width]);
		expect(parts.map(({ shape }) => shape)).toEqual(states.map(({ shape }) => shape));
	});
});

test('no state is one of zeros', () => {
	forAll((each) => {
		const [net, x, { hidden, cell }] = [netOf(each), inputOf(each), stateOf(each)];
		const zeros = { hidden: hidden.zerosLike(), cell: cell.zerosLike() };
		expect(run(net, x).outputs.toArray()).toEqual(run(net, x, { state: zeros }).outputs.toArray());
	});
});

test('a sequence in two parts, of which the second begins with the state after the first, is the whole', () => {
	forAll((drawnCase) => {
		const each = { ...drawnCase, bidirectional: false };
		const [net, x, state] = [netOf(each), inputOf(each), stateOf(each)];
		const whole = run(net, x, { state });
		const cut = each.seed % (each.time + 1);
		const first = run(net, x.slice(null, [0, cut]), { state });
		const [hidden, cell] = first.parts as [Node, Node?]; // one or two
		const second = run(net, x.slice(null, [cut]), { state: { hidden, cell: cell ?? hidden } });
		expectNear(concatenate([first.outputs, second.outputs], 1), whole.outputs);
		for (const [k, part] of second.parts.entries()) expectNear(part, whole.parts[k] as Node);
	});
});

test('one step of a net of one layer is a step of its cell', () => {
	forAll((drawnCase) => {
		const each = { ...drawnCase, bidirectional: false, layers: 1, time: 1 };
		const [net, x, { hidden, cell }] = [netOf(each), inputOf(each), stateOf(each)];
		const { parts } = run(net, x, { state: { hidden, cell } });
		const now = x.slice(null, 0);
		if (net instanceof LSTM) {
			const state = { hidden: hidden.slice(0), cell: cell.slice(0) };
			const next = net.layers[0]?.forward.forward(now, state);
			expectNear((parts[0] as Node).slice(0), next?.hidden as Node);
			expectNear((parts[1] as Node).slice(0), next?.cell as Node);
		} else
			expectNear(
				(parts[0] as Node).slice(0),
				net.layers[0]?.forward.forward(now, hidden.slice(0)) as Node,
			);
	});
});

test('a padded sequence is the sequence alone, and what stands in the padding has no influence, be it NaN', () => {
	forAll((each) => {
		const [net, x, state] = [netOf(each), inputOf(each), stateOf(each)];
		const lengths = lengthsOf(each);
		const steps = arange(0, each.time, 1, { dtype: 'i32' }).reshape([each.time, 1]);
		const padding = steps.greaterEqual(i32(lengths).reshape([each.batch, 1, 1]));
		const padded = where(padding, Number.NaN, x);
		const together = run(net, padded, { state, lengths: i32(lengths) });
		const total = together.outputs.sum().add((together.parts[0] as Node).sum());
		const [slope] = grad(total, [padded]);
		for (const [i, length] of lengths.entries()) {
			const [one, own] = [x.slice([i, i + 1], [0, length]), [null, [i, i + 1]] as const];
			const alone = run(net, one, {
				state: { hidden: state.hidden.slice(...own), cell: state.cell.slice(...own) },
			});
			expectNear(together.outputs.slice([i, i + 1], [0, length]), alone.outputs);
			for (const [k, part] of alone.parts.entries())
				expectNear((together.parts[k] as Node).slice(...own), part);
			for (const beyond of [together.outputs, slope as Node])
				expect(beyond.slice(i, [length]).abs().sum().item()).toBe(0);
		}
	});
});

test('with time first, outputs are those with time last but one, moved, and a sequence alone needs no batch', () => {
	forAll((each) => {
		const [net, x, state] = [netOf(each), inputOf(each), stateOf(each)];
		const given = { state, lengths: i32(lengthsOf(each)) };
		const { outputs, parts } = run(net, x, given);
		const moved = run(netOf(each, true), x.transpose(0, 1), given);
		expect(moved.outputs.transpose(0, 1).toArray()).toEqual(outputs.toArray());
		expect(moved.parts.map((part) => part.toArray())).toEqual(parts.map((part) => part.toArray()));
		for (let i = 0; i < each.batch; i++) {
			const own = { hidden: state.hidden.slice(null, i), cell: state.cell.slice(null, i) };
			const alone = run(net, x.slice(i), { state: own, lengths: given.lengths.slice(i) });
			expectNear(alone.outputs, outputs.slice(i));
		}
	});
});

test('compiled, outputs, states and gradients are those without', () => {
	const law = (each: Case): void => {
		const [net, x, state] = [netOf(each), inputOf(each), stateOf(each)];
		const f = (input: Node, hidden: Node, cell: Node, lengths: Node): Node[] => {
			const { outputs, parts } = run(net, input, { state: { hidden, cell }, lengths });
			const total = parts.reduce((sum, part) => sum.add(part.sin().sum()), outputs.sin().sum());
			return [outputs, ...parts, ...grad(total, [input, hidden, ...net.parameters()])];
		};
		const operands = [x, state.hidden, state.cell, i32(lengthsOf(each))] as const;
		const expected = f(...operands);
		for (const [i, node] of compile(f)(...operands).entries())
			expectNear(node, expected[i] as Node, 1e-11);
	};
	// Compiling takes longer than all else here.
	fc.assert(fc.property(cases, law), { numRuns: 4 });
});

test('weights start uniform within 1 / sqrt(hidden), or gate by gate as they are told to; biases uniform', () => {
	const options = { inputs: 50, hidden: 25, key: randomKey(1) };
	for (const { shape, name } of new LSTMCell(options).parameters())
		expect([name, shape]).toEqual([
			name,
			name.endsWith('Bias') ? [100] : [name.startsWith('i') ? 50 : 25, 100],
		]);
	for (const parameter of new LSTMCell(options).parameters()) {
		const values = parameter.read();
		expect(values.abs().amax().item()).toBeLessThanOrEqual(Math.fround(0.2));
		// Of a hundred uniform numbers or more, the largest is nearly the bound; and their mean square is its third.
		expect(values.abs().amax().item()).toBeGreaterThan(0.19);
		expect(values.square().mean().item()).toBeGreaterThan(0.6 * (0.04 / 3));
	}
	const shapes: (readonly number[])[] = [];
	const weight: Initializer = (_, shape) => {
		shapes.push(shape);
		return full(shape, shapes.length);
	};
	const cell = new GRUCell({ inputs: 2, hidden: 1, key: randomKey(1), weight, bias: false });
	expect(shapes).toEqual([...new Array(3).fill([2, 1]), ...new Array(3).fill([1, 1])]);
	expect(cell.inputWeight.read().toArray()).toEqual([
		[1, 2, 3],
		[1, 2, 3],
	]);
	expect(cell.parameters()).toHaveLength(2);
});

test('dropout stands between layers, while a net is trained, and draws anew each time', () => {
	const options = { inputs: 2, hidden: 3, layers: 2, key: randomKey(1), dtype: 'f64' } as const;
	const x = drawn(1, 0, [2, 3, 2]);
	const half = new GRU({ ...options, dropout: 0.5 });
	expect(half.forward(x).outputs.toArray()).toEqual(half.forward(x, 'evaluate').outputs.toArray());
	const [first, second] = [1, 2].map(() => half.forward(x, 'train').outputs.toArray());
	expect(first).not.toEqual(second);
	// Of what is dropped whole, the second layer sees zeros.
	const all = new GRU({ ...options, dropout: 1 });
	const alone = new GRU({ ...options, inputs: 3, layers: 1 });
	const [source, target] = [all.layers[1]?.forward, alone.layers[0]?.forward].map((cell) =>
		cell?.parameters(),
	);
	for (const [i, each] of target?.entries() ?? []) each.assign(source?.[i] ?? 0);
	expectNear(
		all.forward(x, 'train').outputs,
		alone.forward(drawn(1, 0, [2, 3, 3]).zerosLike()).outputs,
	);
	expect(() => new GRU({ ...options, layers: 1, dropout: 0.5 })).toThrow(
		'GRU: dropout is 0.5 and layers is 1',
	);
	expect(() => new GRU({ ...options, dropout: 2 })).toThrow('GRU: dropout is 2');
});

test('the activation of an RNN can be another', () => {
	const relu = (x: Node): Node => x.relu();
	const options = { inputs: 1, hidden: 2, key: randomKey(1), activation: relu };
	const { outputs } = new RNN({ ...options, layers: 2 }).forward([[1], [2]]);
	expect(outputs.amin().item()).toBeGreaterThanOrEqual(0);
	expect(new RNNCell(options).forward([3]).amin().item()).toBeGreaterThanOrEqual(0);
});

test('a summary tells what each cell returned, and how often', () => {
	const lstm = new LSTM({ inputs: 2, hidden: 3, bidirectional: true, key: randomKey(1) });
	const { rows } = lstm.summary(drawn(1, 0, [5, 4, 2]).cast('f32'));
	const cell = ['LSTMCell', '{ hidden: f32[5, 3], cell: f32[5, 3] }', 4];
	expect(rows.slice(1).map(({ type, output, calls }) => [type, output, calls])).toEqual([
		cell,
		cell,
	]);
});

test('what does not fit is refused, and says what would', () => {
	const lstm = new LSTM({ inputs: 2, hidden: 3, key: randomKey(1) });
	expect(() => lstm.forward([1, 2])).toThrow(
		'LSTM: got [2], needs at least 2 axes, and 2 as the last axis',
	);
	const x = [[[1, 2]], [[3, 4]]];
	const hidden = [[[1, 2, 3]]];
	expect(() => lstm.forward(x, 'train', { state: { hidden, cell: hidden } })).toThrow(
		'LSTM: state.hidden has shape [1, 1, 3]; it must be [1, 2, 3]',
	);
	expect(() => lstm.forward(x, 'train', { lengths: [1] })).toThrow(
		'LSTM: lengths have shape [1]; they must be [2], one for each sequence',
	);
	expect(() => lstm.forward(x, 'train', { lengths: tensor([1, 1]) })).toThrow(
		'LSTM: lengths are f32[2]; they must be i32 or u8: cast them',
	);
	for (const wrong of [-1, 2])
		expect(() => lstm.forward(x, 'train', { lengths: [1, wrong] }).outputs.data()).toThrow(
			`index ${wrong} at position 1`,
		);
	expect(() => new LSTM({ inputs: 2, hidden: 3, key: randomKey(1), layers: 0 })).toThrow(
		'LSTM: layers is 0',
	);
	expect(() => new GRUCell({ inputs: 2, hidden: 0, key: randomKey(1) })).toThrow(
		'GRUCell: hidden is 0',
	);
});

test('a mask of lengths is true before each of them', () => {
	expect(lengthMask([0, 2, 3], 3).toArray()).toEqual([
		[false, false, false],
		[true, true, false],
		[true, true, true],
	]);
	expect(lengthMask(1, 2).toArray()).toEqual([true, false]);
	expect(lengthMask(i32([]), 2).shape).toEqual([0, 2]);
	expect(() => lengthMask([4], 3).data()).toThrow(RangeError);
});
