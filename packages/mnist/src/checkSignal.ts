import { describe } from '@pullback/core/arguments';

/** Refuses what is no AbortSignal, by what it can be asked: there are signals of other classes than the system's. */
export function checkSignal(operation: string, signal: AbortSignal): void {
	if (typeof signal === 'object' && typeof signal?.aborted === 'boolean') return;
	throw new TypeError(`${operation}: signal is ${describe(signal)}; it must be an AbortSignal`);
}
