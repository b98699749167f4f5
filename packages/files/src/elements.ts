import type { Data, DType } from '@pullback/core';
import { viewOf } from './bytes.ts';

// Elements in files as those of tensors. What the library lacks becomes what holds every value of it exactly, or is
// refused.

/** Whoever reads elements, as errors name where they lie. */
export interface ElementCaller {
	/** Throws an error that names the file, and the byte where the elements are met. */
	refuse(reason: string): never;
}

/** How elements of one type are stored, and what becomes of them. */
export interface ElementType {
	/** The bytes of each element in the file. */
	readonly bytes: number;
	/** The dtype of the tensor. */
	readonly dtype: DType;
	/**
	 * The elements of a tensor from those in a file, whose length is a multiple of `bytes`. They may share the memory of
	 * the file.
	 */
	read(stored: Uint8Array, littleEndian: boolean, caller: ElementCaller): Data;
}

/** Whether typed arrays have the lowest byte of an element first, as nearly everywhere. */
const isLittleEndianHere = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Elements that stay as they are, bit by bit, but for the order of their bytes. */
function same(
	dtype: DType,
	array: { readonly BYTES_PER_ELEMENT: number } & (new (
		buffer: ArrayBufferLike,
		byteOffset: number,
		length: number,
	) => Data),
): ElementType {
	const bytes = array.BYTES_PER_ELEMENT;
	return {
		bytes,
		dtype,
		read(stored, littleEndian) {
			const isSwapped = bytes > 1 && littleEndian !== isLittleEndianHere;
			const { buffer, byteOffset, length } = stored;
			// As they lie, where typed arrays can: tensors copy what they are made of.
			if (!isSwapped && byteOffset % bytes === 0)
				return new array(buffer, byteOffset, length / bytes);
			const copy = isSwapped ? reversed(stored, bytes) : new Uint8Array(stored);
			return new array(copy.buffer, 0, length / bytes);
		},
	};
}

const truthValues: ElementType = {
	...same('bool', Uint8Array),
	read(stored, _, caller) {
		const wrong = stored.findIndex((byte) => byte > 1);
		if (wrong >= 0) caller.refuse(`found ${stored[wrong]} as truth value ${wrong}, needed 0 or 1`);
		return stored;
	},
};

type ReadNumber = (view: DataView, at: number, littleEndian: boolean) => number;

/** Whole numbers that are read as i32, those that fit; another is refused. */
function whole(bytes: number, numberAt: ReadNumber): ElementType {
	return {
		bytes,
		dtype: 'i32',
		read(stored, littleEndian, caller) {
			const elements = new Int32Array(stored.length / bytes);
			const view = viewOf(stored);
			for (let i = 0; i < elements.length; i++) {
				const number = numberAt(view, i * bytes, littleEndian);
				elements[i] = number;
				if (elements[i] !== number)
					caller.refuse(
						`found ${number} as element ${i}, needed whole numbers that i32 holds; save them as float64 or smaller`,
					);
			}
			return elements;
		},
	};
}

/** Numbers of 16 bits, each of which f32 holds exactly. */
const halves: ElementType = {
	bytes: 2,
	dtype: 'f32',
	read(stored, littleEndian) {
		const elements = new Float32Array(stored.length / 2);
		const view = viewOf(stored);
		for (let i = 0; i < elements.length; i++)
			elements[i] = halfOf(view.getUint16(2 * i, littleEndian));
		return elements;
	},
};

/** The number that IEEE 754's binary16 stores in these bits. */
function halfOf(bits: number): number {
	const exponent = (bits >> 10) & 31;
	const fraction = bits & 1023;
	const sign = bits & 0x8000 ? -1 : 1;
	if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
	return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The upper halves of f32's numbers, which are called bfloat16. */
const shortFloats: ElementType = {
	bytes: 2,
	dtype: 'f32',
	read(stored, littleEndian) {
		const bits = new Int32Array(stored.length / 2);
		const view = viewOf(stored);
		for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, littleEndian) << 16;
		return new Float32Array(bits.buffer);
	},
};

/** A whole number of 64 bits, rounded where it is beyond 2^53, which i32 does not hold anyway. */
const wide =
	(signed: boolean): ReadNumber =>
	(view, at, littleEndian) => {
		const [low, high] = littleEndian ? [at, at + 4] : [at + 4, at];
		const top = signed ? view.getInt32(high, littleEndian) : view.getUint32(high, littleEndian);
		return top * 2 ** 32 + view.getUint32(low, littleEndian);
	};

/** Types of elements by their kind and their bits; bf16 is the upper half of f32. */
export type ElementName = DType | 'i8' | 'i16' | 'u16' | 'u32' | 'i64' | 'u64' | 'f16' | 'bf16';

/** The types of elements that are read: the five dtypes, and those whose values they hold exactly. */
export const elementTypes: { readonly [name in ElementName]: ElementType } = {
	bool: truthValues,
	u8: same('u8', Uint8Array),
	i8: whole(1, (view, at) => view.getInt8(at)),
	i16: whole(2, (view, at, littleEndian) => view.getInt16(at, littleEndian)),
	u16: whole(2, (view, at, littleEndian) => view.getUint16(at, littleEndian)),
	i32: same('i32', Int32Array),
	u32: whole(4, (view, at, littleEndian) => view.getUint32(at, littleEndian)),
	i64: whole(8, wide(true)),
	u64: whole(8, wide(false)),
	f16: halves,
	bf16: shortFloats,
	f32: same('f32', Float32Array),
	f64: same('f64', Float64Array),
};

/** The bytes of elements, the lowest first. They are the elements' own, which nobody may change. */
export function littleEndianBytes(elements: Data): Uint8Array {
	const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: step } = elements;
	const bytes = new Uint8Array(buffer, byteOffset, byteLength);
	return isLittleEndianHere || step === 1 ? bytes : reversed(bytes, step);
}

/** Bytes of which each so many are in reverse. */
function reversed(bytes: Uint8Array, step: number): Uint8Array<ArrayBuffer> {
	const copy = new Uint8Array(bytes);
	for (let i = 0; i < copy.length; i += step) copy.subarray(i, i + step).reverse();
	return copy;
}
