import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	type DType,
	fold,
	grad,
	type Node,
	ones,
	tensor,
	unfold,
	vmap,
	windows,
	zeros,
} from '../src/index.ts';
import { filled, seeds } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import { indicesOf } from './definitions.ts';

/** Windows along one axis, and how long the axis is: as far as the last window reaches, and a rest. */
interface Along {
	readonly size: number;
	readonly stride: number;
	readonly dilation: number;
	readonly length: number;
}

const along: fc.Arbitrary<Along> = fc
	.record({
		size: fc.integer({ min: 1, max: 4 }),
		stride: fc.integer({ min: 1, max: 5 }),
		dilation: fc.integer({ min: 1, max: 3 }),
		more: fc.nat(6),
	})
	.map(({ more, ...each }) => ({ ...each, length: each.dilation * (each.size - 1) + 1 + more }));
/** One to three axes, of at most 400 elements together. */
const frames = fc
	.array(along, { minLength: 1, maxLength: 3 })
	.filter((axes) => axes.reduce((size, { length }) => size * length, 1) <= 400);
const leads = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 });
const floats = fc.constantFrom<DType>('f32', 'f64');

const optionsOf = (axes: readonly Along[]): { stride: number[]; dilation: number[] } => ({
	stride: axes.map(({ stride }) => stride),
	dilation: axes.map(({ dilation }) => dilation),
});
const sizesOf = (axes: readonly Along[]): number[] => axes.map(({ size }) => size);
const lengthsOf = (axes: readonly Along[]): number[] => axes.map(({ length }) => length);

/** For each element of the windows where it stands in x, in row-major order, by the definition. */
function sources(
	lead: readonly number[],
	axes: readonly Along[],
): { shape: number[]; at: number[] } {
	const counts = axes.map(({ size, stride, dilation, length }) => {
		let count = 0;
		while (count * stride + dilation * (size - 1) < length) count++;
		return count;
	});
	const shape = [...lead, ...sizesOf(axes), ...counts];
	const at = indicesOf(shape).map((index) => {
		let position = 0;
		for (const [i, length] of lead.entries()) position = position * length + (index[i] ?? 0);
		for (const [i, { stride, dilation, length }] of axes.entries()) {
			const place = index[lead.length + i] ?? 0;
			const number = index[lead.length + axes.length + i] ?? 0;
			position = position * length + stride * number + dilation * place;
		}
		return position;
	});
	return { shape, at };
}

test('an element of a window is that of x at the stride times its number plus the dilation times its place', () => {
	fc.assert(
		fc.property(
			frames,
			leads,
			fc.constantFrom<DType>('f32', 'f64', 'i32', 'u8', 'bool'),
			seeds,
			(axes, lead, dtype, seed) => {
				const x = filled([...lead, ...lengthsOf(axes)], dtype, seed);
				const { shape, at } = sources(lead, axes);
				const y = windows(x, sizesOf(axes), optionsOf(axes));
				expect(y.shape).toEqual(shape);
				expect(y.dtype).toBe(dtype);
				expect([...y.view()]).toEqual(at.map((position) => x.view()[position]));
			},
		),
	);
});

test('the gradient adds up at each element what the windows that have it are given', () => {
	fc.assert(
		fc.property(frames, leads, floats, seeds, (axes, lead, dtype, seed) => {
			const x = zeros([...lead, ...lengthsOf(axes)], { dtype });
			const { shape, at } = sources(lead, axes);
			const given = filled(shape, dtype, seed);
			const sums = new Float64Array(x.view().length);
			for (const [i, position] of at.entries())
				sums[position] = (sums[position] ?? 0) + (given.view()[i] ?? 0);
			const y = windows(x, sizesOf(axes), optionsOf(axes));
			const [slope] = grad(y.mul(given).sum(), [x]);
			expect(slope.shape).toEqual(x.shape);
			// At most 64 terms of size 3, each sum rounded once to the dtype at every axis.
			const unit = dtype === 'f32' ? 2 ** -23 : 2 ** -52;
			for (const [i, sum] of slope.view().entries())
				expect(Math.abs(sum - (sums[i] ?? 0))).toBeLessThanOrEqual(64 * 3 * unit);
		}),
	);
});

test('both modes are the differences’ to second order', () => {
	fc.assert(
		fc.property(frames, seeds, (axes, seed) => {
			const x = filled(lengthsOf(axes), 'f64', seed);
			if (x.view().length > 40) return;
			const f = (x: Node): Node => windows(x.sin(), sizesOf(axes), optionsOf(axes)).square();
			checkGradients(f, [x], { order: 2 }).assert();
		}),
		{ numRuns: 20 },
	);
});

