import { checkGradients, programs } from '@pullback/verify';
import fc from 'fast-check';
import type { Node } from '../src/index.ts';
import { type Row, rows } from './derivatives.rows.ts';

/** Something whose derivatives are right, so that any failure of a check of it is a false alarm. */
export interface Subject {
	readonly name: string;
	/** Its share of a total of runs, relative to the others'. */
	readonly weight: number;
	/** A failure throws what is wrong. */
	check(runs: number, seed: number): Tally;
}

/** What checks of a subject found. */
export interface Tally {
	readonly runs: number;
	readonly derivatives: number;
	readonly undecided: number;
	readonly alarms: number;
	/** The smallest false alarm found, and how to see it again. */
	readonly report: string | null;
}

/** The checks of `check` on random cases, which go on after a failure. */
function tally<Case>(
	cases: fc.Arbitrary<Case>,
	check: (each: Case) => ReturnType<typeof checkGradients>,
	runs: number,
	seed: number,
): Tally {
	let [derivatives, undecided, alarms] = [0, 0, 0];
	const counted = fc.property(cases, (each) => {
		try {
			const report = check(each);
			derivatives += report.checked;
			undecided += report.undecided.length;
			if (!report.ok) alarms++;
		} catch {
			alarms++;
		}
	});
	fc.assert(counted, { numRuns: runs, seed });
	return { runs, derivatives, undecided, alarms, report: alarms > 0 ? smallest() : null };

	function smallest(): string {
		const asserting = fc.property(cases, (each) => check(each).assert());
		const details = fc.check(asserting, { numRuns: runs, seed });
		return `${fc.defaultReportMessage(details)}\n${details.errorInstance}`;
	}
}

/** A row of the table of operations whose derivatives are those of differences. */
export function subjectOf(name: string, { operands, apply, tolerance }: Row): Subject {
	return {
		name,
		weight: 1,
		check: (runs, seed) =>
			tally(operands, (xs) => checkGradients(apply, xs, { order: 2, ...tolerance }), runs, seed),
	};
}

const operations = Object.entries(rows)
	.filter(([, { law }]) => law === 'smooth')
	.map(([name, row]) => subjectOf(name, row));

const programsOf = (name: string, branches: boolean): Subject => ({
	name,
	weight: operations.length / 2, // programs have half of all runs
	check: (runs, seed) =>
		tally(
			programs({ branches }),
			(program) => {
				const f = (...inputs: Node[]): Node => program.run(...inputs);
				return checkGradients(f, program.inputs, { order: 2 });
			},
			runs,
			seed,
		),
});

/** Every operation, and random programs with branches and without. */
export const subjects: readonly Subject[] = [
	...operations,
	programsOf('smooth random programs', false),
	programsOf('random programs with branches', true),
];

/** How many runs each subject gets of a total, by weight. */
export function shares(of: readonly Subject[], total: number): number[] {
	const whole = of.reduce((sum, { weight }) => sum + weight, 0);
	let [before, given] = [0, 0];
	return of.map(({ weight }) => {
		before += weight;
		const runs = Math.round((total * before) / whole) - given;
		given += runs;
		return runs;
	});
}
