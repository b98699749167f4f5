import type { DType, Node } from '../../src/index.ts';
import * as core from '../../src/index.ts';
import * as arithmetic from '../../src/ops/arithmetic.ts';
import { primitives } from '../../src/ops/primitives.ts';
import { castWithin, sizeOf } from '../compiled.ts';
import type { Agreement } from './engines.ts';

// Every operation, with the dtypes that it takes.

type Unary = (x: Node) => Node;
type Binary = (x: Node, y: Node) => Node;
const floats = ['f32', 'f64'] as const;
const numbers = ['f32', 'f64', 'i32', 'u8'] as const;
export const every = ['f32', 'f64', 'i32', 'u8', 'bool'] as const;

const exact: Agreement = { exact: true };
/** By functions with an error of their own. */
const approximated: Agreement = {};

/** An elementwise operation: the dtypes that it takes, and whether its results are the same to the bit. */
type Elementwise<F> = readonly [apply: F, dtypes: readonly DType[], exactness: Agreement];

/** The transcendental functions that are operations, of so many operands. */
function transcendental<F>(arity: 1 | 2): Record<string, Elementwise<F>> {
	const found = Object.entries(arithmetic).filter(
		([name, f]) =>
			f.length === arity && ofTranscendental(primitives[name as keyof typeof primitives] ?? {}),
	);
	return Object.fromEntries(found.map(([name, f]) => [name, [f as F, every, approximated]]));
}

function ofTranscendental(primitive: object): boolean {
	return 'family' in primitive && primitive.family === 'transcendental';
}

/** Of one operand. */
export const unary: Readonly<Record<string, Elementwise<Unary>>> = {
	neg: [core.neg, numbers, exact],
	abs: [core.abs, numbers, exact],
	sign: [core.sign, numbers, exact],
	floor: [core.floor, numbers, exact],
	ceil: [core.ceil, numbers, exact],
	round: [core.round, numbers, exact],
	square: [core.square, numbers, exact],
	sqrt: [core.sqrt, every, exact],
	reciprocal: [core.reciprocal, every, exact],
	relu: [core.relu, numbers, exact],
	leakyRelu: [(x) => core.leakyRelu(x, 0.2), floats, exact],
	step: [core.step, numbers, exact],
	clip: [(x) => core.clip(x, -1, 2), floats, exact],
	isNaN: [core.isNaN, every, exact],
	isFinite: [core.isFinite, every, exact],
	logicalNot: [core.logicalNot, every, exact],
	identity: [core.identity, every, exact],
	stopGradient: [core.stopGradient, every, exact],
	checkFinite: [(x) => core.where(x.isFinite(), x, 1).checkFinite(), every, exact],
	detach: [core.detach, every, exact],
	zerosLike: [core.zerosLike, every, exact],
	onesLike: [core.onesLike, every, exact],
	...Object.fromEntries(
		// What is refused is for the interpreter to name.
		every.map((dtype) => [
			`cast to ${dtype}`,
			[(x: Node) => castWithin(x, dtype), every, exact] as const,
		]),
	),
	rsqrt: [core.rsqrt, every, approximated],
	...transcendental<Unary>(1),
	sigmoid: [core.sigmoid, every, approximated],
	elu: [(x) => core.elu(x, 1.5), floats, approximated],
	gelu: [core.gelu, floats, approximated],
	logSigmoid: [core.logSigmoid, floats, approximated],
	softplus: [core.softplus, floats, approximated],
	silu: [core.silu, floats, approximated],
};

/** Of two operands that broadcast. */
export const binary: Readonly<Record<string, Elementwise<Binary>>> = {
	add: [core.add, every, exact],
	sub: [core.sub, numbers, exact],
	mul: [core.mul, every, exact],
	div: [core.div, numbers, exact],
	maximum: [core.maximum, every, exact],
	minimum: [core.minimum, every, exact],
	less: [core.less, every, exact],
	lessEqual: [core.lessEqual, every, exact],
	greater: [core.greater, every, exact],
	greaterEqual: [core.greaterEqual, every, exact],
	equal: [core.equal, every, exact],
	notEqual: [core.notEqual, every, exact],
	logicalAnd: [core.logicalAnd, every, exact],
	logicalOr: [core.logicalOr, every, exact],
	logicalXor: [core.logicalXor, every, exact],
	where: [(x, y) => core.where(x.less(y), x, y), every, exact],
	...transcendental<Binary>(2),
	mod: [core.mod, floats, exact],
	floorDivide: [core.floorDivide, floats, exact],
	'mod of whole numbers': [(x, y) => x.mod(core.where(y.equal(0), 1, y)), ['i32', 'u8'], exact],
	'floorDivide of whole numbers': [
		(x, y) => x.floorDivide(core.where(y.equal(0), 1, y)),
		['i32', 'u8'],
		exact,
	],
	pow: [core.pow, floats, approximated],
	'pow with whole exponents': [(x, y) => x.pow(y.sign().abs().mul(3)), ['i32', 'u8'], exact],
};

