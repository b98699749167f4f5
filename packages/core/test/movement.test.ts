import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	arange,
	broadcastTo,
	concatenate,
	flip,
	type Nested,
	type Node,
	pad,
	permute,
	type Range,
	reshape,
	slice,
	split,
	squeeze,
	stack,
	tensor,
	transpose,
} from '../src/index.ts';
import { runs } from './runs.ts';

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
/** A tensor whose elements are all different, so that each shows where it came from. */
const numbered = (shape: readonly number[]): Node =>
	arange(shape.reduce((size, length) => size * length, 1)).reshape(shape);

/** The element of nested arrays at an index. */
const at = (nested: Nested, index: readonly number[]): Nested =>
	index.reduce<Nested>((part, i) => (part as readonly Nested[])[i] as Nested, nested); // indices are in range

/** Every index of a shape. */
function* indices(shape: readonly number[]): Generator<number[]> {
	const [length, ...rest] = shape;
	if (length === undefined) yield [];
	else for (let i = 0; i < length; i++) for (const tail of indices(rest)) yield [i, ...tail];
}

test('permute moves the element at i to the same index in the new order', () => {
	const cases = shapes.chain((shape) =>
		fc.tuple(
			fc.constant(shape),
			fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
		),
	);
	fc.assert(
		fc.property(cases, ([shape, order]) => {
			const x = numbered(shape);
			const y = permute(x, order);
			expect(y.shape).toEqual(order.map((axis) => shape[axis]));
			const [from, to] = [x.toArray(), y.toArray()];
			for (const index of indices(shape))
				expect(
					at(
						to,
						order.map((axis) => index[axis] ?? 0),
					),
				).toBe(at(from, index));
		}),
	);
});

const ranges = fc.oneof(
	fc.constant(null),
	fc.tuple(
		fc.option(fc.integer({ min: -6, max: 6 })),
		fc.option(fc.integer({ min: -6, max: 6 })),
		fc.integer({ min: -3, max: 3 }).filter((step) => step !== 0),
	),
);

/** The indices of Python's range semantics, from its definition: clamp, then walk. */
function walk(range: Range, length: number): number[] {
	const list = Array.from({ length }, (_, i) => i);
	if (range === null || typeof range === 'number') return list;
	const [start, stop, step = 1] = range;
	const clamp = (value: number, low: number, high: number) =>
		Math.min(Math.max(value < 0 ? value + length : value, low), high);
	const taken: number[] = [];
	if (step > 0)
		for (let i = clamp(start ?? 0, 0, length); i < clamp(stop ?? length, 0, length); i += step)
			taken.push(i);
	else {
		const end = stop === null || stop === undefined ? -1 : clamp(stop, -1, length - 1);
		const begin = start === null || start === undefined ? length - 1 : clamp(start, -1, length - 1);
		for (let i = begin; i > end; i += step) taken.push(i);
	}
	return taken;
}

test('slice takes what Python takes', () => {
	const cases = shapes.chain((shape) =>
		fc.tuple(fc.constant(shape), fc.tuple(...shape.map(() => ranges))),
	);
	fc.assert(
		fc.property(cases, ([shape, each]) => {
			const y = slice(numbered(shape), ...each);
			const taken = shape.map((length, axis) => walk(each[axis] ?? null, length));
			expect(y.shape).toEqual(taken.map((list) => list.length));
			const [from, to] = [numbered(shape).toArray(), y.toArray()];
			for (const index of indices(y.shape))
				expect(at(to, index)).toBe(
					at(
						from,
						index.map((i, axis) => taken[axis]?.[i] ?? 0),
					),
				);
		}),
		runs(300),
	);
});

test('an index drops its axis and may count from the end; out of range it is an error', () => {
	const x = numbered([2, 3]);
	expect(slice(x, 1).toArray()).toEqual([3, 4, 5]);
	expect(slice(x, null, -1).toArray()).toEqual([2, 5]);
	expect(() => slice(x, 2)).toThrow('slice: index 2 on axis 0 of [2, 3]');
	expect(() => slice(x, null, null, null)).toThrow('slice: got 3 ranges for [2, 3]');
	expect(() => slice(x, [0, 2, 0])).toThrow('step 0');
});

