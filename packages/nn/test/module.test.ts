import { randomKey, variable } from '@pullback/core';
import { expect, test } from 'vitest';
import { Affine, Module, Relu, sequential, Tanh } from '../src/index.ts';

const affine = (inputs: number, outputs: number) =>
	new Affine({ inputs, outputs, key: randomKey(inputs) });

test('parameters are found in the fields of a module, by dotted path', () => {
	const net = sequential(affine(2, 3), new Relu(), sequential(affine(3, 1), new Tanh()));
	expect([...net.namedParameters().keys()]).toEqual([
		'layers.0.weight',
		'layers.0.bias',
		'layers.2.layers.0.weight',
		'layers.2.layers.0.bias',
	]);
	expect(net.parameters()[0]).toBe((net.layers[0] as Affine).weight);
});

test('a parameter reached on two paths is listed once', () => {
	const shared = affine(2, 2);
	expect(sequential(shared, new Relu(), shared).parameters()).toHaveLength(2);
});

test('a class with Variables of its own is a module', () => {
	class Scale extends Module {
		readonly factor = variable(3, { name: 'factor' });
		override forward(x: Parameters<Module['forward']>[0]) {
			return this.factor.read().mul(x);
		}
	}
	const scale = new Scale();
	expect([...scale.namedParameters().keys()]).toEqual(['factor']);
	expect(scale.forward(2).item()).toBe(6);
});

test('a module that contains itself is refused', () => {
	class Loop extends Module {
		readonly self: Module = this;
		override forward() {
			return this.self.forward(0);
		}
	}
	expect(() => new Loop().parameters()).toThrow('the module at self contains itself');
});
