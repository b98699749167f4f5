import { checkedNumber } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { formatShape, normalizeAxis } from '../graph/shape.ts';
import { where } from './comparison.ts';
import { split } from './movement.ts';
import { type Operand, toFloating, toNode } from './operand.ts';
import { softmax } from './reductions.ts';

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

/**
 * x times the standard normal distribution function of x (Hendrycks & Gimpel 2016): exactly, by erf, or, where the
 * approximation is 'tanh', as x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, as GPT-2 has it.
 */
export function gelu(x: Operand, approximation: 'none' | 'tanh' = 'none'): Node {
	const node = floatingNode('gelu', x);
	if (approximation !== 'none' && approximation !== 'tanh')
		throw new TypeError(
			`gelu: approximation is ${describe(approximation)}; it must be 'none' or 'tanh'`,
		);
	if (approximation === 'none') return node.mul(node.mul(Math.SQRT1_2).erf().add(1)).mul(0.5);
	// Beyond 10 the tangent is 1 to the last bit, and x^3 may overflow.
	const near = node.clip(-10, 10);
	const cubic = near.mul(near.square().mul(0.044715).add(1));
	return node
		.mul(
			cubic
				.mul(Math.sqrt(2 / Math.PI))
				.tanh()
				.add(1),
		)
		.mul(0.5);
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

/** x tanh(log(1 + e^x)) (Misra 2019). */
export function mish(x: Operand): Node {
	const node = floatingNode('mish', x);
	return node.mul(softplus(node).tanh());
}

/** x from `low` to `high`, and the nearer of both elsewhere; the derivative is 0 at the two, unlike that of `clip`. */
export function hardtanh(x: Operand, low = -1, high = 1): Node {
	const node = floatingNode('hardtanh', x);
	checkedNumber('hardtanh', 'low', low);
	checkedNumber('hardtanh', 'high', high);
	if (!(low < high))
		throw new RangeError(`hardtanh: low is ${low} and high ${high}; low must be less`);
	return where(node.lessEqual(low), low, where(node.greaterEqual(high), high, node));
}

/** x from 0 to 6, and the nearer of both elsewhere; the derivative is 0 at the two (Howard et al. 2017). */
export function relu6(x: Operand): Node {
	return hardtanh(floatingNode('relu6', x), 0, 6);
}

/** A sigmoid of three straight lines: relu6(x + 3) / 6. */
export function hardsigmoid(x: Operand): Node {
	return hardtanh(floatingNode('hardsigmoid', x).add(3), 0, 6).div(6);
}

/** x hardsigmoid(x) (Howard et al. 2019); the derivatives at -3 and 3 are those from outside, 0 and 1. */
export function hardswish(x: Operand): Node {
	const node = floatingNode('hardswish', x);
	return node.mul(hardsigmoid(node));
}

/** softmax(-x) along an axis: the smallest has the largest share. */
export function softmin(x: Operand, axis = -1): Node {
	const node = floatingNode('softmin', x);
	normalizeAxis('softmin', axis, node.shape.length);
	return softmax(node.neg(), axis);
}

/**
 * The first half of x along an axis times the sigmoid of the second (Dauphin et al. 2017): the axis becomes half as long.
 * Throws ShapeError where it has no half.
 */
export function glu(x: Operand, axis = -1): Node {
	const node = floatingNode('glu', x);
	const at = normalizeAxis('glu', axis, node.shape.length);
	const length = node.shape[at] ?? 1;
	if (length % 2 !== 0)
		throw new ShapeError(
			`glu: axis ${at} of ${formatShape(node.shape)} has length ${length}; it must be even, for two halves`,
		);
	const [values, gates] = split(node, [length / 2, length / 2], at) as [Node, Node]; // two parts
	return values.mul(sigmoid(gates));
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
