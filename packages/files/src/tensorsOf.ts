import { Node } from '@pullback/core';
import { checkedList, describe, shortened } from '@pullback/core/arguments';
import type { PickleValue } from './pickle/values.ts';

/** The most values that are looked at: a small file may hold one dictionary in very many places. */
const maxValues = 2 ** 20;

/** The most dictionaries in each other. */
const maxDepth = 100;

/**
 * The tensors of a state dictionary by their names, as `loadState` and `fromTorch` take them; of dictionaries in it, by names
 * joined by dots. `at` are the keys on the way to it in what holds more:
 *
 * ```
 * tensorsOf(await readPyTorch('model.pt'), ['model'])
 * ```
 *
 * Throws TypeError where anything else is found, RangeError for more than a million values.
 */
export function tensorsOf(
	value: PickleValue,
	at: readonly (string | number)[] = [],
): Map<string, Node> {
	let whole: unknown = value;
	let place = 'value';
	checkedList('tensorsOf', 'at', at);
	for (let i = 0; i < at.length; i++) {
		const key: unknown = at[i];
		if (typeof key !== 'string' && typeof key !== 'number')
			throw new TypeError(
				`tensorsOf: at[${i}] is ${describe(key)}; it must be a key, a string or number`,
			);
		if (!(whole instanceof Map) || !whole.has(key))
			throw new TypeError(
				`tensorsOf: ${place} is ${shown(whole)}; it must be a dictionary with the key ${shortened(String(key))}`,
			);
		whole = whole.get(key);
		place = at.slice(0, i + 1).join('.');
	}
	if (!(whole instanceof Map))
		throw new TypeError(
			`tensorsOf: ${place} is ${describe(whole)}; it must be a dictionary of tensors`,
		);
	const tensors = new Map<string, Node>();
	collect(whole, '', 0, tensors, { left: maxValues });
	return tensors;
}

function collect(
	dictionary: ReadonlyMap<unknown, unknown>,
	path: string,
	depth: number,
	tensors: Map<string, Node>,
	values: { left: number },
): void {
	if (depth > maxDepth)
		throw new RangeError(`tensorsOf: dictionaries lie more than ${maxDepth} deep in each other`);
	for (const [key, value] of dictionary) {
		const name = `${path}${String(key)}`;
		if (values.left-- === 0)
			throw new RangeError(
				`tensorsOf: value holds more than ${maxValues} values; name the part with the tensors by at`,
			);
		if (value instanceof Map) collect(value, `${name}.`, depth + 1, tensors, values);
		else if (!(value instanceof Node))
			throw new TypeError(
				`tensorsOf: ${name} is ${describe(value)}; it must be a tensor, or a dictionary of them. Name the part of the value that holds tensors alone by at`,
			);
		else if (tensors.has(name))
			throw new TypeError(`tensorsOf: ${name} is there twice; names must differ`);
		else tensors.set(name, value);
	}
}

/** The most keys that an error shows. */
const maxShownKeys = 10;

/** A value as errors say it; of a dictionary its keys, of which one may have been meant. */
function shown(value: unknown): string {
	if (!(value instanceof Map)) return describe(value);
	const keys = [...value.keys()].slice(0, maxShownKeys).map((key) => shortened(String(key)));
	return `a dictionary of ${value.size} keys (${keys.join(', ')}${value.size > maxShownKeys ? ', ...' : ''})`;
}
