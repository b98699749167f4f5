import { type Data, Node, stack, tensor } from '@pullback/core';
import { describe, isPlain } from '@pullback/core/arguments';

/** Numbers in nested arrays, which become tensors. */
type Numbers = number | boolean | readonly Numbers[];

/**
 * What examples become as a batch: Nodes, numbers, typed and nested arrays of them one tensor each, along a new axis 0;
 * plain objects one object of what their fields become; anything else an array of them.
 */
export type Collated<Example> = Example extends Node | Data | Numbers
	? Node
	: Example extends
				| readonly unknown[]
				| string
				| Date
				| ReadonlyMap<unknown, unknown>
				| CallableFunction
		? Example[]
		: Example extends object
			? { readonly [Field in keyof Example]: Collated<Example[Field]> }
			: Example[];

/** Examples as a batch; there is at least one. */
export function collate<Example>(
	operation: string,
	examples: readonly Example[],
): Collated<Example> {
	return collated(operation, examples, '') as Collated<Example>; // case by case
}

type Kind = 'tensors' | 'numbers' | 'fields' | 'others';

function collated(operation: string, examples: readonly unknown[], path: string): unknown {
	const kind = kindOf(examples[0]);
	const odd = examples.findIndex((each) => kindOf(each) !== kind);
	if (odd > 0)
		throw new TypeError(
			`${operation}: ${placeOf(path)}is ${describe(examples[odd])} in example ${odd} of a batch, and ${describe(examples[0])} in example 0; it must be of one kind`,
		);
	switch (kind) {
		case 'tensors':
			return stack(examples.map((each) => (each instanceof Node ? each : tensor(each as Data)))); // by its kind
		case 'numbers':
			return tensor(examples as Numbers[]); // by its kind
		case 'fields':
			return collatedFields(operation, examples as Record<string, unknown>[], path); // by its kind
		case 'others':
			return [...examples];
	}
}

function collatedFields(
	operation: string,
	examples: readonly Readonly<Record<string, unknown>>[],
	path: string,
): unknown {
	const [first = {}] = examples;
	const names = Object.keys(first);
	for (const [i, example] of examples.entries()) {
		const own = Object.keys(example);
		if (own.length !== names.length || !names.every((name) => Object.hasOwn(example, name)))
			throw new TypeError(
				`${operation}: ${placeOf(path)}has the fields ${own.join(', ')} in example ${i} of a batch, and ${names.join(', ')} in example 0; they must be the same`,
			);
	}
	return Object.fromEntries(
		names.map((name) => [
			name,
			collated(
				operation,
				examples.map((example) => example[name]),
				path === '' ? name : `${path}.${name}`,
			),
		]),
	);
}

function placeOf(path: string): string {
	return path === '' ? 'what is to be batched ' : `field ${path} `;
}

function kindOf(example: unknown): Kind {
	if (example instanceof Node || ArrayBuffer.isView(example)) return 'tensors';
	if (isNumbers(example)) return 'numbers';
	return isPlain(example) ? 'fields' : 'others';
}

/** Numbers, or arrays that begin with some; what follows is checked as a tensor is made of it. */
function isNumbers(example: unknown): boolean {
	let first = example;
	// No deeper than tensors go.
	for (let depth = 0; Array.isArray(first) && depth < 64; depth++) first = first[0];
	return typeof first === 'number' || typeof first === 'boolean';
}
