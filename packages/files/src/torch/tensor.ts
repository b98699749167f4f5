import { type Node, type Shape, tensor } from '@pullback/core';
import {
	type Caller,
	describeValue,
	PickleObject,
	type StackValue,
	Tuple,
} from '../pickle/values.ts';
import { storedShape } from '../storedTensor.ts';
import { isCount, Storage, type StoredElements } from './storage.ts';

/** A tensor as a pickle describes it: the elements of a storage from `offset` on, with a stride for each axis. */
export interface View {
	readonly storage: Storage;
	readonly offset: number;
	readonly shape: Shape;
	readonly strides: readonly number[];
}

/** A tensor of PyTorch's, whose storage may follow later in the file. */
export class TorchTensor extends PickleObject {
	readonly #view: View;
	#tensor: Node | null = null;

	constructor(view: View) {
		super('a tensor without its storage');
		this.#view = view;
		view.storage.add(this);
	}

	override get value(): Node | null {
		return this.#tensor;
	}

	/** Takes its elements, which are copied, from those of the storage. */
	make(stored: StoredElements): void {
		const { storage, shape } = this.#view;
		const { type } = storage;
		const elements = type.read(gathered(this.#view, stored.bytes), stored.littleEndian, stored);
		this.#tensor = tensor(elements, { shape, dtype: type.dtype });
	}
}

/** The bytes of each element of a tensor in memory. */
const tensorBytes = { f64: 8, f32: 4, i32: 4, u8: 1, bool: 1 } as const;

/** The view that arguments of PyTorch's `_rebuild_tensor` describe; refused if it reaches beyond its storage. */
export function viewOf(args: readonly StackValue[], caller: Caller): View {
	const [storage = null, offset, size = null, stride = null] = args;
	if (!(storage instanceof Storage))
		return caller.refuse(`found a tensor in ${describeValue(storage)}, needed a storage`);
	const [sizes, strides] = [countsOf(size), countsOf(stride)];
	if (!isCount(offset) || sizes === null || strides === null || sizes.length !== strides.length)
		return caller.refuse(
			`found a tensor at ${describeValue(offset ?? null)} of the size ${describeValue(size)} and the strides ${describeValue(stride)}, needed whole numbers from 0, a stride for each axis`,
		);
	const shape = storedShape(sizes, caller);
	const count = shape.reduce((product, length) => product * length, 1);
	// Rounded where it is no exact number, which is beyond any storage.
	const last = shape.reduce(
		(sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0),
		offset,
	);
	if (count > 0 ? last >= storage.count : offset > storage.count)
		caller.refuse(
			`found a tensor that reaches to element ${count > 0 ? last : offset}, needed one within its storage of ${storage.count}`,
		);
	caller.allow(count * tensorBytes[storage.type.dtype]);
	return { storage, offset, shape, strides };
}

/** The whole numbers from 0 in a tuple; null of anything else. */
function countsOf(tuple: StackValue): readonly number[] | null {
	return tuple instanceof Tuple && tuple.items.every(isCount) ? tuple.items : null;
}

/** The bytes of a view's elements, row by row. */
function gathered({ storage, offset, shape, strides }: View, stored: Uint8Array): Uint8Array {
	const { bytes } = storage.type;
	const count = shape.reduce((product, length) => product * length, 1);
	if (isContiguous(shape, strides) || count === 0)
		return stored.subarray(bytes * offset, bytes * (offset + count));
	const result = new Uint8Array(count * bytes);
	const index = shape.map(() => 0);
	let from = bytes * offset;
	for (let to = 0; to < result.length; ) {
		for (let i = 0; i < bytes; i++) result[to++] = stored[from + i] as number; // within the storage
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			const [length = 0, stride = 0, before = 0] = [shape[axis], strides[axis], index[axis]];
			const isLast = before === length - 1;
			from += bytes * stride * (isLast ? -before : 1);
			index[axis] = isLast ? 0 : before + 1;
			if (!isLast) break;
		}
	}
	return result;
}

/** Whether elements lie one after another, as rows do; the stride of an axis of length 1 is never taken. */
function isContiguous(shape: Shape, strides: readonly number[]): boolean {
	let stride = 1;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		const length = shape[axis] ?? 1;
		if (length !== 1 && strides[axis] !== stride) return false;
		stride *= length;
	}
	return true;
}
