import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as core from '../src/index.ts';
import { type DType, grad, jvp, type Node, ones, vmap } from '../src/index.ts';
import { filled, seeds } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import {
	type Axes,
	adaptive,
	adaptiveAvg,
	adaptiveMax,
	avgOf,
	avgPools,
	axesOf,
	cellsOf,
	contested,
	contests,
	fillings,
	floats,
	hasElements,
	largePools,
	maxOf,
	optionsOf,
	paddedPools,
	pools,
	shapeOf,
	sizesOf,
	windowsOf,
	winner,
} from './pools.ts';
import { runs } from './runs.ts';

test('max pooling has the largest element of each window; NaN is larger than all, padding never wins', () => {
	fc.assert(
		fc.property(
			pools(3),
			fc.constantFrom<DType>('f32', 'f64', 'i32', 'u8'),
			fillings,
			seeds,
			(pool, dtype, filling, seed) => {
				const x = filled(shapeOf(pool), dtype, seed, filling);
				const { shape, windows } = windowsOf(pool);
				const y = maxOf(pool)(x);
				expect(y.shape).toEqual(shape);
				expect(y.dtype).toBe(dtype);
				const data = x.view();
				const expected = windows.map(({ elements }) => (data[winner(data, elements)] ?? 0) + 0);
				expect([...y.view()].map((each) => each + 0)).toEqual(expected);
			},
		),
	);
});

test('the first of equals in a window has all of its derivative, or the first NaN, in both modes, where all are -Infinity, too', () => {
	fc.assert(
		fc.property(pools(3), floats, contests, seeds, (pool, dtype, contest, seed) => {
			const shape = shapeOf(pool);
			const x = contested(shape, dtype, seed, contest);
			const { shape: counts, windows } = windowsOf(pool);
			const [given, tangent] = [filled(counts, 'i32', seed + 1), filled(shape, 'i32', seed + 2)];
			const data = x.view();
			const slope = new Float64Array(data.length);
			const moved = windows.map(({ elements }, i) => {
				const first = winner(data, elements);
				slope[first] = (slope[first] ?? 0) + (given.view()[i] ?? 0);
				return tangent.view()[first] ?? 0;
			});
			const y = maxOf(pool)(x);
			// The sums of small whole numbers are exact.
			const [found] = core.vjp(y, given.cast(dtype), [x]);
			expect([...found.view()].map((each) => each + 0)).toEqual([...slope]);
			const along = jvp(y, [x], [tangent.cast(dtype)]);
			expect([...along.view()].map((each) => each + 0)).toEqual(moved);
		}),
	);
});

test('of large windows, too, the largest is the value, the first of equals or of NaN has all of its derivative, and padding none', () => {
	fc.assert(
		fc.property(largePools, contests, seeds, (pool, contest, seed) => {
			const shape = shapeOf(pool);
			const x = contested(shape, 'f32', seed, contest);
			const { shape: counts, windows } = windowsOf(pool);
			const [given, tangent] = [filled(counts, 'i32', seed + 1), filled(shape, 'i32', seed + 2)];
			const slope = new Float64Array(x.view().length);
			const firsts = windows.map(({ elements }) => winner(x.view(), elements));
			for (const [i, first] of firsts.entries())
				slope[first] = (slope[first] ?? 0) + (given.view()[i] ?? 0);
			const y = maxOf(pool)(x);
			expect([...y.view()].map((each) => each + 0)).toEqual(
				firsts.map((first) => (x.view()[first] ?? 0) + 0),
			);
			const [found] = core.vjp(y, given.cast('f32'), [x]);
			expect([...found.view()].map((each) => each + 0)).toEqual([...slope]);
			const along = jvp(y, [x], [tangent.cast('f32')]);
			expect([...along.view()].map((each) => each + 0)).toEqual(
				firsts.map((first) => tangent.view()[first] ?? 0),
			);
		}),
		runs(30),
	);
});

