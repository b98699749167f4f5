import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as core from '../src/index.ts';
import {
	conv1d,
	conv2d,
	convTranspose2d,
	type Node,
	ones,
	tensor,
	topologicalOrder,
	vjp,
	vmap,
	zeros,
} from '../src/index.ts';
import { filled, seeds } from './compiled.ts';
import { runs } from './runs.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

test('one signal is gone over as cross-correlation, not with the kernel reversed', () => {
	const x = tensor([[1, 2, 3, 4]]);
	const w = tensor([[[1, 10]]]);
	expect(conv1d(x, w).toArray()).toEqual([[21, 32, 43]]);
	expect(conv1d(x, w, { padding: [[1, 0]] }).toArray()).toEqual([[10, 21, 32, 43]]);
	expect(conv1d(x, w, { padding: 'same' }).toArray()).toEqual([[21, 32, 43, 4]]);
	expect(conv1d(x, w, { stride: 2, bias: [0.5] }).toArray()).toEqual([[21.5, 43.5]]);
	expect(conv1d(x, w, { dilation: 2 }).toArray()).toEqual([[31, 42]]);
});

// Printed by PyTorch 1.13: functional.conv2d(arange(1, 33).view(1, 2, 4, 4), arange(1, 9).view(2, 1, 2, 2), stride=2, padding=1, groups=2).
test('groups, stride and padding together are PyTorch’s', () => {
	const x = tensor(numbers(32), { shape: [1, 2, 4, 4] });
	const w = tensor(numbers(8), { shape: [2, 1, 2, 2] });
	expect(conv2d(x, w, { stride: 2, padding: 1, groups: 2 }).toArray()).toEqual([
		[
			[
				[4, 18, 12],
				[46, 94, 44],
				[26, 44, 16],
			],
			[
				[136, 278, 140],
				[326, 646, 316],
				[174, 336, 160],
			],
		],
	]);
});

// Printed by PyTorch 1.13: functional.conv_transpose2d(arange(1, 9).view(1, 2, 2, 2), arange(1, 19).view(2, 1, 3, 3), stride=2, padding=1, output_padding=1).
test('a transposed convolution with output padding is PyTorch’s', () => {
	const x = tensor(numbers(8), { shape: [1, 2, 2, 2] });
	const w = tensor(numbers(18), { shape: [2, 1, 3, 3] });
	const y = convTranspose2d(x, w, { stride: 2, padding: 1, outputPadding: 1 });
	expect(y.toArray()).toEqual([
		[
			[
				[75, 167, 94, 102],
				[176, 386, 214, 234],
				[113, 243, 132, 144],
				[143, 309, 168, 180],
			],
		],
	]);
});

test('"same" padding gives ceil(n / stride), the odd zero at the end', () => {
	const length = fc.integer({ min: 1, max: 12 });
	const step = fc.integer({ min: 1, max: 3 });
	fc.assert(
		fc.property(length, length, step, step, (n, k, stride, dilation) => {
			const y = conv1d(ones([1, n]), ones([1, 1, k]), { stride, dilation, padding: 'same' });
			expect(y.shape).toEqual([1, Math.ceil(n / stride)]);
			const all = Math.max((Math.ceil(n / stride) - 1) * stride + dilation * (k - 1) + 1 - n, 0);
			const sides = [[Math.floor(all / 2), Math.ceil(all / 2)]] as const;
			const explicit = conv1d(ones([1, n]), ones([1, 1, k]), { stride, dilation, padding: sides });
			expect(y.toArray()).toEqual(explicit.toArray());
		}),
		runs(60),
	);
});

test('a transposed convolution is the transpose: <conv(x), z> = <x, convTranspose(z)>', () => {
	const axis = fc.record({
		kernel: fc.integer({ min: 1, max: 3 }),
		longer: fc.nat(4),
		stride: fc.integer({ min: 1, max: 3 }),
		padding: fc.nat(1),
		dilation: fc.integer({ min: 1, max: 2 }),
	});
	fc.assert(
		fc.property(
			fc.tuple(axis, axis),
			fc.integer({ min: 1, max: 2 }),
			seeds,
			(axes, groups, seed) => {
				const of = (name: 'kernel' | 'stride' | 'padding' | 'dilation'): number[] =>
					axes.map((each) => each[name]);
				const lengths = axes.map(
					({ kernel, dilation, longer }) => dilation * (kernel - 1) + 1 + longer,
				);
				const options = {
					stride: of('stride'),
					padding: of('padding'),
					dilation: of('dilation'),
					groups,
				};
				const x = filled([2, 2 * groups, ...lengths], 'f64', seed);
				const w = filled([3 * groups, 2, ...of('kernel')], 'f64', seed + 1);
				const y = conv2d(x, w, options);
				const z = filled(y.shape, 'f64', seed + 2);
				// What a stride leaves over at the end, as no position comes there.
				const outputPadding = axes.map(
					({ kernel, stride, padding, dilation }, i) =>
						((lengths[i] ?? 0) + 2 * padding - dilation * (kernel - 1) - 1) % stride,
				);
				const back = convTranspose2d(z, w, { ...options, outputPadding });
				expect(back.shape).toEqual(x.shape);
				const [left, right] = [y.mul(z).sum().item(), x.mul(back).sum().item()];
				// Sums of a few hundred products of numbers of size up to 10, in f64.
				expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-9);
			},
		),
		runs(60),
	);
});

