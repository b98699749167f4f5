import type { Code, Label, Local } from '../assembler/code.ts';
import { closed, control, queueBytes } from '../control.ts';
import { lesser } from './scalar.ts';

/** Waiting threads look so often before they rest; if more often, they would take a core from one that works. */
const spins = 10_000;

/**
 * Chunks of so much work at the most are claimed at once, in vector instructions: about 10 microseconds. A thread that
 * loses its core for a while keeps the others waiting for what it has claimed.
 */
const mostCost = 160_000;

/** A kernel as a function of the module that does the chunk it is given. */
export interface Piece {
	readonly index: number;
	/** Its chunks. */
	readonly count: number;
	readonly cost: number;
	readonly checks: boolean;
}

/** Runs all chunks, phase by phase. */
export function emitAlone(code: Code, phases: readonly (readonly Piece[])[]): void {
	const chunk = code.local('i32');
	for (const pieces of phases) {
		for (const { index, count } of pieces) {
			if (count === 1) code.i32(0).call(index);
			if (count <= 1) continue;
			code.i32(0).set(chunk);
			code.loop((again) => {
				code.get(chunk).call(index);
				code.get(chunk).i32(1).op('i32.add').tee(chunk);
				code.i32(count).op('i32.lt_u').brIf(again);
			});
		}
		leaveIfOutOfRange(code, pieces);
	}
}

/**
 * Claims chunks, several at once, of the run that the first parameter numbers as the thread that the second one numbers,
 * phase by phase, until none is left; leaves early if the run is over. See `control`.
 */
export function emitTogether(
	code: Code,
	phases: readonly (readonly Piece[])[],
	threads: number,
	park: number,
): void {
	const emitter = new TogetherEmitter(code, threads, park);
	for (const pieces of phases) emitter.phase(pieces);
}

class TogetherEmitter {
	readonly #code: Code;
	readonly #threads: number;
	readonly #park: number;
	/** The word of a queue as it was read. */
	readonly #old: Local;
	readonly #queue: Local;
	/** Where the word of the queue lies, from that of the first on. */
	readonly #address: Local;
	readonly #place: Local;
	/** Chunks that all threads have finished. */
	readonly #done: Local;
	/** Queues not yet looked into, and then looks before this thread rests. */
	readonly #left: Local;
	/** Places claimed at once, of which the chunks are still to be run. */
	readonly #taken: Local;
	/** Places that this thread has finished of a queue. */
	readonly #finished: Local;
	/** Every queue has as many places: they are numbered from the first phase to the last. */
	#end = 0;

	constructor(code: Code, threads: number, park: number) {
		this.#code = code;
		this.#threads = threads;
		this.#park = park;
		this.#old = code.local('i64');
		this.#queue = code.local('i32');
		this.#address = code.local('i32');
		this.#place = code.local('i32');
		this.#done = code.local('i32');
		this.#left = code.local('i32');
		this.#taken = code.local('i32');
		this.#finished = code.local('i32');
	}