test('average pooling divides the sum of each window by its size, with its padding or without', () => {
	fc.assert(
		fc.property(pools(1), floats, fc.boolean(), seeds, (pool, dtype, withPadding, seed) => {
			const x = filled(shapeOf(pool), dtype, seed);
			const { shape, windows } = windowsOf(pool);
			const y = avgOf(pool, withPadding)(x);
			expect(y.shape).toEqual(shape);
			const data = x.view();
			// Sums of 64 terms of size 3, rounded once, and divided three times.
			const allowed = 8 * 3 * 64 * (dtype === 'f32' ? 2 ** -24 : 2 ** -53);
			for (const [i, { elements, inPadding }] of windows.entries()) {
				const sum = elements.reduce((all, at) => all + (data[at] ?? 0), 0);
				const mean = sum / (withPadding ? inPadding : elements.length);
				expect(Math.abs((y.view()[i] ?? 0) - mean)).toBeLessThanOrEqual(allowed);
			}
		}),
	);
});

test('an average with a divisor of its own is the sum of each window divided by it, and so is its derivative', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				pools(1),
				largePools.filter(({ axes }) => axes.every((each) => each.dilation === 1)),
			),
			fc.constantFrom(-3, 1, 4),
			seeds,
			(pool, divisor, seed) => {
				// Whole numbers, whose sums are exact.
				const x = filled(shapeOf(pool), 'i32', seed).cast('f64');
				const { windows } = windowsOf(pool);
				const y = avgPools[axesOf(pool)](x, sizesOf(pool), {
					...optionsOf(pool),
					divisorOverride: divisor,
				});
				const slope = new Float64Array(x.view().length);
				for (const [i, { elements }] of windows.entries()) {
					const sum = elements.reduce((all, at) => all + (x.view()[at] ?? 0), 0);
					expect((y.view()[i] ?? 0) + 0).toBe(sum / divisor + 0);
					for (const at of elements) slope[at] = (slope[at] ?? 0) + 1;
				}
				const [found] = core.vjp(y, core.onesLike(y).mul(divisor), [x]);
				expect([...found.view()]).toEqual([...slope]);
			},
		),
		runs(25),
	);
});

test('each element has, of the derivative of an average, the share of each window that it is in', () => {
	fc.assert(
		fc.property(pools(1), floats, fc.boolean(), seeds, (pool, dtype, withPadding, seed) => {
			const x = filled(shapeOf(pool), dtype, seed);
			const { windows } = windowsOf(pool);
			const y = avgOf(pool, withPadding)(x);
			const cotangent = filled(y.shape, dtype, seed + 1);
			const weights = cotangent.view();
			const slope = new Float64Array(x.view().length);
			for (const [i, { elements, inPadding }] of windows.entries())
				for (const at of elements)
					slope[at] =
						(slope[at] ?? 0) + (weights[i] ?? 0) / (withPadding ? inPadding : elements.length);
			const [found] = core.vjp(y, cotangent, [x]);
			expect(found.shape).toEqual(x.shape);
			// Sums of 64 terms of size 3, rounded once, each divided three times.
			const allowed = 8 * 3 * 64 * (dtype === 'f32' ? 2 ** -24 : 2 ** -53);
			for (const [i, each] of slope.entries())
				expect(Math.abs((found.view()[i] ?? 0) - each)).toBeLessThanOrEqual(allowed);
		}),
	);
});

test('windows are refused where one of them has no element of the input, and nowhere else', () => {
	fc.assert(
		fc.property(paddedPools, (pool) => {
			const { axes, ceilMode } = pool;
			for (const { size, length, ...rest } of axes) {
				const pooled = () => core.maxPool1d(ones([1, length]), size, { ...rest, ceilMode });
				if (hasElements(pool)) expect(pooled).not.toThrow();
				else expect(pooled).toThrow(/lies in padding alone|does not fit an input/);
			}
		}),
		runs(400),
	);
});

