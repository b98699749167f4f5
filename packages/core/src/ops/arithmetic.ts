import { checkedDType, type DType, isFloating } from '../graph/dtype.ts';
import { type Node, type Primitive, record } from '../graph/node.ts';
import { broadcastShapes } from '../graph/shape.ts';
import { logicalAnd, logicalOr, where } from './comparison.ts';
import { broadcastNode } from './movement.ts';
import { castTo, type Operand, toFloating, toNode, toNodes } from './operand.ts';
import { primitives } from './primitives.ts';

/** x + y; on truth values, or. */
export function add(x: Operand, y: Operand): Node {
	return arithmetic(primitives.add, x, y, logicalOr);
}

/** x - y. */
export function sub(x: Operand, y: Operand): Node {
	const [a, b] = toNodes('sub', [x, y]) as [Node, Node]; // as many as were passed
	return broadcastPair('sub', primitives.add, [a, neg(b)]);
}

/** x y, elementwise; on truth values, and. */
export function mul(x: Operand, y: Operand): Node {
	return arithmetic(primitives.mul, x, y, logicalAnd);
}

/** x / y; integers become f32. */
export function div(x: Operand, y: Operand): Node {
	return broadcastPair('div', primitives.div, toNodes('div', [x, y]).map(toFloating));
}

/** -x. */
export function neg(x: Operand): Node {
	return record(primitives.neg, [toNode('neg', x)], null);
}

/** 1 / x. */
export function reciprocal(x: Operand): Node {
	return div(1, toFloating(toNode('reciprocal', x)));
}

/** x^2. */
export function square(x: Operand): Node {
	const node = toNode('square', x);
	return mul(node, node);
}

/** The square root; NaN below 0. Its derivative at 0 is infinite. */
export function sqrt(x: Operand): Node {
	return floating(primitives.sqrt, x);
}

/** 1 / sqrt(x). */
export function rsqrt(x: Operand): Node {
	return reciprocal(sqrt(toNode('rsqrt', x)));
}

/** e^x. */
export function exp(x: Operand): Node {
	return floating(primitives.exp, x);
}

/** e^x - 1, accurate near 0. */
export function expm1(x: Operand): Node {
	return floating(primitives.expm1, x);
}

/** The natural logarithm; -Infinity at 0, NaN below. */
export function log(x: Operand): Node {
	return floating(primitives.log, x);
}

/** log(1 + x), accurate near 0. */
export function log1p(x: Operand): Node {
	return floating(primitives.log1p, x);
}

/** The sine of x in radians. */
export function sin(x: Operand): Node {
	return floating(primitives.sin, x);
}

/** The cosine of x in radians. */
export function cos(x: Operand): Node {
	return floating(primitives.cos, x);
}

/** The hyperbolic tangent. */
export function tanh(x: Operand): Node {
	return floating(primitives.tanh, x);
}

/** The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: Operand): Node {
	return floating(primitives.erf, x);
}

/** The tangent of x in radians. */
export function tan(x: Operand): Node {
	return floating(primitives.tan, x);
}

/** The angle in radians whose sine is x, from -pi/2 to pi/2; NaN where |x| > 1. Its derivative at -1 and 1 is infinite. */
export function asin(x: Operand): Node {
	return floating(primitives.asin, x);
}

/** The angle in radians whose cosine is x, from 0 to pi; NaN where |x| > 1. Its derivative at -1 and 1 is -Infinity. */
export function acos(x: Operand): Node {
	return floating(primitives.acos, x);
}

/** The angle in radians whose tangent is x, from -pi/2 to pi/2. */
export function atan(x: Operand): Node {
	return floating(primitives.atan, x);
}

/** The angle in radians of the point (x, y) from the axis of x, from -pi to pi; of zeros and infinities as in C. */
export function atan2(y: Operand, x: Operand): Node {
	return broadcastPair('atan2', primitives.atan2, toNodes('atan2', [y, x]).map(toFloating));
}

/** The hyperbolic sine. */
export function sinh(x: Operand): Node {
	return floating(primitives.sinh, x);
}

/** The hyperbolic cosine. */
export function cosh(x: Operand): Node {
	return floating(primitives.cosh, x);
}

/** The number whose hyperbolic sine is x. */
export function asinh(x: Operand): Node {
	return floating(primitives.asinh, x);
}

/** The number from 0 whose hyperbolic cosine is x; NaN below 1, where its derivative is infinite. */
export function acosh(x: Operand): Node {
	return floating(primitives.acosh, x);
}

/** The number whose hyperbolic tangent is x; infinite at -1 and 1, NaN beyond. */
export function atanh(x: Operand): Node {
	return floating(primitives.atanh, x);
}

/** 2^x, exact for whole numbers. */
export function exp2(x: Operand): Node {
	return floating(primitives.exp2, x);
}

/** The logarithm to base 2, exact for powers of 2; -Infinity at 0, NaN below. */
export function log2(x: Operand): Node {
	return floating(primitives.log2, x);
}

/** The logarithm to base 10, exact for powers of 10 from 1; -Infinity at 0, NaN below. */
export function log10(x: Operand): Node {
	return floating(primitives.log10, x);
}

/** The number whose error function is x; infinite at -1 and 1, NaN beyond. */
export function erfinv(x: Operand): Node {
	return floating(primitives.erfinv, x);
}

/** The logarithm of |gamma(x)|; Infinity at 0, at negative whole numbers and at -Infinity, as in C. */
export function lgamma(x: Operand): Node {
	return floating(primitives.lgamma, x);
}

