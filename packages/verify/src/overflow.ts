import { type Compile, compiler, type Node } from '@pullback/core';
import { deviating } from './deviating.ts';

/**
 * Whether the first value that is not finite, of all that is computed while `use` runs, has overflowed: it is infinite,
 * and made of finite numbers other than 0. What it makes of others, such as NaN, says nothing of the rules.
 */
export function overflows(use: (compile: Compile) => unknown): boolean {
	let first: boolean | null = null;
	const watching = deviating(0, (node) => {
		first ??= overflowOf(node);
		return null;
	});
	use(compiler(watching));
	return first ?? false;
}

/** Whether a Node has overflowed; null where all its elements are finite. */
function overflowOf(node: Node): boolean | null {
	const elements = node.view();
	if (elements.some(Number.isNaN)) return false;
	const at = elements.findIndex((x) => !Number.isFinite(x));
	if (at < 0) return null;
	// Operands of another shape are summed up or multiplied, which makes nothing infinite of 0.
	return node.inputs.every((input) => {
		const operand = input.view();
		return operand.length !== elements.length || operand[at] !== 0;
	});
}
