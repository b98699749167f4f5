import { type Node, randomKey, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Adam,
	Affine,
	Module,
	meanSquaredError,
	parametersOf,
	sequential,
	Tanh,
} from '../../src/index.ts';

const affine = (inputs: number, outputs: number): Affine =>
	new Affine({ inputs, outputs, key: randomKey(1) });

class Net extends Module {
	readonly encoder = sequential(affine(2, 3), new Tanh(), affine(3, 2));
	readonly heads: ReadonlyMap<string, Affine> = new Map([
		['a.b', affine(2, 1)],
		['c', affine(2, 1)],
	]);

	override forward(x: Node): Node {
		const y = this.encoder.forward(x);
		return [...this.heads.values()].reduce((sum, head) => sum.add(head.forward(y)), tensor(0));
	}
}

const net = new Net();
const pathsOf = (variables: readonly unknown[]): string[] =>
	[...net.namedParameters()].flatMap(([path, each]) => (variables.includes(each) ? [path] : []));

test('parameters are picked by paths, whole parts of a net, and any one name, in the order of parameters', () => {
	expect(parametersOf(net)).toEqual(net.parameters());
	expect(pathsOf(parametersOf(net, { only: ['heads'] }))).toEqual([
		'heads."a.b".weight',
		'heads."a.b".bias',
		'heads.c.weight',
		'heads.c.bias',
	]);
	expect(pathsOf(parametersOf(net, { only: ['encoder.layers.*.weight', 'heads."a.b"'] }))).toEqual([
		'encoder.layers.0.weight',
		'encoder.layers.2.weight',
		'heads."a.b".weight',
		'heads."a.b".bias',
	]);
	expect(pathsOf(parametersOf(net, { only: ['encoder'], except: ['*.*.*.bias'] }))).toEqual([
		'encoder.layers.0.weight',
		'encoder.layers.2.weight',
	]);
});

test('parameters that the optimiser was not given stay as they are', () => {
	const before = net.namedVariables();
	const values = new Map([...before].map(([path, each]) => [path, each.toArray()]));
	const optimizer = new Adam(parametersOf(net, { except: ['encoder'] }));
	optimizer.minimize(meanSquaredError(net.forward(tensor([[1, 2]])), [[3]]));
	for (const [path, each] of before)
		if (path.startsWith('encoder')) expect(each.toArray(), path).toEqual(values.get(path));
		else expect(each.toArray(), path).not.toEqual(values.get(path));
});

test('a path that leads to no parameter is refused, and a selection of none', () => {
	expect(() => parametersOf(net, { except: ['encoder.layer.0'] })).toThrow(
		'parametersOf: except[0] is the string "encoder.layer.0", which leads to no parameter; there are encoder.layers.0.weight,',
	);
	// Part of a name is none.
	expect(() => parametersOf(net, { except: ['enc'] })).toThrow(RangeError);
	expect(() => parametersOf(net, { only: ['encoder.layers.1'] })).toThrow(RangeError);
	expect(() => parametersOf(net, { except: ['encoder', 'heads'] })).toThrow('no parameter is left');
});
