import { checkedCount } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import {
	allocate,
	checkedDType,
	copyOf,
	type Data,
	type DType,
	floatingOf,
	isFloating,
	promote,
	ranges,
} from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { Node, record } from '../graph/node.ts';
import {
	checkedShape,
	checkShape,
	formatShape,
	maximumRank,
	type Shape,
	sizeOf,
} from '../graph/shape.ts';
import { primitives } from './primitives.ts';

/** Numbers or truth values, in nested arrays of one length each. */
export type Nested = number | boolean | readonly Nested[];

/** Something that stands for a Node which may differ from one reading to the next: a Variable. */
export interface Readable {
	read(): Node;
}

/** Whatever an operation takes for a tensor. Numbers and nested arrays take the other operand's dtype. */
export type Operand = Node | Readable | Nested | Data;

/** One tensor as a Node; literals become f32, or bool where they hold truth values. */
export function toNode(operation: string, operand: Operand): Node {
	if (operand instanceof Node) return operand;
	if (ArrayBuffer.isView(operand)) {
		const { data, dtype } = copyOf(operation, operand);
		return constant(data, [data.length], dtype);
	}
	if (isReadable(operand)) return nodeRead(operation, operand);
	const literal = parseLiteral(operation, operand);
	return fromLiteral(operation, literal, literal.kind === 'boolean' ? 'bool' : 'f32');
}

/** Several tensors as Nodes of their common dtype. */
export function toNodes(operation: string, operands: readonly Operand[]): Node[] {
	let dtype: DType | null = null;
	const parsed: (Node | Literal)[] = [];
	for (let i = 0; i < operands.length; i++) {
		const operand = operands[i] as Operand; // i is in range
		if (isLiteral(operand)) parsed.push(parseLiteral(operation, operand));
		else {
			const node = toNode(operation, operand);
			dtype = dtype === null ? node.dtype : promote(dtype, node.dtype);
			parsed.push(node);
		}
	}
	let common: DType = dtype ?? 'bool';
	for (const item of parsed) {
		if (item instanceof Node || item.kind === 'boolean') continue;
		if (dtype === null || (item.kind === 'fraction' && !isFloating(common)))
			common = promote(common, 'f32');
		else if (common === 'bool') common = 'i32';
	}
	return parsed.map((item) =>
		item instanceof Node ? castTo(item, common) : fromLiteral(operation, item, common),
	);
}

/** A leaf that holds `data`, which nobody else may write to. */
export function constant(data: Data, shape: Shape, dtype: DType): Node {
	const node = record(primitives.constant, [], { data, shape, dtype });
	node.value = data;
	return node;
}

/** x in another dtype; x itself if it has that one. */
export function castTo(x: Node, dtype: DType): Node {
	return x.dtype === dtype ? x : record(primitives.cast, [x], { dtype });
}

/** x as it is if floating, else as f32. */
export function toFloating(x: Node): Node {
	return castTo(x, floatingOf(x.dtype));
}

/** Indices as i32 or u8 Nodes; literals must be whole numbers. */
export function toIndices(operation: string, operand: Operand): Node {
	const indices = isLiteral(operand)
		? fromLiteral(operation, parseLiteral(operation, operand), 'i32')
		: toNode(operation, operand);
	if (indices.dtype !== 'i32' && indices.dtype !== 'u8')
		throw new DTypeError(
			`${operation}: indices are ${indices.dtype}, must be i32 or u8; cast them first`,
		);
	return indices;
}

/** A literal, or typed array, or Node as a tensor of a given dtype and shape. */
export function toTensor(
	operation: string,
	operand: Operand,
	dtype: DType | undefined,
	shape: Shape | undefined,
): Node {
	if (dtype !== undefined) checkedDType(operation, dtype);
	const typed = toTyped(operation, operand, dtype);
	if (shape === undefined) return typed;
	const wanted = checkedShape(operation, shape);
	if (sizeOf(wanted) !== sizeOf(typed.shape))
		throw new ShapeError(
			`${operation}: got ${sizeOf(typed.shape)} elements, shape ${formatShape(wanted)} needs ${sizeOf(wanted)}`,
		);
	return record(primitives.reshape, [typed], { shape: wanted });
}

function toTyped(operation: string, operand: Operand, dtype: DType | undefined): Node {
	if (dtype === undefined) return toNode(operation, operand);
	if (isLiteral(operand)) return fromLiteral(operation, parseLiteral(operation, operand), dtype);
	if (!ArrayBuffer.isView(operand)) return castTo(toNode(operation, operand), dtype);
	const { data, dtype: own } = copyOf(operation, operand);
	if (own === dtype) return constant(data, [data.length], dtype);
	return fromLiteral(operation, { numbers: data, shape: [data.length] }, dtype);
}

/** Whether something stands for a Node, as a Variable does. */
export function isReadable(operand: unknown): operand is Readable {
	return (
		typeof operand === 'object' &&
		operand !== null &&
		'read' in operand &&
		typeof operand.read === 'function'
	);
}

