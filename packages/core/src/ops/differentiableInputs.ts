import { isFloating } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { primitives } from './primitives.ts';

/** The inputs of a Node that derivatives may reach by it: none where it is of integers or truth values, or stops gradients. */
export function differentiableInputs({ dtype, primitive, inputs }: Node): readonly Node[] {
	return isFloating(dtype) && primitive !== primitives.stopGradient ? inputs : none;
}

const none: readonly Node[] = [];
