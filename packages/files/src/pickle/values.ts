import type { Node } from '@pullback/core';

/** What may be the key of a dictionary: that which a Map finds again. */
export type PickleKey = null | boolean | number | bigint | string;

/**
 * What a pickle holds. Python's numbers are numbers, and bigints where a number would lose digits; text is strings;
 * bytes are Uint8Arrays; lists and tuples are arrays; dictionaries are Maps in their order; NumPy's arrays and
 * scalars, and PyTorch's tensors, are Nodes. What a pickle holds in several places is one object in all of them.
 */
export type PickleValue =
	| PickleKey
	| Uint8Array
	| Node
	| readonly PickleValue[]
	| ReadonlyMap<PickleKey, PickleValue>;

/** What lies on the stack of a pickle: values, and what is needed on the way to them. */
export type StackValue =
	| PickleKey
	| Uint8Array
	| Node
	| StackValue[]
	| Tuple
	| Map<PickleKey, StackValue>
	| PickleObject;

/** A tuple, told apart from a list: only tuples are arguments and states. */
export class Tuple {
	readonly items: StackValue[];

	constructor(items: StackValue[]) {
		this.items = items;
	}
}

/** The machine that runs a pickle, as the objects see it that it calls. */
export interface Caller {
	/** What the pickle holds beside plain values, as errors say it. */
	readonly holds: string;
	/** Throws an error that names the file, and the byte of the instruction that runs. */
	refuse(reason: string): never;
	/** Counts bytes that are made of others in the file; refuses more than a file of that size can mean. */
	allow(bytes: number): void;
	/** A dictionary of keys and values, which follow each other. */
	dictionaryOf(items: readonly StackValue[]): Map<PickleKey, StackValue>;
}

/** What a name stands for in a pickle, or what a call of it has made. */
export class PickleObject {
	/** What it is, as errors name it. */
	readonly name: string;

	constructor(name: string) {
		this.name = name;
	}

	/** The value that it is once it has its state; null if it is no value. */
	get value(): Node | null {
		return null;
	}

	/** The result of calling it. */
	call(_args: readonly StackValue[], caller: Caller): StackValue {
		return caller.refuse(`found a call of ${this.name}, needed something to call`);
	}

	/** Gives it its state. */
	build(_state: StackValue, caller: Caller): void {
		caller.refuse(`found a state for ${this.name}, needed something that has one`);
	}
}

/** What a value of the stack is, as errors say it. */
export function describeValue(value: StackValue): string {
	if (value instanceof PickleObject) return value.name;
	if (value instanceof Tuple) return `a tuple of ${value.items.length}`;
	if (value instanceof Uint8Array) return `${value.length} bytes`;
	if (value instanceof Map) return 'a dictionary';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'string') return quoted(value);
	return typeof value === 'object' && value !== null ? 'a tensor' : String(value);
}

/** The most values of a tuple that an error shows. */
const maxDescribedItems = 8;

/** The values of a tuple, as errors say them. */
export function describeItems(items: readonly StackValue[]): string {
	const shown = items.slice(0, maxDescribedItems).map(describeValue).join(', ');
	return items.length > maxDescribedItems ? `(${shown}, ...)` : `(${shown})`;
}

/** The longest text that an error shows whole. */
const maxQuotedCharacters = 60;

/** Text from a file as errors show it: its beginning, on one line. */
export function quoted(text: string): string {
	const more = text.length > maxQuotedCharacters ? '...' : '';
	return JSON.stringify(text.slice(0, maxQuotedCharacters)) + more;
}
