import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as core from '../src/index.ts';
import { type DType, grad, jvp, type Node, ones, vmap } from '../src/index.ts';
import { filled, seeds } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import { indicesOf } from './definitions.ts';
import { runs } from './runs.ts';

type Axes = 1 | 2 | 3;
const maxPools = { 1: core.maxPool1d, 2: core.maxPool2d, 3: core.maxPool3d } as const;
const avgPools = { 1: core.avgPool1d, 2: core.avgPool2d, 3: core.avgPool3d } as const;
const adaptiveMax = {
	1: core.adaptiveMaxPool1d,
	2: core.adaptiveMaxPool2d,
	3: core.adaptiveMaxPool3d,
} as const;
const adaptiveAvg = {
	1: core.adaptiveAvgPool1d,
	2: core.adaptiveAvgPool2d,
	3: core.adaptiveAvgPool3d,
} as const;

/** Windows along one axis of `length` elements, each of which has an element of it. */
interface Along {
	readonly size: number;
	readonly stride: number;
	readonly dilation: number;
	readonly padding: number;
	readonly length: number;
}

interface Pool {
	readonly axes: readonly Along[];
	readonly ceilMode: boolean;
	readonly lead: readonly number[];
}

/** Where the windows of an axis begin, counted from the first element: PyTorch's rule for how many there are, counted out. */
function startsOf({ size, stride, dilation, padding, length }: Along, ceilMode: boolean): number[] {
	const starts: number[] = [];
	const reach = dilation * (size - 1);
	for (let start = -padding; start + reach < length + padding; start += stride) starts.push(start);
	const next = -padding + starts.length * stride;
	const last = -padding + (starts.length - 1) * stride + reach;
	if (ceilMode && last < length + padding - 1 && next < length) starts.push(next);
	return starts;
}

const places = (start: number, { size, dilation, length }: Along): number[] =>
	Array.from({ length: size }, (_, i) => start + i * dilation).filter(
		(at) => at >= 0 && at < length,
	);

const along = (dilations: number): fc.Arbitrary<Along> =>
	fc.record({
		size: fc.integer({ min: 1, max: 4 }),
		stride: fc.integer({ min: 1, max: 5 }),
		dilation: fc.integer({ min: 1, max: dilations }),
		padding: fc.nat(2),
		length: fc.integer({ min: 1, max: 7 }),
	});
const pools = (dilations: number): fc.Arbitrary<Pool> =>
	fc
		.record({
			axes: fc.array(along(dilations), { minLength: 1, maxLength: 3 }),
			ceilMode: fc.boolean(),
			lead: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
		})
		.filter(({ axes, ceilMode }) =>
			axes.every((each) => {
				const starts = startsOf(each, ceilMode);
				return starts.length > 0 && starts.every((start) => places(start, each).length > 0);
			}),
		);
const floats = fc.constantFrom<DType>('f32', 'f64');
const fillings = fc.constantFrom('ties' as const, 'special' as const, 'ordinary' as const);

const axesOf = ({ axes }: Pool): Axes => axes.length as Axes; // as generated
const shapeOf = ({ lead, axes }: Pool): number[] => [...lead, ...axes.map(({ length }) => length)];
const sizesOf = ({ axes }: Pool): number[] => axes.map(({ size }) => size);
const optionsOf = ({
	axes,
	ceilMode,
}: Pool): { stride: number[]; padding: number[]; ceilMode: boolean } => ({
	stride: axes.map(({ stride }) => stride),
	padding: axes.map(({ padding }) => padding),
	ceilMode,
});
const maxOf =
	(pool: Pool) =>
	(x: Node): Node =>
		maxPools[axesOf(pool)](x, sizesOf(pool), {
			...optionsOf(pool),
			dilation: pool.axes.map(({ dilation }) => dilation),
		});
const avgOf =
	(pool: Pool, countIncludePad: boolean) =>
	(x: Node): Node =>
		avgPools[axesOf(pool)](x, sizesOf(pool), { ...optionsOf(pool), countIncludePad });

/** For each element of the result: the elements of x in its window in row-major order, and by how much they are divided. */
interface Window {
	readonly elements: readonly number[];
	readonly inPadding: number;
}

function windowsOf(pool: Pool): { readonly shape: number[]; readonly windows: Window[] } {
	const { axes, lead, ceilMode } = pool;
	const starts = axes.map((each) => startsOf(each, ceilMode));
	const shape = [...lead, ...starts.map(({ length }) => length)];
	const windows = indicesOf(shape).map((index) => {
		let rows = [index.slice(0, lead.length).reduce((at, i, axis) => at * (lead[axis] ?? 0) + i, 0)];
		let inPadding = 1;
		for (const [axis, each] of axes.entries()) {
			const start = starts[axis]?.[index[lead.length + axis] ?? 0] ?? 0;
			const own = places(start, each);
			rows = rows.flatMap((at) => own.map((place) => at * each.length + place));
			inPadding *= Math.min(start + each.size, each.length + each.padding) - start;
		}
		return { elements: rows, inPadding };
	});
	return { shape, windows };
}

