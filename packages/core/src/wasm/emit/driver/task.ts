import type { Code } from '../../assembler/code.ts';
import { control } from '../../control.ts';

/** A kernel as a function of the module that does the chunk it is given. */
export interface Task {
	readonly index: number;
	/** What its module calls it. */
	readonly name: string;
	/** Its chunks. */
	readonly count: number;
	readonly cost: number;
	readonly checks: boolean;
}

/** Ends the run after a phase whose checks have found an element out of range. */
export function leaveIfOutOfRange(code: Code, tasks: readonly Task[]): void {
	if (!tasks.some(({ checks }) => checks)) return;
	code.i32(control.outOfRange).access('i32.load');
	leave(code);
}

/** Ends the function if the i32 on the stack is not 0. */
export function leave(code: Code): void {
	code.if(() => {
		code.op('return');
	});
}