function nodeRead(operation: string, operand: Readable): Node {
	const node = operand.read();
	if (!(node instanceof Node))
		throw new TypeError(
			`${operation}: got ${describe(operand)} whose read returned ${describe(node)}; it must return a Node`,
		);
	return node;
}

/** Whether an operand is numbers or truth values without a dtype. */
export function isLiteral(operand: Operand): operand is Nested {
	return typeof operand === 'number' || typeof operand === 'boolean' || Array.isArray(operand);
}

/** A literal read once: its flat numbers, its shape, and what is needed to hold them. */
interface Literal {
	readonly numbers: ArrayLike<number>;
	readonly shape: Shape;
	readonly kind: 'boolean' | 'whole' | 'fraction';
}

const scalar: Shape = [];

function parseLiteral(operation: string, literal: unknown): Literal {
	if (typeof literal === 'number')
		return {
			numbers: [literal],
			shape: scalar,
			kind: Number.isInteger(literal) ? 'whole' : 'fraction',
		};
	if (typeof literal === 'boolean')
		return { numbers: [Number(literal)], shape: scalar, kind: 'boolean' };
	return new NestedReader(operation, shapeOfNested(operation, literal)).read(literal);
}

/** The shape that nested arrays have if they are not ragged: the lengths along their first elements. */
function shapeOfNested(operation: string, nested: unknown): Shape {
	const shape: number[] = [];
	let item = nested;
	for (; Array.isArray(item); item = item[0]) {
		if (shape.length === maximumRank)
			throw new ShapeError(
				`${operation}: arrays are nested deeper than ${maximumRank}, the most axes of a tensor; does one contain itself?`,
			);
		shape.push(checkedCount(operation, `the length at depth ${shape.length}`, item.length));
	}
	const empty = shape.indexOf(0);
	// Up to the empty ones, as the arrays around them are read one by one.
	checkShape(operation, empty < 0 ? shape : shape.slice(0, empty));
	if (empty < 0) checkedElement(operation, item);
	return shape;
}

function checkedElement(operation: string, item: unknown): number | boolean {
	if (item instanceof Node)
		throw new TypeError(
			`${operation}: got a Node within an array; stack makes one tensor of several, along a new axis`,
		);
	if (typeof item !== 'number' && typeof item !== 'boolean')
		throw new TypeError(
			`${operation}: got ${describe(item)}, needs a Node, Variable, number, nested array or typed array`,
		);
	return item;
}

/** Reads nested arrays of a known shape, whose rank bounds how deep it goes. */
class NestedReader {
	readonly #operation: string;
	readonly #shape: Shape;
	readonly #numbers: Data;
	#count = 0;
	#booleans = 0;
	#fractions = 0;

	constructor(operation: string, shape: Shape) {
		this.#operation = operation;
		this.#shape = shape;
		this.#numbers = allocate('f64', sizeOf(shape));
	}

	read(nested: unknown): Literal {
		this.#visit(nested, 0);
		const count = this.#count;
		const whole = this.#fractions > 0 ? 'fraction' : 'whole';
		const kind = count > 0 && this.#booleans === count ? 'boolean' : whole;
		return { numbers: this.#numbers, shape: this.#shape, kind };
	}

	#visit(item: unknown, depth: number): void {
		const length = this.#shape[depth];
		if (Array.isArray(item)) {
			if (length === undefined || item.length !== length)
				throw new ShapeError(
					`${this.#operation}: nested arrays are ragged: length ${describe(item.length)} at depth ${depth}, needed ${length ?? 'a number'}`,
				);
			for (let i = 0; i < length; i++) this.#visit(item[i], depth + 1);
		} else if (length !== undefined)
			throw new ShapeError(
				`${this.#operation}: nested arrays are ragged: ${describe(item)} at depth ${depth}, needed an array of length ${length}`,
			);
		else this.#add(checkedElement(this.#operation, item));
	}

	#add(element: number | boolean): void {
		if (typeof element === 'boolean') this.#booleans++;
		else if (!Number.isInteger(element)) this.#fractions++;
		this.#numbers[this.#count++] = Number(element);
	}
}

/** Refuses a number that an integer dtype cannot hold; floating ones take any, rounded. */
export function checkFits(operation: string, x: number, dtype: DType): void {
	const [low, high] = ranges[dtype];
	if (!isFloating(dtype) && (!Number.isInteger(x) || x < low || x > high))
		throw new RangeError(
			`${operation}: ${x} does not fit dtype ${dtype}, whose values are whole numbers from ${low} to ${high}`,
		);
}

function fromLiteral(
	operation: string,
	{ numbers, shape }: Pick<Literal, 'numbers' | 'shape'>,
	dtype: DType,
): Node {
	checkShape(operation, shape);
	const data = allocate(dtype, numbers.length);
	data.set(numbers);
	if (!isFloating(dtype))
		for (let i = 0; i < numbers.length; i++) checkFits(operation, numbers[i] as number, dtype); // i is in range
	return constant(data, shape, dtype);
}
