import { custom, matmul, type Node, tensor } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAdjoint, checkTaylor, shapes, tensors } from '../src/index.ts';

const f64 = (data: number[] | number[][]) => tensor(data, { dtype: 'f64' });
type One = readonly [Node];

const wrongReverse = custom<One>({
	forward: (x) => x.sin(),
	vjp: (g, [x]) => [g.mul(x.cos()).mul(1.001)],
	jvp: ([tangent], [x]) => tangent?.mul(x.cos()) ?? null,
});
const wrongBoth = custom<One>({
	forward: (x) => x.sin(),
	vjp: (g, [x]) => [g.mul(x.cos()).mul(1.01)],
});

const functions: [string, (x: Node) => Node][] = [
	['elementwise', (x) => x.mul(x.tanh()).exp()],
	['with sharing', (x) => x.sum().mul(x).add(x.square())],
	['with kinks', (x) => x.relu().add(x.abs()).maximum(x)],
	['a product', (x) => matmul(x.flatten().expandDims(0), x.flatten().expandDims(1))],
	['linear', (x) => x.mul(3).sum()],
];

test.each(functions)(
	'both modes of a function are each other’s transpose, to rounding: %s',
	(_, f) => {
		fc.assert(
			fc.property(
				shapes().chain((shape) => tensors(shape)),
				fc.nat(),
				(x, seed) => {
					expect(checkAdjoint(f, [x], { seed })).toMatchObject({ ok: true });
				},
			),
		);
	},
);

test('a fault of a thousandth in one mode is seen', () => {
	const report = checkAdjoint(wrongReverse, [f64([0.3, 1])]);
	expect(report.ok).toBe(false);
	expect(Math.abs(report.reverse / report.forward - 1.001)).toBeLessThan(1e-12);
});

test('a fault that both modes share is seen by Taylor’s theorem alone', () => {
	const x = f64([0.3, 1]);
	expect(checkAdjoint(wrongBoth, [x]).ok).toBe(true);
	const report = checkTaylor(wrongBoth, [x]);
	expect(report.ok).toBe(false);
	expect(report.slope).toBeLessThan(1.5);
});

const smooth = functions.filter(([name]) => name !== 'with kinks');
test.each(smooth)(
	'the remainder of a right gradient shrinks as the square of the step: %s',
	(_, f) => {
		fc.assert(
			fc.property(
				shapes().chain((shape) => tensors(shape)),
				fc.nat(),
				(x, seed) => {
					expect(checkTaylor(f, [x], { seed })).toMatchObject({ ok: true });
				},
			),
		);
	},
);

test('the slope is 2 for a right gradient and 1 for a wrong one', () => {
	const x = f64([0.5, -1, 2]);
	expect(checkTaylor((a) => a.exp(), [x]).slope).toBeCloseTo(2, 1);
	const lost = custom<One>({ forward: (a) => a.exp(), vjp: () => [null] });
	expect(checkTaylor(lost, [x]).slope).toBeCloseTo(1, 1);
});

test('where the second derivative is all but 0, a right gradient passes and a wrong one does not', () => {
	// There the terms of second and third order cancel at a step of the check, for some directions.
	const wrong = custom<One>({
		forward: (a) => a.sigmoid(),
		vjp: (g, [a]) => [g.mul(a.sigmoid()).mul(a.neg().sigmoid()).mul(1.01)],
	});
	// Not at 0 itself, nor within the smallest steps of it: there the sigmoid goes from one of its branches to the other.
	const nearInflection = fc
		.tuple(fc.double({ min: 1e-4, max: 1e-3, noNaN: true }), fc.constantFrom(1, -1))
		.map(([x, sign]) => sign * x);
	fc.assert(
		fc.property(nearInflection, fc.nat(), (at, seed) => {
			expect(checkTaylor((a) => a.sigmoid(), [f64([at])], { seed })).toMatchObject({ ok: true });
			expect(checkTaylor(wrong, [f64([at])], { seed })).toMatchObject({ ok: false });
		}),
		{ examples: [[-0.0001678466796875, 0]] },
	);
});

test('of a NaN nothing can be told', () => {
	expect(checkTaylor((a) => a.sub(1).log(), [f64([0.5])]).obstacle).toBe('not finite');
	const report = checkAdjoint((a) => a.sub(1).sqrt(), [f64([0.5])]);
	expect(Number.isNaN(report.forward)).toBe(true);
});
