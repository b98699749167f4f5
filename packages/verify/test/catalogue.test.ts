import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAdjoint, checkGradients, checkTaylor } from '../src/index.ts';
import { faults } from './catalogue/faults/index.ts';
import { right } from './catalogue/right/index.ts';
import { verdictOn } from './catalogue/run.ts';
import { type RightFinding, shareOf } from './catalogue/table.ts';

const { FC_RUNS = '0' } = process.env;
/** The table's. */
const seed = 1;
/** Operands of each right function that the table stands for. */
const points = 1;
/** The largest share that may stay undecided of the derivatives that differences can decide. */
const maxUndecidedShare = 0.15;

const verdicts: RightFinding[] = [];

test('the catalogue has enough of both, each by a name of its own', () => {
	const names = [...right, ...faults].map(({ name }) => name);
	expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
	expect(right.length).toBeGreaterThanOrEqual(120);
	expect(faults.length).toBeGreaterThanOrEqual(120);
});

test.each(right)('$kind: no check calls it wrong: $name', (entry) => {
	const verdict = verdictOn(entry, { seed, numRuns: points });
	verdicts.push([entry, verdict]);
	expect([...verdict.alarms]).toEqual([]);
});

test('whatever the function and the operands, no check calls what is right wrong', () => {
	const drawn = fc
		.constantFrom(...right)
		.chain(({ name, f, operands }) => operands.map((point) => ({ name, f, point })));
	fc.assert(
		fc.property(drawn, fc.nat(), ({ f, point }, seed) => {
			checkGradients(f, point, { order: 2, seed }).assert();
			expect(checkTaylor(f, point, { seed })).toMatchObject({ ok: true });
			expect(checkAdjoint(f, point, { seed })).toMatchObject({ ok: true });
		}),
		{ numRuns: Math.max(50, Number(FC_RUNS)) },
	);
});

test('of what differences can decide, nearly all is decided', () => {
	for (const order of [0, 1] as const) {
		const { checked, decided } = shareOf(verdicts, order);
		expect((checked - decided) / checked).toBeLessThanOrEqual(maxUndecidedShare);
	}
});
