/** Told of every call of a module that has returned, with its output; of inner ones first. */
export type CallObserver = (module: object, output: unknown) => void;

// Holds for the duration of one synchronous call, and is put back.
let active: CallObserver | null = null;

/** Runs `f` while `observer`, and no other, is told of the calls of modules. */
export function observingCalls(observer: CallObserver, f: () => void): void {
	const outer = active;
	active = observer;
	try {
		f();
	} finally {
		active = outer;
	}
}

/** Tells the observer, if there is one, what a module returned. */
export function announceCall(module: object, output: unknown): void {
	active?.(module, output);
}
