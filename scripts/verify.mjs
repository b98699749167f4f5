// npm run verify -- --runs 10000 --seed 1: checks derivatives that are known to be right, so many times in all,
// and says how often a check was wrong. `npm test` does some of this; this is for as much as one likes.
import { parseArgs } from 'node:util';
import { createViteServer } from 'vitest/node';

const help = `Checks the derivatives of every operation and of random programs by differences, to second order, in f64.
All of them are right, so every failure is a false alarm.

  --runs N    how many checks in all: half of random programs, half of operations (10000)
  --each N    how many checks of each subject instead
  --only A,B  these operations alone
  --seed N    the same cases again`;

function count(name, text) {
	const value = Number(text);
	if (Number.isSafeInteger(value) && value > 0) return value;
	console.error(`--${name} ${text}: must be a whole number above 0\n\n${help}`);
	process.exit(2);
}

let options;
try {
	options = parseArgs({
		options: {
			runs: { type: 'string', default: '10000' },
			each: { type: 'string' },
			only: { type: 'string' },
			seed: { type: 'string', default: String(1 + (Date.now() % 2 ** 31)) },
			help: { type: 'boolean', default: false },
		},
	}).values;
} catch (error) {
	console.error(`${error.message}\n\n${help}`);
	process.exit(2);
}
if (options.help) {
	console.log(help);
	process.exit();
}
const seed = count('seed', options.seed);

// The tests are TypeScript, which Node 20 does not run by itself.
const server = await createViteServer({
	configFile: false,
	logLevel: 'error',
	appType: 'custom',
	server: { middlewareMode: true, ws: false, watch: null },
	optimizeDeps: { noDiscovery: true },
	ssr: {
		resolve: { conditions: ['@pullback/source'], externalConditions: ['@pullback/source'] },
	},
});
const { shares, subjects } = await server.ssrLoadModule('/packages/core/test/falseAlarms.ts');

const names = options.only?.split(',');
const chosen = subjects.filter(({ name }) => names?.includes(name) ?? true);
const unknown = names?.filter((name) => !subjects.some((each) => each.name === name)) ?? [];
let status = 0;
if (unknown.length > 0) {
	console.error(`--only: no ${unknown}; there are ${subjects.map(({ name }) => name).join(', ')}`);
	status = 2;
} else {
	const runs =
		options.each === undefined
			? shares(chosen, count('runs', options.runs))
			: chosen.map(() => count('each', options.each));
	status = report(chosen, runs);
}
await server.close();
process.exitCode = status;

/** Checks every subject, a line for each, and returns the exit status. */
function report(all, runs) {
	console.log(`seed ${seed}`);
	const sum = { runs: 0, derivatives: 0, undecided: 0, alarms: 0 };
	for (const [i, subject] of all.entries()) {
		// A seed of its own for each, or all would be tried on the same tensors.
		const tally = subject.check(runs[i], seed + subjects.indexOf(subject));
		for (const key of Object.keys(sum)) sum[key] += tally[key];
		console.log(`${subject.name.padEnd(30)} ${line(tally)}`);
		if (tally.report !== null) console.log(tally.report);
	}
	const share = ((100 * sum.undecided) / Math.max(sum.derivatives, 1)).toFixed(3);
	console.log(`${'in all'.padEnd(30)} ${line(sum)} (${share} %); seed ${seed}`);
	return sum.alarms > 0 ? 1 : 0;
}

function line({ runs, derivatives, undecided, alarms }) {
	const counts = [
		[runs, 'runs'],
		[derivatives, 'derivatives'],
		[undecided, 'undecided'],
		[alarms, 'false alarms'],
	];
	return counts.map(([n, what]) => `${String(n).padStart(8)} ${what}`).join(' ');
}
