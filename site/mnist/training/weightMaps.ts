import type { Node } from '@pullback/core';
import { imageSide } from '@pullback/mnist/parts';
import { type Sequential, stateOf } from '@pullback/nn';
import type { Numbers, WeightMaps } from '../protocol.ts';

/** The weights of the first layer: a picture for each unit of an affine layer of images, or for each filter of a convolution. */
export function weightMaps(model: Sequential): WeightMaps {
	const [weight] = [...stateOf(model).values()];
	if (weight === undefined) throw new Error('internal: a net without weights');
	return weight.shape.length === 2
		? { side: imageSide, values: Float32Array.from(weight.transpose().data()) }
		: { side: weight.shape.at(-1) ?? 1, values: Float32Array.from(weight.data()) };
}

/** All weights in their order, as they are. */
export function numbersOf(model: Sequential): readonly Numbers[] {
	return Array.from(stateOf(model).values(), (weight: Node) => ({
		shape: weight.shape,
		values: Float32Array.from(weight.data()),
	}));
}
