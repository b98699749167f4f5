import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../gradcheck.py', import.meta.url));

/** The exit status of a Python without PyTorch. */
const noTorch = 3;
const missing =
	'missing: torch: needs Python 3 with torch (Debian: python3-torch; or pip install torch)';

/**
 * What a check says of an entry: of a right function, that it is ok, or a false alarm; of a fault, that it is found or
 * missed; of either, that it could not be run to its end.
 *
 * @typedef {'ok' | 'alarm' | 'found' | 'missed' | 'error'} Verdict
 */

/**
 * @typedef {object} Answer
 * @property {string} name
 * @property {{ gradcheck: Verdict, gradgradcheck: Verdict, fast: Verdict }} verdicts
 * @property {Record<string, string>} reasons what failed, took too long or went wrong, and where the expression computes
 * something else than what it stands for: `unlike`
 */

/**
 * What PyTorch's checks say of functions; throws, in words, where there is no PyTorch, or it ends or hangs.
 *
 * @param {string} python
 * @param {readonly import('./requests.mjs').Request[]} entries
 * @param {{ seconds: number, onAnswer?: (answer: Answer) => void }} options the time limit of one check at one draw, of processor time
 * @returns {Promise<{ torch: string, answers: Answer[] }>}
 */
export function checked(python, entries, { seconds, onAnswer }) {
	// One thread: sums must not depend on how many cores there are.
	const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };
	const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'pipe'] });
	return new Promise((resolve, reject) => {
		let [torch, errors] = ['', ''];
		let late = false;
		/** @type {Answer[]} */
		const answers = [];
		// Python ends what takes too long by itself, unless PyTorch never comes back from one operation.
		const patience = 60_000 + 1000 * seconds * 40;
		/** @type {NodeJS.Timeout | undefined} */
		let timer;
		const wait = () => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				late = true;
				child.kill('SIGKILL');
			}, patience);
		};
		wait();
		createInterface({ input: child.stdout }).on('line', (line) => {
			if (!line.startsWith('{')) return; // a library that prints
			wait();
			const said = JSON.parse(line);
			if (said.torch !== undefined) torch = said.torch;
			else {
				answers.push(said);
				onAnswer?.(said);
			}
		});
		child.stderr.on('data', (data) => {
			errors = (errors + data).slice(-4000);
		});
		child.stdin.on('error', () => {}); // it has ended: its exit status says why
		child.stdin.end(JSON.stringify({ seconds, entries }));
		child.on('error', (error) => {
			clearTimeout(timer);
			reject(new Error(`${missing}: ${error.message}`));
		});
		child.on('close', (code) => {
			clearTimeout(timer);
			const words = errors.trim().split('\n').at(-1);
			const next = entries[answers.length]?.name;
			if (code === 0 && next === undefined) resolve({ torch, answers });
			else if (code === noTorch) reject(new Error(`${missing}: ${words}`));
			else if (late) reject(new Error(`torch: nothing in ${patience / 1000} s at ${next}`));
			else reject(new Error(`torch: it ended at ${next}, exit status ${code}: ${words}`));
		});
	});
}
