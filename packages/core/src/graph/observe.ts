import { checkedFunction } from './arguments.ts';
import type { Node } from './node.ts';

/** Told of every Node as it is recorded, and where: the first line of the stack outside of this package. */
export type Observer = (node: Node, site: string) => void;

// Holds for the duration of one synchronous call, and is put back.
let active: Observer | null = null;

/** Runs `f` while `observer` is told of every Node recorded; for tools that explain graphs, as it is slow. */
export function observing<Result>(observer: Observer, f: () => Result): Result {
	checkedFunction('observing', 'the observer', observer);
	checkedFunction('observing', 'f', f);
	const outer = active;
	active = observer;
	try {
		return f();
	} finally {
		active = outer;
	}
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

/** Where this file is; undefined in a bundle that is no module. */
const ownFile: string | undefined = import.meta.url;
/** Where this package is, as stacks have it: a folder, or the bundle that it is part of. */
const ownFolder = ownFile?.replace(/^file:\/\//, '').replace(/graph\/[^/]*$/, '');

/** `file:line:column` of the nearest caller outside of this package. */
function callSite(): string {
	const frames = (new Error().stack ?? '').split('\n').slice(1);
	const caller =
		frames.find((frame) => ownFolder === undefined || !frame.includes(ownFolder)) ?? '';
	return caller.replace(/^.*\(|^\s*at (?:async )?|\)$/g, '');
}
