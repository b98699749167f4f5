import type { Code, Local } from '../assembler/code.ts';
import { closed, control } from '../control.ts';

/** Waiting threads look so often before they rest. */
const spins = 4000;

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
 * Claims chunks of the run that the parameter numbers, phase by phase, until none is left; leaves early if the run is
 * over. See `control`.
 */
export function emitTogether(
	code: Code,
	phases: readonly (readonly Piece[])[],
	park: number,
): void {
	const run = code.parameter(0);
	const old = code.local('i64');
	const [chunk, done, left] = [code.local('i32'), code.local('i32'), code.local('i32')];
	let first = 0;
	for (const pieces of phases) {
		const start = first;
		const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
		const end = start + count;
		first = end;
		if (count === 0) continue;
		code.block((finished) => {
			code.loop((again) => {
				code.i32(control.claim).access('i64.atomic.load').tee(old);
				code
					.i64(32n)
					.op('i64.shr_u')
					.op('i32.wrap_i64')
					.get(run)
					.op('i32.ne')
					.if(() => {
						code.op('return');
					});
				code.get(old).op('i32.wrap_i64').tee(chunk).i32(end).op('i32.ge_u').brIf(finished);
				code.i32(control.claim).get(old).get(old).i64(1n).op('i64.add');
				code.access('i64.atomic.rmw.cmpxchg').get(old).op('i64.ne').brIf(again);
				emitChunk(code, numbered(pieces, start), chunk);
				// Whoever finishes the last chunk wakes those who rest.
				code
					.i32(control.done)
					.i32(1)
					.access('i32.atomic.rmw.add')
					.i32(end - 1)
					.op('i32.eq');
				code.if(() => {
					code.i32(control.done).i32(0x7fff_ffff).access('memory.atomic.notify').op('drop');
				});
				code.br(again);
			});
		});
		code.i32(spins).set(left);
		code.block((finished) => {
			code.loop((again) => {
				code.i32(control.done).access('i32.atomic.load').tee(done);
				code.i32(end).op('i32.ge_u').brIf(finished);
				code.i32(control.claim).access('i64.atomic.load').tee(old);
				code.i64(32n).op('i64.shr_u').op('i32.wrap_i64').get(run).op('i32.ne');
				// A run that was stopped never gets all its chunks done.
				code.get(old).op('i32.wrap_i64').i32(closed).op('i32.eq').op('i32.or');
				code.if(() => {
					code.op('return');
				});
				code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
				code.get(done).call(park).i32(spins).set(left).br(again);
			});
		});
		leaveIfOutOfRange(code, pieces);
	}
}

/** A piece, and the number of its first chunk among all of the run. */
type NumberedPiece = Piece & { readonly first: number };

function numbered(pieces: readonly Piece[], start: number): NumberedPiece[] {
	let first = start;
	return pieces
		.filter(({ count }) => count > 0)
		.map((piece) => {
			const own = { ...piece, first };
			first += piece.count;
			return own;
		});
}

/** Runs the chunk of a phase that `chunk` counts, whose piece is found by halves. */
function emitChunk(code: Code, pieces: readonly NumberedPiece[], chunk: Local): void {
	const [piece] = pieces;
	if (piece === undefined) return;
	if (pieces.length === 1) {
		code.get(chunk).i32(piece.first).op('i32.sub').call(piece.index);
		return;
	}
	const half = pieces.length >> 1;
	code
		.get(chunk)
		.i32(pieces[half]?.first ?? 0)
		.op('i32.lt_u');
	code.if(
		() => emitChunk(code, pieces.slice(0, half), chunk),
		() => emitChunk(code, pieces.slice(half), chunk),
	);
}

function leaveIfOutOfRange(code: Code, pieces: readonly Piece[]): void {
	if (!pieces.some(({ checks }) => checks)) return;
	code
		.i32(control.outOfRange)
		.access('i32.load')
		.if(() => {
			code.op('return');
		});
}
