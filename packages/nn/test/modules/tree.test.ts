import { type Node, randomKey, relu, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	Affine,
	buffer,
	LeakyRelu,
	MaxPool2d,
	Module,
	Sequential,
	sequential,
	Tanh,
} from '../../src/index.ts';

const affine = (inputs: number, outputs: number): Affine =>
	new Affine({ inputs, outputs, key: randomKey(1) });

class Net extends Module {
	readonly rate = 0.5;
	readonly encoder = sequential(affine(784, 50), (x: Node) => x.relu(), relu, new LeakyRelu());
	readonly tied: Affine = this.encoder.layers[0];
	readonly heads = { left: affine(50, 2), right: new Map([['scale', variable([1, 2])]]) };
	readonly mean = buffer([0, 0, 0], { dtype: 'f64' });

	override forward(): Node {
		throw new Error('a net of the test computes nothing');
	}
}

const shown = `Net(rate: 0.5), 39,354 parameters, 3 numbers in buffers
  encoder: Sequential, 39,250 parameters
    layers.0: Affine, 39,250 parameters
      weight: f32[784, 50]
      bias: f32[50]
    layers.1: (x) => x.relu()
    layers.2: relu
    layers.3: LeakyRelu
  tied: Affine, at encoder.layers.0
  heads.left: Affine, 102 parameters
    weight: f32[50, 2]
    bias: f32[2]
  heads.right.scale: f32[2]
  mean: f64[3], a buffer`;

test('a module is shown as a tree of its parts, with shapes and how many numbers there are', () => {
	const net = new Net();
	expect(String(net)).toBe(shown);
	expect(`${net}`).toBe(shown);
	expect(String(new Tanh())).toBe('Tanh, 0 parameters');
	expect(String(new MaxPool2d([2, 3]))).toBe(
		'MaxPool2d(kernelSize: [2, 3], stride: [2, 3], padding: 0, dilation: 1, ceilMode: false), 0 parameters',
	);
});

test('JSON of a module has the values of all parameters and buffers, by path', () => {
	const net = new Net();
	const values = Array.from(net.namedVariables(), ([path, each]) => [path, each.toArray()]);
	expect(Object.entries(JSON.parse(JSON.stringify({ net })).net)).toEqual(values);
});

test('the tree of any net names every parameter, and counts each number once', () => {
	const { net: nets } = fc.letrec<{ net: number | readonly unknown[] }>((tie) => ({
		net: fc.oneof({ maxDepth: 4 }, fc.nat(3), fc.array(tie('net'), { maxLength: 4 })),
	}));
	const layers = [affine(1, 1), affine(2, 3), new Tanh(), affine(4, 1)] as const;
	fc.assert(
		fc.property(fc.array(nets, { maxLength: 4 }), (form) => {
			const make = (part: unknown): Module =>
				typeof part === 'number'
					? (layers[part] ?? layers[0])
					: new Sequential((part as readonly unknown[]).map(make)); // one or the other
			const net = make(form);
			const size = net
				.parameters()
				.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
			const [head, ...lines] = String(net).split('\n');
			expect(head).toBe(`Sequential, ${size} parameter${size === 1 ? '' : 's'}`);
			expect(lines.filter((line) => /: f32\[/.test(line))).toHaveLength(net.parameters().length);
		}),
	);
});

test('a net of any size is shown at once, its first lines, and one that holds itself, too', () => {
	let deep: Module = affine(2, 2);
	for (let i = 0; i < 20_000; i++) deep = new Sequential([deep]);
	expect(String(deep)).toMatch(/^Sequential, 6 parameters\n/);
	expect(String(deep)).toContain('... and 19,503 more lines');
	expect(String(deep).length).toBeLessThan(1_000_000);
	let shared: Module = affine(2, 2);
	for (let i = 0; i < 60; i++) shared = new Sequential([shared, shared]);
	expect(String(shared)).toMatch(/^Sequential, 6 parameters\n/);
	class Loop extends Module {
		readonly self: Module = this;
		override forward(): Node {
			return this.self.forward(0);
		}
	}
	expect(String(new Loop())).toBe('Loop, 0 parameters\n  self: Loop, which holds it');
});
