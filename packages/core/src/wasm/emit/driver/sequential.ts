import type { Code } from '../../assembler/code.ts';
import { leaveIfOutOfRange, type Task } from './task.ts';

/** Runs all chunks, phase by phase. */
export function emitSequential(code: Code, phases: readonly (readonly Task[])[]): void {
	const chunk = code.local('i32');
	for (const tasks of phases) {
		for (const { index, count } of tasks) {
			if (count === 1) code.i32(0).call(index);
			if (count <= 1) continue;
			code.i32(0).set(chunk);
			code.loop((again) => {
				code.get(chunk).call(index);
				code.get(chunk).i32(1).op('i32.add').tee(chunk);
				code.i32(count).op('i32.lt_u').brIf(again);
			});
		}
		leaveIfOutOfRange(code, tasks);
	}
}
