import { computed } from './eager/evaluate.ts';
import { copyOf, type Data } from './graph/dtype.ts';
import { ShapeError } from './graph/errors.ts';
import { Node } from './graph/node.ts';
import { formatShape, sizeOf } from './graph/shape.ts';
import * as activations from './ops/activations.ts';
import * as arithmetic from './ops/arithmetic.ts';
import * as comparison from './ops/comparison.ts';
import { onesLike, zerosLike } from './ops/creation.ts';
import * as indexing from './ops/indexing.ts';
import * as linearAlgebra from './ops/linearAlgebra.ts';
import * as movement from './ops/movement.ts';
import type { Nested, Operand } from './ops/operand.ts';
import * as reductions from './ops/reductions.ts';
import * as sorting from './ops/sorting.ts';

// The one file that knows Nodes, operations and the engine behind `item`: it gives Nodes their methods, so
// that nothing below need import upwards. Importing it has that effect; package.json says so.

/** Every operation whose first operand is a tensor: each is a function, and a method of Node. */
export const operations = {
	zerosLike,
	onesLike,
	add: arithmetic.add,
	sub: arithmetic.sub,
	mul: arithmetic.mul,
	div: arithmetic.div,
	neg: arithmetic.neg,
	reciprocal: arithmetic.reciprocal,
	square: arithmetic.square,
	sqrt: arithmetic.sqrt,
	rsqrt: arithmetic.rsqrt,
	exp: arithmetic.exp,
	expm1: arithmetic.expm1,
	log: arithmetic.log,
	log1p: arithmetic.log1p,
	sin: arithmetic.sin,
	cos: arithmetic.cos,
	tanh: arithmetic.tanh,
	erf: arithmetic.erf,
	pow: arithmetic.pow,
	abs: arithmetic.abs,
	sign: arithmetic.sign,
	floor: arithmetic.floor,
	ceil: arithmetic.ceil,
	round: arithmetic.round,
	maximum: arithmetic.maximum,
	minimum: arithmetic.minimum,
	clip: arithmetic.clip,
	cast: arithmetic.cast,
	stopGradient: arithmetic.stopGradient,
	checkFinite: arithmetic.checkFinite,
	identity: arithmetic.identity,
	less: comparison.less,
	lessEqual: comparison.lessEqual,
	greater: comparison.greater,
	greaterEqual: comparison.greaterEqual,
	equal: comparison.equal,
	notEqual: comparison.notEqual,
	isNaN: comparison.isNaN,
	isFinite: comparison.isFinite,
	logicalAnd: comparison.logicalAnd,
	logicalOr: comparison.logicalOr,
	logicalXor: comparison.logicalXor,
	logicalNot: comparison.logicalNot,
	where: comparison.where,
	relu: activations.relu,
	leakyRelu: activations.leakyRelu,
	elu: activations.elu,
	gelu: activations.gelu,
	sigmoid: activations.sigmoid,
	logSigmoid: activations.logSigmoid,
	softplus: activations.softplus,
	silu: activations.silu,
	step: activations.step,
	sum: reductions.sum,
	prod: reductions.prod,
	mean: reductions.mean,
	max: reductions.max,
	min: reductions.min,
	amax: reductions.amax,
	amin: reductions.amin,
	any: reductions.any,
	all: reductions.all,
	argmax: reductions.argmax,
	argmin: reductions.argmin,
	cumsum: reductions.cumsum,
	variance: reductions.variance,
	std: reductions.std,
	norm: reductions.norm,
	logSumExp: reductions.logSumExp,
	softmax: reductions.softmax,
	logSoftmax: reductions.logSoftmax,
	sort: sorting.sort,
	argsort: sorting.argsort,
	broadcastTo: movement.broadcastTo,
	reshape: movement.reshape,
	flatten: movement.flatten,
	permute: movement.permute,
	transpose: movement.transpose,
	expandDims: movement.expandDims,
	squeeze: movement.squeeze,
	slice: movement.slice,
	flip: movement.flip,
	pad: movement.pad,
	split: movement.split,
	matmul: linearAlgebra.matmul,
	dot: linearAlgebra.dot,
	outer: linearAlgebra.outer,
	gather: indexing.gather,
	take: indexing.take,
	takeAlongAxis: indexing.takeAlongAxis,
	scatterAdd: indexing.scatterAdd,
	oneHot: indexing.oneHot,
} as const;

type Methods = {
	readonly [Name in keyof typeof operations]: (typeof operations)[Name] extends (
		x: Operand,
		...rest: infer Rest
	) => infer Returned
		? (...rest: Rest) => Returned
		: never;
};

/** Ways to look at a value, each of which computes it if that has not been done. */
interface Looks {
	/** The number, of a tensor with one element; ShapeError of any other. */
	item(): number;
	/** A copy of the elements in row-major order. */
	data(): Data;
	/** The elements themselves, without a copy: do not write to them. */
	view(): Data;
	/** The elements in nested arrays; truth values as true and false. */
	toArray(): Nested;
}

declare module './graph/node.ts' {
	interface Node extends Methods, Looks {}
}

const looks: Looks & ThisType<Node> = {
	item() {
		if (sizeOf(this.shape) !== 1)
			throw new ShapeError(
				`item: needs one element, got shape ${formatShape(this.shape)}; use data or toArray`,
			);
		return computed(this)[0] ?? 0;
	},
	data() {
		return copyOf('data', computed(this)).data;
	},
	view() {
		return computed(this);
	},
	toArray() {
		const elements = Array.from(
			computed(this),
			(x): Nested => (this.dtype === 'bool' ? x !== 0 : x),
		);
		return nest(elements, this.shape);
	},
};

/** From the last axis inwards, so that no depth of nesting recurses. */
function nest(elements: Nested[], shape: readonly number[]): Nested {
	let level = elements;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		const length = shape[axis] ?? 0;
		const count = sizeOf(shape.slice(0, axis));
		level = Array.from({ length: count }, (_, i) => level.slice(i * length, (i + 1) * length));
	}
	return level[0] ?? 0;
}

for (const [name, operation] of Object.entries(operations)) {
	const apply = operation as (x: Node, ...rest: readonly unknown[]) => unknown; // checked by Methods
	Object.defineProperty(Node.prototype, name, {
		value(this: Node, ...rest: readonly unknown[]) {
			return apply(this, ...rest);
		},
	});
}
for (const [name, look] of Object.entries(looks))
	Object.defineProperty(Node.prototype, name, { value: look });