	/** Works on the queues, its own first, until all are empty, and waits for the other threads. */
	phase(pieces: readonly Piece[]): void {
		const groups = grouped(pieces, this.#threads, this.#end);
		const last = groups.at(-1);
		if (last === undefined) return;
		this.#end = last.end;
		const code = this.#code;
		const [queue, left] = [this.#queue, this.#left];
		code.get(code.parameter(1)).set(queue).i32(this.#threads).set(left);
		code.loop((next) => {
			code.get(queue).i32(queueBytes).op('i32.mul').set(this.#address);
			this.#emptyQueue(pieces, groups);
			this.#addFinished();
			code.get(queue).i32(1).op('i32.add').i32(this.#threads).op('i32.rem_u').set(queue);
			code.get(left).i32(1).op('i32.sub').tee(left).brIf(next);
		});
		this.#awaitOthers();
		leaveIfOutOfRange(code, pieces);
	}

	#emptyQueue(pieces: readonly Piece[], groups: readonly Group[]): void {
		const code = this.#code;
		code.block((empty) => {
			code.loop((again) => {
				this.#claim(pieces, empty, again);
				this.#runClaimed(groups);
				code.br(again);
			});
		});
	}

	/** Takes some places of the queue; jumps if it is `empty`, or `again` if another thread was quicker. */
	#claim(pieces: readonly Piece[], empty: Label, again: Label): void {
		const code = this.#code;
		const [old, address, taken, finished] = [this.#old, this.#address, this.#taken, this.#finished];
		code.get(address).access('i64.atomic.load', control.queues).set(old);
		this.#leaveUnlessOpen();
		code.get(old).op('i32.wrap_i64').tee(this.#place).i32(this.#end).op('i32.ge_u').brIf(empty);
		code.get(emitShare(code, pieces, this.#end, this.#place)).set(taken);
		code.get(address).get(old).get(old).get(taken).op('i64.extend_i32_u').op('i64.add');
		code.access('i64.atomic.rmw.cmpxchg', control.queues).get(old).op('i64.ne').brIf(again);
		code.get(finished).get(taken).op('i32.add').set(finished);
	}

	#runClaimed(groups: readonly Group[]): void {
		const code = this.#code;
		const [place, taken] = [this.#place, this.#taken];
		code.loop((another) => {
			emitPlace(code, groups, this.#queue, place);
			code.get(place).i32(1).op('i32.add').set(place);
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
				.i32(this.#threads * this.#end)
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
		code.i32(spins).set(left);
		code.block((finished) => {
			code.loop((again) => {
				code.i32(control.done).access('i32.atomic.load').tee(done);
				code
					.i32(this.#threads * this.#end)
					.op('i32.ge_u')
					.brIf(finished);
				this.#leaveIfStopped();
				code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
				code.get(done).call(this.#park).i32(spins).set(left).br(again);
			});
		});
	}

	/** A run that was stopped never gets all its chunks done. */
	#leaveIfStopped(): void {
		const code = this.#code;
		code.i32(control.queues).access('i64.atomic.load').set(this.#old);
		this.#leaveUnlessOpen();
		code.get(this.#old).op('i32.wrap_i64').i32(closed).op('i32.eq');
		leave(code);
	}

	/** Leaves if the queue whose word was read is already that of another run. */
	#leaveUnlessOpen(): void {
		const code = this.#code;
		code.get(this.#old).i64(32n).op('i64.shr_u').op('i32.wrap_i64');
		code.get(code.parameter(0)).op('i32.ne');
		leave(code);
	}
}

/**
 * How many places of a queue to claim at once: half of those left (guided self-scheduling: Polychronopoulos and Kuck,
 * 1987), but of long chunks fewer. A claim waits until all that was stored before has arrived, which takes long where
 * another core has had it.
 */
function emitShare(code: Code, pieces: readonly Piece[], end: number, place: Local): Local {
	let [cost, count] = [0, 0];
	for (const piece of pieces) {
		cost += piece.cost;
		count += piece.count;
	}
	const most = Math.max(1, Math.floor((mostCost * count) / Math.max(cost, 1)));
	code.i32(end).get(place).op('i32.sub').i32(1).op('i32.shr_u').i32(1).op('i32.add');
	const half = code.keep('i32');
	return lesser(code, half, code.i32(most).keep('i32'));
}

/** Pieces of a phase whose chunks are dealt out together: to each queue its share, one after another. */
interface Group {
	readonly pieces: readonly Piece[];
	readonly count: number;
	/** The chunks that lie in each queue; in the last there may be fewer, and then its last places are empty. */
	readonly share: number;
	/** The first of their places in a queue, and the one after the last. */
	readonly start: number;
	readonly end: number;
}

/** Each piece alone, so that a thread has the same part of all of them; those of few chunks together. */
function grouped(pieces: readonly Piece[], threads: number, start: number): Group[] {
	const few = pieces.filter(({ count }) => count > 0 && count < 2 * threads);
	const many = pieces.filter(({ count }) => count >= 2 * threads);
	let end = start;
	return [...many.map((piece) => [piece]), few]
		.filter((group) => group.length > 0)
		.map((group): Group => {
			const first = end;
			const count = group.reduce((sum, piece) => sum + piece.count, 0);
			const share = Math.ceil(count / threads);
			end += share;
			return { pieces: group, count, share, start: first, end };
		});
}

/** Runs the chunk at a place of a queue. */
function emitPlace(code: Code, groups: readonly Group[], queue: Local, place: Local): void {
	emitFound(code, groups, place, ({ pieces, count, share, start }) => {
		code.get(queue).i32(share).op('i32.mul').get(place).op('i32.add');
		const chunk = code.i32(start).op('i32.sub').keep('i32');
		code.get(chunk).i32(count).op('i32.lt_u');
		code.if(() => {
			emitFound(code, numbered(pieces), chunk, ({ start, index }) => {
				code.get(chunk).i32(start).op('i32.sub').call(index);
			});
		});
	});
}

/** Pieces, and where each begins in the chunks of all of them. */
function numbered(pieces: readonly Piece[]): (Piece & { readonly start: number })[] {
	let start = 0;
	return pieces.map((piece) => {
		const own = { ...piece, start };
		start += piece.count;
		return own;
	});
}

/** Emits what finds, by halves, the last of the parts that begins at or before a position, and code for each. */
function emitFound<Part extends { readonly start: number }>(
	code: Code,
	parts: readonly Part[],
	position: Local,
	emit: (part: Part) => void,
): void {
	const [part] = parts;
	if (part === undefined) return;
	if (parts.length === 1) {
		emit(part);
		return;
	}
	const half = parts.length >> 1;
	code
		.get(position)
		.i32(parts[half]?.start ?? 0)
		.op('i32.lt_u');
	code.if(
		() => emitFound(code, parts.slice(0, half), position, emit),
		() => emitFound(code, parts.slice(half), position, emit),
	);
}

function leaveIfOutOfRange(code: Code, pieces: readonly Piece[]): void {
	if (!pieces.some(({ checks }) => checks)) return;
	code.i32(control.outOfRange).access('i32.load');
	leave(code);
}

/** Ends the function if the i32 on the stack is not 0. */
function leave(code: Code): void {
	code.if(() => {
		code.op('return');
	});
}
