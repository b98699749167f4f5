import type { Data, DType } from '@pullback/core';
import type { Caller } from '../pickle/values.ts';

// Elements of NumPy's arrays as those of tensors. What the library lacks becomes what holds every value of it
// exactly, or is refused.

/** How NumPy's elements of one type are stored, and what becomes of them. */
export interface ElementType {
	/** The bytes of each element in the file. */
	readonly bytes: number;
	/** The dtype of the tensor. */
	readonly dtype: DType;
	/** The elements of a tensor from those in a file, whose length is a multiple of `bytes`. */
	read(stored: Uint8Array, littleEndian: boolean, caller: Pick<Caller, 'refuse'>): Data;
}

const isLittleEndianHere = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Elements that stay as they are, bit by bit, but for the order of their bytes. */
function same(
	dtype: DType,
	array: { readonly BYTES_PER_ELEMENT: number } & (new (buffer: ArrayBuffer) => Data),
): ElementType {
	const bytes = array.BYTES_PER_ELEMENT;
	return {
		bytes,
		dtype,
		read(stored, littleEndian) {
			const copy = Uint8Array.from(stored);
			if (littleEndian !== isLittleEndianHere)
				for (let i = 0; i < copy.length; i += bytes) copy.subarray(i, i + bytes).reverse();
			return new array(copy.buffer);
		},
	};
}

const truthValues: ElementType = {
	...same('bool', Uint8Array),
	read(stored, _, caller) {
		const wrong = stored.findIndex((byte) => byte > 1);
		if (wrong >= 0) caller.refuse(`found ${stored[wrong]} as truth value ${wrong}, needed 0 or 1`);
		return Uint8Array.from(stored);
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

/** A whole number of 64 bits, rounded where it is beyond 2^53, which i32 does not hold anyway. */
const wide =
	(signed: boolean): ReadNumber =>
	(view, at, littleEndian) => {
		const [low, high] = littleEndian ? [at, at + 4] : [at + 4, at];
		const top = signed ? view.getInt32(high, littleEndian) : view.getUint32(high, littleEndian);
		return top * 2 ** 32 + view.getUint32(low, littleEndian);
	};

/** Numbers of which f32 has 16 bits more in the fraction. */
export const bfloat16: ElementType = {
	bytes: 2,
	dtype: 'f32',
	read(stored, littleEndian) {
		const bits = new Uint32Array(stored.length / 2);
		const view = viewOf(stored);
		for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, littleEndian) << 16;
		return new Float32Array(bits.buffer);
	},
};

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The types of NumPy that are read, by the names that they have in pickles. */
export const elementTypes: ReadonlyMap<string, ElementType> = new Map([
	['b1', truthValues],
	['u1', same('u8', Uint8Array)],
	['i1', whole(1, (view, at) => view.getInt8(at))],
	['i2', whole(2, (view, at, littleEndian) => view.getInt16(at, littleEndian))],
	['u2', whole(2, (view, at, littleEndian) => view.getUint16(at, littleEndian))],
	['i4', same('i32', Int32Array)],
	['u4', whole(4, (view, at, littleEndian) => view.getUint32(at, littleEndian))],
	['i8', whole(8, wide(true))],
	['u8', whole(8, wide(false))],
	['f2', halves],
	['f4', same('f32', Float32Array)],
	['f8', same('f64', Float64Array)],
]);
