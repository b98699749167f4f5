import { inspect } from 'node:util';
import { randomKey, ShapeError } from '@pullback/core';
import { expect, test } from 'vitest';
import { Affine, sequential, Tanh } from '../../src/index.ts';

const net = sequential(new Affine({ inputs: 1, outputs: 2, key: randomKey(1) }), new Tanh());

test('the console of Node shows a module as the tree that it is as text, indented within other objects', () => {
	expect(inspect(net)).toBe(String(net));
	expect(inspect({ net })).toContain(String(net).replaceAll('\n', '\n  '));
	expect(inspect([[[net]]])).toContain('[Sequential]');
});

test('the console of Node shows an error in a layer with its class and the path to the layer', () => {
	try {
		net.forward([1, 2]);
	} catch (error) {
		expect(inspect(error)).toMatch(
			/^ShapeError: Affine: got \[2\].*\(in layers\.0 of Sequential\)\n/,
		);
		expect(error).toBeInstanceOf(ShapeError);
	}
	expect.assertions(2);
});
