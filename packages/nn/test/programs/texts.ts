import { type Node, tensor } from '@pullback/core';

// All texts of two words, each of which stands twice: `;abb.abb;bab.bab;`. Only the first of each can be new.

const letters = 3;
const words = 2;
const characters: readonly string[] = ['a', 'b', '.', ';'];

/** The number of characters that there are. */
export const alphabet: number = characters.length;

/** The number of characters that are to be predicted in a text. */
export const predicted: number = words * (2 * letters + 2);

const all = Array.from({ length: 2 ** (letters * words) }, (_, i) => {
	const bits = i.toString(2).padStart(letters * words, '0');
	const text = bits.replaceAll('0', 'a').replaceAll('1', 'b');
	const parts = Array.from({ length: words }, (_, k) => text.slice(k * letters, (k + 1) * letters));
	return `;${parts.map((word) => `${word}.${word};`).join('')}`;
});

/**
 * The least loss that there is, in nats for a character: whatever probabilities a model gives to the texts sum to 1, so
 * that the mean of -log p over all of them, equally often, is at least log(number of texts). A model that does not remember
 * a word when it comes again loses twice as much: each letter costs it log 2.
 */
export const leastLoss: number = Math.log(all.length) / predicted;

/** All texts as i32 indices, [texts, characters]. */
export function texts(): Node {
	return encoded(all);
}

/** Texts of one length as i32 indices, [texts, characters]. */
export function encoded(some: readonly string[]): Node {
	const indices = some.map((text) => Array.from(text, (each) => characters.indexOf(each)));
	return tensor(indices, { dtype: 'i32' });
}

/** The character that stands for an index. */
export const decoded = (index: number): string => characters[index] ?? '?';
