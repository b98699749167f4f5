// Holds for the duration of synchronous calls, and is put back.
let calls = 0;

/** Whether a function is called on symbols that stand for the examples of a batch. */
export function isMapping(): boolean {
	return calls > 0;
}

/** Runs `f`, which calls a function on such symbols. */
export function mapping<Result>(f: () => Result): Result {
	calls++;
	try {
		return f();
	} finally {
		calls--;
	}
}
