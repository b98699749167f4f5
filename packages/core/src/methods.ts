import * as detachment from './eager/detach.ts';
import { Node } from './graph/node.ts';
import { type Looks, looks } from './looks.ts';
import * as activations from './ops/activations.ts';
import * as arithmetic from './ops/arithmetic.ts';
import * as comparison from './ops/comparison.ts';
import * as creation from './ops/creation.ts';
import * as indexing from './ops/indexing.ts';
import * as linearAlgebra from './ops/linearAlgebra.ts';
import * as movement from './ops/movement.ts';
import type { Operand } from './ops/operand.ts';
import * as reductions from './ops/reductions.ts';
import * as sorting from './ops/sorting.ts';
import { nodeText } from './program/valueText.ts';
import { Variable } from './program/variable.ts';
import { texts } from './texts.ts';

// The one file that knows Nodes, Variables, operations and the engine behind `item`: it gives both their methods, so
// that nothing below need import upwards. Importing it has that effect; package.json says so.

/** Every operation whose first operand is a tensor: each is a function, and a method of Node and Variable. */
export const operations = {
	zerosLike: creation.zerosLike,
	onesLike: creation.onesLike,
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
	detach: detachment.detach,
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

/** The modules of the operations: a property of their type is the function itself, whose documentation methods have so. */
type Functions = typeof activations &
	typeof arithmetic &
	typeof comparison &
	typeof creation &
	typeof detachment &
	typeof indexing &
	typeof linearAlgebra &
	typeof movement &
	typeof reductions &
	typeof sorting;

type Methods = MethodsOf<Pick<Functions, keyof typeof operations>>;

type MethodsOf<Functions> = {
	readonly [Name in keyof Functions]: Functions[Name] extends (
		x: Operand,
		...rest: infer Rest
	) => infer Returned
		? (...rest: Rest) => Returned
		: never;
};

declare module './graph/node.ts' {
	interface Node extends Methods, Looks {}
}

declare module './program/variable.ts' {
	interface Variable extends Methods, Looks {}
}

for (const [name, operation] of Object.entries(operations)) {
	const apply = operation as (x: Operand, ...rest: readonly unknown[]) => unknown; // checked by Methods
	const method = {
		[name](this: Node | Variable, ...rest: readonly unknown[]) {
			return apply(this, ...rest);
		},
	};
	give(Node, method);
	give(Variable, method);
}

for (const [name, look] of Object.entries(looks))
	give(Variable, {
		[name](this: Variable) {
			return look.call(this.read());
		},
	});
give(Node, looks);
give(Node, {
	toString(this: Node) {
		return nodeText(this);
	},
});
give(Node, texts);
give(Variable, texts);

function give({ prototype }: typeof Node | typeof Variable, methods: object): void {
	for (const name of Reflect.ownKeys(methods))
		Object.defineProperty(prototype, name, { value: Reflect.get(methods, name) });
}
