import { grad, normal, randomIntegers, randomKey, tensor } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	Affine,
	accumulateGradients,
	clipByNorm,
	clipByValue,
	softmaxCrossEntropy,
} from '../../src/index.ts';

const draw = (seed: number, shape: readonly number[]) =>
	normal(randomKey(seed), shape, { dtype: 'f64' });

test('clipped gradients have at most the norm, and their direction', () => {
	fc.assert(
		fc.property(fc.nat(), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, limit) => {
			const gradients = [draw(seed, [2, 3]), draw(seed + 1, [4])];
			const norm = (all: typeof gradients) =>
				Math.sqrt(all.reduce((total, each) => total + each.square().sum().item(), 0));
			const clipped = clipByNorm(gradients, limit);
			expect(norm(clipped)).toBeLessThanOrEqual(Math.min(limit, norm(gradients)) * (1 + 1e-14));
			const [a, b] = [clipped[1]?.data() ?? [], gradients[1]?.data() ?? []];
			for (const [i, x] of a.entries())
				expect(Math.abs(x / (b[i] ?? 1) - Math.min(1, limit / norm(gradients)))).toBeLessThan(
					1e-13,
				);
		}),
	);
});

test('gradients below the limit are left as they are, zeros too', () => {
	const gradients = [tensor([3, 4]), tensor(0)];
	expect(clipByNorm(gradients, 5).map((each) => each.toArray())).toEqual([[3, 4], 0]);
	expect(clipByNorm([tensor([0, 0])], 1)[0]?.toArray()).toEqual([0, 0]);
	expect(clipByNorm([], 1)).toEqual([]);
	expect(() => clipByNorm(gradients, 0)).toThrow('limit 0');
});

test('clipped values lie from -limit to limit, those between are left as they are, and NaN stays', () => {
	const x = [-Infinity, -3, -2, -0, 1, 2, 2.5, Number.NaN];
	fc.assert(
		fc.property(fc.constantFrom(0.5, 2, 3, Infinity), (limit) => {
			const [clipped] = clipByValue([tensor(x)], limit);
			expect(clipped?.toArray()).toEqual(x.map((each) => Math.max(-limit, Math.min(limit, each))));
		}),
	);
	expect(clipByValue([], 1)).toEqual([]);
	expect(() => clipByValue([tensor(1)], -1)).toThrow('clipByValue: limit -1');
});

test('the gradients of a batch are the mean of those of its parts', () => {
	const layer = new Affine({ inputs: 3, outputs: 4, key: randomKey(1), dtype: 'f64' });
	fc.assert(
		fc.property(fc.nat(), fc.constantFrom(1, 2, 3, 6), (seed, parts) => {
			const x = draw(seed, [6, 3]);
			const labels = randomIntegers(randomKey(seed), [6], { high: 4 });
			const gradientsOf = (images: typeof x, classes: typeof x) =>
				grad(softmaxCrossEntropy(layer.forward(images), classes), layer.parameters());
			const whole = gradientsOf(x, labels);
			const mean = accumulateGradients(parts, [x, labels], (a = x, b = labels) =>
				gradientsOf(a, b),
			);
			for (const [i, each] of mean.entries()) {
				const gap = each
					.sub(whole[i] ?? Number.NaN)
					.abs()
					.amax()
					.item();
				expect(gap).toBeLessThan(1e-14);
			}
		}),
	);
	expect(() => accumulateGradients(4, [draw(1, [6])], () => [])).toThrow('not 4 equal parts');
});

test('parts whose gradients are not as many, and of the same shapes, are refused', () => {
	const x = draw(1, [6, 2]);
	fc.assert(
		fc.property(
			fc.array(fc.array(fc.constantFrom('[]', '[1]', '[2]', '[2, 1]'), { maxLength: 3 }), {
				minLength: 2,
				maxLength: 3,
			}),
			(returned) => {
				const parts = returned.length;
				let at = 0;
				const accumulate = () =>
					accumulateGradients(parts, [x], () =>
						(returned[at++] ?? []).map((shape) => draw(at, JSON.parse(shape))),
					);
				const [first, ...rest] = returned.map((shapes) => `(${shapes.join(', ')})`);
				const odd = rest.findIndex((shapes) => shapes !== first);
				if (odd < 0) expect(accumulate()).toHaveLength(returned[0]?.length ?? 0);
				else
					expect(accumulate).toThrow(
						`accumulateGradients: got gradients ${rest[odd]} of part ${odd + 1}, and ${first} of part 0`,
					);
			},
		),
	);
});
