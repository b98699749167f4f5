/** What `f` returns, which is what a user's function makes of an example; an error is told which one, and stays the same error. */
export function atExample<Result>(index: number, f: () => Result): Result {
	try {
		return f();
	} catch (error) {
		tellExample(error, index);
		throw error;
	}
}

/** The same of what is promised. */
export async function awaitedAtExample<Result>(
	index: number,
	f: () => Result | PromiseLike<Result>,
): Promise<Result> {
	try {
		return await f();
	} catch (error) {
		tellExample(error, index);
		throw error;
	}
}

function tellExample(error: unknown, index: number): void {
	if (!(error instanceof Error)) return;
	const { message, stack } = error;
	const placed = `${message}${message === '' ? '' : ' '}(at example ${index})`;
	// An error that is frozen stays as it is.
	if (!Reflect.set(error, 'message', placed) || stack === undefined || message === '') return;
	// By a function, as `replace` reads some signs of a text.
	Reflect.set(
		error,
		'stack',
		stack.replace(message, () => placed),
	);
}
