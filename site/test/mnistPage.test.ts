import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Curve } from '../mnist/curve.ts';
import { heatMap } from '../mnist/drawing/heatMap.ts';
import { logRange, logTicks } from '../mnist/drawing/logScale.ts';
import { movedBy } from '../mnist/drawing/strokes.ts';
import { Pace } from '../mnist/pace.ts';
import { follow, newState } from '../mnist/pageState.ts';

describe('a curve', () => {
	test('has bounded length, its steps in order, and the mean of all that is in its points', () => {
		fc.assert(
			fc.property(fc.nat(10_000), (count) => {
				const curve = new Curve();
				for (let i = 1; i <= count; i++) curve.add(i);
				expect(curve.x.length).toBe(curve.y.length);
				expect(curve.x.length).toBeLessThan(800);
				expect(count < 1 || curve.x.length > 0).toBe(true);
				expect(curve.x.every((x, i) => x > (curve.x[i - 1] ?? 0) && x <= count)).toBe(true);
				const last = curve.x.at(-1) ?? 0;
				const weighted = curve.y.reduce(
					(sum, y, i) => sum + y * ((curve.x[i] ?? 0) - (curve.x[i - 1] ?? 0)),
					0,
				);
				// Sums of whole numbers below 2^53, halved at most 4 times: exact.
				expect(weighted).toBe((last * (last + 1)) / 2);
			}),
			{ numRuns: 30 },
		);
	});
});

test('marks of a logarithmic axis are within it, in order, and enough to read it by', () => {
	const exponents = fc.double({ min: -20, max: 20, noNaN: true });
	fc.assert(
		fc.property(exponents, exponents, (a, b) => {
			const [low, high] = logRange(10 ** Math.min(a, b), 10 ** Math.max(a, b));
			const ticks = logTicks(low, high);
			expect(
				ticks.every((tick, i) => tick >= low && tick <= high && tick > (ticks[i - 1] ?? 0)),
			).toBe(true);
			// Two powers of ten hold six marks, and no gap between two is wider than 2.5.
			expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(Math.log(high / low) / Math.log(2.5)));
		}),
	);
	for (const nothing of [null, 0, -1, Number.NaN, Infinity])
		expect(logRange(nothing, nothing)).toEqual([0.1, 3]);
});

test('the pace is that of the last second of steps', () => {
	const pace = new Pace();
	expect(pace.millisecondsPerStep).toBeNaN();
	pace.add(1, 900);
	for (let i = 0; i < 20; i++) pace.add(50, 100);
	expect(pace.millisecondsPerStep).toBe(2);
});

test('a heat map has the colour of zero for zero and for what is no number, and is strongest from the largest on', () => {
	for (const theme of ['light', 'dark'] as const) {
		const pixels = [...heatMap(Float32Array.of(0, Number.NaN, 2, 9, -2, -Infinity), 2, theme)];
		const colors = pixels.map((_, i) => pixels.slice(4 * i, 4 * i + 4).join()).slice(0, 6);
		expect(new Set(colors).size).toBe(3);
		expect([colors[1], colors[3], colors[5]]).toEqual([colors[0], colors[2], colors[4]]);
	}
	expect([...heatMap(Float32Array.of(0), 0, 'light')]).toEqual([247, 247, 247, 255]);
});

test('keys never move the pen out of the area', () => {
	const keys = fc.array(fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'));
	fc.assert(
		fc.property(keys, (pressed) => {
			let at = { x: 0.5, y: 0.5 };
			for (const key of pressed) at = movedBy(key, at) ?? at;
			expect(Math.min(at.x, at.y) >= 0 && Math.max(at.x, at.y) <= 1).toBe(true);
		}),
	);
	expect(movedBy('a', { x: 0, y: 0 })).toBeNull();
});

describe('the state of the page', () => {
	const steps = {
		kind: 'steps',
		step: 3,
		epoch: 0.1,
		losses: Float32Array.of(3, 2, 1),
		milliseconds: 6,
	} as const;

	test('forgets a run once another net is chosen, and keeps a file that is no weights apart from it', () => {
		const state = newState();
		follow(state, { kind: 'chosen', net: 'convnet', parameters: 7 });
		follow(state, { kind: 'begun' });
		follow(state, steps);
		expect([state.phase, state.step, state.pace.millisecondsPerStep]).toEqual(['training', 3, 2]);
		expect(state.losses.y).toEqual([3, 2, 1]);
		follow(state, { kind: 'failed', request: 'load', message: 'no file' });
		expect([state.phase, state.problem]).toEqual(['training', 'no file']);
		follow(state, { kind: 'chosen', net: 'two-layer', parameters: 9 });
		expect([state.phase, state.step, state.losses.y, state.problem]).toEqual(['idle', 0, [], null]);
	});

	test('ends a run that failed', () => {
		const state = newState();
		follow(state, steps);
		follow(state, { kind: 'failed', request: 'train', message: 'not finite' });
		expect([state.phase, state.problem]).toEqual(['failed', 'not finite']);
	});
});
