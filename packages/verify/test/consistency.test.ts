import { custom, matmul, type Node, tensor } from '@pullback/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkGradients, gradientProperty, tensors } from '../src/index.ts';

// What differences of single elements cannot see: rules that contradict themselves.

const f64 = (data: number | number[]) => tensor(data, { dtype: 'f64' });
type One = readonly [Node];
type Two = readonly [Node, Node];
const x = f64([0.5, -1.5, 2]);

/** Ways to distort a cotangent that leave those of single elements what they are: 0 and 1. */
const distortions: Readonly<Record<string, (g: Node) => Node>> = {
	abs: (g) => g.abs(),
	square: (g) => g.square(),
	relu: (g) => g.relu(),
	clip: (g) => g.clip(0, 1),
	'a power': (g) => g.pow(3),
	'its largest element': (g) => g.mul(g.abs().amax()),
};

describe('a rule that is not linear is found', () => {
	test.each(Object.entries(distortions))('in its cotangent: %s', (_, distort) => {
		const f = custom<One>({
			forward: (a) => a.sin(),
			vjp: (g, [a]) => [distort(g).mul(a.cos())],
			jvp: ([t], [a]) => t?.mul(a.cos()) ?? null,
		});
		const { failures } = checkGradients(f, [x]);
		expect(failures.length).toBeGreaterThan(0);
		expect(failures.every(({ standard }) => standard === 'single elements')).toBe(true);
		expect(failures.every(({ mode }) => mode === 'reverse')).toBe(true);
	});

	test.each(Object.entries(distortions))('in its tangent: %s', (_, distort) => {
		const f = custom<One>({
			forward: (a) => a.sin(),
			vjp: (g, [a]) => [g.mul(a.cos())],
			jvp: ([t], [a]) => (t ? distort(t).mul(a.cos()) : null),
		});
		const { failures } = checkGradients(f, [x]);
		expect(failures.length).toBeGreaterThan(0);
		expect(failures.every(({ mode }) => mode === 'forward')).toBe(true);
	});
});

test('a rule that is wrong where both operands are one Node is found, and said to be', () => {
	const f = custom<Two>({
		forward: (a, b) => a.mul(b),
		vjp: (g, [a, b]) => [g.mul(b), a === b ? null : g.mul(a)],
	});
	// A rule sees Nodes of its own for its arguments; a function that is no custom operation sees those that it is given.
	const g = (a: Node, b: Node): Node => (a === b ? a.square().stopGradient().add(a) : a.mul(b));
	expect(checkGradients(f, [x, x]).ok).toBe(true);
	const report = checkGradients(g, [f64([1, 2]), f64([3, 4])]);
	expect(report.ok).toBe(false);
	expect(String(report)).toContain('with an equal Node for each operand that is the same');
});

test('a rule that is wrong in f32 alone is found', () => {
	const f = custom<One>({
		forward: (a) => a.exp(),
		vjp: (g, [a]) => [g.mul(a.exp()).mul(a.dtype === 'f32' ? 1.001 : 1)],
	});
	const report = checkGradients(f, [x]);
	expect(report.failures.some(({ standard }) => standard === 'f64')).toBe(true);
	expect(String(report)).toMatch(/in f32: .*, in f64 /);
	const widened = checkGradients((a) => f(a).cast('f64'), [x]);
	expect(widened.failures.some(({ standard }) => standard === 'f64')).toBe(true);
	const mixed = (a: Node): Node => a.mul(tensor([1, 2, 3], { dtype: 'f64' }));
	expect(checkGradients(mixed, [x]).ok).toBe(true);
});

test('right rules contradict themselves nowhere, whatever the operands', () => {
	fc.assert(
		fc.property(
			fc.nat(3).chain((n) => fc.tuple(tensors([n, 2]), tensors([2, n]), tensors([2, n]))),
			([a, b, c]) => {
				const f = (u: Node, v: Node, w: Node): Node => matmul(u, v.mul(w).tanh()).exp().sum(0);
				checkGradients(f, [a, b, c]).assert();
			},
		),
		{ numRuns: 30 },
	);
});

test('a function of which no derivative in an input can be decided fails, in words', () => {
	const blind = (a: Node): Node => a.add(1e20).sub(1e20);
	const operands = fc.tuple(tensors([2]));
	const { failed, errorInstance } = fc.check(gradientProperty(blind, operands));
	expect(failed).toBe(true);
	expect(String(errorInstance)).toContain(
		'10 runs, and not one derivative in input 0 could be decided, the last because of rounding',
	);
});

test('a fault in the third derivative alone is found by order 3, and not by order 2', () => {
	const f = custom<One>({
		forward: (a) => a.pow(4),
		vjp: (g, [a]) => {
			const slope = custom<One>({
				forward: (b) => b.pow(3).mul(4),
				vjp: (h, [b]) => [h.mul(b.square().mul(12).stopGradient())],
			});
			return [g.mul(slope(a))];
		},
	});
	expect(checkGradients(f, [x], { order: 2 }).ok).toBe(true);
	const report = checkGradients(f, [x], { order: 3 });
	expect(report.ok).toBe(false);
	expect(String(report)).toContain('third derivative');
});
