import { type Node, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { type PickleValue, parsePyTorch, tensorsOf } from '../src/index.ts';
import { readable } from './pytorch.ts';

const [a, b] = [tensor([1, 2]), tensor(3)] as [Node, Node];
const state = new Map<string, PickleValue>([
	['layer.weight', a],
	['layer.bias', b],
]);
const checkpoint: PickleValue = new Map<string | number, PickleValue>([
	['epoch', 3],
	['models', new Map<string | number, PickleValue>([[0, state]])],
]);

test('the tensors of a state dictionary are named by its keys, wherever it lies', () => {
	const expected = new Map([
		['layer.weight', a],
		['layer.bias', b],
	]);
	expect(tensorsOf(state)).toEqual(expected);
	expect(tensorsOf(checkpoint, ['models', 0])).toEqual(expected);
});

test('names of dictionaries in each other are joined by dots', () => {
	expect([...tensorsOf(checkpoint, ['models']).keys()]).toEqual(['0.layer.weight', '0.layer.bias']);
});

test('what is no tensor, or not there, is named', () => {
	expect(() => tensorsOf(checkpoint)).toThrow('tensorsOf: epoch is 3; it must be a tensor');
	expect(() => tensorsOf(checkpoint, ['model'])).toThrow(
		'tensorsOf: value is a dictionary of 2 keys (epoch, models); it must be a dictionary with the key model',
	);
	expect(() => tensorsOf(checkpoint, ['epoch', 'x'])).toThrow('tensorsOf: epoch is 3');
	expect(() => tensorsOf(checkpoint, ['epoch'])).toThrow('must be a dictionary of tensors');
	const twice = new Map<string | number, PickleValue>([
		['a.b', a],
		['a', new Map([['b', b]])],
	]);
	expect(() => tensorsOf(twice)).toThrow('a.b is there twice');
});

test('a state dictionary that PyTorch saved has PyTorch’s names', () => {
	for (const { name, bytes } of readable)
		if (name === 'state dictionary')
			expect([...tensorsOf(parsePyTorch(bytes, 'net.pt')).keys()]).toEqual([
				'0.weight',
				'0.bias',
				'1.weight',
				'1.bias',
				'1.running_mean',
				'1.running_var',
				'1.num_batches_tracked',
			]);
});
