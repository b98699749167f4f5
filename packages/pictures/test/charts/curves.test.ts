import { tensor, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortPath } from '../../src/charts/shortPath.ts';
import { smoothed } from '../../src/charts/smoothing.ts';
import { thinned } from '../../src/charts/thinning.ts';
import { drawCurves, drawHistograms } from '../../src/index.ts';

test('smoothing keeps length, constants and gaps, and stays between the least value and the greatest', () => {
	const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN));
	fc.assert(
		fc.property(fc.array(value, { maxLength: 30 }), (values) => {
			const after = smoothed(values);
			expect(after.map(Number.isNaN)).toEqual(values.map(Number.isNaN));
			const finite = values.filter((each) => !Number.isNaN(each));
			const slack = Math.max(...finite.map(Math.abs), 0) * 1e-12; // eleven roundings
			for (const each of after.filter((one) => !Number.isNaN(one))) {
				expect(each).toBeGreaterThanOrEqual(Math.min(...finite) - slack);
				expect(each).toBeLessThanOrEqual(Math.max(...finite) + slack);
			}
		}),
	);
});

test('smoothing is the convolution of the reflected curve with NumPy’s kaiser(11, 2)', () => {
	// numpy.kaiser(11, 2)[:6]; the rest is the same backwards.
	const half = [
		0.4386762798370488, 0.6113943543616491, 0.7676749968275236, 0.8921614338542881,
		0.9723298008693713, 1,
	];
	const window = [...half, ...half.slice(0, 5).reverse()];
	const n = 40;
	const values = Array.from({ length: n }, (_, i) => Math.sin(i) + i / 10);
	const reflected = [...values.slice(1, 11).reverse(), ...values, ...values.slice(-10).reverse()];
	const total = window.reduce((sum, each) => sum + each, 0);
	const whole = Array.from({ length: n + 10 }, (_, i) =>
		window.reduce((sum, each, j) => sum + (each / total) * (reflected[i + j] ?? 0), 0),
	);
	for (const [i, each] of smoothed(values).entries())
		expect(each).toBeCloseTo(whole[i + 5] ?? 0, 12);
});

test('thinning keeps ends, extremes and gaps, in order, and few points', () => {
	const y = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN));
	fc.assert(
		fc.property(
			fc.array(y, { maxLength: 400, size: 'max' }),
			fc.integer({ min: 1, max: 20 }),
			(values, columns) => {
				const points = values.map((each, x) => ({ x, y: each }));
				const few = thinned(points, columns);
				const finite = points.filter((point) => !Number.isNaN(point.y));
				const kept = few.filter((point) => !Number.isNaN(point.y));
				expect(few.map(({ x }) => x)).toEqual([...few.map(({ x }) => x)].sort((a, b) => a - b));
				expect(Math.min(...kept.map((each) => each.y))).toBe(
					Math.min(...finite.map((each) => each.y)),
				);
				expect(Math.max(...kept.map((each) => each.y))).toBe(
					Math.max(...finite.map((each) => each.y)),
				);
				// Between two neighbours that are kept there was no gap, unless one is kept there.
				for (const [i, point] of few.entries()) {
					const next = few[i + 1];
					if (next === undefined || Number.isNaN(point.y) || Number.isNaN(next.y)) continue;
					expect(values.slice(point.x, next.x).some(Number.isNaN)).toBe(false);
				}
			},
		),
	);
	const many = Array.from({ length: 100_000 }, (_, x) => ({ x, y: Math.sin(x) }));
	expect(thinned(many, 100).length).toBeLessThanOrEqual(404);
});

test('a path with fewer points passes within a tenth of a pixel of those left out, and ends where it ended', () => {
	const coordinate = fc.integer({ min: -50, max: 50 }).map((each) => each / 4);
	fc.assert(
		fc.property(
			fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 30 }),
			(points) => {
				const data = `M${points.map(([x, y]) => `${x},${y}`).join('L')}Z`;
				const short = shortPath(data);
				const after = short
					.slice(1, -1)
					.split('L')
					.map((pair) => pair.split(',').map(Number) as [number, number]);
				expect(short.endsWith('Z')).toBe(true);
				for (const [x, y] of points) {
					const near = after.some((a, i) => distanceToSegment([x, y], a, after[i + 1] ?? a) < 0.2);
					expect(near).toBe(true);
				}
			},
		),
	);
	expect(shortPath('M0,0L1,0L2,0L2,1')).toBe('M0,0L2,0L2,1');
	expect(shortPath('M3.6,0A3.6,3.6,0,1,1,-3.6,0Z')).toBe('M3.6,0A3.6,3.6,0,1,1,-3.6,0Z');
});

