import { closed, control, controlSize, queueBytes, type Team } from '../control.ts';
import type { Heap } from '../heap.ts';
import { notice } from '../notice.ts';
import type { Memory } from '../platform.ts';
import { canSleep, machineThreads, startThread, type Thread } from './environment.ts';

/** A thread of the engine has stopped in the middle of a run. */
export class ThreadError extends Error {
	override readonly name = 'ThreadError';
}

/** The most time that one look at the clock counts for: a process that was stopped has not been waiting. */
const longestLook = 1000;
/** The longest nap while other threads finish their chunks, in milliseconds. */
const nap = 10;
/**
 * Most chunks take microseconds: a thread that finishes none for so many milliseconds is dead, unless the whole run,
 * which may be one chunk, is expected to take a good part of that.
 */
const patience = 10_000;
/** Vector instructions that the slowest machine does in a millisecond. */
const slowest = 100_000;

/**
 * To start threads takes the calling one about as long as so many vector instructions: before runs have taken as long,
 * there had better be none.
 */
export const worthStarting = 10_000_000;

/** The threads that take part in runs; the calling one, the first, never waits for one that has claimed nothing. */
export class Pool {
	readonly #memory: Memory;
	readonly #heap: Heap;
	/** With the calling one; null for as many as the machine runs at once. */
	readonly #wanted: number | null;
	readonly #words: Int32Array;
	/** Null until there are any. */
	#team: Team | null = null;
	/** The words of the queues, with what lies between them. */
	#queues: BigInt64Array = new BigInt64Array();
	#sleeps = false;
	readonly #threads: Thread[] = [];
	#run = 0;
	#patience = patience;
	#lastDone = -1;
	/** The time of the last look, and how long there has been no progress, in milliseconds. */
	#lastLook = 0;
	#waited = 0;
	#ended = false;

	/** What runs have cost before there were threads, in vector instructions. */
	#spent = 0;

	/** So many threads, the calling one included; null for as many as the machine runs at once. */
	constructor(memory: Memory, heap: Heap, wanted: number | null) {
		this.#memory = memory;
		this.#heap = heap;
		this.#wanted = wanted;
		this.#words = new Int32Array(memory.buffer, 0, controlSize / 4);
	}

	/** Whether it had better run a program of such cost: from some work on, which is counted here. */
	isWorth(cost: number): boolean {
		this.#spent += cost;
		return this.#spent >= worthStarting;
	}

	/** Starts the threads, if they have not been; throws OutOfMemoryError if there is no room for their queues. */
	get team(): Team {
		this.#team ??= this.#start();
		return this.#team;
	}

	/** Runs the program whose header is at `header`, of so many vector instructions; `together` is this thread's part. */
	run(header: number, together: (run: number, thread: number) => void, cost: number): void {
		this.#patience = patience + cost / slowest;
		const words = this.#words;
		this.#run = (this.#run % 0x3fff_ffff) + 1;
		const run = this.#run;
		this.#lastDone = -1;
		Atomics.store(words, control.program / 4, header);
		Atomics.store(words, control.done / 4, 0);
		this.#setQueues(run, 0);
		Atomics.store(words, control.doorbell / 4, run);
		Atomics.notify(words, control.doorbell / 4);
		try {
			together(run, 0);
		} finally {
			this.#setQueues(run, closed);
		}
	}

	/** Called by a run that waits for others, with the number of chunks done so far. */
	readonly park: (done: number) => void = (done) => {
		if (Atomics.load(this.#words, control.failed / 4) === this.#run)
			throw new ThreadError('a thread of the engine failed in the middle of a run');
		const now = performance.now();
		if (done === this.#lastDone) this.#waited += Math.min(now - this.#lastLook, longestLook);
		else this.#waited = 0;
		this.#lastDone = done;
		this.#lastLook = now;
		if (this.#waited > this.#patience)
			throw new ThreadError(
				`a thread of the engine has not finished its chunk for ${Math.round(this.#patience / 1000)} seconds; it must have died`,
			);
		if (this.#sleeps) Atomics.wait(this.#words, control.done / 4, done, nap);
	};

	/** Ends all threads, at once. */
	terminate(): void {
		this.#ended = true;
		for (const thread of this.#threads) thread.terminate();
	}

	#setQueues(run: number, place: number): void {
		const word = (BigInt(run) << 32n) | BigInt(place);
		for (let at = 0; at < this.#queues.length; at += queueBytes / 8)
			Atomics.store(this.#queues, at, word);
	}

	#start(): Team {
		const threads = this.#wanted ?? machineThreads();
		const queues = this.#heap.allocate(threads * queueBytes);
		const memory = this.#memory;
		this.#queues = new BigInt64Array(memory.buffer, queues, (threads * queueBytes) / 8);
		this.#sleeps = canSleep();
		for (let thread = 1; thread < threads; thread++) {
			const started = startThread({ memory, queues, thread }, (obstacle) => {
				// A run that failed has said so itself.
				if (!this.#ended) notice(`running on fewer threads than asked for: ${obstacle}`);
			});
			if (started !== null) this.#threads.push(started);
		}
		return { threads, queues };
	}
}
