import {
	compile,
	type Node,
	type Operand,
	ones,
	randomKey,
	relu,
	tensor,
	zeros,
} from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Affine,
	BatchNorm1d,
	buffer,
	type Mode,
	Module,
	sequential,
	Tanh,
} from '../../src/index.ts';
import { LstmCell, type State } from '../nets.ts';

class Net extends Module {
	readonly calls = buffer(0, { name: 'calls' });
	readonly encoder = sequential(
		new Affine({ inputs: 784, outputs: 50, key: randomKey(1) }),
		relu,
		new BatchNorm1d({ channels: 50 }),
	);
	readonly tied: Affine = this.encoder.layers[0];
	readonly spare = new Tanh();
	readonly head = new Affine({ inputs: 50, outputs: 10, key: randomKey(2) });

	override forward(x: Operand, mode?: Mode): Node {
		this.calls.assign(this.calls.read().add(1));
		this.encoder.forward(x, mode);
		return this.head.forward(this.encoder.forward(x, mode));
	}
}

const expected = `path              class        output               parameters
--------------------------------------------------------------
                  Net          f32[4, 10]
encoder           Sequential   f32[4, 50], 2 calls
encoder.layers.0  Affine       f32[4, 50], 2 calls      39,250
encoder.layers.2  BatchNorm1d  f32[4, 50], 2 calls         100
spare             Tanh         not called
head              Affine       f32[4, 10]                  510
--------------------------------------------------------------
39,860 parameters, 102 numbers in buffers`;

test('a summary lists the modules, what each returns, and the numbers in their parameters, each once', () => {
	const net = new Net();
	const summary = net.summary(zeros([4, 784]), 'train');
	expect(String(summary)).toBe(expected);
	expect(summary.parameters).toBe(
		net.parameters().reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0),
	);
	expect(summary.rows.map(({ path }) => path)).toEqual([...net.namedModules().keys()]);
});

test('a summary changes nothing, and computes nothing', () => {
	const net = new Net();
	const before = JSON.stringify(net);
	net.summary(ones([4, 784]), 'train');
	expect(JSON.stringify(net)).toBe(before);
	// Of twice as many numbers as a typed array holds.
	const wide = new Affine({ inputs: 1, outputs: 1, key: randomKey(1) });
	expect(wide.summary(zeros([2 ** 20, 2 ** 10, 1])).rows[0]?.output).toBe('f32[1048576, 1024, 1]');
});

test('a summary is of modules of any inputs and outputs', () => {
	const state: State = { hidden: zeros([4, 2]), cell: zeros([4, 2]) };
	const [first] = new LstmCell().summary(zeros([4, 3]), state).rows;
	expect(first?.output).toBe('{ hidden: f64[4, 2], cell: f64[4, 2] }');
});

test('an error of the call is that of the module, with its path', () => {
	expect(() => new Net().summary(tensor([[1]]))).toThrow('(in encoder.layers.0 of Net)');
	// Nothing is observed afterwards.
	const net = new Net();
	expect(compile(() => net.head.forward(ones([1, 50])))().shape).toEqual([1, 10]);
});
