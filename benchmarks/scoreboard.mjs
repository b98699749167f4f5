import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { installIn } from '../scripts/installIn.mjs';
import { help, parseOptions } from './scoreboard/options.mjs';
import { examined } from './scoreboard/process.mjs';
import { markdown } from './scoreboard/report.mjs';
import { roster } from './scoreboard/roster.mjs';

/** The largest number of programs whose derivatives by the interpreter are compared with differences, at 50 ms each. */
const maxConfirmedRuns = 300;

/** @type {import('./scoreboard/options.mjs').Options} */
let options;
try {
	options = parseOptions(
		process.argv.slice(2),
		roster.map(({ name }) => name),
	);
} catch (error) {
	console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
	process.exit(2);
}
if (options.help) {
	console.log(help);
	process.exit();
}
const { peers, runs, seed } = options;

installIn(new URL('./', import.meta.url), 'the peers that npm has');
console.error(`seed ${seed}, ${runs} programs each`);

const entries = roster.filter(({ name }) => peers?.includes(name) ?? true);
/** @type {Map<string, import('./scoreboard/report.mjs').Finding>} */
const findings = new Map();
/** @type {import('./scoreboard/confirm.mjs').Confirmation | undefined} */
let confirmation;
const tasks = [
	async () => {
		const fewer = { runs: Math.min(runs, maxConfirmedRuns), seed };
		confirmation = /** @type {import('./scoreboard/confirm.mjs').Confirmation} */ (
			await examined(process.execPath, 'reference', fewer)
		);
	},
	...entries.map((entry) => async () => {
		try {
			const found = /** @type {Omit<import('./scoreboard/report.mjs').Finding, 'entry'>} */ (
				await examined(entry.node(), entry.name, options)
			);
			findings.set(entry.name, { entry, ...found });
		} catch (error) {
			const missing = error instanceof Error ? error.message : String(error);
			findings.set(entry.name, { entry, missing });
			console.error(`missing: ${entry.name}: ${missing}; needs ${entry.needs}`);
		}
	}),
];
const next = tasks.values();
await Promise.all(
	Array.from({ length: Math.min(os.availableParallelism(), tasks.length) }, async () => {
		for (const task of next) await task();
	}),
);
if (confirmation === undefined) throw new Error('internal: the reference was not confirmed');

const scoreboard = {
	runs,
	seed,
	findings: entries.flatMap(({ name }) => findings.get(name) ?? []),
	confirmation,
};
const text = markdown(scoreboard);
console.log(options.json ? JSON.stringify(scoreboard) : text);
if (options.write) {
	const file = new URL('../docs/scoreboard.md', import.meta.url);
	writeFileSync(file, text);
	// The formatter of the repository wants code in Markdown in its own form.
	const formatter = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
	const run = spawnSync(process.execPath, [formatter, 'format', '--write', fileURLToPath(file)], {
		stdio: ['ignore', 'ignore', 2],
		cwd: new URL('../', import.meta.url),
		timeout: 60_000,
	});
	if (run.status !== 0) process.exitCode = 1;
	console.error(`wrote ${file.pathname}`);
}
const ours = findings.get('pullback')?.survey;
if (confirmation.failure !== null || ours?.wrong.some((count) => count > 0)) process.exitCode = 1;
