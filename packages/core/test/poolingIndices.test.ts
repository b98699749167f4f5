import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as core from '../src/index.ts';
import { grad, jvp, type Node, ones, tensor, vmap } from '../src/index.ts';
import { filled, seeds } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import {
	type Axes,
	adaptive,
	axesOf,
	cellsOf,
	contested,
	contests,
	fillings,
	floats,
	largePools,
	maxOf,
	optionsOf,
	type Pool,
	pools,
	shapeOf,
	sizesOf,
	windowsOf,
	winner,
} from './pools.ts';
import { runs } from './runs.ts';

const withIndices = {
	1: core.maxPool1dWithIndices,
	2: core.maxPool2dWithIndices,
	3: core.maxPool3dWithIndices,
} as const;
const adaptiveWithIndices = {
	1: core.adaptiveMaxPool1dWithIndices,
	2: core.adaptiveMaxPool2dWithIndices,
	3: core.adaptiveMaxPool3dWithIndices,
} as const;
const unpools = { 1: core.maxUnpool1d, 2: core.maxUnpool2d, 3: core.maxUnpool3d } as const;

const indicesOf =
	(pool: Pool) =>
	(x: Node): [Node, Node] =>
		withIndices[axesOf(pool)](x, sizesOf(pool), {
			...optionsOf(pool),
			dilation: pool.axes.map(({ dilation }) => dilation),
		});
const spatialSize = ({ axes }: Pool): number => axes.reduce((size, { length }) => size * length, 1);

test('indices are where, among the spatial elements without padding, the first of the largest or the first NaN is', () => {
	fc.assert(
		fc.property(
			fc.oneof(pools(3), largePools),
			fc.constantFrom('f32', 'f64', 'i32', 'u8', 'bool'),
			fillings,
			seeds,
			(pool, dtype, filling, seed) => {
				const x = filled(shapeOf(pool), dtype, seed, filling);
				const [values, indices] = indicesOf(pool)(x);
				const { shape, windows } = windowsOf(pool);
				expect(indices.shape).toEqual(shape);
				expect([values.dtype, indices.dtype]).toEqual([dtype, 'i32']);
				const size = spatialSize(pool);
				expect([...indices.view()]).toEqual(
					windows.map(({ elements }) => winner(x.view(), elements) % size),
				);
				expect(values.view()).toEqual(maxOf(pool)(x).view());
			},
		),
		runs(40),
	);
});

test('indices of adaptive pooling are where the first of the largest of a cell, or its first NaN, is', () => {
	fc.assert(
		fc.property(adaptive, fillings, seeds, (each, filling, seed) => {
			const lengths = each.axes.map(({ length }) => length);
			const counts = each.axes.map(({ count }) => count);
			const rank = each.axes.length as Axes; // as generated
			const x = filled([...each.lead, ...lengths], 'f32', seed, filling);
			const [values, indices] = adaptiveWithIndices[rank](x, counts);
			expect(indices.shape).toEqual([...each.lead, ...counts]);
			const size = lengths.reduce((a, b) => a * b, 1);
			const firsts = cellsOf(each).map((elements) => winner(x.view(), elements));
			expect([...indices.view()]).toEqual(firsts.map((first) => first % size));
			expect([...values.view()].map((each) => each + 0)).toEqual(
				firsts.map((first) => (x.view()[first] ?? 0) + 0),
			);
		}),
		runs(40),
	);
});

test('the derivative of values goes where the indices say, and comes from there, in both modes', () => {
	fc.assert(
		fc.property(
			fc.oneof(pools(2), largePools),
			floats,
			contests,
			seeds,
			(pool, dtype, contest, seed) => {
				const shape = shapeOf(pool);
				const x = contested(shape, dtype, seed, contest);
				const [values, indices] = indicesOf(pool)(x);
				// Whole numbers, whose sums are exact.
				const [given, tangent] = [
					filled(values.shape, 'i32', seed + 1),
					filled(shape, 'i32', seed + 2),
				];
				const size = spatialSize(pool);
				const ofOne = indices.view().length / (x.view().length / size);
				const slope = new Float64Array(x.view().length);
				const moved = [...indices.view()].map((index, i) => {
					const at = Math.floor(i / ofOne) * size + index;
					slope[at] = (slope[at] ?? 0) + (given.view()[i] ?? 0);
					return tangent.view()[at] ?? 0;
				});
				const [found] = core.vjp(values, given.cast(dtype), [x]);
				expect([...found.view()].map((each) => each + 0)).toEqual([...slope]);
				expect([...jvp(values, [x], [tangent.cast(dtype)]).view()].map((each) => each + 0)).toEqual(
					moved,
				);
			},
		),
		runs(50),
	);
});

/** Pooling of windows of 1 to 3, of lengths that leave rests, and its inverse. */
const unpooled =
	(pool: Pool) =>
	(values: Node, indices: Node): Node => {
		const { stride, padding } = optionsOf(pool);
		const outputSize = pool.axes.map(({ length }) => length);
		return unpools[axesOf(pool)](values, indices, sizesOf(pool), { stride, padding, outputSize });
	};
/** Those of which the input is less than a stride away from what its windows cover. */
const invertible = pools(1)
	.filter(({ ceilMode }) => !ceilMode)
	.filter(({ axes }) =>
		axes.every(({ size, stride, padding, length }) => {
			const count = Math.floor((length + 2 * padding - size) / stride) + 1;
			return Math.abs((count - 1) * stride - 2 * padding + size - length) < stride;
		}),
	);

