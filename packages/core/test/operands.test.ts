import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	arange,
	compile,
	type DType,
	dtypes,
	eye,
	full,
	linspace,
	type Node,
	type Operand,
	ones,
	onesLike,
	promote,
	tensor,
	variable,
	zeros,
	zerosLike,
} from '../src/index.ts';
import { endless, nested } from './endlessArrays.ts';

test('dtypes promote to the wider kind, in either order', () => {
	const pairs = fc.tuple(fc.constantFrom(...dtypes), fc.constantFrom(...dtypes));
	fc.assert(
		fc.property(pairs, ([a, b]) => {
			const [x, y] = [tensor([1, 0], { dtype: a }), tensor([1, 1], { dtype: b })];
			expect(x.add(y).dtype).toBe(promote(a, b));
			expect(promote(a, b)).toBe(promote(b, a));
			expect(promote(a, a)).toBe(a);
		}),
	);
});

test.each([
	['f64', 0.1, 'f64'],
	['f32', 2, 'f32'],
	['i32', 2, 'i32'],
	['i32', 0.5, 'f32'],
	['u8', 200, 'u8'],
	['bool', 2, 'i32'],
	['bool', 0.5, 'f32'],
	['bool', true, 'bool'],
	['f64', true, 'f64'],
] as const)('%s with the literal %s is %s', (dtype, literal, expected) => {
	const x = tensor([1, 0], { dtype });
	expect(x.add(literal).dtype).toBe(expected);
	expect(x.add([literal, literal]).dtype).toBe(expected);
});

test('a literal is not rounded on its way to f64', () => {
	const x = tensor([0], { dtype: 'f64' });
	expect(x.add(0.1).item()).toBe(0.1);
	expect(x.add([0.1]).item()).toBe(0.1);
});

test('a literal that its dtype cannot hold is refused', () => {
	expect(() => tensor([1], { dtype: 'u8' }).add(300)).toThrow('add: 300 does not fit dtype u8');
	expect(() => tensor([1], { dtype: 'i32' }).mul(2 ** 31)).toThrow(RangeError);
	expect(() => tensor([0.5], { dtype: 'i32' })).toThrow('tensor: 0.5 does not fit dtype i32');
});

test('ragged arrays and foreign values are refused by name', () => {
	expect(() => tensor([[1, 2], [3]])).toThrow('nested arrays are ragged');
	expect(() => tensor([[1], 2])).toThrow('nested arrays are ragged');
	expect(() => tensor([1, [2]])).toThrow('nested arrays are ragged');
	// @ts-expect-error a string is no tensor
	expect(() => tensor('3')).toThrow('tensor: got the string "3"');
	// @ts-expect-error nor is nothing
	expect(() => tensor([1]).add(undefined)).toThrow('add: got undefined');
	// @ts-expect-error nor is a 16-bit array
	expect(() => tensor(new Int16Array(2))).toThrow('got an Int16Array');
});

test('every operand may be a Node, a Variable, a number, a nested array or a typed array', () => {
	const x = tensor([1, 2]);
	for (const operand of [tensor([3, 4]), variable([3, 4]), [3, 4], Float32Array.of(3, 4)])
		expect(x.add(operand).toArray()).toEqual([4, 6]);
	expect(x.add(3).toArray()).toEqual([4, 5]);
});

test('an array whose buffer was transferred is refused, and not taken for an empty one', () => {
	const data = Float32Array.of(1, 2);
	structuredClone(data, { transfer: [data.buffer] });
	expect(() => tensor(data)).toThrow('tensor: got a Float32Array whose buffer is detached');
	expect(tensor(new Float32Array(0)).shape).toEqual([0]);
});

test.each(endless.filter(([what]) => !what.includes('empty')))(
	'a compiled function that returns an array that %s is refused',
	(_, make) => {
		const returned = make() as Node[]; // by its static type it may be one
		expect(() => compile(() => returned)()).toThrow(/^compile: the function returned/);
	},
);

test('what a compiled function returns in several places is one there, too', () => {
	const doubled = compile((x) => {
		let all: unknown = [x.mul(2)];
		for (let i = 0; i < 60; i++) all = i % 2 ? [all, all] : { left: all, right: all };
		return all as Node[]; // as deep as it may be
	});
	let all: unknown = doubled(3);
	for (let i = 59; i >= 0; i--) {
		const [left, right] = Object.values(all as object); // an array or object, as above
		expect(right).toBe(left);
		all = left;
	}
	expect((all as Node[])[0]?.item()).toBe(6); // innermost
});

test('tensors have 64 axes, and no more', () => {
	const x = tensor(nested(64) as Operand);
	expect(x.shape).toEqual(new Array(64).fill(1));
	expect(compile((y) => y.mul(2).sum())(x).item()).toBe(2);
	expect(() => x.expandDims(0)).toThrow('reshape: the shape has 65 axes; the most are 64');
});

test('typed arrays keep their dtype, and shape reshapes', () => {
	const x = tensor(Int32Array.of(1, 2, 3, 4), { shape: [2, 2] });
	expect([x.dtype, x.toArray()]).toEqual([
		'i32',
		[
			[1, 2],
			[3, 4],
		],
	]);
	expect(() => tensor([1, 2, 3], { shape: [2] })).toThrow(
		'tensor: got 3 elements, shape [2] needs 2',
	);
});

test('tensors of one value, ranges and the identity', () => {
	expect(zeros([2]).toArray()).toEqual([0, 0]);
	expect(ones([1, 2], { dtype: 'i32' }).dtype).toBe('i32');
	expect(full([2], 7).toArray()).toEqual([7, 7]);
	expect([zerosLike([1, 2]).toArray(), onesLike([1, 2]).toArray()]).toEqual([
		[0, 0],
		[1, 1],
	]);
	expect(arange(3).toArray()).toEqual([0, 1, 2]);
	expect(arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
	expect(arange(3, 0, -1).toArray()).toEqual([3, 2, 1]);
	expect(linspace(0, 1, 3).toArray()).toEqual([0, 0.5, 1]);
	expect(eye(2).toArray()).toEqual([
		[1, 0],
		[0, 1],
	]);
	expect(() => arange(0, 1, 0)).toThrow(RangeError);
});

const casts: readonly (readonly [DType, DType, number, number])[] = [
	['f64', 'i32', -1.9, -1],
	['f64', 'i32', 2 ** 31 - 0.5, 2 ** 31 - 1],
	['f64', 'i32', -(2 ** 31) - 0.5, -(2 ** 31)],
	['f64', 'u8', -0.9, 0],
	['f32', 'u8', 255.9, 255],
	['f64', 'bool', Number.NaN, 1],
	['i32', 'u8', 257, 1],
	['i32', 'bool', -2, 1],
	['bool', 'f32', 1, 1],
];
test.each(casts)('casting %s to %s takes %s to %s', (from, to, value, expected) => {
	expect(tensor(value, { dtype: from }).cast(to).view()[0]).toBe(expected);
});
