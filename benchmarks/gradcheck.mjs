// npm run gradcheck: what PyTorch's gradcheck and gradgradcheck say of the catalogue of @pullback/verify's tests.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withSources } from '../scripts/sources.mjs';
import { findPython } from './contenders/roster.mjs';
import { checked } from './gradcheck/peer.mjs';
import { requestsOf } from './gradcheck/requests.mjs';

const help = `Runs PyTorch's gradcheck and gradgradcheck on the right functions and the planted faults of the catalogue in
packages/verify/test/catalogue, on operands that our own check draws, and writes docs/verify-torch.json.

npm run gradcheck -- [options]

  --only TEXT   only entries whose name contains TEXT, with the reasons; writes nothing
  --requests    prints what PyTorch is asked, as JSON, and asks nothing
  --help        this text
`;

/** The number of operands that are drawn of each entry, from one seed. */
const [draws, seed] = [10, 1];
/**
 * The time limit of one check at one draw, in seconds of processor time. It divides: of a few hundred elements a check
 * takes 0.3 s, of 10,000 it would take 26 s and 11 GB.
 */
const seconds = 5;

let options;
try {
	options = parseArgs({
		options: {
			only: { type: 'string' },
			requests: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	}).values;
} catch (error) {
	console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
	process.exit(2);
}
if (options.help) {
	console.log(help);
	process.exit();
}
const { only = '' } = options;
const requests = (await loadRequests()).filter(({ name }) => name.includes(only));
if (requests.length === 0) {
	console.error(`--only: no name with an expression of PyTorch contains ${JSON.stringify(only)}`);
	process.exitCode = 2;
} else if (options.requests) console.log(JSON.stringify(requests, null, '\t'));
else
	try {
		await run();
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}

function loadRequests() {
	const folder = '/packages/verify/test/catalogue';
	return withSources(async (load) => {
		/** @typedef {readonly import('../packages/verify/test/catalogue/entry.ts').Entry[]} Entries */
		const { right } = /** @type {{ right: Entries }} */ (await load(`${folder}/right/index.ts`));
		const { faults } = /** @type {{ faults: Entries }} */ (await load(`${folder}/faults/index.ts`));
		const core = /** @type {typeof import('../packages/core/src/index.ts')} */ (
			await load('/packages/core/src/index.ts')
		);
		return requestsOf({ right, faults }, { draws, seed, core });
	});
}

async function run() {
	const { torch, answers } = await checked(findPython(), requests, {
		seconds,
		onAnswer: ({ name, reasons }) => {
			for (const [what, reason] of Object.entries(reasons))
				if (only !== '' || !what.endsWith('failed')) console.error(`${name}: ${what}: ${reason}`);
		},
	});
	const result = {
		torch,
		draws,
		entries: Object.fromEntries(answers.map(({ name, verdicts }) => [name, verdicts])),
	};
	if (only !== '') console.log(JSON.stringify(result, null, '\t'));
	else write(result);
	for (const check of /** @type {const} */ (['gradcheck', 'gradgradcheck', 'fast'])) {
		/** @type {Map<string, number>} */
		const counts = new Map();
		for (const { verdicts } of answers)
			counts.set(verdicts[check], (counts.get(verdicts[check]) ?? 0) + 1);
		const words = Array.from(counts, ([verdict, count]) => `${count} ${verdict}`).sort();
		console.error(`${check}: ${words.join(', ')}`);
	}
}

/** @param {object} result */
function write(result) {
	const file = fileURLToPath(new URL('../docs/verify-torch.json', import.meta.url));
	writeFileSync(file, JSON.stringify(result, null, '\t'));
	const formatter = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
	const formatted = spawnSync(process.execPath, [formatter, 'format', '--write', file], {
		stdio: ['ignore', 'ignore', 2],
		cwd: new URL('../', import.meta.url),
		timeout: 60_000,
	});
	if (formatted.status !== 0) process.exitCode = 1;
	console.error(`wrote ${file}`);
}
