import { type Node, normal, randomKey, ShapeError, zeros } from '@pullback/core';
import { expect, expectTypeOf, test } from 'vitest';
import * as nn from '../../src/index.ts';
import { Affine, Conv1d, Conv2d, ConvTranspose2d, Embedding, sequential } from '../../src/index.ts';
import type { LengthsBetween, Misfit } from '../../src/modules/lengths.ts';

const key = randomKey(0);
const kernel = { kernelSize: 1, key } as const;
const [twoToThree, threeToFour, fourToFive] = [
	new Affine({ inputs: 2, outputs: 3, key }),
	new Affine({ inputs: 3, outputs: 4, key }),
	new Affine({ inputs: 4, outputs: 5, key }),
];
const toThree = new Conv2d({ inputs: 2, outputs: 3, ...kernel });
const ofFour = new Conv2d({ inputs: 4, outputs: 5, ...kernel });
const points = zeros([1, 2]);
const image = zeros([1, 2, 4, 4]);

/** A length that types know nothing of. */
function unknown(length: number): number {
	return length;
}

test('types know the lengths that are written where a layer is made, and no others', () => {
	expectTypeOf(twoToThree).toEqualTypeOf<Affine<2, 3>>();
	expectTypeOf(toThree).toEqualTypeOf<Conv2d<2, 3>>();
	expectTypeOf(new Embedding({ count: 2, width: 3, key })).toEqualTypeOf<Embedding<3>>();
	expectTypeOf(new Affine({ inputs: unknown(2), outputs: 2 * 3, key })).toEqualTypeOf<Affine>();
});

test('a layer that takes another length than it is given is refused by types, as it is when it runs', () => {
	const indices = zeros([1], { dtype: 'i32' });
	const twoToFour = new Affine({ inputs: 2, outputs: 4, key });
	const signal = zeros([1, 2, 4]);
	const overSignals = new Conv1d({ inputs: 2, outputs: 3, ...kernel });
	const transposed = new ConvTranspose2d({ inputs: 2, outputs: 1, ...kernel });
	const refused = [
		// @ts-expect-error 3 is not 4
		() => sequential(twoToThree, fourToFive).forward(points),
		// @ts-expect-error nor later in the sequence
		() => sequential(twoToThree, threeToFour, twoToThree).forward(points),
		// @ts-expect-error nor after what keeps the shape
		() => sequential(twoToThree, new nn.Gelu(), fourToFive).forward(points),
		// @ts-expect-error nor after several such
		() => sequential(twoToThree, new nn.Relu(), new nn.Tanh(), fourToFive).forward(points),
		// @ts-expect-error nor for rows of an embedding
		() => sequential(new Embedding({ count: 2, width: 3, key }), fourToFive).forward(indices),
		// @ts-expect-error nor after one of several, if none fits
		() => sequential(unknown(1) > 0 ? twoToThree : twoToFour, twoToThree).forward(points),
		// @ts-expect-error nor for channels
		() => sequential(toThree, ofFour).forward(image),
		// @ts-expect-error nor after pooling
		() => sequential(toThree, new nn.MaxPool2d(2), ofFour).forward(image),
		// @ts-expect-error nor along one axis
		() => sequential(overSignals, overSignals).forward(signal),
		// @ts-expect-error nor where a convolution is transposed
		() => sequential(toThree, transposed).forward(image),
	];
	for (const run of refused) expect(run).toThrow(ShapeError);
	expect.assertions(refused.length);
});

test('the error of types names what a layer takes and what it is given, as shapes', () => {
	type Refused<First, Second> = Misfit<Second, LengthsBetween<readonly [First]>[1]>;
	expectTypeOf<
		Refused<Affine<2, 3>, Affine<4, 5>>
	>().toEqualTypeOf<'takes [..., 4], is given [..., 3]'>();
	expectTypeOf<
		Refused<Conv2d<2, 3>, Conv2d<4, 5>>
	>().toEqualTypeOf<'takes [batch, 4, ...], is given [batch, 3, ...]'>();
	expectTypeOf<Refused<Affine<2, 3>, Affine<3, 5>>>().toBeUnknown();
	expectTypeOf<Refused<Affine, Affine<4, 5>>>().toBeUnknown();
});

