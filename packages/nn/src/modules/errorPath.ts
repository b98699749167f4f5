import type { Part } from './parts.ts';

/** Where in a net an error arose, as far as it has come up. */
interface Origin {
	/** The outermost module that it has passed, and the path within that. */
	readonly whole: object;
	readonly path: string;
	/** As they were where it was thrown. */
	readonly message: string;
	readonly stack: string | undefined;
}

// What else is known of an error, as long as somebody has it.
const origins = new WeakMap<Error, Origin>();

/**
 * What `f` returns, which is what a module or function in a net does. An error on the way is told the path by which
 * `whole` holds the part that threw it; it stays the same error, with its class and its stack.
 */
export function within<Result>(
	whole: object,
	f: () => Result,
	partsOfWhole: () => Iterable<Part> = () => [],
): Result {
	try {
		return f();
	} catch (error) {
		if (error instanceof Error) addPath(error, whole, partsOfWhole);
		throw error;
	}
}

function addPath(error: Error, whole: object, partsOfWhole: () => Iterable<Part>): void {
	const origin = origins.get(error);
	if (origin === undefined) {
		const { message, stack } = error;
		origins.set(error, { whole, path: '', message, stack });
		return;
	}
	const { message, stack } = origin;
	const path = pathTo(origin.whole, partsOfWhole);
	if (path === null) return;
	const longer = origin.path === '' ? path : `${path}.${origin.path}`;
	origins.set(error, { whole, path: longer, message, stack });
	const place = `(in ${longer} of ${whole.constructor.name || 'a module'})`;
	const placed = message === '' ? place : `${message} ${place}`;
	// An error that is frozen stays as it is.
	if (!Reflect.set(error, 'message', placed)) return;
	// Stacks of Firefox are without the message; one that is set there is shown among the error's own fields.
	if (stack === undefined || message === '' || !stack.includes(message)) return;
	// By a function, as `replace` reads some signs of a text.
	const shown = stack.replace(message, () => placed);
	Reflect.set(error, 'stack', shown);
}

/** The path of a part; null if it is none of them, or that cannot be found out. */
function pathTo(part: object, partsOfWhole: () => Iterable<Part>): string | null {
	try {
		for (const { value, path } of partsOfWhole()) if (value === part) return path;
	} catch {
		// Fields may throw, and the stack may be full: what matters more is the error that is on its way.
	}
	return null;
}
