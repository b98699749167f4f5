import type { Node } from '../graph/node.ts';
import type { Variable } from './variable.ts';

// Holds for the duration of one synchronous call, and is put back.
let active: ReadonlyMap<Variable, Node> | null = null;

/** Whether any Variable stands for another value than its own. */
export function isSubstituting(): boolean {
	return active !== null;
}

/** What a Variable stands for in place of its own value, if it does. */
export function substituteOf(variable: Variable): Node | undefined {
	return active?.get(variable);
}

/** Runs `f` while Variables stand for other values, on top of those that already do. */
export function withSubstitutes<Result>(
	substitutes: ReadonlyMap<Variable, Node>,
	f: () => Result,
): Result {
	const outer = active;
	active = outer === null ? substitutes : new Map([...outer, ...substitutes]);
	try {
		return f();
	} finally {
		active = outer;
	}
}
