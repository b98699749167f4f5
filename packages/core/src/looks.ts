import { computed } from './eager/evaluate.ts';
import { copyOf, type Data } from './graph/dtype.ts';
import { ShapeError } from './graph/errors.ts';
import type { Node } from './graph/node.ts';
import { formatShape, sizeOf } from './graph/shape.ts';
import type { Nested } from './ops/operand.ts';

/** An element, or nested arrays of elements. */
export type NestedOf<Element> = Element | readonly NestedOf<Element>[];

/** An element in JSON, which has no number for NaN and the infinities. */
export type JSONElement = number | boolean | 'NaN' | 'Infinity' | '-Infinity';

/** Ways to get a value, each of which computes it if that has not been done. */
export interface Looks {
	/** The number, of a tensor with one element; ShapeError of any other. */
	item(): number;
	/** A copy of the elements in row-major order. */
	data(): Data;
	/** The elements themselves, without a copy: do not write to them. */
	view(): Data;
	/** The elements in nested arrays; truth values as true and false. */
	toArray(): Nested;
	/**
	 * What `JSON.stringify` writes: the elements as `toArray` gives them, but NaN and the infinities, which JSON has no
	 * numbers for, as the strings "NaN", "Infinity" and "-Infinity", whose `Number` they are. JSON writes -0 as 0.
	 */
	toJSON(): NestedOf<JSONElement>;
}

/** Looks at Nodes. */
export const looks: Looks & ThisType<Node> = {
	item() {
		if (sizeOf(this.shape) !== 1)
			throw new ShapeError(
				`item: needs one element, got shape ${formatShape(this.shape)}; use data or toArray`,
			);
		return computed(this)[0] ?? 0;
	},
	data() {
		return copyOf('data', computed(this)).data;
	},
	view() {
		return computed(this);
	},
	toArray() {
		return nest(elementsOf(this), this.shape);
	},
	toJSON() {
		return nest<JSONElement>(elementsOf(this).map(inJSON), this.shape);
	},
};

function elementsOf(node: Node): (number | boolean)[] {
	const isTruth = node.dtype === 'bool';
	return Array.from(computed(node), (x) => (isTruth ? x !== 0 : x));
}

function inJSON(x: number | boolean): JSONElement {
	if (typeof x === 'boolean' || Number.isFinite(x)) return x;
	if (Number.isNaN(x)) return 'NaN';
	return x > 0 ? 'Infinity' : '-Infinity';
}

/** From the last axis inwards, so that no depth of nesting recurses. */
function nest<Element>(elements: Element[], shape: readonly number[]): NestedOf<Element> {
	let level: NestedOf<Element>[] = elements;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		const length = shape[axis] ?? 0;
		const count = sizeOf(shape.slice(0, axis));
		level = Array.from({ length: count }, (_, i) => level.slice(i * length, (i + 1) * length));
	}
	return level[0] as NestedOf<Element>; // one, whatever the shape
}
