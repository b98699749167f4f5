import { type ElementCaller, type ElementType, elementTypes } from '../elements.ts';
import {
	type Caller,
	describeItems,
	describeValue,
	PickleObject,
	type StackValue,
	Tuple,
} from '../pickle/values.ts';

/** The elements of a storage as they stand in a file, where errors of theirs are. */
export interface StoredElements extends ElementCaller {
	readonly bytes: Uint8Array;
	/** Whether the lowest byte of each stands first. */
	readonly littleEndian: boolean;
}

/** A class of PyTorch's storages, which stands for the type of their elements and is never called. */
export class StorageClass extends PickleObject {
	readonly type: ElementType;

	constructor(name: string, type: ElementType) {
		super(`the class torch.${name}`);
		this.type = type;
	}
}

/** The classes of storages that are read, by their names in the module torch. */
export const storageClasses: ReadonlyMap<string, StorageClass> = new Map(
	Object.entries({
		DoubleStorage: elementTypes.f64,
		FloatStorage: elementTypes.f32,
		HalfStorage: elementTypes.f16,
		BFloat16Storage: elementTypes.bf16,
		LongStorage: elementTypes.i64,
		IntStorage: elementTypes.i32,
		ShortStorage: elementTypes.i16,
		CharStorage: elementTypes.i8,
		ByteStorage: elementTypes.u8,
		BoolStorage: elementTypes.bool,
	}).map(([name, type]) => [name, new StorageClass(name, type)]),
);

/** A tensor, which can be made once the elements of its storage are there. */
interface View {
	make(elements: StoredElements): void;
}

/** The elements that tensors are views of, by what a pickle says of them. */
export class Storage extends PickleObject {
	readonly type: ElementType;
	/** How many elements there are. */
	readonly count: number;
	readonly #views: View[] = [];

	constructor(type: ElementType, count: number) {
		super('a storage');
		this.type = type;
		this.count = count;
	}

	/** How many bytes the elements take in the file. */
	get bytes(): number {
		return this.count * this.type.bytes;
	}

	add(view: View): void {
		this.#views.push(view);
	}

	/** Makes all tensors from the elements, of which there must be as many as the pickle says; they are not kept. */
	store(elements: StoredElements): void {
		const { length } = elements.bytes;
		if (length !== this.bytes)
			elements.refuse(
				`found ${length} bytes of elements, needed ${this.bytes} for ${this.count} of ${this.type.bytes} bytes each`,
			);
		for (const view of this.#views) view.make(elements);
	}
}

/** The storages of a file, each of which its pickle names by a key. */
export class Storages {
	readonly #found = new Map<string, Storage>();
	readonly #idLength: number;

	/** Ids are tuples of so many items. */
	constructor(idLength: 5 | 6) {
		this.#idLength = idLength;
	}

	/** The storages by their keys, in the order in which they were met. */
	get all(): ReadonlyMap<string, Storage> {
		return this.#found;
	}

	/** The storage of an id: ('storage', class, key, device, number of elements), in the older form with None after it. */
	get(id: StackValue, caller: Caller): Storage {
		const items = id instanceof Tuple ? id.items : [];
		const [kind, storageClass, key, device, count, view = null] = items;
		if (
			kind !== 'storage' ||
			!(storageClass instanceof StorageClass) ||
			typeof key !== 'string' ||
			typeof device !== 'string' ||
			!isCount(count) ||
			view !== null ||
			items.length !== this.#idLength
		)
			return caller.refuse(
				`found the id ${id instanceof Tuple ? describeItems(items) : describeValue(id)} of a thing outside of the pickle, needed that of a whole storage`,
			);
		const { type } = storageClass;
		const known = this.#found.get(key);
		if (known === undefined) {
			const storage = new Storage(type, count);
			this.#found.set(key, storage);
			return storage;
		}
		if (known.type !== type || known.count !== count)
			caller.refuse(
				`found storage ${describeValue(key)} with another type or length than before, needed the same`,
			);
		return known;
	}
}

/** A whole number from 0 that is exact. */
export function isCount(value: StackValue | undefined): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
