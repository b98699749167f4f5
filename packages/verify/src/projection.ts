import {
	matmul,
	type Node,
	normal,
	randomKey,
	type Shape,
	sum,
	tensor,
	zeros,
} from '@pullback/core';
import type { Checked, TensorFunction } from './numericalGradient.ts';

/** Normal f64 tensors of the given shapes, all different, the same for the same seed. */
export function randomDirections(shapes: readonly Shape[], seed: number): Node[] {
	const ends = shapes.map((_, i) =>
		shapes.slice(0, i + 1).reduce((n, each) => n + sizeOf(each), 0),
	);
	const drawn = normal(randomKey(seed), [ends.at(-1) ?? 0], { dtype: 'f64' }).view();
	return shapes.map((shape, i) => tensor(drawn.slice(ends[i - 1] ?? 0, ends[i]), { shape }));
}

/** The scalar <v, f> for a random v of the shape of f's value, the same for the same seed. */
export function projected(f: TensorFunction, seed: number): TensorFunction {
	return (...inputs) => {
		const y = f(...inputs);
		const [v] = randomDirections([y.shape], seed) as [Node]; // one shape
		return sum(y.mul(v));
	};
}

/** How much of a function one check looks at. */
export interface Extent {
	/** More elements than this, of inputs or output, are not checked one by one, but in random directions. */
	readonly largest: number;
	/** How many random directions. */
	readonly directions: number;
	/** Whether one order is checked, by one mode alone: which, by the seed. */
	readonly alternates: boolean;
}

/** What a check looks at that stands for itself. */
export const whole: Extent = { largest: 256, directions: 8, alternates: false };

/** What one of many looks at: little, and in each of them something else. */
export const brief: Extent = { largest: 2, directions: 2, alternates: true };

/**
 * The same function with a large output replaced by some random combinations of it, and large inputs by
 * their movement along some random directions, from 0: a wrong derivative shows in nearly all of them.
 */
export function reduced(
	{ f, inputs }: Checked,
	{ largest, directions }: Extent,
	seed: number,
): Checked {
	const outputs = sizeOf(f(...inputs).shape);
	const floating = inputs.filter(({ dtype }) => dtype === 'f64');
	let combined = f;
	if (outputs > largest) {
		const [weights] = randomDirections([[outputs, directions]], seed) as [Node]; // one shape
		const scaled = weights.div(Math.sqrt(outputs));
		combined = (...xs) => matmul(f(...xs).flatten(), scaled);
	}
	const size = floating.reduce((total, { shape }) => total + sizeOf(shape), 0);
	if (size <= largest) return { f: combined, inputs };
	const ways = randomDirections(
		floating.map(({ shape }) => [directions, sizeOf(shape)]),
		seed + 1,
	).map((way) => way.div(Math.sqrt(size)));
	return {
		f: (along = zeros([directions], { dtype: 'f64' })) =>
			combined(
				...inputs.map((x) => {
					const way = ways[floating.indexOf(x)];
					return way === undefined ? x : x.add(matmul(along, way).reshape(x.shape));
				}),
			),
		inputs: [zeros([directions], { dtype: 'f64' })],
	};
}

export function sizeOf(shape: Shape): number {
	return shape.reduce((size, length) => size * length, 1);
}
