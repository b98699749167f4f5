import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { built } from '../../testing/built.ts';

/** What became of a program that was started, and perhaps killed. */
export interface Ending {
	readonly output: string;
	/** Whether it came to its end. */
	readonly isWhole: boolean;
}

/** Starts a program of the examples, and kills it after so many milliseconds from its first word, or its start, unless it has ended. */
export async function killedAfter(
	program: string,
	args: readonly string[],
	milliseconds: number | null,
	from: 'start' | 'first word' = 'start',
): Promise<Ending> {
	const path = fileURLToPath(built('examples', program));
	const child: ChildProcess = spawn(process.execPath, [path, ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let output = '';
	let timer: NodeJS.Timeout | null = null;
	const begin = (): void => {
		if (milliseconds !== null) timer ??= setTimeout(() => child.kill('SIGKILL'), milliseconds);
	};
	if (from === 'start') begin();
	child.stdout?.on('data', (text) => {
		output += text;
		begin();
	});
	const [code] = await once(child, 'close');
	if (timer !== null) clearTimeout(timer);
	return { output: output.trim(), isWhole: code === 0 };
}