test('what fits is a sequence, and so is what types cannot know', () => {
	const [either] = [unknown(1) > 0 ? 3 : 4] as const;
	const body = unknown(1) > 0 ? twoToThree : threeToFour;
	const head = unknown(1) > 0 ? threeToFour : fourToFive;
	const affines: Affine[] = [twoToThree, threeToFour];
	const inArray = [twoToThree, threeToFour];
	const [first = twoToThree, second = threeToFour] = inArray;
	const one = unknown(1) > 0 ? twoToThree : threeToFour;
	const fitting = [
		sequential(twoToThree, threeToFour, fourToFive),
		sequential(twoToThree, new nn.Dropout({ rate: 0.5, key }), threeToFour),
		// A length that was computed, or is one of several.
		sequential(new Affine({ inputs: 2, outputs: unknown(4), key }), fourToFive),
		sequential(twoToThree, new Affine({ inputs: unknown(3), outputs: 4, key }), fourToFive),
		sequential(new Affine({ inputs: 2, outputs: either, key }), threeToFour),
		sequential(body, head),
		// What functions and other modules make of it.
		sequential(twoToThree, (x) => x.slice(null, [0, 2]), twoToThree),
		sequential(new Affine({ inputs: 2, outputs: 8, key }), new nn.Glu(), fourToFive),
		sequential(new Affine({ inputs: 2, outputs: 4, key }), new nn.Reshape([2, 2]), twoToThree),
		sequential(sequential(new Affine({ inputs: 2, outputs: 3, key })), threeToFour),
		// Layers in an array.
		sequential(...affines),
		sequential(...inArray),
		sequential(first, second),
		sequential(one, threeToFour),
		sequential(twoToThree, first.weight.shape[0] === 3 ? first : threeToFour),
	];
	for (const net of fitting) expect(net.forward(points).shape[0]).toBe(1);
	// Channels are not the last axis.
	const last = new Affine({ inputs: 4, outputs: 2, key });
	expect(sequential(toThree, last).forward(image).shape).toEqual([1, 3, 4, 2]);
	expect(
		sequential(toThree, new nn.Flatten(), new Affine({ inputs: 48, outputs: 1, key })).forward(
			image,
		).shape,
	).toEqual([1, 1]);
});

test('layers of other lengths stand for each other', () => {
	const layers = [twoToThree];
	layers.push(threeToFour);
	let layer = twoToThree;
	layer = fourToFive;
	const named = new Map([
		['first', twoToThree],
		['second', threeToFour],
	]);
	expect([layers.length, layer.weight.shape[0], named.size]).toEqual([2, 4, 2]);
});

test('what types take to keep a length keeps it', () => {
	const x = normal(key, [2, 4, 6]);
	const keeping = [
		...[nn.Relu, nn.Sigmoid, nn.Tanh, nn.Identity, nn.Step, nn.Softplus, nn.Gelu, nn.Silu].map(
			(Class) => kept(new Class()),
		),
		...[nn.LeakyRelu, nn.Elu, nn.Softmax, nn.LogSoftmax, nn.Softmin, nn.LogSigmoid, nn.Mish].map(
			(Class) => kept(new Class()),
		),
		...[nn.Hardtanh, nn.Relu6, nn.Hardsigmoid, nn.Hardswish].map((Class) => kept(new Class())),
		kept(new nn.PRelu()),
		kept(new nn.Dropout({ rate: 0.5, key })),
		kept(new nn.DropPath({ rate: 0.5, key })),
		kept(new nn.LayerNorm({ shape: 6 })),
		kept(new nn.RMSNorm({ shape: 6 })),
		kept(new nn.BatchNorm1d({ channels: 4 })),
		kept(new nn.InstanceNorm1d({ channels: 4 })),
		kept(new nn.GroupNorm({ groups: 2, channels: 4 })),
	];
	for (const layer of keeping) expect(layer.forward(x, 'train').shape).toEqual([2, 4, 6]);
	const pooling = [
		pooled(new nn.MaxPool1d(2)),
		pooled(new nn.AvgPool1d(2)),
		pooled(new nn.AdaptiveMaxPool1d(3)),
		pooled(new nn.AdaptiveAvgPool1d(3)),
	];
	for (const layer of pooling) expect(layer.forward(x).shape).toEqual([2, 4, 3]);
});

interface Runs {
	forward(x: Node, mode?: nn.Mode): Node;
}

type Before<Layers extends readonly unknown[]> =
	LengthsBetween<Layers> extends readonly [...unknown[], infer Last] ? Last : never;

/** A layer after which types know the last axis as before it. */
function kept<Layer extends Runs>(
	layer: Layer & (Before<[Affine<1, 6>, Layer]> extends Before<[Affine<1, 6>]> ? unknown : never),
): Runs {
	return layer;
}

/** A layer after which types know the channels as before it, and no more the last axis. */
function pooled<Layer extends Runs>(
	layer: Layer &
		(Before<[Conv1d<1, 6>, Layer]> extends Before<[Conv1d<1, 6>]> ? unknown : never) &
		(unknown extends Before<[Affine<1, 6>, Layer]> ? unknown : never),
): Runs {
	return layer;
}
