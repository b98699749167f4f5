import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { bundled } from '../../../testing/bundled.ts';
import { writeDigits } from './digits.ts';
import { temporaryFolder } from './idxFiles.ts';

// The compiled program; bundled, it starts in a quarter of the time.
const program = fileURLToPath(bundled('packages/mnist', 'cli'));

/** Starts the command with arguments. */
export function start(...args: readonly string[]) {
	return startWith({}, args);
}

/** Starts it in a folder. */
export function startIn(folder: string, args: readonly string[]) {
	return spawn(process.execPath, [program, ...args], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** Starts it with more variables in its environment. */
export function startWith(
	environment: { readonly [name: string]: string },
	args: readonly string[],
) {
	return spawn(process.execPath, [program, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, ...environment },
	});
}

/** What it prints, and its exit code, once it has ended; of one that a signal ended, the code that shells give it. */
export async function finish(child: ReturnType<typeof start>) {
	const [out, err, [exitCode, signal]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child as ChildProcess, 'close'),
	]);
	// A signal that comes while Node is about to exit finds no listener any more.
	const code: unknown = signal === 'SIGINT' ? 128 + constants.signals.SIGINT : exitCode;
	return { out, err, code };
}

/** What the command comes to. */
export const run = (...args: readonly string[]) => finish(start(...args));

/** What the command comes to that reads some bytes from standard input. */
export function runOn(input: Uint8Array, ...args: readonly string[]) {
	const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], {
		input,
		encoding: 'utf8',
	});
	return { out: stdout, err: stderr, code: status };
}

/** A folder with a small data set, and the flags of a short run on it. */
export function small(sizes?: { train?: number; test?: number }): { dir: string; flags: string[] } {
	const dir = temporaryFolder();
	writeDigits(dir, sizes);
	return { dir, flags: ['--data', dir, '--iterations', '25', '--batch-size', '10'] };
}

/** The last line of what was printed. */
export const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
