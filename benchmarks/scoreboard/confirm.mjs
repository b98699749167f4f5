import fc from 'fast-check';
import { checkGradients } from '../../packages/verify/dist/index.js';
import { cases } from './cases.mjs';
import { lossOf } from './reference.mjs';

/**
 * Whether the reference is right: its derivatives to second order, of both modes, against differences.
 *
 * @typedef {object} Confirmation
 * @property {number} programs
 * @property {number} checked derivatives
 * @property {number} undecided derivatives where the function branches, or that differences cannot tell
 * @property {string | null} failure the smallest program that disagrees, and how
 */

/**
 * Checks the first programs that all libraries are judged by.
 *
 * @param {{ runs: number, seed: number }} options
 * @returns {Confirmation}
 */
export function confirm({ runs, seed }) {
	let [checked, undecided] = [0, 0];
	const { counterexample, errorInstance } = fc.check(
		fc.property(cases(), (theCase) => {
			const { inputs } = theCase.program;
			const report = checkGradients((...xs) => lossOf(theCase, xs), inputs, { order: 2 });
			checked += report.checked;
			undecided += report.undecided.length;
			report.assert();
		}),
		{ numRuns: runs, seed },
	);
	const failure =
		counterexample === null ? null : `${counterexample[0].program}\n${String(errorInstance)}`;
	return { programs: runs, checked, undecided, failure };
}
