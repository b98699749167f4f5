// Run in a process of its own, as a library may crash, hang, or need another Node:
// node examine.mjs NAME RUNS SEED, where NAME is of the roster, or `reference`. Prints one line of JSON.
import { roster } from './roster.mjs';

const [name = '', runs = '', seed = ''] = process.argv.slice(2);
const options = { runs: Number(runs), seed: Number(seed) };

/** JSON has no NaN and no infinities: they travel as words. */
const words = (/** @type {string} */ _, /** @type {unknown} */ value) =>
	typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
/** @param {object} result */
const print = (result) =>
	process.stdout.write(`${JSON.stringify(result, words)}\n`, () => process.exit());

if (name === 'reference') {
	const { confirm } = await import('./confirm.mjs');
	print(confirm(options));
} else {
	const entry = roster.find((each) => each.name === name);
	if (entry === undefined) throw new RangeError(`no ${name} in the roster`);
	const { [entry.language]: language } = await import(entry.module);
	const { version, globals } = await language.load();
	Object.assign(globalThis, globals);
	const { hunt } = await import('./hunt.mjs');
	const report = (/** @type {string} */ line) => console.error(`${name}: ${line}`);
	print({ version, node: process.versions.node, survey: hunt(language, { ...options, report }) });
}
