import { randomKey, zeros } from '@pullback/core';
import { expect, test } from 'vitest';
import { Affine, type AnyModule, Sequential, sequential, Tanh } from '../../src/index.ts';

const affine = new Affine({ inputs: 2, outputs: 2, key: randomKey(1) });
const inner = sequential(affine, new Tanh());
const net = sequential(inner, (x) => x.square(), new Tanh(), affine);

test('modules are listed by path, each once, the net itself first', () => {
	const [, , third] = net.layers;
	expect([...net.namedModules()]).toEqual([
		['', net],
		['layers.0', inner],
		['layers.0.layers.0', affine],
		['layers.0.layers.1', inner.layers[1]],
		['layers.2', third],
	]);
});

test('a function is applied to every module once, inner ones first, and to the net last', () => {
	const met: string[] = [];
	const biased = (module: AnyModule, path: string): void => {
		met.push(path);
		if (module instanceof Affine) module.bias?.assign([1, 2]);
	};
	expect(net.apply(biased)).toBe(net);
	expect(met.toSorted()).toEqual([...net.namedModules().keys()].toSorted());
	expect(met.indexOf('layers.0.layers.0')).toBeLessThan(met.indexOf('layers.0'));
	expect(met.at(-1)).toBe('');
	expect(affine.forward(zeros([1, 2])).toArray()).toEqual([[1, 2]]);
});

test('a net that holds itself has no list of modules', () => {
	const layers: AnyModule[] = [];
	const loop = new Sequential(layers);
	Object.assign(loop, { layers: [loop] });
	expect(() => loop.namedModules()).toThrow('namedModules: the module at layers.0 contains itself');
});
