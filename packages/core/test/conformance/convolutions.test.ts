import fc from 'fast-check';
import { test } from 'vitest';
import { record } from '../../src/graph/node.ts';
import { convTranspose2d, type DType, grad, type Node, ones, sum, zeros } from '../../src/index.ts';
import { primitives } from '../../src/ops/primitives.ts';
import { filled, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

const floats = fc.constantFrom<DType>('f32', 'f64');

/** A spatial axis: what a kernel comes to, and what is left of it behind the last position. */
const axes = fc.record({
	kernel: fc.integer({ min: 1, max: 4 }),
	positions: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 15, max: 17 })),
	stride: fc.integer({ min: 1, max: 3 }),
	dilation: fc.integer({ min: 1, max: 3 }),
	rest: fc.nat(2),
});

/** Numbers of channels, none among them, and around the rows of a tile. */
const counts = fc.oneof(
	{ weight: 1, arbitrary: fc.constant(0) },
	{ weight: 8, arbitrary: fc.integer({ min: 1, max: 9 }) },
);

/** Images and kernels that are views, of which elements lie apart, in another order, or are computed. */
const views: readonly ((x: Node) => Node)[] = [
	(x) => x,
	(x) => x.flip(-1),
	(x) => x.transpose(0, 2).exp().transpose(0, 2),
	(x) => x.expandDims(0).transpose(0, 1).squeeze(1),
	(x) => x.sum(0, { keepDims: true }).broadcastTo(x.shape),
	(x) => x.transpose(0, 1).add(0).transpose(0, 1),
];

/** What may stand after a convolution [..., images, channels, height, width]; `b` is [channels, 1, 1]. */
const around: readonly ((y: Node, b: Node) => Node)[] = [
	(y, b) => y.add(b),
	(y) => y.relu(),
	(y, b) => y.mul(b.exp()).sub(1),
	(y) => y.add(y.sigmoid()),
	(y) =>
		y
			.reshape([...y.shape.slice(0, -3), -1, 1, 1])
			.relu()
			.reshape(y.shape),
	(y) => y.flip(-1),
	(y) => y.flip(0),
	(y) => y.sub(y.mean([-1, -2], { keepDims: true })),
	(y) => y.sub(y.mean([-1, -2, -3], { keepDims: true })),
	(y) => y.sub(y.mean(-4, { keepDims: true })),
	(y) => y.add(y.transpose(-1, -2).reshape(y.shape)),
	(y) => y.pad([[1, 0]]).slice(...y.shape.slice(1).map(() => null), [0, -1]),
	(y) => y.div(y.abs().max(-1, { keepDims: true }).add(1)),
];

