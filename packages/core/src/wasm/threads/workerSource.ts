import { closed, control, controlSize, headerWords } from '../control.ts';
import { names } from '../emit/names.ts';

/** The largest number of programs that a worker keeps ready; one that it has forgotten it makes again. */
const maxPrograms = 64;
/** The polls of the doorbell before a worker sleeps: long enough to bridge what happens between two training steps. */
const spinsBeforeSleep = 50_000;
/** The longest sleep before a worker looks again at the chunks of others. */
const maxSleepMilliseconds = 1;

/**
 * Statements that a worker runs in addition at moments of its program, with all names that the program has there. Tests
 * have workers come late and fail by them; in use there are none.
 */
export interface Additions {
	/** Once, before the worker looks at its memory. */
	readonly first?: string;
	/** In a run that the worker has just noticed. */
	readonly noticed?: string;
	/** Then, when it knows where the header of the program lies. */
	readonly found?: string;
	/** Then, before it reads and makes a program that it does not know yet. */
	readonly making?: string;
	/** Then, before it takes part. */
	readonly joining?: string;
}

/**
 * The program of a worker, as text, because it must start in Node and in browsers, from sources, builds and
 * bundles alike. It waits for the doorbell, makes the program whose header it finds, and takes part in the run. It may be
 * held up anywhere for any time: by then the run may be over and its memory hold anything. What goes wrong while it
 * takes part the first thread learns from the word `failed`; what goes wrong before fails no run.
 */
export function workerSourceWith({
	first = '',
	noticed = '',
	found = '',
	making = '',
	joining = '',
}: Additions = {}): string {
	return `
const start = ({ memory, queues, thread }) => {
	${first}
	const words = new Int32Array(memory.buffer, 0, ${controlSize / 4});
	const queue = new Int32Array(memory.buffer, queues, 2);
	const programs = new Map();
	const park = (done) => { Atomics.wait(words, ${control.done / 4}, done, ${maxSleepMilliseconds}); };
	// The half that counts positions first: if the run ends in between, the other half is still its own, or later.
	const isOpen = (run) => Atomics.load(queue, 0) !== ${closed | 0} && Atomics.load(queue, 1) === run;
	// Memory that another thread has made grow is longer here only when that is asked for.
	const holds = (end) => end <= memory.buffer.byteLength || (memory.grow(0), end <= memory.buffer.byteLength);
	const read = (from, length) => holds(from + length) ? new Uint8Array(memory.buffer, from, length).slice() : null;
	const prepare = (run) => {
		const header = Atomics.load(words, ${control.program / 4}) >>> 0;
		${found}
		const begin = read(header, ${4 * headerWords});
		if (!begin) return null;
		const [id, ...lengths] = new Uint32Array(begin.buffer);
		const known = programs.get(id);
		if (known) return known;
		// Memory is given back after a run: what was read is right only if that is not over yet.
		if (!isOpen(run)) return null;
		${making}
		const behind = header + ${4 * headerWords};
		const modules = [read(behind, lengths[0]), read(behind + lengths[0], lengths[1])];
		if (!isOpen(run)) return null;
		const exportsOf = (bytes, imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
		const engine = { ${names.memory}: memory, ${names.park}: park };
		const program = exportsOf(modules[0], { ${names.engine}: engine });
		const { ${names.together}: together } = exportsOf(modules[1], { ${names.engine}: engine, ${names.program}: program });
		if (programs.size >= ${maxPrograms}) programs.delete(programs.keys().next().value);
		programs.set(id, together);
		return together;
	};
	let seen = 0;
	for (;;) {
		let run = seen;
		for (let left = ${spinsBeforeSleep}; left > 0 && run === seen; left--) run = Atomics.load(words, ${control.doorbell / 4});
		if (run === seen) {
			Atomics.wait(words, ${control.doorbell / 4}, seen);
			continue;
		}
		seen = run;
		${noticed}
		let together = null;
		try {
			together = prepare(run);
		} catch (error) {
			// It has claimed nothing: the run is done without it.
			if (isOpen(run)) throw error;
		}
		try {
			if (together) {
				${joining}
				together(run, thread);
			}
		} catch (error) {
			Atomics.store(words, ${control.failed / 4}, run);
			Atomics.notify(words, ${control.done / 4});
			throw error;
		}
	}
};
if (typeof process === 'object' && process.getBuiltinModule) start(process.getBuiltinModule('node:worker_threads').workerData);
else self.onmessage = ({ data }) => start(data);
`;
}

/** The program of the workers of an engine. */
export const workerSource: string = workerSourceWith();