test('a batch of windows is the windows of its examples, whatever axis the batch runs along', () => {
	fc.assert(
		fc.property(frames, fc.nat(3), seeds, (axes, at, seed) => {
			const rank = axes.length;
			const inAxis = at % (rank + 1);
			const x = filled(lengthsOf(axes).toSpliced(inAxis, 0, 2), 'f64', seed);
			const f = (x: Node): Node => windows(x, sizesOf(axes), optionsOf(axes));
			const expected = x.split(2, inAxis).map((each) => f(each.squeeze(inAxis)));
			const actual = vmap(f, { inAxes: inAxis })(x);
			for (const [i, each] of expected.entries())
				expect(actual.slice(i).view()).toEqual(each.view());
		}),
		{ numRuns: 30 },
	);
});

forEveryEngine((tested) => {
	test('windows of what is computed, what is computed of windows, and gradients are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(frames, leads, floats, seeds, (axes, lead, dtype, seed) => {
				const f = (x: Node): Node[] => {
					const all = windows(x.sin(), sizesOf(axes), optionsOf(axes));
					const last = windows(
						all.exp(),
						1 + (seed % 2 === 0 && (all.shape.at(-1) ?? 0) > 1 ? 1 : 0),
					);
					const y = all.square().sum([lead.length]);
					const [slope] = grad(y.sin().sum().add(last.square().sum()), [x]);
					return [all, last, y, slope, ...grad(slope.square().sum(), [x])];
				};
				return tested.computes(f, [filled([...lead, ...lengthsOf(axes)], dtype, seed)]);
			}),
			tested.times(40),
		));

	test('windows of whole numbers and truth values move and reduce as the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				frames,
				leads,
				fc.constantFrom<DType>('i32', 'u8', 'bool'),
				seeds,
				(axes, lead, dtype, seed) => {
					const places = axes.map((_, axis) => lead.length + axis);
					const f = (x: Node): Node[] => {
						const all = windows(x, sizesOf(axes), optionsOf(axes));
						return [all.flip(-1), all.sum(places), all.amax(places)];
					};
					return tested.computes(f, [filled([...lead, ...lengthsOf(axes)], dtype, seed)], {
						exact: true,
					});
				},
			),
			tested.times(40),
		));

	test('axes that reshapes split, merge and split anew among arithmetic are the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.tuple(
					fc.constantFrom(1, 2, 3, 4),
					fc.constantFrom(0, 1, 2, 6),
					fc.constantFrom(1, 5, 8),
				),
				fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
				floats,
				seeds,
				([a, b, c], steps, dtype, seed) => {
					const shapes = [[a, b, c], [a * b, c], [a, b * c], [a * b * c], [c, a, b], [b, 1, a * c]];
					const f = (x: Node): Node[] => {
						let y = x;
						const met: Node[] = [];
						for (const step of steps) {
							const shaped = y.add(0.5).reshape(shapes[step] ?? []);
							met.push(shaped.sum(0), shaped);
							y = shaped.transpose().sin();
						}
						return [...met, ...grad(y.square().sum(), [x])];
					};
					return tested.computes(f, [filled([a * b * c], dtype, seed)]);
				},
			),
			tested.times(60),
		));
});

/** [channels, rows, columns] and the windows of an unfold, with padding of its own. */
const images = fc
	.tuple(fc.integer({ min: 0, max: 3 }), along, along, fc.nat(2), fc.nat(2))
	.map(([channels, down, across, above, beside]) => ({
		channels,
		axes: [down, across] as const,
		padding: [above, beside] as const,
	}));

