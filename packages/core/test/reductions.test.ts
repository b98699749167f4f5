import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	amax,
	amin,
	argsort,
	compile,
	cumsum,
	full,
	logSumExp,
	mean,
	type Node,
	norm,
	normal,
	prod,
	randomKey,
	softmax,
	sort,
	std,
	sum,
	tensor,
	uniform,
	variance,
} from '../src/index.ts';

const draw = (seed: number, shape: readonly number[]): Node =>
	normal(randomKey(seed), shape, { dtype: 'f64' });

/** Shapes without empty axes, and some of their axes. */
const cases = fc
	.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
	.chain((shape) => fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()]), fc.nat()));

/** For each element of the result, the list of the elements that are reduced to it. */
function groups(x: Node, axes: readonly number[]): number[][] {
	const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
	const rows = kept.reduce((size, axis) => size * (x.shape[axis] ?? 1), 1);
	const flat = [...x.permute([...kept, ...axes]).data()];
	const length = flat.length / rows;
	return Array.from({ length: rows }, (_, row) => flat.slice(row * length, (row + 1) * length));
}

const laws: Record<
	string,
	[(x: Node, axes: readonly number[]) => Node, (group: number[]) => number]
> = {
	sum: [(x, axes) => sum(x, axes), (group) => group.reduce((a, b) => a + b, 0)],
	prod: [(x, axes) => prod(x, axes), (group) => group.reduce((a, b) => a * b, 1)],
	mean: [(x, axes) => mean(x, axes), (group) => group.reduce((a, b) => a + b, 0) / group.length],
	amax: [(x, axes) => amax(x, axes), (group) => Math.max(...group)],
	amin: [(x, axes) => x.amin(axes), (group) => Math.min(...group)],
	logSumExp: [
		(x, axes) => logSumExp(x, axes),
		(group) => Math.log(group.reduce((total, each) => total + Math.exp(each), 0)),
	],
	'norm of order 3': [
		(x, axes) => norm(x, { axes, order: 3 }),
		(group) => Math.cbrt(group.reduce((total, each) => total + Math.abs(each) ** 3, 0)),
	],
};

test.each(Object.entries(laws))(
	'%s over any axes is that of each group of elements',
	(_, [op, law]) => {
		fc.assert(
			fc.property(cases, ([shape, axes, seed]) => {
				const x = draw(seed, shape);
				const y = op(x, axes);
				expect(y.shape).toEqual(shape.filter((_, axis) => !axes.includes(axis)));
				// At most 256 terms of size about 1: their roundings add up to far less than 1e-12.
				const expected = groups(x, axes).map(law);
				for (const [i, value] of y.data().entries())
					expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(1e-12 * (1 + Math.abs(value)));
			}),
		);
	},
);

test('keepDims leaves axes of length 1, and negative axes count from the end', () => {
	const x = draw(1, [2, 3, 4]);
	expect(x.sum([0, -1], { keepDims: true }).shape).toEqual([1, 3, 1]);
	expect(x.argmax(1, { keepDims: true }).shape).toEqual([2, 1, 4]);
	expect(x.max(-1).shape).toEqual([2, 3]);
	expect(() => x.sum(3)).toThrow('sum: axis 3 of a tensor of rank 3');
	expect(() => x.sum([0, -3])).toThrow('name one axis twice');
});

test('variance divides by the count less the correction', () => {
	expect(variance([1, 2, 3, 4]).item()).toBe(1.25);
	expect(variance([1, 2, 3, 4], 0, { correction: 1 }).item()).toBeCloseTo(5 / 3, 6);
	expect(std(tensor([1, 2, 3, 4])).item()).toBeCloseTo(Math.sqrt(1.25), 6);
});

test('the sum of 10,000,000 f32 tenths is within 1 of a million', () => {
	expect(Math.abs(full([10_000_000], 0.1).sum().item() - 1_000_000)).toBeLessThan(1);
});

test('sorting gives the elements in order, and argsort the places they came from', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(3, 1, 2, -0, 0, Number.NaN, Infinity, -Infinity)),
			(values) => {
				const x = tensor(values, { dtype: 'f64' });
				const order = [...argsort(x).data()];
				expect([...sort(x).data()]).toEqual(order.map((i) => values[i]));
				for (const [at, i] of order.entries()) {
					const [a, b] = [values[i] ?? 0, values[order[at + 1] ?? i] ?? 0];
					if (Number.isNaN(a)) expect(b).toBeNaN();
					else expect(b < a).toBe(false);
					if (a === b && at + 1 < order.length) expect(order[at + 1]).toBeGreaterThan(i);
				}
			},
		),
	);
});

test('sort, argsort and cumsum go along any axis', () => {
	const x = tensor([
		[3, 1],
		[2, 5],
	]);
	expect(sort(x, 0).toArray()).toEqual([
		[2, 1],
		[3, 5],
	]);
	expect(sort(x).toArray()).toEqual([
		[1, 3],
		[2, 5],
	]);
	expect(argsort(x, 0).toArray()).toEqual([
		[1, 0],
		[0, 1],
	]);
	expect(cumsum(x, 0).toArray()).toEqual([
		[3, 1],
		[5, 6],
	]);
});

test('the largest of zeros is 0 and the smallest -0, in any order and on any engine', () => {
	for (const zeros of [
		[-0, 0],
		[0, -0],
		[-0, -0, -0, -0, 0, -0],
	])
		for (const wrap of [(f: (x: Node) => Node) => f, compile]) {
			expect(wrap((x) => amax(x))(tensor(zeros)).item()).toBe(0);
			expect(wrap((x) => amin(x))(tensor(zeros)).item()).toBe(-0);
		}
});

test('softmax adds up to 1 along its axis, and keeps the order of its operands', () => {
	fc.assert(
		fc.property(cases, fc.nat(), ([shape, , seed], pick) => {
			fc.pre(shape.length > 0);
			const axis = pick % shape.length;
			const x = uniform(randomKey(seed), shape, { low: -50, high: 50, dtype: 'f64' });
			const y = softmax(x, axis);
			for (const total of y.sum(axis).data()) expect(Math.abs(total - 1)).toBeLessThan(1e-14);
			expect(y.argmax(axis).toArray()).toEqual(x.argmax(axis).toArray());
		}),
	);
});
