import { closed, control, controlSize, queueBytes } from '../control.ts';
import { notice } from '../notice.ts';
import type { Memory } from '../platform.ts';
import { canSleep, startThread, type Thread } from './environment.ts';

/** A thread of the engine has stopped in the middle of a run. */
export class ThreadError extends Error {
	override readonly name = 'ThreadError';
}

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
const worthStarting = 10_000_000;

/** The threads that take part in runs; the calling one, the first, never waits for one that has claimed nothing. */
export class Pool {
	readonly #memory: Memory;
	readonly #words: Int32Array;
	/** The words of the queues, with what lies between them. */
	readonly #queues: BigInt64Array;
	readonly #count: number;
	readonly #threads: Thread[] = [];
	readonly #sleeps = canSleep();
	#run = 0;
	#started = false;
	#patience = patience;
	#lastDone = -1;
	#lastProgress = 0;

	/** What runs have cost before there were threads, in vector instructions. */
	#spent = 0;

	/** `count` threads, those besides the calling one started when they are first needed. */
	constructor(memory: Memory, count: number) {
		this.#memory = memory;
		this.#words = new Int32Array(memory.buffer, 0, controlSize(count) / 4);
		this.#queues = new BigInt64Array(
			memory.buffer,
			control.queues,
			(controlSize(count) - control.queues) / 8,
		);
		this.#count = count;
	}

	/** Whether it had better run a program of such cost: from some work on, which is counted here. */
	isWorth(cost: number): boolean {
		this.#spent += cost;
		return this.#started || this.#spent >= worthStarting;
	}

	/** Runs the program whose header is at `header`, of so many vector instructions; `together` is this thread's part. */
	run(header: number, together: (run: number, thread: number) => void, cost: number): void {
		if (!this.#started) this.#start();
		this.#patience = patience + cost / slowest;
		const words = this.#words;
		this.#run = (this.#run + 1) & 0x3fff_ffff;
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
		if (Atomics.load(this.#words, control.failed / 4) !== 0)
			throw new ThreadError('a thread of the engine failed in the middle of a run');
		const now = performance.now();
		if (done !== this.#lastDone) {
			this.#lastDone = done;
			this.#lastProgress = now;
		} else if (now - this.#lastProgress > this.#patience)
			throw new ThreadError(
				`a thread of the engine has not finished its chunk for ${Math.round(this.#patience / 1000)} seconds; it must have died`,
			);
		if (this.#sleeps) Atomics.wait(this.#words, control.done / 4, done, nap);
	};

	/** Ends all threads, at once. */
	terminate(): void {
		for (const thread of this.#threads) thread.terminate();
	}

	#setQueues(run: number, place: number): void {
		const word = (BigInt(run) << 32n) | BigInt(place);
		for (let at = 0; at < this.#queues.length; at += queueBytes / 8)
			Atomics.store(this.#queues, at, word);
	}

	#start(): void {
		this.#started = true;
		for (let i = 1; i < this.#count; i++) {
			const thread = startThread({ memory: this.#memory, thread: i }, (obstacle) =>
				notice(`running on fewer threads than asked for: ${obstacle}`),
			);
			if (thread !== null) this.#threads.push(thread);
		}
	}
}
