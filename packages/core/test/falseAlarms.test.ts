import { tensors } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { custom, type Node } from '../src/index.ts';
import { rows } from './derivatives.rows.ts';
import { shares, subjectOf, subjects } from './falseAlarms.ts';

test('every operation is a subject, and random programs of both kinds', () => {
	const names = subjects.map(({ name }) => name);
	expect(names).toEqual(expect.arrayContaining(['matmul', 'softmax', 'custom']));
	expect(names).toContain('smooth random programs');
	expect(names).toContain('random programs with branches');
	// The derivative of a stopped gradient is meant to differ from the differences.
	expect(Object.keys(rows).filter((name) => !names.includes(name))).toEqual([
		'stopGradient',
		'detach',
	]);
});

test('runs are shared out to the last one, half of them to random programs', () => {
	fc.assert(
		fc.property(fc.integer({ min: subjects.length * 2, max: 1e6 }), (total) => {
			const runs = shares(subjects, total);
			expect(runs.reduce((sum, each) => sum + each, 0)).toBe(total);
			expect(Math.min(...runs)).toBeGreaterThan(0);
			const ofPrograms = (runs.at(-1) ?? 0) + (runs.at(-2) ?? 0);
			expect(Math.abs(ofPrograms - total / 2)).toBeLessThanOrEqual(1);
		}),
	);
});

test('a check that fails is counted each time, and the smallest is shown with its seed', () => {
	const wrong = custom<readonly [Node]>({
		forward: (x) => x.square(),
		vjp: (cotangent, [x]) => [cotangent.mul(x)],
	});
	const subject = subjectOf('wrong', {
		operands: fc.tuple(tensors([2])),
		apply: (x) => wrong(x as Node), // there is one
		tolerance: { absolute: 1e-6, relative: 1e-6 },
		law: 'smooth',
	});
	const tally = subject.check(20, 3);
	expect(tally.runs).toBe(20);
	expect(tally.alarms).toBeGreaterThan(10);
	expect(tally.report).toMatch(/seed: 3.*Counterexample: .*derivatives disagree/s);
	expect(subject.check(20, 3)).toEqual(tally);
});

test('a check that is right is no alarm, and says how much was compared', () => {
	const [subject] = subjects.filter(({ name }) => name === 'matmul');
	const tally = subject?.check(20, 1);
	expect(tally).toMatchObject({ runs: 20, undecided: 0, alarms: 0, report: null });
	expect(tally?.derivatives).toBeGreaterThan(100);
});
