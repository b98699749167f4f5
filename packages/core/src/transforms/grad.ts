import { checkedFunction, checkedList } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { isFloating } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { checkedNode, type Node } from '../graph/node.ts';
import { recordingDerivativeOf } from '../graph/observe.ts';
import { isIn, orderOver, topologicalOrder } from '../graph/order.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import { add } from '../ops/arithmetic.ts';
import { onesLike, zerosLike } from '../ops/creation.ts';
import { differentiableInputs } from '../ops/differentiableInputs.ts';
import { type Operand, type Readable, toNode, toNodes } from '../ops/operand.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import { argument } from './argument.ts';

/** What one can differentiate with respect to: a Node, or a Variable, which stands for its current Node. */
export type Differentiable = Node | Readable;

/** One Node for each of `Xs`. */
export type NodeForEach<Xs extends readonly unknown[]> = { -readonly [K in keyof Xs]: Node };

/**
 * The gradient of a scalar y with respect to each of `xs`, as Nodes of the same graph, so that they can be
 * differentiated again. Zeros for an x that y does not depend on. Where one of `xs` is made of another, the gradient in
 * that other takes the way through it too, and one that is there twice has its whole gradient at both: as
 * though each were all alone. Throws ShapeError if y is not a scalar,
 * DTypeError where a dtype holds no gradient.
 */
export function grad<const Xs extends readonly Differentiable[]>(y: Node, xs: Xs): NodeForEach<Xs> {
	checkScalar('grad', y);
	return zerosForNull(pullBack('grad', y, onesLike(y), xs));
}

/** The gradient as in `grad`, but null for an x from which no derivative leads to y, rather than zeros. */
export function gradOrNull<const Xs extends readonly Differentiable[]>(
	y: Node,
	xs: Xs,
): { -readonly [K in keyof Xs]: Node | null } {
	checkScalar('gradOrNull', y);
	const slopes = pullBack('gradOrNull', y, onesLike(y), xs).map(({ slope }) => slope);
	return slopes as { -readonly [K in keyof Xs]: Node | null }; // one for each of xs
}

/**
 * The vector-Jacobian product: the gradient of <cotangent, y> with respect to each of `xs`, as in `grad`, the
 * cotangent having the shape of y.
 */
export function vjp<const Xs extends readonly Differentiable[]>(
	y: Node,
	cotangent: Operand,
	xs: Xs,
): NodeForEach<Xs> {
	checkedNode('vjp', 'y', y);
	const [seed] = toNodes('vjp', [cotangent, zerosLike(y)]) as [Node, Node]; // as many as were passed
	if (!sameShape(seed.shape, y.shape))
		throw new ShapeError(
			`vjp: the cotangent has shape ${formatShape(seed.shape)}, must have that of y, ${formatShape(y.shape)}`,
		);
	return zerosForNull(pullBack('vjp', y, seed.cast(y.dtype), xs));
}

/**
 * `f` with its gradients: a function of the same arguments that returns f's scalar value and its gradient
 * with respect to every argument, each a Node of its own within `f`: one passed twice has two gradients.
 */
export function valueAndGrad<Args extends readonly Node[]>(
	f: (...args: Args) => Node,
): (...args: { readonly [K in keyof Args]: Operand }) => {
	value: Node;
	gradients: NodeForEach<Args>;
} {
	checkedFunction('valueAndGrad', 'f', f);
	return (...args) => {
		const inputs = args.map((arg) => argument('valueAndGrad', arg));
		const value = f(...(inputs as readonly Node[] as Args)); // one Node an argument
		return { value, gradients: grad(value, inputs) as NodeForEach<Args> }; // one input an argument
	};
}

/** A Node to differentiate in, and the cotangent that reaches it; null if none does. */
interface Pulled {
	readonly input: Node;
	readonly slope: Node | null;
}

function zerosForNull<Xs extends readonly Differentiable[]>(
	pulled: readonly Pulled[],
): NodeForEach<Xs> {
	return pulled.map(({ input, slope }) => slope ?? zerosLike(input)) as NodeForEach<Xs>; // one for each of xs
}

/** The Node to differentiate in at an index of a list of them; throws DTypeError if it is no float. */
export function floatingSource(operation: string, x: Differentiable, index: number): Node {
	const input = toSource(operation, `xs[${index}]`, x);
	if (!isFloating(input.dtype)) refuseIntegers(operation, nameOf(x, index), input);
	return input;
}

