import { type Node, topologicalOrder } from '@pullback/core';
import { checkedNode, checkedOptions } from '@pullback/core/arguments';
import { Gradients, isFloating, valuesOf } from '../graph/gradients.ts';
import { givenNames } from '../graph/names.ts';
import { typeText } from '../graph/numbers.ts';
import { elementsOf, Shadows } from '../graph/shadow.ts';
import type { ExplanationOptions } from './explainGradient.ts';
import { expressionOf, formulaOf } from './formulas.ts';
import { elementsText } from './text.ts';
import { wordingOf } from './wording.ts';

/** A Node of a graph in words. */
export interface NodeDescription {
	readonly node: Node;
	/** What it is called: that of no other Node, but for numbers, which are called by their value. */
	readonly name: string;
	/** How it is computed, such as `apple × tax`; what a leaf is. */
	readonly expression: string;
	/** Its dtype and shape, such as `f32[2, 3]`. */
	readonly type: string;
	/** Its elements, if they are few, else their norm; empty where it is symbolic. */
	readonly value: string;
	/** The gradient of y in it like its value; empty where no derivative reaches it, or y is no scalar. */
	readonly gradient: string;
	/** How a gradient passes to each input. */
	readonly rules: readonly RuleDescription[];
}

/** How a gradient passes from a Node to one of its inputs. */
export interface RuleDescription {
	/** What the input is called. */
	readonly to: string;
	/** Such as `tax`, or of the gradient g, such as `sum of g`. */
	readonly formula: string;
	/** Whether the gradient is multiplied by the formula, element by element. */
	readonly isFactor: boolean;
}

/**
 * All Nodes that y depends on, inputs before users, and last y itself, in words: what each is called, how it is computed, its
 * value, the gradient of y in it, and how it passes gradients on. The order is that of `topologicalOrder([y])`.
 */
export function describeGraph(y: Node, options?: ExplanationOptions): NodeDescription[] {
	const operation = 'describeGraph';
	const { names } = checkedOptions(operation, options, ['names']);
	const order = topologicalOrder([checkedNode(operation, 'y', y)]);
	const members = new Set(order);
	const wording = wordingOf(
		{ order, y, x: y },
		givenNames(operation, names, (node) => members.has(node)),
	);
	const nameOf = (node: Node): string => wording.get(node) ?? node.primitive.name;
	const shadows = new Shadows(order);
	const values = shadows.valuesOf(order);
	const gradients = gradientsOf(order, y, shadows);
	return order.map((node) => {
		const value = values.get(node);
		return {
			node,
			name: nameOf(node),
			expression: node.inputs.length > 0 ? expressionOf(node, nameOf) : node.primitive.name,
			type: typeText(node),
			value: value === undefined ? '' : elementsText(node, value),
			gradient: gradients.get(node) ?? '',
			rules: node.inputs.map((input, i) => {
				const { text, isFactor } = formulaOf(node, i, nameOf);
				return { to: nameOf(input), formula: text, isFactor };
			}),
		};
	});
}

/** The gradients of a scalar in the Nodes that have one. */
function gradientsOf(order: readonly Node[], y: Node, shadows: Shadows): Map<Node, string> {
	if (y.shape.length > 0 || !isFloating(y) || !shadows.isKnown(y)) return new Map();
	const gradients = new Gradients((node) => shadows.of(node), y, order);
	const found = order.flatMap((node) => {
		const gradient = gradients.slope(node);
		return gradient === null ? [] : [{ node, gradient }];
	});
	valuesOf(found.map(({ gradient }) => gradient));
	return new Map(
		found.map(({ node, gradient }) => [node, elementsText(node, elementsOf(gradient))]),
	);
}