/** The products that all convolutions multiply which a Node is made of. */
function productsOf(node: Node): number {
	const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
	return topologicalOrder([node]).reduce((sum, { primitive, shape, inputs: [, kernels] }) => {
		if (primitive.name !== 'convolution' || kernels === undefined) return sum;
		return sum + size(shape) * size(kernels.shape.slice(2)); // [groups, outputs, channels, ...]
	}, 0);
}

test('of one position no zeros are multiplied, in the gradient and in the transpose', () => {
	const [x, w] = [filled([2, 3, 5, 4], 'f64', 1), filled([4, 3, 5, 4], 'f64', 2)];
	const cotangent = filled([2, 4, 1, 1], 'f64', 3);
	const y = conv2d(x, w);
	const [slope] = vjp(y, cotangent, [x]);
	expect(productsOf(slope)).toBe(productsOf(y));
	expect(productsOf(convTranspose2d(cotangent, w))).toBe(productsOf(y));
});

test('a kernel for each example is one of a batch: vmap over both is each by itself', () => {
	const x = filled([3, 2, 4, 5], 'f64', 1);
	const w = filled([3, 2, 2, 2, 2], 'f64', 2);
	const each = vmap((x: Node, w: Node) => conv2d(x, w, { padding: 1 }))(x, w);
	for (let i = 0; i < 3; i++)
		expect(each.slice(i).toArray()).toEqual(
			conv2d(x.slice(i), w.slice(i), { padding: 1 }).toArray(),
		);
});

test('whole images become the floating dtype of their kernels', () => {
	const x = tensor(
		[
			[
				[1, 2],
				[3, 255],
			],
		],
		{ dtype: 'u8' },
	);
	expect(conv2d(x, ones([1, 1, 2, 2])).toArray()).toEqual([[[261]]]);
});

test.each<[string, () => unknown, string]>([
	[
		'a kernel that is too large',
		() => conv2d(zeros([1, 1, 5, 5]), zeros([1, 1, 7, 7])),
		'conv2d: a kernel of 7x7 does not fit an input of 5x5 with padding 0',
	],
	[
		'a dilated kernel that is too large',
		() => conv2d(zeros([1, 1, 5, 5]), zeros([1, 1, 3, 3]), { dilation: 4, padding: [[1, 0], 1] }),
		'conv2d: a kernel of 3x3 with dilation 4x4 does not fit an input of 5x5 with padding [1, 0]x[1, 1]',
	],
	[
		'other channels',
		() => conv2d(zeros([1, 3, 5, 5]), zeros([4, 2, 3, 3])),
		'conv2d: kernels [4, 2, 3, 3] do not fit all 3 channels of an input [1, 3, 5, 5]; they must be [out, in / groups, ...]',
	],
	[
		'groups that leave channels over',
		() => conv2d(zeros([1, 3, 5, 5]), zeros([4, 1, 3, 3]), { groups: 2 }),
		'conv2d: kernels [4, 1, 3, 3] do not fit 2 groups of 3 channels',
	],
	[
		'a part of a group',
		() => conv2d(zeros([1, 3, 5, 5]), zeros([4, 1, 3, 3]), { groups: 1.5 }),
		'conv2d: groups is 1.5; it must be a whole number from 1',
	],
	[
		'too few axes',
		() => conv2d(zeros([5, 5]), zeros([1, 1, 3, 3])),
		'conv2d: got an input [5, 5], needs [batch, channels, ...] or [channels, ...] with 2 spatial axes',
	],
	[
		'a bias of another length',
		() => conv1d(zeros([1, 5]), zeros([2, 1, 3]), { bias: [1, 2, 3] }),
		'conv1d: got a bias [3] for 2 output channels; it must be [2]',
	],
	[
		'whole numbers alone',
		() => conv1d(zeros([1, 5], { dtype: 'i32' }), zeros([2, 1, 3], { dtype: 'i32' })),
		'conv1d: got dtype i32, needs a floating dtype; cast it first',
	],
	[
		'an option of another name',
		() => core.conv2d(zeros([1, 1, 5, 5]), zeros([1, 1, 3, 3]), { strides: 2 } as object),
		'conv2d: there is no option strides; did you mean stride?',
	],
	[
		'output padding that a stride tells',
		() =>
			convTranspose2d(zeros([1, 1, 5, 5]), zeros([1, 1, 3, 3]), { stride: 2, outputPadding: 2 }),
		'convTranspose2d: outputPadding is 2; it must be less than the stride or the dilation, 2 and 1',
	],
	[
		'padding that cuts everything off',
		() => convTranspose2d(zeros([1, 1, 1, 1]), zeros([1, 1, 3, 3]), { padding: 2 }),
		'convTranspose2d: nothing is left of an input of 1x1 and a kernel of 3x3 with padding 2; it must be less',
	],
])('%s: the error says what was found and what fits', (_, f, message) => {
	expect(f).toThrow(message);
});