test('unpooling puts the values where they were, and zeros elsewhere, and its derivative picks them', () => {
	fc.assert(
		fc.property(invertible, floats, seeds, (pool, dtype, seed) => {
			const x = filled(shapeOf(pool), dtype, seed, 'ties').add(1);
			const [values, indices] = indicesOf(pool)(x);
			const { windows } = windowsOf(pool);
			const expected = new Float64Array(x.view().length);
			const times = new Float64Array(x.view().length);
			for (const { elements } of windows) {
				const first = winner(x.view(), elements);
				expected[first] = x.view()[first] ?? 0;
				times[first] = (times[first] ?? 0) + 1;
			}
			const z = unpooled(pool)(values, indices);
			expect(z.shape).toEqual(x.shape);
			// Whole numbers up to 4, of whose multiples the quotients are exact.
			expect([...z.view()].map((each) => each + 0)).toEqual([...expected]);
			const given = filled(z.shape, 'i32', seed + 1).cast(dtype);
			const [found] = core.vjp(z, given, [values]);
			const shares = windows.map(({ elements }) => {
				const first = winner(x.view(), elements);
				return (given.view()[first] ?? 0) / (times[first] ?? 1);
			});
			// One rounding each.
			const unit = dtype === 'f32' ? 2 ** -24 : 2 ** -53;
			for (const [i, share] of shares.entries())
				expect(Math.abs((found.view()[i] ?? 0) - share)).toBeLessThanOrEqual(
					2 * unit * Math.abs(share),
				);
		}),
		runs(40),
	);
});

test('pooling what was unpooled gives the same, where nothing is negative and windows do not overlap', () => {
	const x = filled([2, 3, 7, 9], 'f64', 3).square();
	const [values, indices] = core.maxPool2dWithIndices(x, [2, 3]);
	const again = core.maxPool2d(
		core.maxUnpool2d(values, indices, [2, 3], { outputSize: [7, 9] }),
		[2, 3],
	);
	expect(again.view()).toEqual(values.view());
	// Without a size, the shortest: of 3 windows of 2, 6 rows.
	expect(core.maxUnpool2d(values, indices, [2, 3]).shape).toEqual([2, 3, 6, 9]);
});

test('several values at one index give their mean', () => {
	const z = core.maxUnpool1d([[3, 6, 5]], tensor([[1, 1, 0]], { dtype: 'i32' }), 2, { stride: 1 });
	expect(z.toArray()).toEqual([[5, 4.5, 0, 0]]);
});

test('a batch has the indices of its examples, and unpools as they do', () => {
	fc.assert(
		fc.property(invertible, seeds, (pool, seed) => {
			const f = (x: Node): Node[] => {
				const [values, indices] = indicesOf(pool)(x);
				return [values, indices, unpooled(pool)(values.square(), indices)];
			};
			const x = filled([2, ...shapeOf(pool)], 'f64', seed, 'ties');
			const batch = vmap(f)(x);
			for (const i of [0, 1])
				for (const [at, each] of f(x.slice(i)).entries())
					expect(batch[at]?.slice(i).view()).toEqual(each.view());
		}),
		runs(20),
	);
});

forEveryEngine((tested) => {
	test('indices, unpooling and their derivatives to second order are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(invertible, floats, fillings, seeds, (pool, dtype, filling, seed) => {
				const f = (x: Node): Node[] => {
					const [values, indices] = indicesOf(pool)(x);
					const z = unpooled(pool)(values.sin(), indices);
					const [slope] = grad(z.square().sum(), [x]);
					return [indices, z, slope, ...grad(slope.square().sum(), [x]), jvp(z, [x], [x])];
				};
				return tested.computes(f, [filled(shapeOf(pool), dtype, seed, filling)]);
			}),
			tested.times(4),
		));

	test('large windows, their indices and derivatives are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(largePools, floats, fillings, seeds, (pool, dtype, filling, seed) => {
				const f = (x: Node): Node[] => {
					const [values, indices] = indicesOf(pool)(x);
					return [values, indices, ...grad(values.square().sum(), [x]), jvp(values, [x], [x])];
				};
				return tested.computes(f, [filled(shapeOf(pool), dtype, seed, filling)], { exact: true });
			}),
			tested.times(4),
		));
});

test('what cannot be unpooled is refused in words that say what it is', () => {
	const [x, at] = [ones([1, 2, 2]), core.zeros([1, 2, 2], { dtype: 'i32' })];
	expect(() => core.maxUnpool2d(x, core.zeros([1, 2, 1], { dtype: 'i32' }), 2)).toThrow(
		'maxUnpool2d: x is [1, 2, 2] and indices are [1, 2, 1]; they must be of one shape, as max pooling with indices gives them',
	);
	expect(() => core.maxUnpool2d(x, at, 2, { outputSize: [6, 4] })).toThrow(
		'maxUnpool2d: outputSize is 6x4; of 2x2 windows of 2x2 it must be from 1 and less than the stride, 2x2, away from 4x4',
	);
	expect(() => core.maxUnpool2d(x, at, 1, { padding: 1 })).toThrow(
		'maxUnpool2d: outputSize is 0x0',
	);
	expect(() => core.maxUnpool2d(x, at.add(16), 2).view()).toThrow(RangeError);
	expect(() => core.maxUnpool2d(x, at.sub(1), 2).view()).toThrow(RangeError);
	expect(() => core.maxUnpool2d(x, x, 2)).toThrow(core.DTypeError);
	// @ts-expect-error unpooling has no dilation
	expect(() => core.maxUnpool2d(x, at, 2, { dilation: 1 })).toThrow('there is no option dilation');
});
