import fc from 'fast-check';
import { blamed, cases, ingredients } from './cases.mjs';
import { judge } from './judge.mjs';
import { kinds } from './reference.mjs';

/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./judge.mjs').Fault} Fault */

/**
 * What was found about a library: how many programs were drawn, how many it offers no operation for, how many it
 * declined to differentiate, how many differ as far as single precision cannot tell, how many are wrong, by what
 * is wrong first, and the smallest programs that are.
 *
 * @typedef {object} Survey
 * @property {number} run
 * @property {number} skipped
 * @property {number} declined
 * @property {number} undecided
 * @property {readonly number[]} wrong for each of `kinds`
 * @property {Record<string, number>} missing what was not offered, and for how many programs it was the first
 * @property {Record<string, number>} refusals what it said when it declined
 * @property {readonly Counterexample[]} counterexamples
 * @property {number} unexplained programs that are wrong, and hold no counterexample's ingredients: what was left when the hunt ended
 */

/** @typedef {Fault & { ingredients: readonly string[] }} Counterexample */

/** The number of counterexamples after which the hunt ends. */
const maxCounterexamples = 32;

/**
 * Draws programs until a library has run `runs`; then shrinks those that it is wrong about. As one fault stands
 * before others, what the smallest program is made of is blamed, and programs with all of that that are wrong in the same
 * way count as explained.
 *
 * @param {import('./script.mjs').Language} language loaded
 * @param {{ runs: number, seed: number, report?: (line: string) => void }} options
 * @returns {Survey}
 */
export function hunt(language, { runs, seed, report = () => {} }) {
	const tally = { run: 0, skipped: 0, declined: 0, undecided: 0 };
	const wrong = [0, 0, 0];
	const [missing, refusals] = [
		/** @type {Record<string, number>} */ ({}),
		/** @type {Record<string, number>} */ ({}),
	];
	/** @type {{ position: number, kind: number, parts: ReadonlySet<string> }[]} */
	const failures = [];
	let position = -1;
	// Draws as fast-check does: a case that is skipped is drawn again.
	fc.assert(
		fc.property(cases(), (theCase) => {
			position++;
			const verdict = judge(theCase, language);
			if (verdict.missing !== null) {
				tally.skipped++;
				missing[verdict.missing] = (missing[verdict.missing] ?? 0) + 1;
			}
			fc.pre(verdict.missing === null);
			tally.run++;
			if (verdict.undecided > 0) tally.undecided++;
			if (verdict.declined !== null) {
				tally.declined++;
				refusals[verdict.declined] = (refusals[verdict.declined] ?? 0) + 1;
			}
			if (verdict.fault !== null) {
				const { kind } = verdict.fault;
				wrong[kind] = (wrong[kind] ?? 0) + 1;
				failures.push({ position, kind, parts: ingredients(theCase) });
			}
			if (tally.run % 100 === 0)
				report(`${tally.run} of ${runs} programs, ${failures.length} wrong`);
		}),
		{ numRuns: runs, seed },
	);

	/** @type {Counterexample[]} */
	const found = [];
	const explains = (
		/** @type {Counterexample} */ known,
		/** @type {number} */ kind,
		/** @type {ReadonlySet<string>} */ parts,
	) => known.kind === kind && known.ingredients.every((each) => parts.has(each));
	const isNew = (/** @type {number} */ kind, /** @type {ReadonlySet<string>} */ parts) =>
		!found.some((known) => explains(known, kind, parts));
	for (let count = 0; count < maxCounterexamples; count++) {
		// A program may shrink to another fault than its own, and is then shrunk again.
		const failure = failures.find(({ kind, parts }) => isNew(kind, parts));
		if (failure === undefined) break;
		const { counterexample } = fc.check(
			fc.property(cases(), (theCase) => {
				const parts = ingredients(theCase);
				const { fault } = judge(theCase, language);
				return fault === null || !isNew(fault.kind, parts);
			}),
			{ numRuns: 1, seed, path: String(failure.position) },
		);
		const [smallest] = counterexample ?? [];
		const fault = smallest && judge(smallest, language).fault;
		if (!smallest || !fault)
			throw new Error(`internal: program ${failure.position} is wrong no more`);
		found.push({ ...fault, ingredients: blamed(smallest) });
		report(`wrong ${kinds[fault.kind]}: ${found.at(-1)?.ingredients.join(', ')}`);
	}
	const unexplained = failures.filter(({ kind, parts }) => isNew(kind, parts)).length;
	// What a later, smaller one explains is no fault of its own.
	const counterexamples = found.filter(
		(each) =>
			!found.some(
				(other) => other !== each && explains(other, each.kind, new Set(each.ingredients)),
			),
	);
	return { ...tally, wrong, missing, refusals, counterexamples, unexplained };
}
