import { add } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	awayFrom,
	broadcastableShapes,
	distinctTensors,
	integerTensors,
	nonzero,
	positive,
	shapes,
	tensors,
	vectors,
} from '../src/index.ts';

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] =>
	fc.sample(arbitrary, { numRuns: 500, seed: 1 });

test('shapes hold scalars, empty tensors and every rank up to the greatest', () => {
	const drawn = sample(shapes());
	expect(new Set(drawn.map((shape) => shape.length))).toEqual(new Set([0, 1, 2, 3]));
	expect(drawn.some((shape) => shape.includes(0))).toBe(true);
	expect(sample(shapes({ minLength: 1 })).flat()).not.toContain(0);
});

test('broadcastable shapes broadcast', () => {
	fc.assert(
		fc.property(
			broadcastableShapes(2).chain(([a = [], b = []]) => fc.tuple(tensors(a), tensors(b))),
			([a, b]) => {
				expect(add(a, b).shape.length).toBe(Math.max(a.shape.length, b.shape.length));
			},
		),
	);
	const drawn = sample(broadcastableShapes(2));
	expect(drawn.some(([a, b]) => String(a) !== String(b))).toBe(true);
});

test.each([
	['positive', positive, (x: number) => x >= 0.2 && x <= 3],
	['nonzero', nonzero, (x: number) => Math.abs(x) >= 0.1 && Math.abs(x) <= 3],
	[
		'away from -1 and 2',
		awayFrom([2, -1], 0.5),
		(x: number) => Math.abs(x + 1) >= 0.5 && Math.abs(x - 2) >= 0.5,
	],
] as const)('tensors lie in their domain: %s', (_, domain, inside) => {
	for (const x of sample(tensors([3], domain))) {
		expect(x.dtype).toBe('f64');
		for (const element of x.data()) expect(inside(element)).toBe(true);
	}
});

test('vectors have one length, and shrink to the one element that matters, wherever it is', () => {
	for (const [x, y, ...rest] of sample(vectors(2, positive, { maxLength: 4 }))) {
		expect(rest).toEqual([]);
		expect(x?.shape).toEqual(y?.shape);
		expect(x?.shape[0]).toBeLessThanOrEqual(4);
	}
	for (let seed = 0; seed < 20; seed++) {
		const isSmall = fc.property(vectors(2), ([x]) => x?.view().every((each) => each < 2) ?? true);
		const [[x, y] = []] = fc.check(isSmall, { seed }).counterexample ?? [];
		expect(x?.toArray()).toEqual([2]);
		expect(y?.toArray()).toEqual([0]);
	}
});

test('elements are spread over their domain, zeros and the ends among them', () => {
	const all = sample(tensors([4])).flatMap((x) => [...x.view()]);
	for (const low of [-3, -2, -1, 0, 1, 2]) {
		const part = all.filter((x) => x >= low && x <= low + 1);
		expect(part.length / all.length).toBeGreaterThan(0.1);
	}
	expect(all).toEqual(expect.arrayContaining([0, -3, 3]));
	// As in f32, so that both dtypes can be tried on the same numbers.
	expect(all).toEqual(all.map(Math.fround));
});

test('a domain of one number, and one of the largest, have their numbers', () => {
	const drawn = (low: number, high: number) =>
		sample(tensors([], [[low, high]])).map((x) => x.item());
	expect(new Set(drawn(0.1, 0.1))).toEqual(new Set([0.1]));
	expect(Math.max(...drawn(1e300, 1e301))).toBeGreaterThan(1e300);
});

test('distinct tensors have no ties, and come in any order', () => {
	const drawn = sample(distinctTensors([4]));
	for (const x of drawn) expect(new Set(x.data()).size).toBe(4);
	expect(new Set(drawn.map((x) => x.argsort().data().join())).size).toBe(24);
});

test('integer tensors are i32 within their range', () => {
	for (const x of sample(integerTensors([2], -1, 1))) {
		expect(x.dtype).toBe('i32');
		for (const element of x.data()) expect([-1, 0, 1]).toContain(element);
	}
});

test('a failure shrinks until only the element that matters is left', () => {
	const { counterexample } = fc.check(
		fc.property(tensors([4]), (x) => x.data().every((element) => element < 1)),
		{ seed: 3, numRuns: 500 },
	);
	const elements = [...(counterexample?.[0]?.data() ?? [])];
	expect(elements.filter((element) => element === 0)).toHaveLength(3);
	// Shrinking halves the distance to the boundary at 1 again and again.
	expect(Math.abs(Math.max(...elements) - 1)).toBeLessThan(1e-6);
});