/** The first of the largest, and the first NaN if there is one. */
function winner(data: ArrayLike<number>, elements: readonly number[]): number {
	let best = elements[0] ?? -1;
	for (const at of elements) {
		const [x, largest] = [data[at] ?? 0, data[best] ?? 0];
		if (Number.isNaN(largest)) return best;
		if (Number.isNaN(x) || x > largest) best = at;
	}
	return best;
}

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

test('the first of equals in a window has all of its derivative, in both modes, where all are -Infinity, too', () => {
	fc.assert(
		fc.property(pools(3), floats, fc.boolean(), seeds, (pool, dtype, low, seed) => {
			const shape = shapeOf(pool);
			const x = low ? core.full(shape, -Infinity, { dtype }) : filled(shape, dtype, seed, 'ties');
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

test('of large windows, too, the first of equals has all of its derivative, and padding never wins', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 5, max: 7 }),
			fc.integer({ min: 1, max: 6 }),
			fc.boolean(),
			seeds,
			(size, stride, low, seed) => {
				const each = { size, stride, dilation: 1, padding: 2, length: 11 };
				const pool = { axes: [each, { ...each, length: 8 }], ceilMode: false, lead: [2] };
				const x = low
					? core.full(shapeOf(pool), -Infinity)
					: filled(shapeOf(pool), 'f32', seed, 'ties');
				const { windows } = windowsOf(pool);
				const slope = new Float64Array(x.view().length);
				for (const { elements } of windows) {
					const first = winner(x.view(), elements);
					slope[first] = (slope[first] ?? 0) + 1;
				}
				const y = maxOf(pool)(x);
				const [found] = core.vjp(y, core.onesLike(y), [x]);
				expect([...found.view()]).toEqual([...slope]);
			},
		),
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

/** Cells of an adaptive pooling along one axis. */
const cells = fc.record({
	length: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(4, 6, 8)),
	count: fc.oneof(fc.integer({ min: 1, max: 11 }), fc.constantFrom(1, 2, 4)),
});
const adaptive = fc.record({
	axes: fc
		.array(cells, { minLength: 1, maxLength: 3 })
		.filter(
			(axes) => axes.reduce((size, { length, count }) => size * Math.max(length, count), 1) <= 300,
		),
	lead: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
});
type Adaptive = typeof adaptive extends fc.Arbitrary<infer Case> ? Case : never;

const cellsOf = ({ axes, lead }: Adaptive): readonly (readonly number[])[] =>
	indicesOf([...lead, ...axes.map(({ count }) => count)]).map((index) => {
		let all = [index.slice(0, lead.length).reduce((at, i, axis) => at * (lead[axis] ?? 0) + i, 0)];
		for (const [axis, { length, count }] of axes.entries()) {
			const i = index[lead.length + axis] ?? 0;
			const own: number[] = [];
			for (let at = 0; at < length; at++)
				// From floor(i n / m) to before ceil((i + 1) n / m), in whole numbers.
				if ((at + 1) * count > i * length && at * count < (i + 1) * length) own.push(at);
			all = all.flatMap((at) => own.map((place) => at * length + place));
		}
		return all;
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

test('the first of equals in a cell has all of its derivative', () => {
	fc.assert(
		fc.property(adaptive, seeds, (each, seed) => {
			const { axes, lead } = each;
			const x = filled([...lead, ...axes.map(({ length }) => length)], 'f64', seed, 'ties');
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
			fc.asyncProperty(pools(3), floats, fillings, seeds, (pool, dtype, filling, seed) => {
				const f = (x: Node): Node[] => {
					const y = maxOf(pool)(x);
					const [slope] = grad(y.sin().sum(), [x]);
					return [y, slope, ...grad(slope.square().sum(), [x]), jvp(y, [x], [x])];
				};
				return tested.computes(f, [filled(shapeOf(pool), dtype, seed, filling)]);
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
			fc.asyncProperty(adaptive, floats, seeds, ({ axes, lead }, dtype, seed) => {
				const rank = axes.length as Axes; // as generated
				const counts = axes.map(({ count }) => count);
				const f = (x: Node): Node[] => {
					const [y, z] = [adaptiveMax[rank](x, counts), adaptiveAvg[rank](x, counts)];
					return [y, z, ...grad(y.sin().sum().add(z.sin().sum()), [x])];
				};
				return tested.computes(f, [
					filled([...lead, ...axes.map(({ length }) => length)], dtype, seed, 'ties'),
				]);
			}),
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
	// @ts-expect-error max pooling has no such option
	expect(() => core.maxPool2d(image, 2, { countIncludePad: true })).toThrow(
		'maxPool2d: there is no option countIncludePad',
	);
	// @ts-expect-error as PyTorch spells it
	expect(() => core.avgPool2d(image, 2, { count_include_pad: true })).toThrow(
		'did you mean countIncludePad?',
	);
});
