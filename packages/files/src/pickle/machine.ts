import type { Cursor } from './cursor.ts';
import type { Dialect } from './dialect.ts';
import {
	type Caller,
	describeValue,
	type PickleKey,
	PickleObject,
	quoted,
	type StackValue,
	Tuple,
} from './values.ts';

/** What an instruction is called in Python's `pickletools`, and what it does. */
export interface Instruction {
	readonly name: string;
	readonly run: (machine: Machine) => void;
}

/** The memory that all values but the elements of arrays may take, in bytes. */
const maxValueBytes = 2 ** 26;

/** About what each kind of thing takes in memory, in bytes, rounded up for what is slow to read. */
const bytesOf = { instruction: 16, text: 64, list: 64, dictionary: 256, entry: 64 } as const;

/**
 * The stack machine of pickles. It knows no objects but those of a dialect, which it calls and builds as the pickle
 * says; nothing else is run.
 */
export class Machine implements Caller {
	readonly cursor: Cursor;
	readonly #dialect: Dialect;
	/** The byte where the pickle begins. */
	readonly #first: number;
	readonly #stack: StackValue[] = [];
	/** The heights of the stack at its marks. */
	readonly #marks: number[] = [];
	readonly #memo = new Map<number, StackValue>();
	/** Lists and dictionaries that were fetched from the memo: only what contains itself is changed after that. */
	readonly #fetched = new Set<StackValue>();
	/** The byte of the instruction that runs. */
	#start = 0;
	#valueBytes = maxValueBytes;
	#otherBytes: number;
	#stopped = false;

	/** Of the pickle that begins where the cursor stands, which may make so many bytes of others in the file. */
	constructor(cursor: Cursor, dialect: Dialect, otherBytes: number) {
		this.cursor = cursor;
		this.#first = cursor.offset;
		this.#dialect = dialect;
		this.#otherBytes = otherBytes;
	}

	/** What it may hold, as errors say it. */
	get holds(): string {
		return this.#dialect.holds;
	}

	/** Runs the pickle by the instructions of each byte: what the stack holds at the end, which must be the file's. */
	runToEnd(instructions: readonly (Instruction | undefined)[]): StackValue {
		const result = this.run(instructions);
		const { offset, rest } = this.cursor;
		if (rest > 0)
			this.cursor.refuse(
				offset,
				`found ${rest} bytes after the end of the pickle, needed none; write each pickle into a file of its own`,
			);
		return result;
	}

