import { expect, test } from 'vitest';
import * as core from '../src/index.ts';
import { compile, grad, type Node, reshape, sum, tensor, zeros } from '../src/index.ts';

const x = tensor([1, 2, 3, 4, 5, 6]);

/** As plain JavaScript calls: with whatever arguments. */
const loosely = <F extends (...args: never[]) => unknown>(
	f: F,
): ((...args: readonly unknown[]) => ReturnType<F>) =>
	f as unknown as (...args: readonly unknown[]) => ReturnType<F>; // that is the point

test.each<readonly [string, () => unknown, string]>([
	[
		'grad with regard to one Node',
		() => loosely(grad)(x.sum(), x),
		'grad: xs is a Node; it must be an array, if only of one',
	],
	[
		'a shape as a number',
		() => loosely(zeros)(3),
		'zeros: shape is 3; it must be an array, such as [3]',
	],
	[
		'a shape as several numbers',
		() => loosely(zeros)(3, 2),
		'zeros: shape is 3; it must be an array, such as [3]',
	],
	[
		'another shape as several numbers',
		() => loosely(reshape)(x, 3, 2),
		'reshape: shape is 3; it must be an array, such as [3]',
	],
	[
		'a dtype by another library’s name',
		() => loosely(tensor)([1], { dtype: 'float32' }),
		'tensor: dtype is the string "float32"; write f32',
	],
	[
		'a cast by another library’s name',
		() => loosely(core.cast)(x, 'int32'),
		'cast: dtype is the string "int32"; write i32',
	],
	[
		'a dtype that is none',
		() => loosely(tensor)([1], { dtype: 'complex64' }),
		'tensor: dtype is the string "complex64"; it must be one of bool, u8, i32, f32, f64',
	],
	[
		'Nodes in an array',
		() => loosely(tensor)([x, x]),
		'tensor: got a Node within an array; stack makes one tensor of several, along a new axis',
	],
	[
		'tensors one by one instead of in an array',
		() => loosely(core.concatenate)(x, x),
		'concatenate: tensors is a Node; it must be an array, if only of one',
	],
	[
		'axes as options',
		() => loosely(sum)(x, { axis: 0 }),
		'sum: axes is an Object; it must be a number or an array of numbers, such as 0 or [0, 1]',
	],
	[
		'too few arguments of a compiled function',
		() => loosely(compile((a: Node, b: Node) => a.add(b)))(x),
		'compile: got 1 argument, but the function has 2 parameters',
	],
])('%s: the error says what to write', (_, mistake, words) => {
	expect(mistake).toThrow(words);
});

test('a compiled function may be called without arguments that have defaults, and with more than it names', () => {
	const f = compile((a: Node, b: Node = tensor(10)) => a.add(b));
	expect(loosely(f)(1).item()).toBe(11);
	expect(loosely(f)(1, 2).item()).toBe(3);
	const all = compile((...parts: Node[]) => parts.reduce((total, part) => total.add(part)));
	expect(loosely(all)(1, 2, 3).item()).toBe(6);
});
