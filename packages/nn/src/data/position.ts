import { Node, splitKey, tensor } from '@pullback/core';
import { checkedCount, checkedList, checkedObject, describe } from '@pullback/core/arguments';

/** How far data have been read, as plain numbers to be saved: given back to `restore`, reading goes on to the bit. */
export interface DataPosition {
	/** Passes over the data that have ended. */
	readonly epoch: number;
	/** Examples of the present pass that have been given out. */
	readonly position: number;
	/** The examples of a pass; null where that is not known before. */
	readonly length: number | null;
	/** The random key that all passes are drawn by; null if nothing is drawn. */
	readonly key: readonly [number, number] | null;
}

/** A position that a user gave back, for data of some length, which are drawn by a key or not. */
export function checkedPosition(
	given: DataPosition,
	length: number | null,
	isDrawn: boolean,
): DataPosition {
	const state = checkedObject('restore', 'the position', given);
	const epoch = checkedEpoch('restore', state.epoch);
	const position = checkedCount('restore', 'position', state.position);
	if (state.length !== length)
		throw new RangeError(
			`restore: the position is of ${counted(state.length)}, and a pass over these data of ${counted(length)}; they must be the same data`,
		);
	if (length !== null && position > length)
		throw new RangeError(`restore: position is ${position}; it must be at most ${length}`);
	if (state.key === null || state.key === undefined) {
		if (isDrawn)
			throw new TypeError(
				'restore: the position has no key, and these data are drawn by one; save it from data that are',
			);
		return { epoch, position, length, key: null };
	}
	if (!isDrawn)
		throw new TypeError(
			'restore: the position has a key, and these data are read in their order; shuffle them, as those were',
		);
	return { epoch, position, length, key: checkedWords(state.key) };
}

function counted(length: unknown): string {
	return length === null ? 'unknown length' : `${describe(length)} examples`;
}

function checkedWords(key: readonly [number, number]): readonly [number, number] {
	const words = checkedList<unknown>('restore', 'key', key);
	if (words.length !== 2)
		throw new RangeError(`restore: key holds ${words.length} numbers; it must hold two`);
	const [high, low] = [words[0], words[1]].map((word) => {
		if (typeof word !== 'number' || (word | 0) !== word)
			throw new TypeError(
				`restore: key holds ${describe(word)}; it must be two whole numbers of i32, as they were saved`,
			);
		return word;
	}) as [number, number]; // two of two
	return [high, low];
}

/** The largest number of a pass: to find its key takes time in proportion. */
const maxEpoch = 2 ** 20;

/** The number of a pass, from 0. */
export function checkedEpoch(operation: string, epoch: unknown): number {
	const number = checkedCount(operation, 'epoch', epoch);
	if (number > maxEpoch)
		throw new RangeError(`${operation}: epoch is ${number}; the most are ${maxEpoch}`);
	return number;
}

/** The words of a key that a user passed. */
export function wordsOf(operation: string, key: unknown): readonly [number, number] {
	if (!(key instanceof Node))
		throw new TypeError(`${operation}: key is ${describe(key)}; it must be made by randomKey`);
	// Refuses what is no key, in its words.
	splitKey(key);
	const [high = 0, low = 0] = key.data();
	return [high, low];
}

/** The key of a pass, by its number: what is drawn in it depends on nothing else. */
export function keyOfPass(words: readonly [number, number], epoch: number): Node {
	return splitKey(tensor(Int32Array.from(words)), epoch + 1).slice(epoch);
}
