import {
	argmax,
	DTypeError,
	formatShape,
	type Node,
	type Operand,
	ShapeError,
} from '@pullback/core';
import { toNode } from '@pullback/core/arguments';

/** Scores [..., classes], at least one class, and class indices [...], checked. */
export function scoresAndLabels(
	operation: string,
	scores: Operand,
	labels: Operand,
): { readonly scores: Node; readonly labels: Node } {
	const [given, targets] = [toNode(operation, scores), classIndices(operation, 'labels', labels)];
	const classes = given.shape.at(-1) ?? 0;
	if (classes === 0 || formatShape(given.shape.slice(0, -1)) !== formatShape(targets.shape))
		throw new ShapeError(
			`${operation}: scores ${formatShape(given.shape)} and labels ${formatShape(targets.shape)} do not fit; scores must be [..., classes], and labels [...]`,
		);
	return { scores: given, labels: targets };
}

/** Class indices, i32 or u8. */
export function classIndices(operation: string, name: string, labels: Operand): Node {
	const node = toNode(operation, labels);
	if (node.dtype !== 'i32' && node.dtype !== 'u8')
		throw new DTypeError(
			`${operation}: ${name} are ${node.dtype}; they must be class indices, i32 or u8`,
		);
	return node;
}

/** Two lists of class indices: labels [...], and predictions as indices [...] or scores [..., classes], the largest of which counts. */
export function predictedAndLabels(
	operation: string,
	predictions: Operand,
	labels: Operand,
): { readonly predicted: Node; readonly labels: Node } {
	const given = toNode(operation, predictions);
	if (given.dtype === 'f32' || given.dtype === 'f64') {
		const { scores, labels: targets } = scoresAndLabels(operation, given, labels);
		return { predicted: argmax(scores, -1), labels: targets };
	}
	const predicted = classIndices(operation, 'predictions', given);
	const targets = classIndices(operation, 'labels', labels);
	if (formatShape(predicted.shape) !== formatShape(targets.shape))
		throw new ShapeError(
			`${operation}: predictions ${formatShape(predicted.shape)} and labels ${formatShape(targets.shape)} differ; they must have one shape`,
		);
	return { predicted, labels: targets };
}

/** Two tensors of numbers of one shape. */
export function alike(
	operation: string,
	y: Operand,
	t: Operand,
): { readonly outputs: Node; readonly targets: Node } {
	const [outputs, targets] = [toNode(operation, y), toNode(operation, t)];
	if (formatShape(outputs.shape) !== formatShape(targets.shape))
		throw new ShapeError(
			`${operation}: outputs ${formatShape(outputs.shape)} and targets ${formatShape(targets.shape)} differ; they must have one shape`,
		);
	return { outputs, targets };
}