/**
 * The derivative of `lgamma`. At its poles: -Infinity at 0 and Infinity at -0, the limits from either side, and NaN at
 * negative whole numbers, as SciPy and PyTorch have it.
 */
export function digamma(x: Operand): Node {
	return floating(primitives.digamma, x);
}

/**
 * x - y floor(x / y), exactly rounded: what is left of x, with the sign of y; NaN where y is 0 or x infinite. For whole
 * numbers, a RangeError when computed if y is 0.
 */
export function mod(x: Operand, y: Operand): Node {
	return arithmetic(primitives.mod, x, y);
}

/**
 * floor(x / y), of the exact quotient, so that x is y floorDivide(x, y) + mod(x, y); NaN where y is 0 or x infinite. Whole
 * numbers stay whole; a RangeError when computed if y is 0, and -2^31 by -1 wraps. Its derivatives are 0.
 */
export function floorDivide(x: Operand, y: Operand): Node {
	return arithmetic(primitives.floorDivide, x, y);
}

/** x^y, with IEEE 754's pow(1, y) = pow(x, 0) = 1 for every x and y. Integers to a negative power: RangeError. */
export function pow(x: Operand, y: Operand): Node {
	return arithmetic(primitives.pow, x, y);
}

/** |x|, with derivative 0 at 0. */
export function abs(x: Operand): Node {
	return record(primitives.abs, [toNode('abs', x)], null);
}

/** -1, 0 or 1, and NaN for NaN. */
export function sign(x: Operand): Node {
	return record(primitives.sign, [toNode('sign', x)], null);
}

/** The nearest whole number that is not greater. */
export function floor(x: Operand): Node {
	return rounding(primitives.floor, x);
}

/** The nearest whole number that is not less. */
export function ceil(x: Operand): Node {
	return rounding(primitives.ceil, x);
}

/** The nearest whole number; from halfway, the even one. */
export function round(x: Operand): Node {
	return rounding(primitives.round, x);
}

/** The greater of x and y, NaN if either is; where they tie, each has half the derivative. */
export function maximum(x: Operand, y: Operand): Node {
	return arithmetic(primitives.maximum, x, y, logicalOr);
}

/** The lesser of x and y, NaN if either is; where they tie, each has half the derivative. */
export function minimum(x: Operand, y: Operand): Node {
	return arithmetic(primitives.minimum, x, y, logicalAnd);
}

/**
 * x, raised to `low` where it is less and lowered to `high` where it is greater; `null` leaves a side open.
 * The derivative in x is 1 from low to high, both included, and 0 outside and at NaN. If low > high, high;
 * NaN where any of the three is.
 */
export function clip(x: Operand, low: Operand | null, high: Operand | null): Node {
	const operands = [x, low === null ? -Infinity : low, high === null ? Infinity : high];
	const node = toNode('clip', x);
	if (!isFloating(node.dtype) && (low === null || high === null)) {
		if (low !== null) return maximum(node, low);
		return high === null ? node : minimum(node, high);
	}
	const [a, least, most] = toNodes('clip', operands) as [Node, Node, Node]; // as many as were passed
	broadcastShapes('clip', [a.shape, least.shape, most.shape]);
	const inside = logicalAnd(a.greaterEqual(least), a.lessEqual(most));
	const held = record(primitives.stopGradient, [a], null).maximum(least).minimum(most);
	return where(inside, a, held);
}

/**
 * x in another dtype: floats to integers toward zero, a RangeError when computed if the integer is beyond the range or
 * x is NaN (`clip` and `where` before the cast say what is meant instead); i32 to u8 by the lowest 8 bits (257 to 1),
 * as whole numbers wrap in all arithmetic; numbers to bool: not 0, and NaN is not.
 */
export function cast(x: Operand, dtype: DType): Node {
	return castTo(toNode('cast', x), checkedDType('cast', dtype));
}

/** x as a constant for differentiation: its value, with derivative zero; once computed, it does not keep x alive. */
export function stopGradient(x: Operand): Node {
	return record(primitives.stopGradient, [toNode('stopGradient', x)], null);
}

/** x itself; a NonFiniteError when computed if an element is NaN or infinite. */
export function checkFinite(x: Operand): Node {
	const node = toNode('checkFinite', x);
	return isFloating(node.dtype) ? record(primitives.checkFinite, [node], null) : node;
}

/** x itself. */
export function identity(x: Operand): Node {
	return toNode('identity', x);
}

function floating(primitive: Primitive<1, null>, x: Operand): Node {
	return record(primitive, [toFloating(toNode(primitive.name, x))], null);
}

/** Whole numbers are already rounded, and keep their dtype. */
function rounding(primitive: Primitive<1, null>, x: Operand): Node {
	const node = toNode(primitive.name, x);
	return isFloating(node.dtype) ? record(primitive, [node], null) : node;
}

function arithmetic(
	primitive: Primitive<2, null>,
	x: Operand,
	y: Operand,
	ofTruth?: (x: Operand, y: Operand) => Node,
): Node {
	const pair = toNodes(primitive.name, [x, y]);
	const a = pair[0];
	const b = pair[1];
	if (ofTruth && a?.dtype === 'bool' && b !== undefined) return ofTruth(a, b);
	return broadcastPair(primitive.name, primitive, pair);
}

function broadcastPair(
	operation: string,
	primitive: Primitive<2, null>,
	pair: readonly Node[],
): Node {
	const [a, b] = pair as [Node, Node]; // callers pass two
	const shape = broadcastShapes(operation, [a.shape, b.shape]);
	return record(primitive, [broadcastNode(a, shape), broadcastNode(b, shape)], null);
}
