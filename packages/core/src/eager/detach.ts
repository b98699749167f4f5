import type { Node } from '../graph/node.ts';
import { stopGradient } from '../ops/arithmetic.ts';
import { type Operand, toNode } from '../ops/operand.ts';
import { activeTrace } from '../program/trace.ts';
import { isMapping } from '../transforms/mapping.ts';
import { computed } from './evaluate.ts';

/**
 * The value of x without what it was computed from, which it does not keep alive: for state that is made of itself again and
 * again. Its derivative is zero, as that of `stopGradient`, which it is while a function is compiled or mapped; computed at
 * once otherwise.
 */
export function detach(x: Operand): Node {
	const node = stopGradient(toNode('detach', x));
	if (activeTrace() === null && !isMapping()) computed(node);
	return node;
}
