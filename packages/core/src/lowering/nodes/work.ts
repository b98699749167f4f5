import type { Node } from '../../graph/node.ts';
import { sizeOf } from '../../graph/shape.ts';
import { termsOf } from '../../ops/convolutionRule.ts';
import type { ParamsOf } from '../../ops/primitives.ts';
import { minFunctionCost } from '../ir/elementCosts.ts';
import { ruleOf } from './rules.ts';

/** Additions that the interpreter does in the time of a call of a function of `Math`, whichever it is. */
const callCost = 12;

/**
 * About how many additions of the interpreter's a Node takes by itself. 0 for what only moves elements or does
 * little to each: there an engine gains no more than it takes to copy them in and out.
 */
function workOf(node: Node): number {
	const rule = ruleOf(node);
	const operand = node.inputs[0]?.shape ?? [];
	switch (rule.kind) {
		case 'matmul':
			return sizeOf(node.shape) * (operand.at(-1) ?? 0);
		case 'convolution': {
			const [, kernels = node] = node.inputs;
			return sizeOf(node.shape) * termsOf(kernels, node.params as ParamsOf<'convolution'>); // by its rule
		}
		case 'element':
			return rule.cost < minFunctionCost ? 0 : callCost * sizeOf(node.shape);
		case 'reduction':
			return sizeOf(operand);
		case 'random':
			return 25 * sizeOf(node.shape);
		case 'along':
			return rule.algorithm === 'cumsum' ? 0 : 500 * sizeOf(node.shape);
		default:
			return 0;
	}
}

/** The least work that is worth an engine, in additions: what the interpreter does while one makes a program, 1 to 2 ms. */
const minEngineWork = 2 ** 20;

/** Whether an engine had better compute a Node that is computed once and by itself. */
export function isMuchWork(node: Node): boolean {
	return workOf(node) >= minEngineWork;
}
