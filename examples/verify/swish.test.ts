import { gradientProperty, tensors } from '@pullback/verify';
import fc from 'fast-check';
import { test } from 'vitest';
import { swish } from './swish.ts';

test('the derivatives of swish are right, to second order', () => {
	fc.assert(gradientProperty(swish, fc.tuple(tensors([2])), { order: 2 }));
});
