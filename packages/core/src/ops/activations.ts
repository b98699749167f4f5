import { checkedNumber } from '../graph/arguments.ts';
import type { Node } from '../graph/node.ts';
import { where } from './comparison.ts';
import { type Operand, toFloating, toNode } from './operand.ts';

// Functions with two branches choose the branch by one comparison for value and derivatives alike, and
// feed the branch not taken a harmless argument, so that no derivative of any order meets 0 times infinity.

/** max(x, 0), with derivative 0 at 0; NaN stays NaN. */
export function relu(x: Operand): Node {
	const node = toNode('relu', x);
	return where(node.lessEqual(0), 0, node);
}

/** x where positive, `slope` x elsewhere; the derivative at 0 is `slope`. */
export function leakyRelu(x: Operand, slope = 0.01): Node {
	const node = floatingNode('leakyRelu', x);
	checkedNumber('leakyRelu', 'slope', slope);
	return where(node.greater(0), node, node.mul(slope));
}

/** x where positive, alpha (e^x - 1) elsewhere (Clevert et al. 2015). */
export function elu(x: Operand, alpha = 1): Node {
	const node = floatingNode('elu', x);
	checkedNumber('elu', 'alpha', alpha);
	const positive = node.greater(0);
	return where(positive, node, where(positive, 0, node).expm1().mul(alpha));
}

/** x times the standard normal distribution function of x (Hendrycks & Gimpel 2016), exactly, by erf. */
export function gelu(x: Operand): Node {
	const node = floatingNode('gelu', x);
	return node.mul(node.mul(Math.SQRT1_2).erf().add(1)).mul(0.5);
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: Operand): Node {
	const node = floatingNode('sigmoid', x);
	const decay = negativeMagnitude(node).exp();
	return where(node.greater(0), 1, decay).div(decay.add(1));
}

/** log(sigmoid(x)), without overflow. */
export function logSigmoid(x: Operand): Node {
	const node = floatingNode('logSigmoid', x);
	return where(node.greater(0), 0, node).sub(negativeMagnitude(node).exp().log1p());
}

/** log(1 + e^x), without overflow. */
export function softplus(x: Operand): Node {
	const node = floatingNode('softplus', x);
	return where(node.greater(0), node, 0).add(negativeMagnitude(node).exp().log1p());
}

/** x sigmoid(x), also called swish. */
export function silu(x: Operand): Node {
	const node = floatingNode('silu', x);
	return node.mul(sigmoid(node));
}

/** The perceptron's activation: 1 where x > 0, else 0, in the dtype of x; its derivative is 0. */
export function step(x: Operand): Node {
	const node = toNode('step', x);
	return node.greater(0).cast(node.dtype);
}

/** -|x|, with the derivative of its left branch at 0, as the functions above need. */
function negativeMagnitude(x: Node): Node {
	return where(x.greater(0), x.neg(), x);
}

function floatingNode(operation: string, x: Operand): Node {
	return toFloating(toNode(operation, x));
}
