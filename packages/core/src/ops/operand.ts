import { allocate, type Data, type DType, isFloating, promote } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { Node, record } from '../graph/node.ts';
import { checkShape, formatShape, type Shape, sizeOf } from '../graph/shape.ts';
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
	if (isReadable(operand)) return operand.read();
	if (ArrayBuffer.isView(operand))
		return constant(operand.slice(), [operand.length], dtypeOf(operation, operand));
	const literal = parseLiteral(operation, operand);
	return fromLiteral(operation, literal, literal.kind === 'boolean' ? 'bool' : 'f32');
}

/** Several tensors as Nodes of their common dtype. */
export function toNodes(operation: string, operands: readonly Operand[]): Node[] {
	let dtype: DType | null = null;
	const parsed = operands.map((operand) => {
		if (isLiteral(operand)) return parseLiteral(operation, operand);
		const node = toNode(operation, operand);
		dtype = dtype === null ? node.dtype : promote(dtype, node.dtype);
		return node;
	});
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
	const node =
		isLiteral(operand) && dtype !== undefined
			? fromLiteral(operation, parseLiteral(operation, operand), dtype)
			: toNode(operation, operand);
	const typed = dtype === undefined ? node : castTo(node, dtype);
	if (shape === undefined) return typed;
	checkShape(operation, shape);
	if (sizeOf(shape) !== sizeOf(typed.shape))
		throw new ShapeError(
			`${operation}: got ${sizeOf(typed.shape)} elements, shape ${formatShape(shape)} needs ${sizeOf(shape)}`,
		);
	return record(primitives.reshape, [typed], { shape });
}

function isReadable(operand: unknown): operand is Readable {
	return (
		typeof operand === 'object' &&
		operand !== null &&
		'read' in operand &&
		typeof operand.read === 'function'
	);
}

function isLiteral(operand: Operand): operand is Nested {
	return typeof operand === 'number' || typeof operand === 'boolean' || Array.isArray(operand);
}

function dtypeOf(operation: string, data: unknown): DType {
	if (data instanceof Float32Array) return 'f32';
	if (data instanceof Float64Array) return 'f64';
	if (data instanceof Int32Array) return 'i32';
	if (data instanceof Uint8Array) return 'u8';
	throw new TypeError(
		`${operation}: got ${describe(data)}; typed arrays of tensors are Float32Array, Float64Array, Int32Array or Uint8Array`,
	);
}

/** A literal read once: its flat numbers, its shape, and what is needed to hold them. */
interface Literal {
	readonly numbers: readonly number[];
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
	const shape: number[] = [];
	for (let item = literal; Array.isArray(item); item = item[0]) shape.push(item.length);
	const numbers: number[] = [];
	let booleans = 0;
	let fractions = 0;
	const visit = (item: unknown, depth: number): void => {
		if (Array.isArray(item)) {
			if (depth >= shape.length || item.length !== shape[depth])
				throw new ShapeError(
					`${operation}: nested arrays are ragged: length ${item.length} at depth ${depth}, needed ${shape[depth] ?? 'a number'}`,
				);
			for (const part of item) visit(part, depth + 1);
			return;
		}
		if (depth < shape.length)
			throw new ShapeError(
				`${operation}: nested arrays are ragged: ${describe(item)} at depth ${depth}, needed an array of length ${shape[depth]}`,
			);
		if (typeof item === 'boolean') booleans++;
		else if (typeof item !== 'number')
			throw new TypeError(
				`${operation}: got ${describe(item)}, needs a Node, Variable, number, nested array or typed array`,
			);
		else if (!Number.isInteger(item)) fractions++;
		numbers.push(Number(item));
	};
	visit(literal, 0);
	const kind =
		numbers.length > 0 && booleans === numbers.length
			? 'boolean'
			: fractions > 0
				? 'fraction'
				: 'whole';
	return { numbers, shape, kind };
}

const ranges = { i32: [-(2 ** 31), 2 ** 31 - 1], u8: [0, 255], bool: [0, 1] } as const;

function fromLiteral(operation: string, { numbers, shape }: Literal, dtype: DType): Node {
	checkShape(operation, shape);
	const data = allocate(dtype, numbers.length);
	data.set(numbers);
	if (!isFloating(dtype)) {
		const [low, high] = ranges[dtype as keyof typeof ranges]; // the dtypes that do not float
		for (const x of numbers)
			if (!Number.isInteger(x) || x < low || x > high)
				throw new RangeError(
					`${operation}: ${x} does not fit dtype ${dtype}, whose values are whole numbers from ${low} to ${high}`,
				);
	}
	return constant(data, shape, dtype);
}

function describe(value: unknown): string {
	if (value === null || value === undefined) return String(value);
	if (typeof value === 'object') return `a ${value.constructor?.name ?? 'null-prototype object'}`;
	return typeof value === 'string' ? `the string "${value}"` : `a ${typeof value}`;
}
