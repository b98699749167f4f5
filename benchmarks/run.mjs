import { writeFileSync } from 'node:fs';
import { installIn } from '../scripts/installIn.mjs';
import { help, parseArguments } from './arguments.mjs';
import { Contender } from './contender.mjs';
import { roster } from './contenders/roster.mjs';
import { machine } from './machine.mjs';
import { measure } from './measure.mjs';
import { legend, markdown, remarks, table, toRecord } from './table.mjs';
import { works } from './work/works.mjs';

/** @type {import('./arguments.mjs').Options} */
let options;
try {
	options = parseArguments(process.argv.slice(2));
} catch (error) {
	console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
	process.exit(2);
}
if (options.help) {
	console.log(help);
	process.exit();
}

const conditions = machine();
const known = roster.map(({ name }) => name);
const unknown = options.peers?.filter((name) => !known.includes(name)) ?? [];
const chosen = works.filter(
	({ title }) => options.work.length === 0 || options.work.some((text) => title.includes(text)),
);
if (unknown.length > 0 || chosen.length === 0) {
	const mistakes = unknown.map((name) => `--peers: no ${name}; there are ${known.join(', ')}`);
	if (chosen.length === 0)
		mistakes.push(`--work: no such row; there are\n  ${works.map((w) => w.title).join('\n  ')}`);
	console.error(mistakes.join('\n'));
	process.exit(2);
}

installIn(new URL('./', import.meta.url), 'the peers that npm has');

const wanted = roster.filter(
	({ name }) => name === 'pullback' || (options.peers?.includes(name) ?? true),
);
/** @type {Contender[]} */
const contenders = [];
/** @type {Map<string, string>} */
const missing = new Map();
for (const entry of wanted)
	for (const threads of entry.threads)
		try {
			contenders.push(await Contender.start(entry, threads));
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			const which = threads === 1 ? entry.name : `${entry.name} on ${threads} threads`;
			if (!missing.has(entry.name)) missing.set(which, `${reason}; needs ${entry.needs}`);
		}

/** @type {import('./measure.mjs').Row[]} */
const rows = [];
try {
	for (const work of chosen) {
		const start = performance.now();
		process.stderr.write(`${work.title} ...`);
		rows.push(await measure(work, contenders, options));
		process.stderr.write(` ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
	}
} finally {
	await Promise.all(contenders.map((contender) => contender.stop()));
}

const versions = Object.fromEntries(
	contenders.map(({ entry, version, note }) => [
		entry.name,
		note === undefined ? version : `${version}, ${note}`,
	]),
);
if (options.write)
	writeFileSync(
		new URL('../docs/speed.md', import.meta.url),
		markdown(rows, known, options, { machine: conditions, versions }),
	);
if (options.json)
	console.log(
		JSON.stringify({
			machine: { ...conditions, versions },
			rows: rows.map((row) => toRecord(row, options)),
			...(missing.size > 0 && { missing: Object.fromEntries(missing) }),
		}),
	);
else {
	const { processor, cores, system, node } = conditions;
	console.log(`${processor}, ${cores} cores; ${system}; Node ${node}`);
	for (const [name, version] of Object.entries(versions)) console.log(`  ${name} ${version}`);
	console.log(`\n${table(rows, known, options)}\n`);
	console.log(legend);
	for (const remark of remarks(rows)) console.log(remark);
}
for (const [name, reason] of missing) console.error(`missing: ${name}: ${reason}`);
