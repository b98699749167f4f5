import type { Code } from '../../assembler/code.ts';
import { leaveIfOutOfRange, type Piece } from './piece.ts';

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
