import type { Node, Shape } from '@pullback/core';
import { latin1Bytes } from '../pickle/text.ts';
import {
	type Caller,
	describeValue,
	PickleObject,
	type StackValue,
	Tuple,
} from '../pickle/values.ts';
import { type Storage, storedBytes, storedShape, storedTensor } from '../storedTensor.ts';
import { NumpyDType } from './dtype.ts';

/** An array as a pickle describes it, before anything of it is believed. */
export interface Described {
	readonly dtype: StackValue;
	readonly shape: StackValue;
	/** The elements: bytes, or the text of Latin-1 that stands for them in protocols 0 to 2. */
	readonly data: StackValue;
	/** The axes of the stored elements, row by row, in the array's order; all in reverse for Fortran's. */
	readonly axes: Storage['axes'];
}

/** The tensor that a pickle describes. */
export function tensorOf({ dtype, shape, data, axes }: Described, caller: Caller): Node {
	if (!(dtype instanceof NumpyDType))
		return caller.refuse(`found an array of dtype ${describeValue(dtype)}, needed one of NumPy's`);
	const { type, littleEndian } = dtype.complete(caller);
	const sizes = shapeOf(shape, caller);
	const stored = bytesOf(data, caller);
	const storage = { type, littleEndian, shape: sizes, axes };
	const needed = storedBytes(storage);
	if (stored.length !== needed)
		caller.refuse(
			`found ${stored.length} bytes of elements, needed ${needed} for shape [${sizes.join(', ')}] of ${type.bytes} bytes each`,
		);
	caller.allow(4 * stored.length);
	return storedTensor(stored, storage, caller);
}

/** Whole numbers from 0 in a tuple, fewer than a list of the same kind may hold in all. */
function shapeOf(shape: StackValue, caller: Caller): Shape {
	const sizes = wholeNumbers(shape);
	if (sizes === null) return caller.refuse(`found the shape ${describeValue(shape)}, needed sizes`);
	return storedShape(sizes, caller);
}

/** The numbers of a tuple of whole numbers; null of anything else. */
export function wholeNumbers(tuple: StackValue): readonly number[] | null {
	const items = tuple instanceof Tuple ? tuple.items : [null];
	return items.every((item) => typeof item === 'number' && Number.isInteger(item))
		? (items as number[]) // each is one
		: null;
}

function bytesOf(data: StackValue, caller: Caller): Uint8Array {
	if (data instanceof Uint8Array) return data;
	if (typeof data === 'string') return latin1Bytes(data, caller);
	return caller.refuse(`found ${describeValue(data)} as the elements of an array, needed bytes`);
}

/** An array that `_reconstruct` has made: a tensor once it has its state. */
export class NumpyArray extends PickleObject {
	#tensor: Node | null = null;

	constructor() {
		super('an array without its state');
	}

	override get value(): Node | null {
		return this.#tensor;
	}

	/** Takes (version, shape, dtype, whether it is in Fortran's order, elements). */
	override build(state: StackValue, caller: Caller): void {
		if (this.#tensor !== null) caller.refuse('found a second state for an array, needed it once');
		const items = state instanceof Tuple ? state.items : [];
		const [version, shape = null, dtype = null, fortran, data = null] = items;
		if (items.length !== 5 || version !== 1 || !isFlag(fortran))
			caller.refuse(
				`found the state ${describeValue(state)} for an array, needed that of version 1`,
			);
		const axes = Number(fortran) === 1 ? 'descending' : 'ascending';
		this.#tensor = tensorOf({ dtype, shape, data, axes }, caller);
	}
}

function isFlag(value: StackValue | undefined): value is boolean | 0 | 1 {
	return typeof value === 'boolean' || value === 0 || value === 1;
}
