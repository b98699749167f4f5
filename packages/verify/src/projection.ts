import { type Node, normal, randomKey, type Shape, splitKey, sum } from '@pullback/core';
import type { TensorFunction } from './numericalGradient.ts';

/** Normal f64 tensors of the given shapes, all different, the same for the same seed. */
export function randomDirections(shapes: readonly Shape[], seed: number): Node[] {
	const keys = splitKey(randomKey(seed), Math.max(shapes.length, 1));
	return shapes.map((shape, i) => normal(keys.slice(i), shape, { dtype: 'f64' }));
}

/** The scalar <v, f> for a random v of the shape of f's value, the same for the same seed. */
export function projected(f: TensorFunction, seed: number): TensorFunction {
	return (...inputs) => {
		const y = f(...inputs);
		const [v] = randomDirections([y.shape], seed) as [Node]; // one shape
		return sum(y.mul(v));
	};
}
