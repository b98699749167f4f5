import { describe } from './describe.ts';
import { DTypeError } from './errors.ts';

/** What a tensor's elements are: floating point, signed 32-bit, unsigned 8-bit, or truth values. */
export type DType = 'f32' | 'f64' | 'i32' | 'u8' | 'bool';

/** The elements of a tensor in row-major order; `bool` is stored as bytes 0 and 1. */
export type Data = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The typed array that holds each dtype. */
export const arrays = {
	f32: Float32Array,
	f64: Float64Array,
	i32: Int32Array,
	u8: Uint8Array,
	bool: Uint8Array,
} as const;

/** Every dtype. */
export const dtypes: readonly DType[] = ['bool', 'u8', 'i32', 'f32', 'f64'];

/** The bytes of an element in memory. */
export const elementBytes = { f32: 4, f64: 8, i32: 4, u8: 1, bool: 1 } as const;

/** The least and the greatest number of each dtype. */
export const ranges = {
	f32: [-Infinity, Infinity],
	f64: [-Infinity, Infinity],
	i32: [-(2 ** 31), 2 ** 31 - 1],
	u8: [0, 255],
	bool: [0, 1],
} as const satisfies Record<DType, readonly [low: number, high: number]>;

/** What other libraries call them. */
const otherNames: ReadonlyMap<unknown, DType> = new Map([
	['float32', 'f32'],
	['float', 'f32'],
	['float64', 'f64'],
	['double', 'f64'],
	['int32', 'i32'],
	['int', 'i32'],
	['uint8', 'u8'],
	['boolean', 'bool'],
]);

/** A dtype that a user named. */
export function checkedDType(operation: string, dtype: DType): DType {
	if (dtypes.includes(dtype)) return dtype;
	const meant = otherNames.get(dtype);
	throw new DTypeError(
		`${operation}: dtype is ${describe(dtype)}; ${meant === undefined ? `it must be one of ${dtypes.join(', ')}` : `write ${meant}`}`,
	);
}

const classes: ReadonlyMap<unknown, DType> = new Map([
	['Float32Array', 'f32'],
	['Float64Array', 'f64'],
	['Int32Array', 'i32'],
	['Uint8Array', 'u8'],
]);

// What a typed array is, how long, and where its elements lie, as the language knows it: subclasses define
// `length` and `slice` as they like (a Buffer's slice shares memory), and other realms have classes of their own.
const typedArray: object = Object.getPrototypeOf(Uint8Array.prototype);
const classOf = getterOf(Symbol.toStringTag);
const lengthOf = getterOf('length');
const bufferOf = getterOf('buffer');

function getterOf(key: PropertyKey): (array: unknown) => unknown {
	const get = Object.getOwnPropertyDescriptor(typedArray, key)?.get;
	if (get === undefined) throw new Error('internal: typed arrays without properties');
	return (array) => Reflect.apply(get, array, []);
}

/** A copy of a typed array of whatever class, whose memory nobody else has. */
export function copyOf(operation: string, data: unknown): { data: Data; dtype: DType } {
	const dtype = classes.get(classOf(data));
	if (dtype === undefined)
		throw new TypeError(
			`${operation}: got ${describe(data)}; typed arrays of tensors are Float32Array, Float64Array, Int32Array or Uint8Array`,
		);
	const source = data as Data; // by its class
	const length = lengthOf(source) as number; // of a typed array
	if (length === 0) refuseDetached(operation, source);
	const copy = allocate(dtype, length);
	copy.set(source);
	return { data: copy, dtype };
}

/** A buffer that was transferred to elsewhere leaves an array of length 0 behind, as if there had been nothing. */
function refuseDetached(operation: string, data: Data): void {
	const buffer = bufferOf(data) as ArrayBuffer; // of a typed array
	try {
		new Uint8Array(buffer);
	} catch {
		throw new TypeError(
			`${operation}: got ${describe(data)} whose buffer is detached; pass it before its buffer is transferred, or a copy`,
		);
	}
}

/** A new array of zeros. */
export function allocate(dtype: DType, size: number): Data {
	return new arrays[dtype](size);
}

/** Whether gradients flow through the dtype. */
export function isFloating(dtype: DType): boolean {
	return dtype === 'f32' || dtype === 'f64';
}

/**
 * The dtype of two operands together, as PyTorch promotes these five: the wider kind wins
 * (bool, integer, floating), and within a kind the wider type. NumPy differs in one entry:
 * it takes i32 with f32 to f64.
 *
 * |      | bool | u8  | i32 | f32 | f64 |
 * | ---- | ---- | --- | --- | --- | --- |
 * | bool | bool | u8  | i32 | f32 | f64 |
 * | u8   | u8   | u8  | i32 | f32 | f64 |
 * | i32  | i32  | i32 | i32 | f32 | f64 |
 * | f32  | f32  | f32 | f32 | f32 | f64 |
 * | f64  | f64  | f64 | f64 | f64 | f64 |
 */
export function promote(a: DType, b: DType): DType {
	const [rankOfA, rankOfB] = [dtypes.indexOf(a), dtypes.indexOf(b)];
	if (rankOfA < 0 || rankOfB < 0) checkedDType('promote', rankOfA < 0 ? a : b);
	return rankOfA >= rankOfB ? a : b;
}

/** The floating dtype in which a function such as `exp` is computed: integers and truth values become f32. */
export function floatingOf(dtype: DType): DType {
	return dtype === 'f64' ? 'f64' : 'f32';
}

const elementsShown = 8;

/** `[1, 2, 3]`, as printed graphs show elements: the first eight, f32 to the digits it holds. */
export function formatData(data: Data): string {
	const shown = Array.from(data.subarray(0, elementsShown), (x) =>
		data instanceof Float32Array ? Number(x.toPrecision(7)) : x,
	);
	const more = data.length > elementsShown ? ', ...' : '';
	return `[${shown.join(', ')}${more}]`;
}