forEveryEngine((tested) => {
	test('convolutions of any sizes, strides and dilations, and their gradients, are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.record({
					spatial: fc.array(axes, { minLength: 1, maxLength: 3 }),
					leading: fc.constantFrom<number[]>([], [], [2]),
					images: fc.oneof(fc.nat(3), fc.constant(9)),
					groups: fc.nat(2),
					channels: counts,
					outputs: counts,
					first: fc.constantFrom<'images' | 'channels'>('images', 'channels'),
					views: fc.tuple(fc.constantFrom(...views), fc.constantFrom(...views)),
					dtype: floats,
					seed: seeds,
				}),
				({ spatial, leading, images, groups, channels, outputs, first, views, dtype, seed }) => {
					const lengths = spatial.map(
						({ kernel, positions, stride, dilation, rest }) =>
							stride * (positions - 1) + dilation * (kernel - 1) + 1 + Math.min(rest, stride - 1),
					);
					const size = lengths.reduce((all, length) => all * length, 1);
					fc.pre(size * (images * groups * channels + 1) < 20_000);
					const x = filled([...leading, images, groups, channels, ...lengths], dtype, seed);
					const w = filled(
						[...leading, groups, outputs, channels, ...spatial.map(({ kernel }) => kernel)],
						dtype,
						seed + 1,
					);
					const params = {
						stride: spatial.map(({ stride }) => stride),
						dilation: spatial.map(({ dilation }) => dilation),
						first,
					};
					const f = (x: Node, w: Node): Node[] => {
						const z = record(primitives.convolution, [views[0](x), views[1](w)], params);
						return [z, ...grad(sum(z.mul(z)), [x, w])];
					};
					return tested.computes(f, [x, w]);
				},
			),
			tested.times(60),
		));

	test('convolutions of many channels and large kernels, in several blocks, are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.record({
					images: fc.integer({ min: 1, max: 3 }),
					channels: fc.integer({ min: 60, max: 75 }),
					outputs: fc.integer({ min: 1, max: 9 }),
					kernel: fc.integer({ min: 1, max: 3 }),
					height: fc.integer({ min: 3, max: 7 }),
					width: fc.integer({ min: 3, max: 20 }),
					stride: fc.integer({ min: 1, max: 2 }),
					padding: fc.nat(2),
					dtype: floats,
					seed: seeds,
				}),
				({ images, channels, outputs, kernel, height, width, stride, padding, dtype, seed }) => {
					const x = filled([images, channels, height, width], dtype, seed);
					const w = filled([outputs, channels, kernel, kernel], dtype, seed + 1);
					const f = (x: Node, w: Node): Node[] => {
						const z = x.conv2d(w, { stride, padding });
						return [z, ...grad(sum(z.mul(z)), [x, w])];
					};
					return tested.computes(f, [x, w]);
				},
			),
			tested.times(20),
		));

	test('what stands around a convolution, and a convolution of a convolution, is the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.record({ width: fc.integer({ min: 3, max: 20 }), dtype: floats, seed: seeds }),
				({ width, dtype, seed }) => {
					const x = filled([2, 3, 6, width], dtype, seed);
					const w = filled([4, 3, 3, 3], dtype, seed + 1);
					const b = filled([4], dtype, seed + 2);
					const f = (x: Node, w: Node, b: Node): Node[] => {
						const y = x.sub(0.5).conv2d(w.mul(2), { bias: b, padding: 'same' }).relu();
						const z = convTranspose2d(y, w, { stride: 2, padding: 1 });
						return [y, z.sum([2, 3]), ...grad(z.square().sum(), [x, w, b])];
					};
					return tested.computes(f, [x, w, b]);
				},
			),
			tested.times(20),
		));

	test('what stands around a convolution of many images is the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.record({
					images: fc.constantFrom(31, 32, 33, 40, 65),
					leading: fc.constantFrom<number[]>([], [], [1], [2]),
					groups: fc.integer({ min: 1, max: 2 }),
					channels: fc.integer({ min: 1, max: 2 }),
					outputs: fc.integer({ min: 1, max: 5 }),
					kernel: fc.integer({ min: 1, max: 3 }),
					height: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(16)),
					width: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(16)),
					steps: fc.array(fc.constantFrom(...around), { minLength: 1, maxLength: 4 }),
					isSeen: fc.boolean(),
					dtype: floats,
					seed: seeds,
				}),
				(drawn) => {
					const { images, leading, groups, channels, outputs, kernel, height, width } = drawn;
					const { steps, isSeen, dtype, seed } = drawn;
					const lengths = [height + kernel - 1, width + kernel - 1];
					const x = filled([...leading, images, groups, channels, ...lengths], dtype, seed);
					const kernels = [...leading, groups, outputs, channels, kernel, kernel];
					const w = filled(kernels, dtype, seed + 1);
					const b = filled([groups * outputs, 1, 1], dtype, seed + 2);
					const params = { stride: [1, 1], dilation: [1, 1], first: 'images' as const };
					const f = (x: Node, w: Node, b: Node): Node[] => {
						const z = record(primitives.convolution, [x, w], params);
						const joined = z.reshape([...leading, images, groups * outputs, height, width]);
						const y = steps.reduce((y, step) => step(y, b), joined);
						return [...(isSeen ? [z] : []), y, ...grad(sum(y.mul(y)), [x, w, b])];
					};
					return tested.computes(f, [x, w, b]);
				},
			),
			tested.times(24),
		));

	test('sums over all of an image, of few positions, after a convolution of many images are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.record({
					images: fc.integer({ min: 32, max: 70 }),
					outputs: fc.integer({ min: 1, max: 4 }),
					// As many as fill panels.
					positions: fc.constantFrom(8, 16),
					kernel: fc.integer({ min: 12, max: 24 }),
					dtype: floats,
					seed: seeds,
				}),
				({ images, outputs, positions, kernel, dtype, seed }) => {
					const x = filled([images, 2, positions + kernel - 1], dtype, seed);
					const w = filled([outputs, 2, kernel], dtype, seed + 1);
					const f = (x: Node, w: Node): Node => {
						const y = x.conv1d(w);
						const z = y.add(y.mean([1, 2], { keepDims: true }));
						return z.mul(z.square().mean([1, 2], { keepDims: true }));
					};
					return tested.computes(f, [x, w]);
				},
			),
			tested.times(20),
		));

	test('a part of a convolution, padded or not, seen alone or beside the whole, is the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.record({
					length: fc.integer({ min: 6, max: 20 }),
					kernel: fc.integer({ min: 1, max: 3 }),
					outputs: fc.integer({ min: 1, max: 5 }),
					stride: fc.integer({ min: 1, max: 3 }),
					dilation: fc.integer({ min: 1, max: 2 }),
					padding: fc.nat(3),
					from: fc.nat(2),
					before: fc.nat(1),
					step: fc.integer({ min: 1, max: 2 }),
					isAlone: fc.boolean(),
					dtype: floats,
					seed: seeds,
				}),
				({
					length,
					kernel,
					outputs,
					stride,
					dilation,
					padding,
					from,
					before,
					step,
					isAlone,
					dtype,
					seed,
				}) => {
					// [batch, groups, channels, ...], as the primitive takes them, so that nothing stands between it and its part.
					const x = filled([2, 1, 3, length, length + 1], dtype, seed);
					const w = filled([1, outputs, 3, kernel, kernel], dtype, seed + 1);
					const still = [0, 0] as const;
					const around = [padding, padding] as const;
					const f = (x: Node, w: Node): Node[] => {
						const padded = x.pad([still, still, still, around, around]);
						const params = {
							stride: [stride, stride],
							dilation: [dilation, dilation],
							first: 'images' as const,
						};
						const z = record(primitives.convolution, [padded, w], params);
						const part = z.slice(null, null, null, [from, null, step], [before, -before || null]);
						return isAlone ? [part.mul(2)] : [part.mul(2), z];
					};
					return tested.computes(f, [x, w]);
				},
			),
			tested.times(60),
		));

	test('products that are all -0 add up to 0, in any form that a convolution takes', () =>
		fc.assert(
			fc.asyncProperty(
				fc.constantFrom([3, 3, 1], [1, 1, 1], [3, 3, 3], [1, 12, 1]),
				floats,
				([channels = 1, length = 1, groups = 1], dtype) => {
					const x = zeros([2, channels, length + 9], { dtype });
					const w = ones([groups, channels / groups, length], { dtype }).neg();
					const f = (x: Node, w: Node): Node[] => {
						const z = x.conv1d(w, { groups });
						// 1 / 0 tells the signs of zeros.
						return [z, ...grad(z.sum(), [x, w])].map((y) => ones(y.shape, { dtype }).div(y));
					};
					return tested.computes(f, [x, w]);
				},
			),
			tested.times(10),
		));
});
