import type { Node, Operand } from '@pullback/core';
import { checkedString, describe, isPlain, toNode } from '@pullback/core/arguments';
import { quoted } from './pickle/values.ts';

/** Tensors, or Variables and what else stands for them, by their names. */
export type NamedTensors = ReadonlyMap<string, Operand> | Readonly<Record<string, Operand>>;

/** The most tensors of a file, and the most texts beside them. */
export const maxTensors = 100_000;

/** Tensors to be written, in their order. */
export function checkedTensors(
	operation: string,
	tensors: NamedTensors,
): readonly (readonly [name: string, tensor: Node])[] {
	const list = entriesOf(operation, 'tensors', tensors).map(([name, operand]) => {
		checkedName(operation, name);
		return [name, toNode(operation, operand)] as const;
	});
	if (list.length > maxTensors)
		throw new RangeError(`${operation}: got ${list.length} tensors; the most are ${maxTensors}`);
	return list;
}

/** The entries of a Map or of a plain object. */
export function entriesOf<Value>(
	operation: string,
	name: string,
	values: ReadonlyMap<string, Value> | Readonly<Record<string, Value>>,
): readonly (readonly [name: string, value: Value])[] {
	if (values instanceof Map) return [...values];
	if (isPlain(values)) return Object.entries(values);
	throw new TypeError(
		`${operation}: ${name} are ${describe(values)}; they must be a Map or an object of ${name} by name`,
	);
}

/** A name, which all readers read alike: halves of characters have no form in UTF-8. */
export function checkedName(operation: string, name: unknown): string {
	const text = checkedString(operation, 'a name', name);
	if (/\p{Surrogate}/u.test(text))
		throw new RangeError(
			`${operation}: the name ${quoted(text)} holds half of a surrogate pair; it must be text`,
		);
	return text;
}
