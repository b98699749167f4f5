import {
	concatenate,
	type Node,
	type PrimitiveName,
	topologicalOrder,
	zeros,
} from '@pullback/core';

/** What a Node decides by its operands: whole numbers that jump where its derivative does; null if it has no branches. */
type Decision = (node: Node) => Node | null;

const smooth: Decision = () => null;
const itself: Decision = (node) => node;
/** Which of two operands is ahead, or that they tie. */
const ahead: Decision = ({ inputs: [x, y] }) => (x && y ? x.sub(y).sign() : null);
/** Which elements equal the result that they were reduced to. */
const winners: Decision = (node) => {
	const [x] = node.inputs;
	const { axes } = node.params as { readonly axes: readonly number[] }; // of a reduction
	return x
		? x.equal(node.reshape(x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))))
		: null;
};
/** A cast to whole numbers is a step function; one between floating dtypes is not. */
const steps: Decision = (node) => (node.dtype === 'f32' || node.dtype === 'f64' ? null : node);

/** Every primitive says how it branches; the compiler names the one that does not. */
const decisions: { readonly [Name in PrimitiveName]: Decision } = {
	constant: smooth,
	variable: smooth,
	input: smooth,
	iota: smooth,
	add: smooth,
	mul: smooth,
	div: smooth,
	neg: smooth,
	exp: smooth,
	expm1: smooth,
	log: smooth,
	log1p: smooth,
	sqrt: smooth,
	sin: smooth,
	cos: smooth,
	tanh: smooth,
	erf: smooth,
	pow: smooth,
	abs: ({ inputs: [x] }) => x?.sign() ?? null,
	sign: itself,
	floor: itself,
	ceil: itself,
	round: itself,
	maximum: ahead,
	minimum: ahead,
	stopGradient: smooth,
	checkFinite: smooth,
	after: smooth,
	less: itself,
	lessEqual: itself,
	equal: itself,
	logicalAnd: itself,
	logicalOr: itself,
	logicalNot: itself,
	where: smooth, // its condition is a Node of its own
	cast: steps,
	sum: smooth,
	max: winners,
	min: winners,
	prod: smooth,
	cumsum: smooth,
	argmax: itself,
	argmin: itself,
	argsort: itself,
	sort: ({ inputs: [x] }) => x?.argsort(-1) ?? null,
	broadcast: smooth,
	reshape: smooth,
	permute: smooth,
	slice: smooth,
	pad: smooth,
	flip: smooth,
	concatenate: smooth,
	matmul: smooth,
	gather: smooth,
	scatterAdd: smooth,
	randomBits: smooth,
	custom: smooth,
};

/**
 * All decisions on the way to `output`, in one f64 vector: the sides taken by relu, where, clip and abs, the
 * winners of maxima, the order of sorts, the steps of floor. Between two points of the same decisions the
 * function is smooth, as far as its primitives are.
 */
export function decisionsOf(output: Node): Node {
	const made = topologicalOrder([output]).flatMap((node) => {
		const decision = decisions[node.primitive.name as PrimitiveName](node); // Nodes are made of the table's primitives
		return decision === null ? [] : [decision.flatten().cast('f64')];
	});
	return concatenate([zeros([0], { dtype: 'f64' }), ...made]);
}