test('flip twice is the identity, and once reads backwards', () => {
	fc.assert(
		fc.property(shapes, (shape) => {
			const x = numbered(shape);
			expect(flip(flip(x)).toArray()).toEqual(x.toArray());
			expect([...flip(x).data()]).toEqual([...x.data()].reverse());
		}),
	);
});

test('pad puts x among values, and slicing finds it again', () => {
	const cases = shapes.chain((shape) =>
		fc.tuple(
			fc.constant(shape),
			fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)))),
			fc.constantFrom(0, 7, Number.NaN),
		),
	);
	fc.assert(
		fc.property(cases, ([shape, widths, value]) => {
			const x = numbered(shape).neg().sub(1);
			const y = pad(
				x,
				widths.map(([before, after]): [number, number] => [before, after]),
				{ value, interior: widths.map(([, , between]) => between) },
			);
			const inner = slice(
				y,
				...shape.map((length, axis): [number, number, number] => {
					const [before, , between] = widths[axis] ?? [0, 0, 0];
					return [before, before + length * (between + 1), between + 1];
				}),
			);
			expect(
				inner.slice(...shape.map((length): [number, number] => [0, length])).toArray(),
			).toEqual(x.toArray());
			const others = y.data().length - x.data().length;
			expect(y.data().filter((element) => Object.is(element, value)).length).toBe(others);
		}),
	);
});

test('split undoes concatenate', () => {
	const cases = fc.tuple(fc.nat(3), fc.nat(3), fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }));
	fc.assert(
		fc.property(cases, ([before, after, lengths]) => {
			const parts = lengths.map((length, i) => numbered([before, length, after]).add(100 * i));
			const again = split(concatenate(parts, 1), lengths, 1);
			expect(again.map((part) => part.toArray())).toEqual(parts.map((part) => part.toArray()));
		}),
	);
});

test('stack puts its tensors at a new axis', () => {
	const parts = [numbered([2]), numbered([2]).add(10), numbered([2]).add(20)];
	expect(stack(parts).toArray()).toEqual([
		[0, 1],
		[10, 11],
		[20, 21],
	]);
	expect(stack(parts, -1).toArray()).toEqual([
		[0, 10, 20],
		[1, 11, 21],
	]);
	expect(() => stack([numbered([2]), numbered([3])])).toThrow('stack: shapes [2] and [3] differ');
	expect(() => stack([])).toThrow('stack: got no tensors');
});

test('broadcastTo repeats along new axes and axes of length 1', () => {
	const cases = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 4 });
	fc.assert(
		fc.property(cases, fc.nat(4), (axes, drop) => {
			const shape = axes.map(([length]) => length);
			const own = axes
				.map(([length, one]) => (one ? 1 : length))
				.slice(Math.min(drop, axes.length));
			const y = broadcastTo(numbered(own), shape);
			const [from, to] = [numbered(own).toArray(), y.toArray()];
			const lead = shape.length - own.length;
			for (const index of indices(shape))
				expect(at(to, index)).toBe(
					at(
						from,
						own.map((length, axis) => (length === 1 ? 0 : (index[axis + lead] ?? 0))),
					),
				);
		}),
	);
});

test('reshape keeps the order of elements; one length may be left to it', () => {
	const x = numbered([2, 3, 4]);
	expect(reshape(x, [4, -1]).shape).toEqual([4, 6]);
	expect(reshape(x, [4, -1]).data()).toEqual(x.data());
	expect(() => reshape(x, [5, 5])).toThrow(
		'reshape: cannot reshape [2, 3, 4] to [5, 5]: 24 elements and 25 differ',
	);
	expect(() => reshape(x, [5, -1])).toThrow('24 elements do not divide by 5');
	expect(squeeze(x.reshape([1, 24, 1])).shape).toEqual([24]);
	expect(() => squeeze(x, 0)).toThrow('axis 0 of [2, 3, 4] has length 2, needs 1');
	expect(transpose(x).shape).toEqual([2, 4, 3]);
	expect(transpose(tensor([1, 2])).shape).toEqual([2]);
});
