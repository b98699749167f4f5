import type { Group } from '../../../lowering/execution/queues.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { Piece } from './piece.ts';

/** Runs the chunk at a place of a queue. */
export function emitPlace(
	code: Code,
	groups: readonly Group<Piece>[],
	queue: Local,
	place: Local,
): void {
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
