import { checkedFunction, checkedOptions } from '@pullback/core/arguments';

/** Told of calls of modules, inner ones between the beginning and the end of those that make them. */
export interface CallObserver {
	/** A call begins: what is recorded from now on, until it ends, is of this module or of those that it calls. */
	entered?(module: object): void;
	/** A call has ended, with its output. */
	returned?(module: object, output: unknown): void;
	/** A call has ended by an error. */
	threw?(module: object): void;
}

// Holds for the duration of one synchronous call, and is put back.
let active: CallObserver | null = null;

/** Runs `f` while `observer`, and no other, is told of the calls of modules; for tools that explain nets. */
export function observingCalls<Result>(observer: CallObserver, f: () => Result): Result {
	const names = ['entered', 'returned', 'threw'] as const;
	const told = checkedOptions('observingCalls', observer, names);
	for (const name of names)
		if (told[name] !== undefined) checkedFunction('observingCalls', name, told[name]);
	checkedFunction('observingCalls', 'f', f);
	const outer = active;
	active = observer;
	try {
		return f();
	} finally {
		active = outer;
	}
}

/** Makes a call of a module, of which the observer is told, if there is one, with what `outputOf` makes of the result. */
export function announced<Result>(
	module: object,
	call: () => Result,
	outputOf: (result: Result) => unknown = (result) => result,
): Result {
	const observer = active;
	if (observer === null) return call();
	observer.entered?.(module);
	let result: Result;
	try {
		result = call();
	} catch (error) {
		observer.threw?.(module);
		throw error;
	}
	observer.returned?.(module, outputOf(result));
	return result;
}
