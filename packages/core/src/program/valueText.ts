import type { Data, DType } from '../graph/dtype.ts';
import { formatArray } from '../graph/formatArray.ts';
import type { Node } from '../graph/node.ts';
import { formatShape, type Shape, sizeOf } from '../graph/shape.ts';
import { primitives } from '../ops/primitives.ts';
import { latenessOf, lateOf } from './late.ts';
import { symbolBehind } from './symbols.ts';

/** `f32[2, 3]`, and what else has a shape and a dtype. */
export function typeText({
	shape,
	dtype,
}: {
	readonly shape: Shape;
	readonly dtype: DType;
}): string {
	return `${dtype}${formatShape(shape)}`;
}

/** A title with the elements of a tensor as NumPy shows an array, behind it or in the lines below. */
export function valueText(
	title: string,
	{ shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
	at: (index: number) => number,
): string {
	const rows = formatArray(shape, dtype, at);
	return `${title}${rows.includes('\n') ? '\n' : ' '}${rows}`;
}

/** A Node as text: dtype, shape, and its elements if they are known. Computes nothing, and changes nothing. */
export function nodeText(node: Node): string {
	const type = typeText(node);
	const at = knownElements(node);
	if (at !== null) return valueText(type, node, at);
	const { name } = node.primitive;
	const symbol = symbolBehind(node);
	const lateness = symbol === null ? latenessOf(node) : null;
	if (lateness !== null) return `${type} ${name}, ${lateness}`;
	if (symbol === null) return `${type} ${name}, not computed: toArray() computes it`;
	const what = node.inputs.length === 0 ? symbol : `${name} of ${symbol}`;
	return `${type} ${what}, symbolic: no value while a function is compiled or mapped`;
}

/** What gives the element at a position in row-major order, where no more than looking is needed. */
export function knownElements(node: Node): ((index: number) => number) | null {
	let at = node;
	let data = elementsOf(at);
	while (data === null) {
		const [input] = at.inputs;
		const { primitive } = at;
		if (input === undefined) return null;
		const isSame =
			primitive === primitives.reshape ||
			(primitive === primitives.broadcast && sizeOf(input.shape) === 1);
		if (!isSame) return null;
		at = input;
		data = elementsOf(at);
	}
	const elements = data;
	return elements.length === 1 ? () => elements[0] ?? 0 : (index) => elements[index] ?? 0;
}

function elementsOf(node: Node): Data | null {
	return node.value ?? lateOf(node)?.data ?? null;
}