function distanceToSegment(
	[x, y]: [number, number],
	[ax, ay]: [number, number],
	[bx, by]: [number, number],
): number {
	const [dx, dy] = [bx - ax, by - ay];
	const share = Math.min(
		1,
		Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)),
	);
	return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

test('a Node, a Variable, a typed array and an array draw the same curve', async () => {
	const curve = await drawCurves({ a: [1, 0.5, 0.25] });
	for (const same of [
		tensor([1, 0.5, 0.25]),
		variable([1, 0.5, 0.25]),
		new Float64Array([1, 0.5, 0.25]),
	])
		expect(await drawCurves({ a: same })).toBe(curve);
});

test('what is NaN, infinite or not above 0 where that cannot be drawn, is told', async () => {
	const picture = await drawCurves({ a: [1, Number.NaN, Infinity, -1, 2] }, { scale: 'log' });
	expect(picture).toContain(
		'Gaps in a: of 5 values, 1 NaN, 1 infinite or beyond 1e300, 1 not above 0.',
	);
	expect(
		await drawHistograms({ w: [0, 1, 2, Number.NaN] }, { range: [0, 1], width: 400 }),
	).toContain('Not shown of w: of 4 elements, 1 NaN or infinite, 1 beyond the range.');
});

test('where there is no value, the frame is empty and words say so', async () => {
	for (const nothing of [[], [Number.NaN], [Infinity, -Infinity]])
		expect(await drawCurves({ nothing })).toContain('no values');
	expect(await drawHistograms({ nothing: [] })).toContain('no values');
});

test('curves of any finite numbers are drawn with finite coordinates', async () => {
	const ugly = [Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, 0, -0, 1e-300, 1];
	const pictures = [
		drawCurves({ ugly }),
		drawCurves({ ugly }, { smooth: true }),
		drawCurves({ ugly: ugly.filter((each) => each > 0) }, { scale: 'log' }),
		drawCurves({ one: [7] }),
		drawCurves({ same: [3, 3, 3] }),
		drawCurves({ ugly: { values: [1, 2], positions: [1e300, 1e300] } }),
		drawHistograms({ ugly, same: [2, 2], one: 5 }),
	];
	for (const picture of await Promise.all(pictures))
		expect(picture).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
});

test('values that are not joined are points, each one, with no line and no smoothing', async () => {
	const values = [1, 5, 2, Number.NaN, 4, 3, 6, 1, 2, 8, 3, 1, 0, 7];
	const positions = values.map((_, i) => (i * 5) % 14);
	const points = { values, positions, joined: false };
	const alone = await drawCurves({ points });
	expect(circlesIn(alone)).toHaveLength(13);
	expect(alone).not.toMatch(/ d="M[^"]*L/);
	expect(circlesIn(await drawCurves({ points }, { smooth: true }))).toEqual(circlesIn(alone));
	expect(await drawCurves({ points: { values, joined: true } })).toBe(
		await drawCurves({ points: values }),
	);
	// In a legend, points have no line either.
	const [joined = 0, apart = 0] = await Promise.all(
		[true, false].map(async (each) => {
			const picture = await drawCurves({ line: values, other: { values, joined: each } });
			return picture.split('<line').length;
		}),
	);
	expect(apart).toBe(joined - 1);
	// @ts-expect-error: no boolean
	await expect(drawCurves({ a: { values: [1], joined: 1 } })).rejects.toThrow(
		'joined of the curve "a"',
	);
});

/** The circles of a picture, as they are written. */
function circlesIn(picture: string): string[] {
	return picture.match(/<circle[^>]*>/g) ?? [];
}

test('no curve, lengths that differ, and half a band are refused', async () => {
	await expect(drawCurves({})).rejects.toThrow('drawCurves: there is no curve');
	await expect(drawCurves({ a: { values: [1, 2], positions: [1] } })).rejects.toThrow(
		'drawCurves: there are 1 positions of the curve "a"; there must be 2',
	);
	await expect(drawCurves({ a: { values: [1], low: [1] } })).rejects.toThrow(
		'high of the curve "a" is left out',
	);
	await expect(drawCurves({ a: [[1, 2]] })).rejects.toThrow('it must have one axis');
	// @ts-expect-error: no option of that name
	await expect(drawCurves({ a: [1] }, { smoth: true })).rejects.toThrow('did you mean smooth?');
});