test('pooling lists neither its cells nor its windows, however many they are', () => {
	const x = ones([1, 3]);
	const count = 1_000_000_000;
	for (const y of [adaptiveMax[1](x, count), adaptiveAvg[1](x, count)])
		expect(y.shape).toEqual([1, count]);
	const long = 700_000_000;
	const around = { padding: 1, stride: 1, countIncludePad: false };
	expect(core.avgPool1d(core.zeros([1, long]), 3, around).shape).toEqual([1, long]);
	const far = { padding: count - 1, stride: 1 };
	expect(core.maxPool1d(x, count, far).shape).toEqual([1, count + 2]);
});

test('cells that i32 cannot count have the ends of others', () => {
	const [length, count] = [50_000, 50_001];
	const x = core.arange(0, length, 1, { dtype: 'f64' }).reshape([1, length]);
	const cells = Array.from({ length: count }, (_, i) => [
		Math.floor((i * length) / count),
		Math.ceil(((i + 1) * length) / count),
	]);
	const largest = cells.map(([, end = 0]) => end - 1);
	const means = cells.map(([start = 0, end = 0]) => (start + end - 1) / 2);
	expect([...adaptiveMax[1](x, count).view()]).toEqual(largest);
	expect([...adaptiveAvg[1](x, count).view()]).toEqual(means);
});

test('adaptive pooling has the largest, and the mean, of cells from floor(i n / m) to ceil((i + 1) n / m)', () => {
	fc.assert(
		fc.property(adaptive, fillings, seeds, (each, filling, seed) => {
			const { axes, lead } = each;
			const shape = [...lead, ...axes.map(({ length }) => length)];
			const counts = axes.map(({ count }) => count);
			const rank = axes.length as Axes; // as generated
			const expected = cellsOf(each);
			const x = filled(shape, 'f64', seed, filling);
			const [data, y] = [x.view(), adaptiveMax[rank](x, counts)];
			expect(y.shape).toEqual([...lead, ...counts]);
			const largest = expected.map((elements) => (data[winner(data, elements)] ?? 0) + 0);
			expect([...y.view()].map((each) => each + 0)).toEqual(largest);

			const numbers = filled(shape, 'f64', seed);
			const means = adaptiveAvg[rank](numbers, counts).view();
			for (const [i, elements] of expected.entries()) {
				const sum = elements.reduce((all, at) => all + (numbers.view()[at] ?? 0), 0);
				// Sums of 300 terms of size 3 at most.
				expect(Math.abs((means[i] ?? 0) - sum / elements.length)).toBeLessThanOrEqual(
					2 ** -53 * 8 * 900,
				);
			}
		}),
	);
});

test('the first of equals in a cell, or the first NaN, has all of its derivative', () => {
	fc.assert(
		fc.property(adaptive, contests, seeds, (each, contest, seed) => {
			const { axes, lead } = each;
			const shape = [...lead, ...axes.map(({ length }) => length)];
			const x = contested(shape, 'f64', seed, contest);
			const expected = cellsOf(each);
			const y = adaptiveMax[axes.length as Axes](
				x,
				axes.map(({ count }) => count),
			); // as generated
			const given = filled(y.shape, 'i32', seed + 1);
			const slope = new Float64Array(x.view().length);
			for (const [i, elements] of expected.entries()) {
				const first = winner(x.view(), elements);
				slope[first] = (slope[first] ?? 0) + (given.view()[i] ?? 0);
			}
			const [found] = core.vjp(y, given.cast('f64'), [x]);
			expect([...found.view()].map((each) => each + 0)).toEqual([...slope]);
		}),
	);
});

test('a mean has as many cells as there are windows of one size, and pooling without batch is that of an example', () => {
	const x = filled([2, 3, 6, 4], 'f64', 1);
	expect(core.adaptiveAvgPool2d(x, [3, 2]).view()).toEqual(core.avgPool2d(x, 2).view());
	expect(core.adaptiveMaxPool2d(x, [3, 2]).view()).toEqual(core.maxPool2d(x, 2).view());
	expect(core.maxPool2d(x.slice(1), 3, { padding: 1 }).view()).toEqual(
		core.maxPool2d(x, 3, { padding: 1 }).slice(1).view(),
	);
});

