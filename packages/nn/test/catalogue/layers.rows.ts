import { type Node, type PerAxis, type Shape, tensor } from '@pullback/core';
import * as nn from '../../src/index.ts';
import { layer, layerOf, type Row, type Rows } from './row.ts';

const indices = tensor(
	[
		[2, 0, 1],
		[3, 3, 2],
	],
	{ dtype: 'i32' },
);

/** A row of a module that puts numbers at indices, in the shape of what they were the largest of. */
const unpooling = (
	make: () => nn.MaxUnpool1d,
	shape: Shape,
	indices: readonly number[],
	outputSize?: PerAxis,
): Row =>
	layerOf(
		make,
		[shape, tensor(indices, { shape, dtype: 'i32' })],
		(unpool, [x, at]) => unpool.forward(x as Node, at as Node, outputSize), // both were passed
	);

export const layers: Rows = {
	AdaptiveAvgPool1d: layer(() => new nn.AdaptiveAvgPool1d(3), [2, 5]),
	AdaptiveAvgPool2d: layer(() => new nn.AdaptiveAvgPool2d([2, 3]), [1, 2, 3, 4]),
	AdaptiveAvgPool3d: layer(() => new nn.AdaptiveAvgPool3d([2, 2, 1]), [2, 4, 3, 1]),
	AdaptiveMaxPool1d: layer(() => new nn.AdaptiveMaxPool1d(3), [2, 5]),
	AdaptiveMaxPool2d: layer(() => new nn.AdaptiveMaxPool2d([2, 3]), [1, 2, 3, 4]),
	AdaptiveMaxPool3d: layer(() => new nn.AdaptiveMaxPool3d([2, 2, 1]), [2, 4, 3, 1]),
	Affine: [
		layer((key, dtype) => new nn.Affine({ inputs: 3, outputs: 2, key, dtype }), [4, 3]),
		layer(
			(key, dtype) => new nn.Affine({ inputs: 3, outputs: 2, key, dtype, bias: false }),
			[2, 2, 3],
		),
	],
	AvgPool1d: layer(() => new nn.AvgPool1d(2), [2, 2, 4]),
	AvgPool2d: layer(() => new nn.AvgPool2d([2, 3], { stride: 1, padding: 1 }), [1, 2, 3, 3]),
	AvgPool3d: layer(() => new nn.AvgPool3d(2), [2, 3, 2, 2]),
	BatchNorm1d: [
		layer((_, dtype) => new nn.BatchNorm1d({ channels: 3, dtype }), [5, 3], { hasModes: true }),
		layer(
			(_, dtype) => new nn.BatchNorm1d({ channels: 3, dtype, momentum: null, affine: false }),
			[2, 3, 4],
			{ hasModes: true },
		),
	],
	BatchNorm2d: layer((_, dtype) => new nn.BatchNorm2d({ channels: 2, dtype }), [2, 2, 2, 2], {
		hasModes: true,
	}),
	BatchNorm3d: layer((_, dtype) => new nn.BatchNorm3d({ channels: 2, dtype }), [2, 2, 1, 3, 1], {
		hasModes: true,
	}),
	Conv1d: layer(
		(key, dtype) => new nn.Conv1d({ inputs: 2, outputs: 3, kernelSize: 2, key, dtype }),
		[1, 2, 4],
	),
	Conv2d: [
		layer(
			(key, dtype) =>
				new nn.Conv2d({
					inputs: 2,
					outputs: 4,
					kernelSize: [3, 2],
					stride: 2,
					padding: 1,
					groups: 2,
					key,
					dtype,
				}),
			[1, 2, 4, 3],
		),
		layer(
			(key, dtype) =>
				new nn.Conv2d({
					inputs: 2,
					outputs: 1,
					kernelSize: 2,
					padding: 'same',
					bias: false,
					key,
					dtype,
				}),
			[2, 3, 3],
		),
	],
	Conv3d: layer(
		(key, dtype) => new nn.Conv3d({ inputs: 1, outputs: 2, kernelSize: 2, key, dtype }),
		[1, 1, 3, 2, 3],
	),
	ConvTranspose1d: layer(
		(key, dtype) => new nn.ConvTranspose1d({ inputs: 2, outputs: 3, kernelSize: 2, key, dtype }),
		[1, 2, 3],
	),
	ConvTranspose2d: layer(
		(key, dtype) =>
			new nn.ConvTranspose2d({
				inputs: 2,
				outputs: 4,
				kernelSize: 3,
				stride: 2,
				padding: 1,
				outputPadding: 1,
				groups: 2,
				key,
				dtype,
			}),
		[1, 2, 2, 2],
	),
	ConvTranspose3d: layer(
		(key, dtype) =>
			new nn.ConvTranspose3d({ inputs: 1, outputs: 2, kernelSize: 2, bias: false, key, dtype }),
		[1, 1, 2, 1, 2],
	),
	DropPath: layer((key) => new nn.DropPath({ rate: 0.5, key }), [6, 3], { hasModes: true }),
	Dropout: [
		layer((key) => new nn.Dropout({ key }), [4, 5], { hasModes: true }),
		layer((key) => new nn.Dropout({ key, rate: 0.3, scaled: 'evaluate' }), [4, 5], {
			hasModes: true,
		}),
	],
	Embedding: [
		layer((key, dtype) => new nn.Embedding({ count: 5, width: 3, key, dtype }), indices),
		layer(
			(key, dtype) => new nn.Embedding({ count: 5, width: 3, key, dtype, padding: 4 }),
			indices,
		),
	],
	Flatten: layer(() => new nn.Flatten(), [2, 3, 2]),
	GlobalAvgPool: layer(() => new nn.GlobalAvgPool(), [2, 3, 2, 2]),
	GlobalMaxPool: layer(() => new nn.GlobalMaxPool(), [2, 3, 2, 2]),
	GroupNorm: layer((_, dtype) => new nn.GroupNorm({ groups: 2, channels: 4, dtype }), [2, 4, 2]),
	InstanceNorm1d: layer(
		(_, dtype) => new nn.InstanceNorm1d({ channels: 2, affine: true, dtype }),
		[2, 2, 3],
	),
	InstanceNorm2d: layer((_, dtype) => new nn.InstanceNorm2d({ channels: 2, dtype }), [1, 2, 2, 2]),
	InstanceNorm3d: layer(
		(_, dtype) => new nn.InstanceNorm3d({ channels: 2, affine: true, dtype }),
		[2, 2, 1, 3],
	),
	Lambda: layer(() => new nn.Lambda((x, mode) => (mode === 'train' ? x.sin() : x.cos())), [2, 3], {
		hasModes: true,
	}),
	LayerNorm: [
		layer((_, dtype) => new nn.LayerNorm({ shape: 4, dtype }), [2, 4]),
		layer((_, dtype) => new nn.LayerNorm({ shape: [2, 3], affine: false, dtype }), [1, 2, 3]),
	],
	MaxPool1d: layer(() => new nn.MaxPool1d(2), [2, 2, 4]),
	MaxPool2d: layer(() => new nn.MaxPool2d(2, { stride: 1, padding: 1 }), [1, 2, 3, 3]),
	MaxPool3d: layer(() => new nn.MaxPool3d(2), [2, 3, 2, 2]),
	MaxUnpool1d: unpooling(() => new nn.MaxUnpool1d(2), [1, 2, 2], [0, 3, 1, 2]),
	MaxUnpool2d: unpooling(
		() => new nn.MaxUnpool2d([2, 3], { stride: 1, padding: 1 }),
		[1, 1, 2, 2],
		[0, 1, 1, 0],
		[1, 2],
	),
	MaxUnpool3d: unpooling(() => new nn.MaxUnpool3d(2), [2, 2, 1, 1], [5, 15, 0, 8], [5, 2, 3]),
	RMSNorm: layer((_, dtype) => new nn.RMSNorm({ shape: 4, dtype }), [2, 4]),
	Reshape: layer(() => new nn.Reshape([3, -1]), [2, 6]),
	Residual: [
		layer(
			(key, dtype) => new nn.Residual(new nn.Affine({ inputs: 3, outputs: 3, key, dtype })),
			[2, 3],
		),
		layer(
			(key, dtype) =>
				new nn.Residual(
					nn.sequential(
						new nn.Affine({ inputs: 3, outputs: 2, key, dtype }),
						new nn.DropPath({ rate: 0.5, key }),
					),
					new nn.Affine({ inputs: 3, outputs: 2, key, dtype, bias: false }),
				),
			[6, 3],
			{ hasModes: true },
		),
	],
};
