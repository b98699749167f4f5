import { flatten, type Node, type Operand, reshape, type Shape, ShapeError } from '@pullback/core';
import { checkedCount, checkedNumbers, toNode } from '@pullback/core/arguments';
import { Module } from '../modules/module.ts';

/** The largest number of axes that a shape is read to; core has a limit of its own. */
const maxAxes = 32;

/** The axes of x from `start` on as one: of [batch, ...], unless told otherwise, [batch, elements]. */
export class Flatten extends Module {
	readonly start: number;

	constructor(start = 1) {
		super();
		this.start = checkedCount('Flatten', 'start', start);
	}

	override forward(x: Operand): Node {
		return flatten(x, this.start);
	}
}

/** Each example of x [batch, ...] in another shape, in which one length may be -1, for whatever fits: [batch, ...shape]. */
export class Reshape extends Module {
	readonly shape: Shape;

	constructor(shape: Shape) {
		super();
		this.shape = checkedNumbers('Reshape', 'shape', shape, maxAxes);
		for (const length of this.shape) if (length !== -1) checkedCount('Reshape', 'shape', length);
	}

	override forward(x: Operand): Node {
		const node = toNode('Reshape', x);
		const [batch] = node.shape;
		if (batch === undefined)
			throw new ShapeError('Reshape: got a scalar of shape [], needs [batch, ...]');
		return reshape(node, [batch, ...this.shape]);
	}
}