	/** Runs the pickle by the instructions of each byte: what the stack holds at the end, where the cursor stands then. */
	run(instructions: readonly (Instruction | undefined)[]): StackValue {
		const { cursor } = this;
		while (!this.#stopped) {
			this.#start = cursor.offset;
			cursor.reading = 'an instruction';
			const code = cursor.uint8();
			const instruction = instructions[code];
			if (instruction === undefined)
				return this.refuse(`found byte ${code}, needed an instruction of a pickle`);
			const { name, run } = instruction;
			cursor.reading = name;
			this.#count(bytesOf.instruction);
			run(this);
		}
		const result = this.pop();
		if (this.#stack.length > 0 || this.#marks.length > 0)
			this.refuse('found more on the stack than the result, needed one value');
		return result;
	}

	stop(): void {
		this.#stopped = true;
	}

	refuse(reason: string): never {
		return this.cursor.refuse(this.#start, reason);
	}

	allow(bytes: number): void {
		this.#otherBytes -= bytes;
		if (this.#otherBytes < 0)
			this.refuse(
				'found the same bytes used again and again, needed no more than the file can mean',
			);
	}

	/** Whether the running instruction is the first. */
	get isFirst(): boolean {
		return this.#start === this.#first;
	}

	push(value: StackValue): void {
		this.#stack.push(value);
	}

	/** Pushes text, bytes, or a number that is written like them. */
	pushText(value: StackValue): void {
		this.#count(bytesOf.text);
		this.push(value);
	}

	pop(): StackValue {
		if (this.#stack.length === this.#base)
			this.refuse(`found nothing on the stack for ${this.cursor.reading}, needed a value`);
		return this.#stack.pop() as StackValue; // it is not empty
	}

	mark(): void {
		this.#marks.push(this.#stack.length);
	}

	/** What lies above the last mark, which is taken away with it. */
	popMarked(): StackValue[] {
		const mark =
			this.#marks.pop() ??
			this.refuse(`found no mark on the stack for ${this.cursor.reading}, needed one`);
		return this.#stack.splice(mark);
	}

	pushList(items: StackValue[]): void {
		this.#count(bytesOf.list);
		this.push(items);
	}

	pushTuple(items: StackValue[]): void {
		this.#count(bytesOf.list);
		this.push(new Tuple(items));
	}

	pushDictionary(): void {
		this.push(this.dictionaryOf([]));
	}

	append(items: readonly StackValue[]): void {
		const list = this.#top();
		if (!Array.isArray(list)) this.refuse(`found items for ${describeValue(list)}, needed a list`);
		this.#checkUnfetched(list);
		for (const item of items) list.push(item);
	}

	/** Adds keys and values, which follow each other. */
	setItems(items: readonly StackValue[]): void {
		const dictionary = this.#top();
		if (!(dictionary instanceof Map))
			this.refuse(`found entries for ${describeValue(dictionary)}, needed a dictionary`);
		this.#checkUnfetched(dictionary);
		this.#fill(dictionary, items);
	}

	dictionaryOf(items: readonly StackValue[]): Map<PickleKey, StackValue> {
		this.#count(bytesOf.dictionary);
		const dictionary = new Map<PickleKey, StackValue>();
		this.#fill(dictionary, items);
		return dictionary;
	}

	#fill(dictionary: Map<PickleKey, StackValue>, items: readonly StackValue[]): void {
		if (items.length % 2 > 0) this.refuse('found a key without a value, needed pairs');
		for (let i = 0; i < items.length; i += 2) {
			const key = this.#key(items[i] as StackValue); // i is in range
			if (dictionary.has(key))
				this.refuse(`found the key ${describeValue(key)} twice, needed keys that differ`);
			this.#count(bytesOf.entry);
			dictionary.set(key, items[i + 1] as StackValue); // there are pairs
		}
	}

	#key(value: StackValue): PickleKey {
		if (typeof value === 'object' && value !== null)
			return this.refuse(
				`found ${describeValue(value)} as a key, needed text, a number, a truth value or None`,
			);
		return value;
	}

	remember(key: number): void {
		const value = this.#top();
		this.#count(bytesOf.entry);
		this.#memo.set(key, value);
	}

	/** Remembers under the next number. */
	rememberNext(): void {
		this.remember(this.#memo.size);
	}

	fetch(key: number): void {
		const value = this.#memo.get(key);
		if (value === undefined) this.refuse(`found the memo's number ${key}, which holds nothing`);
		if (Array.isArray(value) || value instanceof Map) this.#fetched.add(value);
		this.push(value);
	}

	/** What a name stands for. */
	pushNamed(module: string, name: string): void {
		const object = this.#dialect.names.get(`${module} ${name}`);
		if (object === undefined)
			this.refuse(
				`found the name ${shown(module)}.${shown(name)}, needed only names of ${this.holds}: ${this.#dialect.advice}; nothing that a pickle names is run`,
			);
		this.push(object);
	}

	/** Calls what lies below its arguments. */
	reduce(): void {
		const args = this.pop();
		const callee = this.pop();
		if (!(callee instanceof PickleObject) || !(args instanceof Tuple))
			this.refuse(
				`found a call of ${describeValue(callee)} with ${describeValue(args)}, needed a name and a tuple`,
			);
		this.push(callee.call(args.items, this));
	}

	/** Gives its state to what lies below it. */
	build(): void {
		const state = this.pop();
		const object = this.#top();
		const { attributes } = this.#dialect;
		if (object instanceof PickleObject) object.build(state, this);
		else if (object instanceof Map && attributes !== undefined) attributes(state, this);
		else this.refuse(`found a state for ${describeValue(object)}, needed one of ${this.holds}`);
	}

	/** What an id stands for that the pickle gives to a thing outside of it. */
	pushPersistent(id: StackValue): void {
		const { persistent } = this.#dialect;
		if (persistent === undefined)
			this.refuse(
				`found the instruction ${this.cursor.reading}, which takes an object from outside of the file; needed plain values and ${this.holds}`,
			);
		this.push(persistent(id, this));
	}

	/** The height of the stack at the last mark, below which no instruction reaches. */
	get #base(): number {
		return this.#marks.at(-1) ?? 0;
	}

	#top(): StackValue {
		const value = this.pop();
		this.push(value);
		return value;
	}

	#checkUnfetched(container: StackValue): void {
		if (this.#fetched.has(container))
			this.refuse(
				`found ${describeValue(container)} that is added to after it was put elsewhere, needed values that do not contain themselves`,
			);
	}

	#count(bytes: number): void {
		this.#valueBytes -= bytes;
		if (this.#valueBytes < 0)
			this.refuse(
				`found values that take more than ${maxValueBytes} bytes, needed fewer; keep numbers in arrays`,
			);
	}
}

/** A name from a file, as errors show it: in quotes unless it is an ordinary one. */
function shown(name: string): string {
	return /^[\w.]{1,60}$/.test(name) ? name : quoted(name);
}
