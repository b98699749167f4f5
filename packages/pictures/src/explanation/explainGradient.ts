import { type Differentiable, DTypeError, grad, type Node, topologicalOrder } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { isFloating } from '../graph/gradients.ts';
import { givenNames, type Names, namedNode } from '../graph/names.ts';
import { typeText } from '../graph/numbers.ts';
import { checkedScalar } from '../graph/options.ts';
import { GradientExplanation } from './explanation.ts';
import { routeBetween } from './route.ts';
import { computed, stepsOf } from './steps.ts';
import { wordingOf } from './wording.ts';

/** How to explain a gradient. */
export interface ExplanationOptions {
	/** What Nodes of the graph of y are called, as in `drawGraph`. */
	readonly names?: Names;
}

/**
 * The gradient of a scalar y in x, explained by the chain rule: for every Node between them, from y back to x, its local
 * derivative as a formula and a number, and the product so far; where several paths meet, their sum. As data (`steps`), as
 * text (`String(explanation)`), and as a picture (`svg()`). Of large tensors, shapes and norms. y may be a gradient itself.
 * Throws ShapeError if y is no scalar, DTypeError if a dtype holds no gradient, TypeError where values are symbolic.
 */
export function explainGradient(
	y: Node,
	x: Differentiable,
	options?: ExplanationOptions,
): GradientExplanation {
	const operation = 'explainGradient';
	const { names } = checkedOptions(operation, options, ['names']);
	checkedScalar(operation, 'y', y);
	const source = namedNode(operation, 'x', x);
	if (!isFloating(source))
		throw new DTypeError(
			`${operation}: x is ${typeText(source)}; gradients need f32 or f64: cast it first`,
		);
	const members = new Set([...topologicalOrder([y]), source]);
	const given = givenNames(operation, names, (node) => members.has(node));
	const route = routeBetween(operation, y, source);
	const wording = wordingOf(route, standingIn(given, route.standIns));
	const [gradient] = grad(route.y, [route.x]);
	const steps = stepsOf(route, (node) => wording.get(node) ?? node.primitive.name);
	return new GradientExplanation(route, wording, computed(gradient), steps);
}

/** Names of Nodes as names of what stands for them. */
function standingIn(
	names: ReadonlyMap<Node, string>,
	standIns: ReadonlyMap<Node, Node>,
): Map<Node, string> {
	return new Map(
		Array.from(names).flatMap(([node, name]): [Node, string][] => {
			const standIn = standIns.get(node);
			return standIn === undefined ? [] : [[standIn, name]];
		}),
	);
}
