import { path, wholeNumber } from './optionKinds.ts';
import type { Option } from './options.ts';

/** Where the images are. */
export const dataOption: Option<string | undefined> = path('folder', {
	text: 'folder of the four IDX files, plain or .gz',
	usual: 'the files that come with the package',
});

/** The most threads that the engine has. */
const maxThreads = 128;

/** The threads that share the work. */
export const threadsOption: Option<number | undefined> = wholeNumber(1, maxThreads, {
	text: 'threads that share the work; the results are the same',
	initial: undefined,
	usual: 'PULLBACK_THREADS, or as many as the machine runs at once',
});

/** Sets the threads of all that is compiled from now on; none if left out. */
export function setThreads(threads: number | undefined): void {
	if (threads !== undefined) Object.assign(process.env, { PULLBACK_THREADS: `${threads}` });
}