test('derivatives are the differences’ to second order', () => {
	const small = pools(2).filter((pool) => shapeOf(pool).reduce((a, b) => a * b, 1) <= 24);
	fc.assert(
		fc.property(small, fc.boolean(), seeds, (pool, withPadding, seed) => {
			const x = filled(shapeOf(pool), 'f64', seed);
			const max = maxOf(pool);
			checkGradients((x) => max(x.sin()).square(), [x], { order: 2 }).assert();
			if (pool.axes.some(({ dilation }) => dilation > 1)) return;
			const mean = avgOf(pool, withPadding);
			checkGradients((x) => mean(x.sin()).square(), [x], { order: 2 }).assert();
		}),
		runs(8),
	);
});

test('a batch is pooled as its examples are, and so are gradients', () => {
	fc.assert(
		fc.property(pools(2), seeds, (pool, seed) => {
			const f = (x: Node): Node => {
				const y = maxOf(pool)(x);
				return y.sum().mul(grad(y.square().sum(), [x])[0]);
			};
			const x = filled([2, ...shapeOf(pool)], 'f64', seed, 'ties');
			const batch = vmap(f)(x);
			for (const i of [0, 1]) expect(batch.slice(i).view()).toEqual(f(x.slice(i)).view());
		}),
		runs(30),
	);
});

forEveryEngine((tested) => {
	test('max pooling and its derivatives to second order are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(pools(3), floats, contests, seeds, (pool, dtype, contest, seed) => {
				const f = (x: Node): Node[] => {
					const y = maxOf(pool)(x);
					const [slope] = grad(y.sin().sum(), [x]);
					return [y, slope, ...grad(slope.square().sum(), [x]), jvp(y, [x], [x])];
				};
				return tested.computes(f, [contested(shapeOf(pool), dtype, seed, contest)]);
			}),
			tested.times(24),
		));

	test('average pooling and its derivatives to second order are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(pools(1), fc.boolean(), floats, seeds, (pool, withPadding, dtype, seed) => {
				const f = (x: Node): Node[] => {
					const y = avgOf(pool, withPadding)(x);
					const [slope] = grad(y.sin().sum(), [x]);
					return [y, slope, ...grad(slope.square().sum(), [x])];
				};
				return tested.computes(f, [filled(shapeOf(pool), dtype, seed)]);
			}),
			tested.times(20),
		));

	test('adaptive pooling and its derivatives are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				adaptive,
				floats,
				contests,
				seeds,
				({ axes, lead }, dtype, contest, seed) => {
					const rank = axes.length as Axes; // as generated
					const counts = axes.map(({ count }) => count);
					const f = (x: Node): Node[] => {
						const [y, z] = [adaptiveMax[rank](x, counts), adaptiveAvg[rank](x, counts)];
						return [y, z, ...grad(y.sin().sum().add(z.sin().sum()), [x])];
					};
					return tested.computes(f, [
						contested([...lead, ...axes.map(({ length }) => length)], dtype, seed, contest),
					]);
				},
			),
			tested.times(20),
		));

	test.each([
		[[3, 24, 24], 2, {}],
		[[2, 3, 33, 17], 2, {}],
		[[2, 40, 40], 3, { stride: 2, padding: 1 }],
		[[2, 19, 37], [3, 2], { stride: 1 }],
	] as const)('images %j, windows %j, %j, are the interpreter’s', (shape, size, options) =>
		tested.computes(
			(x: Node) => {
				const y = core.maxPool2d(x, size, options);
				return [y, ...grad(y.square().sum(), [x])];
			},
			[filled(shape, 'f32', 3, 'ties')],
			{ exact: true },
		),
	);
});