/** Reverse mode: cotangents from users to inputs, over the Nodes between `xs` and y alone. */
function pullBack(operation: string, y: Node, seed: Node, xs: readonly Differentiable[]): Pulled[] {
	refuseIntegers(operation, 'y', y);
	const inputs = Array.from(checkedList(operation, 'xs', xs), (x, i) =>
		floatingSource(operation, x, i),
	);
	// The same whether or not anybody has looked at y: then it has let go of all other inputs.
	const order = orderOver(differentiableInputs, [y]);
	// Taken down at once, since rules may make orders of their own.
	const found = inputs.map((x) => (isIn(order, x) ? x.orderIndex : -1));
	const inputIndices = indicesOfInputs(order);
	const active = new Uint8Array(order.length);
	for (const index of found) if (index >= 0) active[index] = 1;
	let at = 0;
	for (let index = 0; index < order.length; index++) {
		const inputs = differentiableInputs(order[index] as Node); // index is in range
		for (let i = 0; i < inputs.length; i++)
			if (active[inputIndices[at++] as number]) active[index] = 1; // one for each input
	}

	const cotangents = new Array<Node | undefined>(order.length);
	cotangents[order.length - 1] = seed; // y comes last
	for (let index = order.length - 1; index >= 0; index--) {
		const node = order[index] as Node; // index is in range
		const inputs = differentiableInputs(node);
		at -= inputs.length;
		const cotangent = cotangents[index];
		if (cotangent === undefined || active[index] === 0) continue;
		const wanted = inputs.some((_, i) => active[inputIndices[at + i] as number] === 1);
		if (!wanted) continue;
		const outer = recordingDerivativeOf(node);
		const pulled = node.primitive.vjp(cotangent, inputs, node, node.params);
		recordingDerivativeOf(outer);
		for (let i = 0; i < inputs.length; i++) {
			const term = pulled[i];
			const input = inputIndices[at + i] as number; // one for each input
			if (!term || active[input] === 0) continue;
			const sofar = cotangents[input];
			cotangents[input] = sofar === undefined ? term : add(sofar, term);
		}
	}
	const slopes = found.map((index) => cotangents[index]);
	if (slopes.includes(undefined)) refuseLostPaths(operation, topologicalOrder([y]), xs, inputs);
	return slopes.map((slope, i) => ({ input: inputs[i] as Node, slope: slope ?? null })); // one input for each of xs
}

function checkScalar(operation: string, y: Node): void {
	checkedNode(operation, 'y', y);
	if (y.shape.length > 0)
		throw new ShapeError(
			`${operation}: needs a scalar, got shape ${formatShape(y.shape)}; sum it, or pass a cotangent to vjp`,
		);
}

/** The Node of what one can differentiate with respect to: numbers are not part of the graph. */
export function toSource(operation: string, name: string, x: Differentiable): Node {
	if (typeof x !== 'object' || x === null || Array.isArray(x) || ArrayBuffer.isView(x))
		throw new TypeError(
			`${operation}: ${name} is ${describe(x)}; it must be the Node or Variable that y was made of`,
		);
	return toNode(operation, x);
}

/** What errors call one of several: its index, and the name of a Variable. */
function nameOf(x: Differentiable, i: number): string {
	const isNamed = 'name' in x && typeof x.name === 'string';
	return isNamed ? `xs[${i}], the Variable ${x.name},` : `xs[${i}]`;
}

/** The indices, in an order that was just made, of all differentiable inputs of its Nodes, one Node after the other. */
function indicesOfInputs(order: readonly Node[]): Int32Array {
	let count = 0;
	for (const node of order) count += differentiableInputs(node).length;
	const found = new Int32Array(count);
	let at = 0;
	for (const node of order)
		for (const input of differentiableInputs(node)) found[at++] = input.orderIndex;
	return found;
}

function refuseIntegers(operation: string, name: string, x: Node): void {
	if (!isFloating(x.dtype))
		throw new DTypeError(
			`${operation}: ${name} is ${x.dtype}${formatShape(x.shape)}; gradients need f32 or f64: cast it first, or leave it out`,
		);
}

/** A gradient is zero where there is no path, unless the path was lost on the way: then it would be wrong. */
function refuseLostPaths(
	operation: string,
	order: readonly Node[],
	xs: readonly Differentiable[],
	inputs: readonly Node[],
): void {
	const visited = new Set(order);
	const missing = xs.filter((_, i) => !visited.has(inputs[i] as Node)); // one input an x
	if (missing.length === 0) return;
	for (const node of order) {
		if (node.primitive === primitives.constant) {
			const { origin } = node.params as ParamsOf<'constant'>; // of a constant
			if (origin === 'compiled')
				throw new TypeError(
					`${operation}: the value depends on the result of a compiled function, which keeps no graph; take the gradient inside the compiled function, or leave out what the value does not depend on`,
				);
		}
		if (node.primitive === primitives.variable) {
			const { cell, name } = node.params as ParamsOf<'variable'>; // of a variable
			if (missing.some((x) => 'cell' in x && x.cell === cell))
				throw new TypeError(
					`${operation}: variable ${name} was assigned after the value was recorded from it; take gradients first, or record the value anew`,
				);
		}
	}
}
