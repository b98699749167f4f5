import { checkedFunction } from './arguments.ts';
import { callSite } from './callSite.ts';
import type { Node } from './node.ts';

/** Told of every Node as it is recorded, and where: the nearest line of the stack that is no line of Pullback’s. */
export type Observer = (node: Node, site: string) => void;

// Holds for the duration of one synchronous call, and is put back.
let active: Observer | null = null;

/**
 * Runs `f` while `observer` is told of every Node recorded, after those observers that are told already; for tools that
 * explain graphs, as it is slow.
 */
export function observing<Result>(observer: Observer, f: () => Result): Result {
	checkedFunction('observing', 'the observer', observer);
	checkedFunction('observing', 'f', f);
	const outer = active;
	active = outer === null ? observer : chained(outer, observer);
	try {
		return f();
	} finally {
		active = outer;
	}
}

function chained(outer: Observer, inner: Observer): Observer {
	return (node, site) => {
		outer(node, site);
		inner(node, site);
	};
}

/** Tells the observer, if there is one; not of Nodes that it records itself. */
export function announce(node: Node): void {
	if (active === null) return;
	const observer = active;
	active = null;
	try {
		observer(node, callSite());
	} finally {
		active = observer;
	}
}
