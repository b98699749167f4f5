import { checkedList } from './arguments.ts';
import { describe } from './describe.ts';
import type { Data, DType } from './dtype.ts';
import { announce } from './observe.ts';
import { checkShape, type Shape } from './shape.ts';

/** `Tuple<Node, 2>` is a pair: a rule that forgets one of its inputs does not compile. */
export type Tuple<Item, Length extends number> = readonly Item[] &
	(number extends Length ? unknown : TupleOf<Item, Length, readonly []>);
type TupleOf<
	Item,
	Length extends number,
	Built extends readonly Item[],
> = Built['length'] extends Length ? Built : TupleOf<Item, Length, readonly [...Built, Item]>;

/** The shape and dtype of a value. */
export interface Type {
	readonly shape: Shape;
	readonly dtype: DType;
}

/**
 * What a primitive states about itself; how it is computed is the engines' business.
 * `null` stands for a cotangent or tangent that is zero for every value of the inputs.
 */
export interface Primitive<Arity extends number, Params> {
	readonly name: string;
	/** The shape and dtype of the result; throws what the user should read if the inputs do not fit. */
	type(inputs: Tuple<Node, Arity>, params: Params): Type;
	/** Reverse mode: the cotangent of each input, from the cotangent of the output. */
	vjp(
		cotangent: Node,
		inputs: Tuple<Node, Arity>,
		output: Node,
		params: Params,
	): Tuple<Node | null, Arity>;
	/** Forward mode: the tangent of the output, from the tangents of the inputs. */
	jvp(
		tangents: Tuple<Node | null, Arity>,
		inputs: Tuple<Node, Arity>,
		output: Node,
		params: Params,
	): Node | null;
	/** Batching: the parameters that do the same to every slice of a new leading axis of all inputs. */
	lift(params: Params, size: number): Params;
	/** The branches taken: truth values or whole numbers that jump where the derivative does; null if it has none. */
	branches(inputs: Tuple<Node, Arity>, output: Node, params: Params): Node | null;
}

/** A primitive as the graph sees it: arity and parameters forgotten. */
export interface AnyPrimitive {
	readonly name: string;
	type(inputs: readonly Node[], params: unknown): Type;
	vjp(
		cotangent: Node,
		inputs: readonly Node[],
		output: Node,
		params: unknown,
	): readonly (Node | null)[];
	jvp(
		tangents: readonly (Node | null)[],
		inputs: readonly Node[],
		output: Node,
		params: unknown,
	): Node | null;
	lift(params: unknown, size: number): unknown;
	branches(inputs: readonly Node[], output: Node, params: unknown): Node | null;
}

/**
 * A value of the recorded graph: an operation, the Nodes it takes, its shape and dtype.
 * Immutable; computed when somebody looks (`item`, `data`, `toArray`), and once computed it stays so. Whoever has it keeps
 * all that it was computed from, with its values, for derivatives may be asked for in any of it; unless none pass: once
 * computed, what is of integers or truth values, or is made by `stopGradient` or `detach`, keeps its value alone.
 * The operations are its methods too: see `methods.ts`.
 */
export class Node {
	// In the order in which consoles that know nothing of Nodes show the first fields.
	readonly dtype: DType;
	readonly shape: Shape;
	/** The computed elements, kept by the interpreter; never written to once set. */
	value: Data | null = null;
	readonly primitive: AnyPrimitive;
	/** Only `evaluate` writes to it, to let go of them. */
	inputs: readonly Node[];
	readonly params: unknown;
	/** Its index in the order that met it last. Only that order can tell whether it still does: see `order.ts`. */
	orderIndex = 0;

	constructor(primitive: AnyPrimitive, inputs: readonly Node[], params: unknown) {
		const { shape, dtype } = primitive.type(inputs, params);
		this.primitive = primitive;
		this.inputs = inputs;
		this.params = params;
		this.shape = shape;
		this.dtype = dtype;
	}
}

/** What a function that takes nothing but Nodes was given. */
export function checkedNode(operation: string, name: string, value: Node): Node {
	if (!(value instanceof Node))
		throw new TypeError(
			`${operation}: ${name} is ${describe(value)}; it must be a Node, as operations return`,
		);
	return value;
}

/** What a function that takes an array of Nodes was given. */
export function checkedNodes(operation: string, name: string, nodes: readonly Node[]): void {
	checkedList(operation, name, nodes);
	for (let i = 0; i < nodes.length; i++) {
		const node = nodes[i] as Node; // i is in range
		if (!(node instanceof Node)) checkedNode(operation, `${name}[${i}]`, node);
	}
}

/** Records one application of a primitive; its rules run here, so a mistake is reported where it was made. */
export function record<Arity extends number, Params>(
	primitive: Primitive<Arity, Params>,
	inputs: Tuple<Node, Arity>,
	params: Params,
): Node {
	return apply(primitive as AnyPrimitive, inputs, params); // Arity and Params agree by this signature
}

/** `record` for transforms, which rebuild Nodes from Nodes and so have forgotten their arity. */
export function apply(primitive: AnyPrimitive, inputs: readonly Node[], params: unknown): Node {
	const node = new Node(primitive, inputs, params);
	if (inputs.length === 0 || node.shape !== inputs[0]?.shape)
		checkShape(primitive.name, node.shape);
	announce(node);
	return node;
}
