import type { Group } from '../../../lowering/execution/queues.ts';
import type { Code, Label, Local } from '../../assembler/code.ts';
import { closed, control, queueBytes, type Team } from '../../control.ts';
import { lesser } from '../scalar.ts';
import { emitSlot } from './queues.ts';
import type { Task } from './task.ts';

/** The polls of a waiting thread before it sleeps; with more, it would take a core from one that works. */
const spinsBeforeSleep = 10_000;

/**
 * The highest cost of the chunks of one claim, in vector instructions: about 10 microseconds. A thread that loses its
 * core for a while keeps the others waiting for what it has claimed.
 */
const maxClaimCost = 160_000;

/** Kernels that run at the same time, and how their chunks lie in the queues. */
export interface Phase {
	readonly tasks: readonly Task[];
	readonly groups: readonly Group<Task>[];
	/** The slot in every queue after the last of this phase. */
	readonly end: number;
}

/**
 * Writes the function of a phase, of the number of the run and that of this thread: it claims chunks, several at once, until
 * none is left, and waits for the other threads. 1 if the run is over, else 0.
 */
export function emitPhase(code: Code, phase: Phase, team: Team, park: number): void {
	new PhaseEmitter(code, phase, team, park).emit();
}

class PhaseEmitter {
	readonly #code: Code;
	readonly #phase: Phase;
	readonly #threads: number;
	/** The address of the word of the first queue. */
	readonly #queues: number;
	readonly #park: number;
	/** The number of the run, and that of this thread. */
	readonly #run: Local;
	readonly #thread: Local;
	/** The word of a queue as it was read. */
	readonly #old: Local;
	readonly #queue: Local;
	/** Where the word of the queue lies, from that of the first on. */
	readonly #address: Local;
	readonly #slot: Local;
	/** Chunks that all threads have finished. */
	readonly #done: Local;
	/** Queues not yet looked into, and then looks before this thread rests. */
	readonly #left: Local;
	/** Addresses claimed at once, of which the chunks are still to be run. */
	readonly #taken: Local;
	/** Addresses that this thread has finished of a queue. */
	readonly #finished: Local;

	constructor(code: Code, phase: Phase, { threads, queues }: Team, park: number) {
		this.#code = code;
		this.#phase = phase;
		this.#threads = threads;
		this.#queues = queues;
		this.#park = park;
		this.#run = code.parameter(0);
		this.#thread = code.parameter(1);
		this.#old = code.local('i64');
		this.#queue = code.local('i32');
		this.#address = code.local('i32');
		this.#slot = code.local('i32');
		this.#done = code.local('i32');
		this.#left = code.local('i32');
		this.#taken = code.local('i32');
		this.#finished = code.local('i32');
	}