/** An axis of a shape, counted from either end. */
const axisOf = ({ shape }: Node, choice: number): number =>
	(choice % Math.max(shape.length, 1)) - (choice % 7 > 3 ? shape.length : 0);
/** Some of the axes, in any order. */
const axesOf = ({ shape }: Node, choice: number): number[] => {
	const axes = shape.map((_, axis) => axis).filter((axis) => (choice >> axis) % 2 === 1);
	return choice % 3 === 0 ? axes.reverse() : axes;
};
const orderOf = ({ shape }: Node, choice: number): number[] => {
	const order: number[] = [];
	for (const axis of shape.keys()) order.splice((choice >> (2 * axis)) % (axis + 1), 0, axis);
	return order;
};

/** An operation on a whole tensor of at least so many axes. */
type Whole = readonly [
	apply: (x: Node, choice: number) => Node,
	dtypes: readonly DType[],
	exactness: Agreement,
	minRank: number,
];

/** Operations on whole tensors; `choice` is a random number that picks axes and the like. */
export const whole: Readonly<Record<string, Whole>> = {
	sum: [(x, c) => x.sum(axesOf(x, c)), every, {}, 0],
	'sum that keeps axes': [(x, c) => x.sum(axesOf(x, c), { keepDims: true }), every, {}, 0],
	prod: [(x, c) => x.prod(axisOf(x, c)), ['i32', 'u8'], {}, 1],
	mean: [(x, c) => x.mean(axesOf(x, c)), floats, {}, 0],
	variance: [(x, c) => x.variance(axesOf(x, c)), floats, {}, 0],
	max: [(x, c) => x.max(axisOf(x, c)), numbers, {}, 1],
	min: [(x, c) => x.min(axisOf(x, c)), numbers, {}, 1],
	amax: [(x, c) => x.amax(axisOf(x, c)), numbers, exact, 1],
	amin: [(x, c) => x.amin(axesOf(x, c)), numbers, exact, 1],
	any: [(x, c) => x.any(axesOf(x, c)), every, {}, 0],
	all: [(x, c) => x.all(axesOf(x, c)), every, {}, 0],
	argmax: [(x, c) => x.argmax(axisOf(x, c)), every, exact, 1],
	argmin: [(x, c) => x.argmin(axisOf(x, c)), every, exact, 1],
	cumsum: [(x, c) => x.cumsum(axisOf(x, c)), every, {}, 1],
	norm: [(x, c) => x.norm({ axes: axesOf(x, c) }), floats, {}, 1],
	logSumExp: [(x, c) => x.logSumExp(axesOf(x, c)), floats, {}, 1],
	softmax: [(x, c) => x.softmax(axisOf(x, c)), floats, {}, 1],
	logSoftmax: [(x, c) => x.logSoftmax(axisOf(x, c)), floats, {}, 1],
	sort: [(x, c) => x.sort(axisOf(x, c)), every, exact, 1],
	argsort: [(x, c) => x.argsort(axisOf(x, c)), every, exact, 1],
	broadcastTo: [(x, c) => x.broadcastTo([1 + (c % 3), ...x.shape]), every, exact, 0],
	reshape: [
		(x) => x.reshape([sizeOf(x.shape.slice(0, 2)), ...x.shape.slice(2), 1]),
		every,
		exact,
		2,
	],
	flatten: [(x) => x.flatten(), every, exact, 0],
	permute: [(x, c) => x.permute(orderOf(x, c)), every, exact, 1],
	expandDims: [(x, c) => x.expandDims(c % (x.shape.length + 1)), every, exact, 0],
	squeeze: [(x, c) => x.expandDims(c % (x.shape.length + 1)).squeeze(), every, exact, 0],
	slice: [
		(x, c) =>
			x.slice(
				...x.shape.map((_, i) => [null, null, [1, -1, 2, -2, 3][(c >> i) % 5] ?? 1] as const),
			),
		every,
		exact,
		1,
	],
	flip: [(x, c) => x.flip(axesOf(x, c)), every, exact, 1],
	pad: [
		(x, c) =>
			x.pad(
				x.shape.map((_, i) => [(c >> i) % 3, (c >> (i + 2)) % 3]),
				{ value: 2, interior: x.shape.map((_, i) => (c >> (i + 4)) % 2) },
			),
		every,
		exact,
		1,
	],
	concatenate: [(x, c) => core.concatenate([x, x.flip(), x], c % x.shape.length), every, exact, 1],
	stack: [(x, c) => core.stack([x, x.flip()], c % (x.shape.length + 1)), every, exact, 0],
	split: [(x) => core.stack(x.split(x.shape[0] ?? 1)).flip(), every, exact, 1],
};

/** All of a table, by name and dtype. */
export function rowsOf<Row extends readonly [unknown, readonly DType[], ...unknown[]]>(
	table: Readonly<Record<string, Row>>,
): (readonly [name: string, dtype: DType, row: Row])[] {
	return Object.entries(table).flatMap(([name, row]) =>
		row[1].map((dtype) => [name, dtype, row] as const),
	);
}
