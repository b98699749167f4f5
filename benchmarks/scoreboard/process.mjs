import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('examine.mjs', import.meta.url));

/** No examination takes longer, in ms, for each program: one that does hangs. */
const patience = 1000;
/** Time to start, and to shrink, in ms. */
const allowance = 180_000;

/**
 * What an examination prints; throws, with its last words, if it fails, and says so if it takes too long.
 *
 * @param {string} node
 * @param {string} name
 * @param {{ runs: number, seed: number }} options
 * @returns {Promise<unknown>} what it prints as JSON
 */
export function examined(node, name, { runs, seed }) {
	return new Promise((resolve, reject) => {
		const child = spawn(node, [script, name, String(runs), String(seed)], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let [output, errors] = ['', ''];
		const limit = allowance + patience * runs;
		let late = false;
		const timer = setTimeout(() => {
			late = true;
			child.kill('SIGKILL');
		}, limit);
		child.stdout.on('data', (data) => {
			output += data;
		});
		child.stderr.on('data', (data) => {
			errors = (errors + data).slice(-4000);
			process.stderr.write(data);
		});
		child.on('error', reject);
		child.on('close', (code) => {
			clearTimeout(timer);
			const line = output.split('\n').find((each) => each.startsWith('{'));
			if (code === 0 && line !== undefined) resolve(JSON.parse(line));
			else if (late) reject(new Error(`it had not ended after ${limit / 1000} seconds`));
			else reject(new Error(lastError(errors) ?? `it ended with ${code}`));
		});
	});
}

/** @param {string} text */
function lastError(text) {
	return text
		.split('\n')
		.filter((line) => /Error|error/.test(line))
		.at(-1)
		?.trim()
		.replace(/ imported from .*/, '') // where the repository lies is nobody's business
		.slice(0, 200);
}
