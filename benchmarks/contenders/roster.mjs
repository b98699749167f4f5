import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeFrom } from './recent-node.mjs';

/**
 * How a contender is started.
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {readonly number[]} threads the counts to try; the better is taken
 * @property {(threads: number) => { command: string, args: string[], env: NodeJS.ProcessEnv }} start
 * @property {string} needs what to install if it does not start
 */

/** @param {string} name */
const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** @type {string | undefined} */
let somePython;

/** PYTHON, or the first Python 3 that has PyTorch, or else that has NumPy: one for both, to compare the two. */
export function findPython() {
	const { PYTHON } = process.env;
	if (PYTHON) return PYTHON;
	const candidates = ['python3', '/usr/bin/python3'];
	somePython ??= ['torch', 'numpy']
		.flatMap((library) => candidates.map((command) => ({ library, command })))
		.find(
			({ library, command }) =>
				spawnSync(
					command,
					[
						'-c',
						`import importlib.util, sys; sys.exit(not importlib.util.find_spec('${library}'))`,
					],
					{ timeout: 30_000 },
				).status === 0,
		)?.command;
	return somePython ?? 'python3';
}

/**
 * @param {string} name
 * @param {number} threads
 */
function python(name, threads) {
	// These two, together, choose for an older OpenBLAS kernels that slow a newer one.
	const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
	const count = String(threads);
	return {
		command: findPython(),
		args: [script(name), count],
		env: {
			...env,
			OMP_NUM_THREADS: count,
			OPENBLAS_NUM_THREADS: count,
			MKL_NUM_THREADS: count,
			PYTHONDONTWRITEBYTECODE: '1',
		},
	};
}

/** @type {readonly Entry[]} */
export const roster = [
	{
		name: 'pullback',
		threads: [1, 2],
		start: (threads) => ({
			command: process.execPath,
			args: [script('pullback.mjs')],
			env: { ...process.env, PULLBACK_THREADS: String(threads) },
		}),
		needs: 'a build: npx tsc -b in the root',
	},
	{
		name: 'pullback-relaxed',
		threads: [1, 2],
		start: (threads) => ({
			command: nodeFrom(24),
			args: [script('pullback.mjs'), 'relaxed'],
			env: { ...process.env, PULLBACK_THREADS: String(threads) },
		}),
		needs: 'a build: npx tsc -b in the root, and Node 24 or later (npx -y node@24 is tried)',
	},
	{
		name: 'tfjs-wasm',
		threads: [1, 2],
		start: (threads) => ({
			command: process.execPath,
			args: [script('tfjs.mjs'), 'wasm', String(threads)],
			env: process.env,
		}),
		needs: 'npm ci in benchmarks/',
	},
	{
		name: 'tfjs-cpu',
		threads: [1],
		start: () => ({
			command: process.execPath,
			args: [script('tfjs.mjs'), 'cpu'],
			env: process.env,
		}),
		needs: 'npm ci in benchmarks/',
	},
	{
		name: 'jax-js',
		threads: [1, 2],
		start: (threads) => ({
			command: nodeFrom(22),
			args: [script('jax.mjs'), String(threads)],
			env: process.env,
		}),
		needs: 'npm ci in benchmarks/, and Node 22 or later (npx -y node@24 is tried)',
	},
	{
		name: 'torch',
		threads: [1, 2],
		start: (threads) => python('torch_.py', threads),
		needs: 'Python 3 with torch and numpy (Debian: python3-torch; or pip install torch)',
	},
	{
		name: 'numpy',
		threads: [1, 2],
		start: (threads) => python('numpy_.py', threads),
		needs: 'Python 3 with numpy (Debian: python3-numpy; or pip install numpy)',
	},
	{
		name: 'micro-kernel',
		threads: [1],
		start: () => ({
			command: process.execPath,
			args: [script('micro-kernel.mjs')],
			env: process.env,
		}),
		needs: 'a build: npx tsc -b in the root',
	},
];
