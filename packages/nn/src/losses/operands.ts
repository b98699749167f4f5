import {
	broadcastTo,
	formatShape,
	type Node,
	type Operand,
	type Shape,
	ShapeError,
} from '@pullback/core';
import { toNodes } from '@pullback/core/arguments';
import { toFloatingNodes } from '../floatingNodes.ts';

/** Operands by what they are called, as Nodes of one floating dtype and one shape. */
export function ofOneShape<Name extends string>(
	operation: string,
	operands: Readonly<Record<Name, Operand>>,
): Record<Name, Node> {
	const names = Object.keys(operands) as Name[]; // of this object
	const nodes = toFloatingNodes(
		operation,
		names.map((name) => operands[name]),
	);
	const shapes = nodes.map(({ shape }) => formatShape(shape));
	const odd = shapes.findIndex((shape) => shape !== shapes[0]);
	if (odd > 0)
		throw new ShapeError(
			`${operation}: ${names[0]} ${shapes[0]} and ${names[odd]} ${shapes[odd]} differ; they must have one shape`,
		);
	return Object.fromEntries(names.map((name, i) => [name, nodes[i]])) as Record<Name, Node>; // one for each
}

/** The number of classes, which lie along the last axis of scores. */
export function classesOf(operation: string, scores: Node): number {
	const classes = scores.shape.at(-1);
	if (classes === undefined)
		throw new ShapeError(`${operation}: got a scalar of shape [], needs [..., classes]`);
	return classes;
}

/** An operand of one given shape, in the dtype of `like`. */
export function ofShape(
	operation: string,
	name: string,
	operand: Operand,
	shape: Shape,
	like: Node,
): Node {
	// Literals take the dtype of the other operand.
	const node = toNodes(operation, [like, operand])[1] as Node; // as many as were passed
	if (formatShape(node.shape) !== formatShape(shape))
		throw new ShapeError(
			`${operation}: ${name} has shape ${formatShape(node.shape)}, must be ${formatShape(shape)}`,
		);
	return node.cast(like.dtype);
}

/** An operand broadcast to the shape of another, in its dtype. */
export function broadcastLike(operation: string, name: string, operand: Operand, like: Node): Node {
	const node = toNodes(operation, [like, operand])[1] as Node; // as many as were passed
	const lead = like.shape.length - node.shape.length;
	const fits = lead >= 0 && node.shape.every((n, i) => n === 1 || n === like.shape[lead + i]);
	if (!fits)
		throw new ShapeError(
			`${operation}: ${name} ${formatShape(node.shape)} do not broadcast to the outputs ${formatShape(like.shape)}`,
		);
	return broadcastTo(node.cast(like.dtype), like.shape);
}
