import type { Node } from '../graph/node.ts';
import type { Variable } from './variable.ts';

/** What a function reads and assigns while it is being traced. */
export interface Trace {
	/** The current Node of every Variable met so far: its symbolic leaf, or what was assigned last. */
	readonly current: Map<Variable, Node>;
	/** The symbolic leaves of Variables: what was read before anything was assigned. */
	readonly leaves: Set<Node>;
	/** The Variables assigned, with their next values. */
	readonly assigned: Map<Variable, Node>;
}

// The only state outside of values: it holds for the duration of one synchronous call, and is put back.
let active: Trace | null = null;

/** The trace being recorded, if any. */
export function activeTrace(): Trace | null {
	return active;
}

/** Runs `f` while `trace` notes its Variables. */
export function tracing<Result>(trace: Trace, f: () => Result): Result {
	const outer = active;
	active = trace;
	try {
		return f();
	} finally {
		active = outer;
	}
}