	/** Works on the queues, its own first, until all are empty, and waits for the other threads. */
	emit(): void {
		const code = this.#code;
		const [queue, left] = [this.#queue, this.#left];
		code.get(this.#thread).set(queue).i32(this.#threads).set(left);
		code.loop((next) => {
			code.get(queue).i32(queueBytes).op('i32.mul').set(this.#address);
			this.#emptyQueue();
			this.#addFinished();
			code.get(queue).i32(1).op('i32.add').i32(this.#threads).op('i32.rem_u').set(queue);
			code.get(left).i32(1).op('i32.sub').tee(left).brIf(next);
		});
		this.#awaitOthers();
		code.i32(0);
	}

	#emptyQueue(): void {
		const code = this.#code;
		code.block((empty) => {
			code.loop((again) => {
				this.#claim(empty, again);
				this.#runClaimed();
				code.br(again);
			});
		});
	}

	/** Takes some slots of the queue; jumps if it is `empty`, or `again` if another thread was quicker. */
	#claim(empty: Label, again: Label): void {
		const code = this.#code;
		const { tasks, end } = this.#phase;
		const [old, address, taken, finished] = [this.#old, this.#address, this.#taken, this.#finished];
		code.get(address).access('i64.atomic.load', this.#queues).set(old);
		this.#leaveUnlessOpen();
		code.get(old).op('i32.wrap_i64').tee(this.#slot).i32(end).op('i32.ge_u').brIf(empty);
		code.get(emitShare(code, tasks, end, this.#slot)).set(taken);
		code.get(address).get(old).get(old).get(taken).op('i64.extend_i32_u').op('i64.add');
		code.access('i64.atomic.rmw.cmpxchg', this.#queues).get(old).op('i64.ne').brIf(again);
		code.get(finished).get(taken).op('i32.add').set(finished);
	}

	#runClaimed(): void {
		const code = this.#code;
		const [slot, taken] = [this.#slot, this.#taken];
		code.loop((another) => {
			emitSlot(code, this.#phase.groups, this.#queue, slot);
			code.get(slot).i32(1).op('i32.add').set(slot);
			code.get(taken).i32(1).op('i32.sub').tee(taken).brIf(another);
		});
	}

	/** A word that all threads write to is slow to come by: a thread adds up what it has finished of a queue. */
	#addFinished(): void {
		const code = this.#code;
		const finished = this.#finished;
		code.get(finished).if(() => {
			code.i32(control.done).get(finished).access('i32.atomic.rmw.add');
			code
				.get(finished)
				.op('i32.add')
				.i32(this.#threads * this.#phase.end)
				.op('i32.eq');
			// Whoever finishes the last chunk wakes those who rest.
			code.if(() => {
				code.i32(control.done).i32(0x7fff_ffff).access('memory.atomic.notify').op('drop');
			});
			code.i32(0).set(finished);
		});
	}

	/** Looks whether all chunks are done, and rests now and then. */
	#awaitOthers(): void {
		const code = this.#code;
		const [done, left] = [this.#done, this.#left];
		code.i32(spinsBeforeSleep).set(left);
		code.block((finished) => {
			code.loop((again) => {
				code.i32(control.done).access('i32.atomic.load').tee(done);
				code
					.i32(this.#threads * this.#phase.end)
					.op('i32.ge_u')
					.brIf(finished);
				this.#leaveIfStopped();
				code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
				code.get(done).call(this.#park).i32(spinsBeforeSleep).set(left).br(again);
			});
		});
	}

	/** A run that was stopped never gets all its chunks done. */
	#leaveIfStopped(): void {
		const code = this.#code;
		code.i32(this.#queues).access('i64.atomic.load').set(this.#old);
		this.#leaveUnlessOpen();
		code.get(this.#old).op('i32.wrap_i64').i32(closed).op('i32.eq');
		this.#leave();
	}

	/** Leaves if the queue whose word was read is already that of another run. */
	#leaveUnlessOpen(): void {
		const code = this.#code;
		code.get(this.#old).i64(32n).op('i64.shr_u').op('i32.wrap_i64').get(this.#run).op('i32.ne');
		this.#leave();
	}

	/** Ends the run for this thread if the i32 on the stack is not 0. */
	#leave(): void {
		const code = this.#code;
		code.if(() => {
			code.i32(1).op('return');
		});
	}
}

/**
 * How many slots of a queue to claim at once: half of those left (guided self-scheduling: Polychronopoulos and Kuck,
 * 1987), but of long chunks fewer. A claim waits until all that was stored before has arrived, which takes long where
 * another core has had it.
 */
function emitShare(code: Code, tasks: readonly Task[], end: number, slot: Local): Local {
	let [cost, count] = [0, 0];
	for (const task of tasks) {
		cost += task.cost;
		count += task.count;
	}
	const most = Math.max(1, Math.floor((maxClaimCost * count) / Math.max(cost, 1)));
	code.i32(end).get(slot).op('i32.sub').i32(1).op('i32.shr_u').i32(1).op('i32.add');
	const half = code.keep('i32');
	return lesser(code, half, code.i32(most).keep('i32'));
}