test('pooling by large windows and its gradient hold a few times the input, however large the windows are', () => {
	const x = filled([2, 3, 40, 40], 'f32', 1);
	const bytes = 4 * x.view().length;
	for (const size of [7, 25])
		for (const pool of [core.maxPool2d, core.avgPool2d]) {
			const f = (x: Node): Node => pool(x, size, { stride: 1, padding: 3 });
			const held = core.explainPlan((x: Node) => grad(f(x).square().sum(), [x]))(x).memory
				.temporaries;
			// Of largest elements and their positions, one of each along an axis, padded, with those of 2, 4, 8 and 16 neighbours.
			expect(held).toBeLessThan(12 * bytes);
		}
});

test('what cannot be pooled is refused in words that say what it is', () => {
	const image = ones([1, 2, 2, 2]);
	expect(() => core.maxPool2d(image, 3)).toThrow(
		'maxPool2d: a window of 3x3 does not fit an input of 2x2 with padding 0',
	);
	expect(() => core.maxPool2d(image, [2, 2], { dilation: [1, 2] })).toThrow(
		'maxPool2d: a window of 2x2 with dilation 1x2 does not fit an input of 2x2 with padding 0',
	);
	expect(() => core.maxPool2d(image, 2, { padding: 2 })).toThrow(
		'maxPool2d: a window of 2x2 lies in padding alone, along spatial axis 0 of an input of 2x2 with padding 2; use less padding',
	);
	expect(() => core.maxPool1d(ones([1, 1]), 2, { dilation: 2, padding: 1 })).toThrow(
		'maxPool1d: a window of 2 lies in padding alone',
	);
	expect(() => core.avgPool1d(ones([1, 0]), 1, { padding: 1 })).toThrow('lies in padding alone');
	expect(() => core.avgPool1d(ones([2]), 1)).toThrow(
		'avgPool1d: got shape [2]; it must be [batch, channels, length], or [channels, length]',
	);
	expect(() => core.maxPool3d(image, 1.5)).toThrow(
		'maxPool3d: kernelSize is 1.5; it must be whole numbers from 1',
	);
	expect(() => core.maxPool2d(image, [1, 1, 1])).toThrow(
		'maxPool2d: kernelSize holds 3 numbers; it must be a number, or hold one for each of 2 axes',
	);
	expect(() => core.adaptiveAvgPool2d(image, 0)).toThrow(
		'adaptiveAvgPool2d: outputSize is 0; it must be whole numbers from 1',
	);
	expect(() => core.adaptiveMaxPool2d(ones([1, 0, 2]), 2)).toThrow(
		'adaptiveMaxPool2d: the input of 0x2 is empty; each of 2x2 cells must have an element',
	);
	expect(() => core.adaptiveMaxPool1d(ones([1, 3]), 2 ** 31 - 1)).toThrow(
		'adaptiveMaxPool1d: shape [2147483647, 2] has about 4294967294 elements; the most is 2147483647',
	);
	expect(() => core.adaptiveAvgPool1d(ones([1, 2 ** 27]), 2 ** 27 + 1)).toThrow(
		'adaptiveAvgPool1d: 134217728 elements in 134217729 cells, more than f64 can count; ask for fewer cells',
	);
	for (const divisorOverride of [0, 1.5, Number.NaN])
		expect(() => core.avgPool2d(image, 2, { divisorOverride })).toThrow(
			`avgPool2d: divisorOverride is ${divisorOverride}; it must be a whole number other than 0`,
		);
	expect(() => core.avgPool2d(image, 2, { divisorOverride: 3, countIncludePad: true })).toThrow(
		'avgPool2d: got countIncludePad, true, and divisorOverride, 3, which each say what sums are divided by; pass one of them',
	);
	// @ts-expect-error max pooling has no such option
	expect(() => core.maxPool2d(image, 2, { countIncludePad: true })).toThrow(
		'maxPool2d: there is no option countIncludePad',
	);
	// @ts-expect-error as PyTorch spells it
	expect(() => core.avgPool2d(image, 2, { count_include_pad: true })).toThrow(
		'did you mean countIncludePad?',
	);
});
