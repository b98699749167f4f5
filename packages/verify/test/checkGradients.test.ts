import * as core from '@pullback/core';
import { custom, matmul, type Node, tensor, zeros } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { broadcastableShapes, checkGradients, shapes, tensors } from '../src/index.ts';

const f64 = (data: number[] | number[][]) => tensor(data, { dtype: 'f64' });
const x = f64([0.5, -1.5, 2]);
const y = f64([1.5, 0.7, -0.4]);

type One = readonly [Node];
type Two = readonly [Node, Node];

/** Operations whose derivative is wrong in one way each, with inputs that show it. */
const faults: Record<string, [(...inputs: Node[]) => Node, Node[]]> = {
	'a wrong factor': [
		custom<One>({ forward: (a) => a.pow(3), vjp: (g, [a]) => [g.mul(a).mul(2)] }),
		[x],
	],
	'a wrong sign': [
		custom<One>({ forward: (a) => a.cos(), vjp: (g, [a]) => [g.mul(a.sin())] }),
		[x],
	],
	'a missing term': [
		custom<One>({ forward: (a) => a.mul(a.tanh()), vjp: (g, [a]) => [g.mul(a.tanh())] }),
		[x],
	],
	'operands swapped': [
		custom<Two>({
			forward: (a, b) => a.div(b),
			vjp: (g, [a, b]) => [g.div(a), g.mul(a).div(b.square()).neg()],
		}),
		[x, y],
	],
	'a transposed result': [
		custom<Two>({
			forward: (a, b) => matmul(a, b),
			vjp: (g, [a, b]) => [matmul(g, b.transpose()).transpose(), matmul(a.transpose(), g)],
		}),
		[
			f64([
				[1, 2],
				[3, 4],
			]),
			f64([
				[0.5, -1],
				[2, 1],
			]),
		],
	],
	'a cotangent ignored': [
		custom<One>({ forward: (a) => a.mul(3), vjp: (g, [a]) => [a.onesLike().mul(3).add(g.mul(0))] }),
		[x],
	],
	'one element forgotten': [
		custom<One>({
			forward: (a) => a.exp(),
			vjp: (g, [a]) => [g.mul(a.exp()).mul(tensor([1, 1, 0]))],
		}),
		[x],
	],
	'a gradient lost': [
		custom<Two>({ forward: (a, b) => a.mul(b), vjp: (g, [, b]) => [g.mul(b), null] }),
		[x, y],
	],
	'NaN where there is a number': [
		custom<One>({ forward: (a) => a.mul(1), vjp: (g) => [g.mul(Number.NaN)] }),
		[x],
	],
};

test.each(Object.entries(faults))(
	'%s is reported, by input, index and both numbers',
	(_, [f, inputs]) => {
		const report = checkGradients(f, inputs, { mode: 'reverse' });
		expect(report.ok).toBe(false);
		const [failure] = report.failures;
		expect(failure?.index).toHaveLength(inputs[failure?.input ?? -1]?.shape.length ?? -1);
		expect(() => report.assert()).toThrow(
			/derivatives disagree.*\n {2}derivative by reverse mode of output \[.*\] in input \d at \[.*\]: .*, by differences .*, allowed /,
		);
	},
);

test('a fault in forward mode alone is found there, and not in reverse mode', () => {
	const f = custom<One>({
		forward: (a) => a.square(),
		vjp: (g, [a]) => [g.mul(a).mul(2)],
		jvp: ([tangent], [a]) => tangent?.mul(a) ?? null,
	});
	expect(checkGradients(f, [x], { mode: 'reverse' }).ok).toBe(true);
	const { failures } = checkGradients(f, [x]);
	expect(new Set(failures.map(({ mode }) => mode))).toEqual(new Set(['forward']));
});

test('a fault in the second derivative alone is found by order 2, and not by order 1', () => {
	const f = custom<One>({
		forward: (a) => a.pow(3),
		vjp: (g, [a]) => [g.mul(a.square().mul(3).stopGradient())],
	});
	expect(checkGradients(f, [x]).ok).toBe(true);
	const report = checkGradients(f, [x], { order: 2 });
	expect(report.failures.every(({ order }) => order === 2)).toBe(true);
	expect(report.toString()).toContain('second derivative by reverse mode');
});

test('right derivatives are never reported, whatever the shapes', () => {
	const pairs = broadcastableShapes(2).chain(([a = [], b = []]) =>
		fc.tuple(tensors(a), tensors(b)),
	);
	fc.assert(
		fc.property(pairs, ([a, b]) => {
			checkGradients((u, v) => u.mul(v).sin().add(u), [a, b], { order: 2 }).assert();
		}),
		{ numRuns: 50 },
	);
	fc.assert(
		fc.property(
			shapes().chain((shape) => tensors(shape)),
			(a) => {
				const report = checkGradients((u) => u.exp().sum(), [a]);
				report.assert();
				expect(report.checked).toBe(2 * a.data().length);
			},
		),
		{ numRuns: 50 },
	);
});

test('a report of nothing wrong says how much was compared, by which steps, and how far apart the worst of each kind was', () => {
	const report = checkGradients((a) => a.square(), [x]);
	expect(report.toString()).toMatch(
		/^checkGradients: 18 of 18 derivatives agree \(steps from \S+ to \S+; those that agree are apart at the most, of what is allowed: derivative by reverse mode \S+ %, derivative by forward mode \S+ %\)$/,
	);
	expect([...report.byInput]).toEqual([[0, { checked: 18, decided: 18 }]]);
	report.assert();
});

