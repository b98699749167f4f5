import { checkedFunction } from './arguments.ts';
import { callSite } from './callSite.ts';
import type { Node } from './node.ts';

/**
 * Told of every Node as it is recorded, and where: the nearest line of the stack that is no line of Pullback’s. Of a Node
 * that is recorded by the derivative of another, also of that other.
 */
export type Observer = (node: Node, site: string, derivativeOf: Node | null) => void;

// Holds for the duration of one synchronous call, and is put back.
let active: Observer | null = null;
let derived: Node | null = null;

/**
 * Runs `f` while `observer` is told of every Node recorded, after those observers that are told already; for tools that
 * explain graphs, as it is slow.
 */
export function observing<Result>(observer: Observer, f: () => Result): Result {
	checkedFunction('observing', 'the observer', observer);
	checkedFunction('observing', 'f', f);
	const [outer, outerDerived] = [active, derived];
	active = outer === null ? observer : chained(outer, observer);
	derived = null;
	try {
		return f();
	} finally {
		active = outer;
		derived = outerDerived;
	}
}

/**
 * Has `observer` told of every Node from now on, of none if it is null: for a program that has a realm to itself and awaits,
 * such as one in a Worker of the playground. No call of `observing` lasts through an await.
 */
export function observeFromNowOn(observer: Observer | null): void {
	active = observer;
}

function chained(outer: Observer, inner: Observer): Observer {
	return (node, site, derivativeOf) => {
		outer(node, site, derivativeOf);
		inner(node, site, derivativeOf);
	};
}

/**
 * Has the observer, if there is one, told that what is recorded from now on is part of the derivative of `node`; of none,
 * if it is null. Returns what held before, to be put back.
 */
export function recordingDerivativeOf(node: Node | null): Node | null {
	const outer = derived;
	if (active !== null) derived = node;
	return outer;
}

/** Tells the observer, if there is one; not of Nodes that it records itself. */
export function announce(node: Node): void {
	if (active === null) return;
	const observer = active;
	active = null;
	try {
		observer(node, callSite(), derived);
	} finally {
		active = observer;
	}
}
