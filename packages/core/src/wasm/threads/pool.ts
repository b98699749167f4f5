import { closed, control, controlSize, queueBytes, type Team } from '../control.ts';
import type { Heap } from '../heap.ts';
import { notice } from '../notice.ts';
import type { Memory } from '../platform.ts';
import { canSleep, machineThreads, startThread, type Thread } from './environment.ts';

/** A thread of the engine has stopped in the middle of a run. */
export class ThreadError extends Error {
	override readonly name = 'ThreadError';
}

/** The longest wait that is counted between two looks at the clock: a process that was stopped has not been waiting. */
const maxWaitPerLookMilliseconds = 1000;
/** The longest sleep of the calling thread before it looks again at the chunks of others. */
const maxSleepMilliseconds = 10;
/**
 * The time without a finished chunk after which a thread is taken to be dead, besides the time that the whole run, which
 * may be one chunk, can take. Most chunks take microseconds.
 */
const stallMilliseconds = 10_000;
/** The vector instructions that the minInstructionsPerMillisecond machine does in a millisecond. */
const minInstructionsPerMillisecond = 100_000;

/**
 * The cost for the calling thread to start others, in vector instructions: before runs have cost as much, there had better
 * be none.
 */
export const threadStartCost = 10_000_000;

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
	/** The longest wait without progress of the current run, in milliseconds. */
	#limit = stallMilliseconds;
	#lastDone = -1;
	/** The time of the last look, and how long there has been no progress, in milliseconds. */
	#lastLook = 0;
	#waited = 0;
	#ended = false;

	/** What runs have cost before there were threads, in vector instructions. */
	#spent = 0;

	/** `wanted` is the number of threads, the calling one included; null for as many as the machine runs at once. */
	constructor(memory: Memory, heap: Heap, wanted: number | null) {
		this.#memory = memory;
		this.#heap = heap;
		this.#wanted = wanted;
		this.#words = new Int32Array(memory.buffer, 0, controlSize / 4);
	}

	/** Whether it had better run a program of such cost: from some work on, which is counted here. */
	isWorth(cost: number): boolean {
		this.#spent += cost;
		return this.#spent >= threadStartCost;
	}

	/** Starts the threads, if they have not been; throws OutOfMemoryError if there is no room for their queues. */
	get team(): Team {
		this.#team ??= this.#start();
		return this.#team;
	}

	/** Runs the program whose header is at `header`, of so many vector instructions; `together` is this thread's part. */
	run(header: number, together: (run: number, thread: number) => void, cost: number): void {
		this.#limit = stallMilliseconds + cost / minInstructionsPerMillisecond;
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
		if (done === this.#lastDone)
			this.#waited += Math.min(now - this.#lastLook, maxWaitPerLookMilliseconds);
		else this.#waited = 0;
		this.#lastDone = done;
		this.#lastLook = now;
		if (this.#waited > this.#limit)
			throw new ThreadError(
				`a thread of the engine has not finished its chunk for ${Math.round(this.#limit / 1000)} seconds; it must have died`,
			);
		if (this.#sleeps) Atomics.wait(this.#words, control.done / 4, done, maxSleepMilliseconds);
	};

	/** Ends all threads, at once. */
	terminate(): void {
		this.#ended = true;
		for (const thread of this.#threads) thread.terminate();
	}

	#setQueues(run: number, position: number): void {
		const word = (BigInt(run) << 32n) | BigInt(position);
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
