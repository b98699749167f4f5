// npm run verify -- --runs 10000 --seed 1: checks derivatives that are known to be right, so many times in all,
// and says how often a check was wrong. npm run verify -- --minutes 30: runs random programs on the engine with one,
// two and three threads, for so long. `npm test` does some of both; this is for as much as one likes.
import { parseArgs } from 'node:util';
import { withSources } from './sources.mjs';

/** @typedef {import('../packages/core/test/falseAlarms.ts').Subject} Subject */
/** @typedef {Pick<import('../packages/core/test/falseAlarms.ts').Tally, 'runs' | 'derivatives' | 'undecided' | 'alarms'>} Counts */

const help = `With --minutes, draws random programs that are hostile in form, models, and uses of Variables; runs each on the
WebAssembly engine with 1, 2 and 3 threads; proves of every plan that nothing is read where something else has been
put; and compares every value with the interpreter's, and the bits at each number of threads. A difference is printed as
the smallest program that shows it, to be pasted into a test.

  --minutes N how long (0.5 is half a minute)
  --seed N    the same programs again

Without, checks the derivatives of every operation and of random programs by differences, to second order, in f64.
All of them are right, so every failure is a false alarm.

  --runs N    how many checks in all: half of random programs, half of operations (10000)
  --each N    how many checks of each subject instead
  --only A,B  these operations alone
  --seed N    the same cases again`;

/**
 * @param {string} name
 * @param {string} text
 */
function count(name, text) {
	const value = Number(text);
	if (Number.isSafeInteger(value) && value > 0) return value;
	console.error(`--${name} ${text}: must be a whole number above 0\n\n${help}`);
	process.exit(2);
}

function readOptions() {
	try {
		return parseArgs({
			options: {
				runs: { type: 'string', default: '10000' },
				each: { type: 'string' },
				minutes: { type: 'string' },
				only: { type: 'string' },
				seed: { type: 'string', default: String(1 + (Date.now() % 2 ** 31)) },
				help: { type: 'boolean', default: false },
			},
		}).values;
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
		process.exit(2);
	}
}

const options = readOptions();
if (options.help) {
	console.log(help);
	process.exit();
}
const seed = count('seed', options.seed);
const minutes = options.minutes === undefined ? null : Number(options.minutes);
if (minutes !== null && !(minutes > 0 && minutes < Infinity)) {
	console.error(`--minutes ${options.minutes}: must be a number above 0\n\n${help}`);
	process.exit(2);
}
if (minutes !== null && (options.only !== undefined || options.each !== undefined)) {
	console.error(`--minutes: goes with --seed alone\n\n${help}`);
	process.exit(2);
}

process.exitCode = await withSources((load) =>
	minutes === null ? countFalseAlarms(load) : search(load, minutes),
);

/**
 * Runs random programs on several numbers of threads; returns the exit status.
 *
 * @param {(path: string) => Promise<unknown>} load
 * @param {number} minutes
 */
async function search(load, minutes) {
	const { wasmEngine } = /** @type {typeof import('../packages/core/src/index.ts')} */ (
		await load('/packages/core/src/index.ts')
	);
	const { searchDifferences } =
		/** @type {typeof import('../packages/verify/src/generated/search.ts')} */ (
			await load('/packages/verify/src/generated/search.ts')
		);
	const engines = new Map();
	for (const threads of [1, 2, 3]) {
		// The same plans for all: one proof of each will do.
		const engine = wasmEngine({ threads, validate: threads === 1 });
		if (engine === null) {
			console.error('--minutes: this machine has no WebAssembly with vectors to compare');
			return 2;
		}
		engines.set(threads === 1 ? '1 thread' : `${threads} threads`, engine);
	}
	console.log(`seed ${seed}`);
	const end = Date.now() + minutes * 60_000;
	const counts = new Map();
	let [found, shown] = [0, Date.now()];
	const tally = () => Array.from(counts, ([name, n]) => `${n} ${name}`).join(', ');
	for await (const round of searchDifferences({
		engines,
		seed,
		// A fault is met again and again: a few of its faces are enough.
		goesOn: () => Date.now() < end && found < 5,
	})) {
		counts.set(round.generator, (counts.get(round.generator) ?? 0) + round.programs);
		if (round.found !== null) {
			found++;
			console.log(
				`${round.generator}, seed ${round.seed}: ${round.found.what}\n${round.found.program}\n`,
			);
		}
		if (Date.now() - shown > 15_000) {
			shown = Date.now();
			console.log(`seed ${round.seed}: ${tally()}`);
		}
	}
	console.log(
		`${tally()}: ${found === 0 ? 'no difference' : `${found} differences`}; seed ${seed}`,
	);
	return found > 0 ? 1 : 0;
}

/**
 * Checks derivatives that are right; returns the exit status.
 *
 * @param {(path: string) => Promise<unknown>} load
 */
async function countFalseAlarms(load) {
	const { shares, subjects } =
		/** @type {typeof import('../packages/core/test/falseAlarms.ts')} */ (
			await load('/packages/core/test/falseAlarms.ts')
		);

	const names = options.only?.split(',');
	const chosen = subjects.filter(({ name }) => names?.includes(name) ?? true);
	const unknown = names?.filter((name) => !subjects.some((each) => each.name === name)) ?? [];
	let status = 0;
	if (unknown.length > 0) {
		console.error(
			`--only: no ${unknown}; there are ${subjects.map(({ name }) => name).join(', ')}`,
		);
		status = 2;
	} else {
		const { each } = options;
		const runs =
			each === undefined
				? shares(chosen, count('runs', options.runs))
				: chosen.map(() => count('each', each));
		status = report(chosen, runs, subjects);
	}
	return status;
}

/**
 * Checks every subject, a line for each, and returns the exit status.
 *
 * @param {readonly Subject[]} all
 * @param {readonly number[]} runs
 * @param {readonly Subject[]} subjects
 */
function report(all, runs, subjects) {
	console.log(`seed ${seed}`);
	const sum = { runs: 0, derivatives: 0, undecided: 0, alarms: 0 };
	for (const [i, subject] of all.entries()) {
		// A seed of its own for each, or all would be tried on the same tensors.
		const tally = subject.check(runs[i] ?? 0, seed + subjects.indexOf(subject));
		for (const key of /** @type {const} */ (['runs', 'derivatives', 'undecided', 'alarms']))
			sum[key] += tally[key];
		console.log(`${subject.name.padEnd(30)} ${line(tally)}`);
		if (tally.report !== null) console.log(tally.report);
	}
	const share = ((100 * sum.undecided) / Math.max(sum.derivatives, 1)).toFixed(3);
	console.log(`${'in all'.padEnd(30)} ${line(sum)} (${share} %); seed ${seed}`);
	return sum.alarms > 0 ? 1 : 0;
}

/** @param {Counts} counts */
function line({ runs, derivatives, undecided, alarms }) {
	const counts = /** @type {const} */ ([
		[runs, 'runs'],
		[derivatives, 'derivatives'],
		[undecided, 'undecided'],
		[alarms, 'false alarms'],
	]);
	return counts.map(([n, what]) => `${String(n).padStart(8)} ${what}`).join(' ');
}
