import { type Node, tensor } from '@pullback/core';
import { formatNpy, formatNpz, formatSafetensors } from '../src/index.ts';
import { heldOf } from './pickles.ts';
import { heldByName, type Kind } from './tensorFiles.ts';

// Files that this library writes, for others to read.

/** A file of this library. */
export interface OwnFile {
	readonly name: string;
	readonly kind: Kind;
	readonly bytes: Uint8Array;
	/** What it was made from, in JSON. */
	readonly holds: Readonly<Record<string, unknown>>;
	readonly metadata?: Readonly<Record<string, string>>;
	/** Whether f32's numbers were rounded, so that it does not hold what it was made from. */
	readonly isRounded?: boolean;
}

const uglyNumbers = [-0, 0, Infinity, -Infinity, NaN, 1 / 3, 1e-45, -1e-40, 3.4e38, 16777217];

/** Tensors of every dtype and of ugly shapes. */
const tensors: Readonly<Record<string, Node>> = {
	f32: tensor(Float32Array.from(uglyNumbers), { shape: [5, 2] }),
	f64: tensor(Float64Array.from([...uglyNumbers, 5e-324, 1e308]), { shape: [2, 3, 2] }),
	i32: tensor(Int32Array.of(0, -1, 2 ** 31 - 1, -(2 ** 31)), { shape: [1, 4] }),
	u8: tensor(Uint8Array.of(0, 1, 255), { shape: [3, 1, 1] }),
	bool: tensor([true, false, true]),
	number: tensor(-2.5),
	truth: tensor(true),
	nothing: tensor([], { shape: [0] }),
	'no columns': tensor([], { shape: [3, 0], dtype: 'i32' }),
	'many axes': tensor([1, 2], { shape: [1, 1, 1, 1, 1, 1, 1, 2, 1], dtype: 'f64' }),
};

/** Numbers of f32 of which no finite one is too large for 16 bits: near and at the middle between two of those, too. */
function numbersToRound(): Float32Array {
	const bits: number[] = [0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 1, 0x80000001];
	let state = 1;
	for (let i = 0; i < 300; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		const exponent = 127 - 28 + (i % 42);
		const sign = state & 0x80000000;
		// Ends of fractions that fall between two shorter ones, near to the middle and in it.
		const end = [0x0fff, 0x1000, 0x1001, 0x3000, 0x7fff, 0x8000, 0x8001, 0x18000][i % 8] ?? 0;
		bits.push((sign | (exponent << 23) | (((state & 0x7e0000) | end) >>> 0)) >>> 0);
	}
	return new Float32Array(Uint32Array.from(bits).buffer);
}

function rounded(format: 'f16' | 'bf16'): OwnFile {
	const numbers = numbersToRound();
	const plain = Buffer.from(numbers.buffer).toString('base64');
	const metadata = { rounding: format, plain };
	const parts = {
		x: tensor(numbers),
		whole: tensor([1, 2], { dtype: 'i32' }),
		f64: tensor([1 / 3], { dtype: 'f64' }),
	};
	return {
		name: `rounded to ${format}`,
		kind: 'safetensors',
		bytes: formatSafetensors(parts, { f32As: format, metadata }),
		holds: heldByName(Object.entries(parts)),
		metadata,
		isRounded: true,
	};
}

/** All files. */
export const ownFiles: readonly OwnFile[] = [
	...Object.entries(tensors).map(
		([name, x]): OwnFile => ({
			name,
			kind: 'npy',
			bytes: formatNpy(x),
			holds: heldOf(x) as OwnFile['holds'], // of a tensor
		}),
	),
	{
		name: 'archive',
		kind: 'npz',
		bytes: formatNpz({ ...tensors, 'layer 1/é': tensor([1]) }),
		holds: heldByName(Object.entries({ ...tensors, 'layer 1/é': tensor([1]) })),
	},
	{ name: 'no arrays', kind: 'npz', bytes: formatNpz({}), holds: {} },
	{
		name: 'tensors',
		kind: 'safetensors',
		bytes: formatSafetensors(tensors, { metadata: { 'a "name"\n': 'é\u{1f600}\\', '': '' } }),
		holds: heldByName(Object.entries(tensors)),
		metadata: { 'a "name"\n': 'é\u{1f600}\\', '': '' },
	},
	{
		name: 'no tensors',
		kind: 'safetensors',
		bytes: formatSafetensors({}),
		holds: {},
		metadata: {},
	},
	rounded('f16'),
	rounded('bf16'),
];
