import vm from 'node:vm';
import { kinds, Reference } from './reference.mjs';
import { write } from './script.mjs';

/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./script.mjs').Language} Language */

/**
 * A way in which a library is wrong about a case, with code to paste that shows it.
 *
 * @typedef {object} Fault
 * @property {number} kind what is wrong first: an index of `kinds`
 * @property {string} code
 * @property {readonly number[]} right
 * @property {readonly number[] | null} got null if it threw
 * @property {string | null} message of what it threw
 */

/**
 * What was found: the operation that the library does not offer, or how many of `kinds` were compared, how many
 * of those differ as far as single precision cannot tell, what the library then declined to do, and what is wrong.
 *
 * @typedef {object} Verdict
 * @property {string | null} missing
 * @property {number} compared
 * @property {number} undecided
 * @property {string | null} declined
 * @property {Fault | null} fault
 */

/** The longest that a program of a few small operations takes, in ms: one that takes longer will not end. */
const maxMilliseconds = 5000;

/**
 * Runs a case with a library whose names are global, and compares what it gives with what is right.
 *
 * @param {Case} theCase
 * @param {Language} language
 * @param {number} [milliseconds] the longest that a program may take
 * @returns {Verdict}
 */
export function judge(theCase, language, milliseconds = maxMilliseconds) {
	const verdict = { missing: null, compared: 0, undecided: 0, declined: null, fault: null };
	const written = write(theCase, language);
	if ('missing' in written) return { ...verdict, missing: written.missing };
	const reference = new Reference(theCase);
	for (const [kind, { lines, result }] of written.scripts.entries()) {
		const { got, message } = run([...lines, result].join('\n'), language, milliseconds);
		if (message !== null && language.declines?.test(message))
			return { ...verdict, declined: firstLine(message) };
		verdict.compared++;
		const judgement = got === null ? 'wrong' : reference.judge(kind, got);
		if (judgement === 'undecided') verdict.undecided++;
		if (judgement !== 'wrong') continue;
		const shown = language.show?.(result) ?? result;
		const code = [language.heading, ...lines, `console.log(${shown}); // ${kinds[kind]}`].join(
			'\n',
		);
		const right = reference.right[kind] ?? [];
		return {
			...verdict,
			fault: { kind, code, right, got, message: message && firstLine(message) },
		};
	}
	return verdict;
}

/**
 * @param {string} code
 * @param {Language} language
 * @param {number} timeout
 * @returns {{ got: readonly number[], message: null } | { got: null, message: string }}
 */
function run(code, { read, within = (f) => f() }, timeout) {
	try {
		// A block, so that the names of one program are no other's.
		const script = new vm.Script(`{\n${code}\n}`);
		return {
			got: within(() => read(script.runInThisContext({ timeout }))),
			message: null,
		};
	} catch (error) {
		return { got: null, message: error instanceof Error ? error.message : String(error) };
	}
}

/** @param {string} text */
function firstLine(text) {
	return text.split('\n')[0] ?? '';
}