test('unfold has the windows of the padded image as columns, channels first', () => {
	fc.assert(
		fc.property(images, fc.nat(2), seeds, ({ channels, axes, padding }, batch, seed) => {
			const x = filled([batch, channels, ...lengthsOf(axes)], 'f64', seed);
			const options = { ...optionsOf(axes), padding };
			const padded = axes.map((each, i) => ({
				...each,
				length: each.length + 2 * (padding[i] ?? 0),
			}));
			const { shape } = sources([], padded);
			const [rows = 0, columns = 0, down = 0, across = 0] = shape;
			const expected: number[] = [];
			const [height, width] = lengthsOf(axes) as [number, number]; // two axes
			const [above, beside] = padding;
			for (let n = 0; n < batch * channels; n++)
				for (let i = 0; i < rows; i++)
					for (let j = 0; j < columns; j++)
						for (let p = 0; p < down; p++)
							for (let q = 0; q < across; q++) {
								const row = axes[0].stride * p + axes[0].dilation * i - above;
								const column = axes[1].stride * q + axes[1].dilation * j - beside;
								const isInside = row >= 0 && row < height && column >= 0 && column < width;
								const at = (n * height + row) * width + column;
								expected.push(isInside ? (x.view()[at] ?? Number.NaN) : 0);
							}
			const y = unfold(x, sizesOf(axes), options);
			expect(y.shape).toEqual([batch, channels * rows * columns, down * across]);
			expect([...y.view()]).toEqual(expected);
			if (batch > 0)
				expect(unfold(x.slice(0), sizesOf(axes), options).view()).toEqual(y.slice(0).view());
		}),
	);
});

test('fold is the transpose of unfold', () => {
	fc.assert(
		fc.property(images, fc.nat(2), seeds, ({ channels, axes, padding }, batch, seed) => {
			const x = filled([batch, channels, ...lengthsOf(axes)], 'f64', seed);
			const options = { ...optionsOf(axes), padding };
			const columns = unfold(x, sizesOf(axes), options);
			const y = filled(columns.shape, 'f64', seed + 1);
			const image = fold(y, lengthsOf(axes), sizesOf(axes), options);
			expect(image.shape).toEqual(x.shape);
			const [left, right] = [columns.mul(y).sum().item(), image.mul(x).sum().item()];
			// At most 2 * 3 * 16 * 144 products of size 9.
			expect(Math.abs(left - right)).toBeLessThanOrEqual(2 ** -52 * 13824 * 9);
			if (batch > 0)
				expect(fold(y.slice(0), lengthsOf(axes), sizesOf(axes), options).view()).toEqual(
					image.slice(0).view(),
				);
		}),
	);
});

test('fold adds bytes in i32, whether any two windows share an element or not', () => {
	const columns = tensor([200, 100, 200, 100], { shape: [2, 2], dtype: 'u8' });
	const [shared, apart] = [
		fold(columns, [1, 3], [1, 2]),
		fold(columns, [1, 4], [1, 2], { stride: 2 }),
	];
	expect([shared.dtype, apart.dtype]).toEqual(['i32', 'i32']);
	expect(shared.view()).toEqual(Int32Array.of(200, 300, 100));
	expect(apart.view()).toEqual(Int32Array.of(200, 200, 100, 100));
});

test('windows that do not fit, and columns of another image, are refused with both shapes', () => {
	const image = ones([1, 2, 2, 2]);
	expect(() => windows(image, [3, 3])).toThrow(
		'windows: a window of 3x3 does not fit an input of 2x2 with padding 0',
	);
	expect(() => windows(image, 2, { dilation: 2 })).toThrow(
		'windows: a window of 2 with dilation 2 does not fit an input of 2 with padding 0',
	);
	expect(() => windows(tensor(1), 1)).toThrow(
		'windows: windows of 1 axes over [], which has 0; they must have no more axes',
	);
	expect(() => windows(image, [1, 1], { stride: [1] })).toThrow(
		'windows: stride holds 1 numbers; it must be a number, or hold one for each of 2 axes',
	);
	// @ts-expect-error no number
	expect(() => windows(image, [1], { stride: null })).toThrow(
		'windows: stride is null; it must be a number, or an array of one for each of 1 axis',
	);
	expect(() => windows(image, 1, { stride: 0 })).toThrow(
		'windows: stride is 0; it must be a whole number from 1',
	);
	expect(() => unfold(image, 5, { padding: 1 })).toThrow(
		'unfold: a window of 5x5 does not fit an input of 2x2 with padding 1',
	);
	expect(() => unfold(ones([2, 2]), 1)).toThrow(
		'unfold: got shape [2, 2]; it must be [batch, channels, rows, columns], or [channels, rows, columns]',
	);
	expect(() => fold(ones([1, 8, 3]), 3, 2)).toThrow(
		'fold: got shape [1, 8, 3]; for an image of 3x3 it must be [batch, channels * 4, 4], or that without batch',
	);
	expect(() => fold(ones([1, 6, 4]), 3, 2)).toThrow('channels * 4, 4]');
	// @ts-expect-error an option that there is not
	expect(() => unfold(image, 1, { strides: 2 })).toThrow(
		'unfold: there is no option strides; did you mean stride?',
	);
});
