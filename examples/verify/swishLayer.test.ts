import { gradientProperty, tensors } from '@pullback/verify';
import fc from 'fast-check';
import { test } from 'vitest';
import { SwishLayer } from './swishLayer.ts';

test('the derivatives of the layer are right, in its input and its parameters', () => {
	const layer = new SwishLayer();
	const parameters = layer.parameters();
	const inputs = fc.tuple(tensors([1, 2]));
	fc.assert(gradientProperty((x) => layer.forward(x), inputs, { parameters, order: 2 }));
});