test('a report of many failures begins with the worst of each kind', () => {
	const wide = f64(Array.from({ length: 20 }, (_, i) => i / 10));
	const off = f64(Array.from({ length: 20 }, (_, i) => (i === 17 ? 3 : 1.01)));
	const f = custom<One>({
		forward: (a) => a.sin(),
		vjp: (g, [a]) => [g.mul(a.cos()).mul(off)],
		jvp: ([tangent], [a]) => tangent?.mul(a.cos()).mul(off) ?? null,
	});
	const [heading, ...lines] = String(checkGradients(f, [wide])).split('\n');
	expect(heading).toMatch(/40 of 800 derivatives disagree; 800 could be decided \(steps from/);
	expect(lines[0]).toContain('by reverse mode of output [17] in input 0 at [17]');
	expect(lines[1]).toContain('by forward mode of output [17] in input 0 at [17]');
	expect(lines.at(-1)).toBe('  and 30 more');
});

test('a report of what is undecided says how much, and why', () => {
	const report = checkGradients((a) => core.concatenate([a.relu(), a.sub(2).log()]), [f64([0])]);
	expect([report.ok, report.checked, report.decided]).toEqual([true, 4, 0]);
	expect(report.obstacles).toEqual(
		new Map([
			['branches', 2],
			['not finite', 2],
		]),
	);
	expect(report.toString()).toContain(
		'0 of 4 derivatives agree; undecided are 2 where the function branches, 2 where a value is infinite or no number',
	);
});

test('an f32 function is checked in f64', () => {
	const report = checkGradients((a) => a.tanh().sum(), [tensor([0.1, 0.2])]);
	expect([report.ok, report.undecided.length]).toEqual([true, 0]);
});

test('with nothing to differentiate there is nothing to check', () => {
	expect(() => checkGradients((a) => a, [tensor([1], { dtype: 'i32' })])).toThrow(
		'no input is floating',
	);
});

/** Functions with a branch at 0, or between equals. */
const branching: [string, (x: Node) => Node][] = [
	['relu', (a) => a.relu()],
	['abs', (a) => a.abs()],
	['maximum', (a) => a.maximum(0)],
	['where', (a) => core.where(a.greater(0), a.square(), a.mul(3))],
	['clip', (a) => a.clip(0, 1)],
	['floor', (a) => a.floor().add(a)],
	['a cast', (a) => a.cast('i32').cast('f64').mul(a)],
	['max', (a) => core.concatenate([a, a.neg()]).amax()],
	[
		'sort',
		(a) =>
			core
				.concatenate([a, a.mul(2)])
				.sort()
				.mul([1, 2]),
	],
];

test.each(branching)('at its branch a derivative is undecided, never wrong: %s', (_, f) => {
	const report = checkGradients(f, [f64([0])], { order: 2 });
	expect(report.ok).toBe(true);
});

test.each(branching)('a thousandth from its branch a derivative is decided: %s', (_, f) => {
	for (const at of [0.0011, -0.0011]) {
		const report = checkGradients(f, [f64([at])]);
		expect(String(report)).toMatch(/^checkGradients: (\d+) of \1 derivatives agree/);
	}
});

test('a wrong derivative beside a branch is found wrong', () => {
	const f = custom<One>({
		forward: (a) => a.relu(),
		vjp: (g, [a]) => [g.mul(a.greater(0).cast('f64')).mul(1.001)],
	});
	expect(checkGradients(f, [f64([1e-4, -1])]).ok).toBe(false);
});

test('large tensors are checked along random directions, in a bounded number of derivatives', () => {
	const large = core.normal(core.randomKey(1), [40, 30], { dtype: 'f64' });
	const weight = core.normal(core.randomKey(2), [30, 20], { dtype: 'f64' });
	const right = checkGradients((a, b) => matmul(a, b).tanh(), [large, weight], { order: 2 });
	expect(String(right)).toMatch(/^checkGradients: (\d+) of \1 derivatives agree/);
	expect(right.checked).toBeLessThan(1000);
	const oneWrong = custom<One>({
		forward: (a) => a.tanh(),
		vjp: (g, [a]) => [
			g
				.mul(a.tanh().square().neg().add(1))
				.mul(core.arange(1200, undefined, 1).less(1199).reshape([40, 30])),
		],
	});
	expect(checkGradients(oneWrong, [large]).ok).toBe(false);
});

test('sums that are exact at the point, as 0 - y is, and round beside it, leave nothing undecided where they cancel', () => {
	// Of few digits: multiples of 2^-16.
	const digits = (low: number, high: number): fc.Arbitrary<number> =>
		fc.integer({ min: low * 2 ** 16, max: high * 2 ** 16 }).map((x) => x / 2 ** 16);
	fc.assert(
		fc.property(
			fc.array(digits(1, 2), { minLength: 1, maxLength: 3 }),
			fc.integer({ min: -255, max: 255 }).filter((left) => left !== 0),
			(ys, left) => {
				const y = tensor(ys, { dtype: 'f64' });
				const f = (x: Node): Node => x.sub(y).add(y.add(left * 2 ** -16));
				const report = checkGradients(f, [zeros(y.shape, { dtype: 'f64' })]);
				report.assert();
				expect(report.undecided).toEqual([]);
			},
		),
	);
});
