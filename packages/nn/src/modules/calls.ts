import { checkedFunction, checkedOptions } from '@pullback/core/arguments';

/** Told of calls of modules. A call that throws does not return, nor do those within it. */
export interface CallObserver {
	/** A call begins: what is recorded from now on, until it returns, is of this module or of those that it calls. */
	entered?(module: object): void;
	/** A call has returned, with its output; inner ones do before those that make them. */
	returned?(module: object, output: unknown): void;
}

// Holds for the duration of one synchronous call, and is put back.
let active: CallObserver | null = null;

/** Runs `f` while `observer`, and no other, is told of the calls of modules; for tools that explain nets. */
export function observingCalls<Result>(observer: CallObserver, f: () => Result): Result {
	const { entered, returned } = checkedOptions('observingCalls', observer, ['entered', 'returned']);
	if (entered !== undefined) checkedFunction('observingCalls', 'entered', entered);
	if (returned !== undefined) checkedFunction('observingCalls', 'returned', returned);
	checkedFunction('observingCalls', 'f', f);
	const outer = active;
	active = observer;
	try {
		return f();
	} finally {
		active = outer;
	}
}

/** Tells the observer, if there is one, that a call of a module begins. */
export function announceEntry(module: object): void {
	active?.entered?.(module);
}

/** Tells the observer, if there is one, what a module returned. */
export function announceCall(module: object, output: unknown): void {
	active?.returned?.(module, output);
}
