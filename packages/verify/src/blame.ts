import {
	apply,
	evaluate,
	formatShape,
	type Node,
	type Operand,
	observing,
	type ParamsOf,
	tensor,
	topologicalOrder,
} from '@pullback/core';
import { checkGradients } from './checkGradients.ts';
import { type TensorFunction, toChecked } from './numericalGradient.ts';
import type { GradientReport } from './report.ts';

/** The operation of a graph whose own derivative is wrong. */
export class Blame {
	readonly node: Node;
	/** `file:line:column` where it was recorded. */
	readonly site: string;
	/** What is wrong: its inputs are the operation's operands. */
	readonly report: GradientReport;

	constructor(node: Node, site: string, report: GradientReport) {
		this.node = node;
		this.site = site;
		this.report = report;
	}

	/** The operation, its operands and place, and the derivatives that are wrong. */
	toString(): string {
		const operands = operandsOf(this.node).map(
			({ dtype, shape }) => `${dtype}${formatShape(shape)}`,
		);
		return `${this.node.primitive.name} of ${operands.join(' and ')} at ${this.site}\n${this.report}`;
	}
}

/**
 * When the gradient of a whole net is wrong: walks the graph of `f` at `inputs`, checks the derivative of each
 * operation alone, at the operands it has there, and returns the first that is wrong; null if none is.
 */
export function blame(f: TensorFunction, inputs: readonly Operand[]): Blame | null {
	const sites = new Map<Node, string>();
	const { f: checked, inputs: nodes } = toChecked('blame', f, inputs);
	const output = observing(
		(node, site) => sites.set(node, site),
		() => checked(...nodes),
	);
	const order = topologicalOrder([output]);
	evaluate(order);
	for (const node of order) {
		const operands = operandsOf(node);
		if (node.dtype !== 'f64' || !operands.some(({ dtype }) => dtype === 'f64')) continue;
		if (node.primitive.name === 'stopGradient') continue; // its derivative is meant to differ
		const values = operands.map((each) => leafOf(each));
		const report = checkGradients((...xs) => again(node, xs), values, { order: 1 });
		if (!report.ok) return new Blame(node, sites.get(node) ?? 'outside of the function', report);
	}
	return null;
}

/** What the operation's derivative is about: for a custom one, not the value that it hides. */
function operandsOf({ primitive, inputs }: Node): readonly Node[] {
	return primitive.name === 'custom' ? inputs.slice(1) : inputs;
}

/** The operation on other operands. */
function again({ primitive, params }: Node, operands: readonly Node[]): Node {
	if (primitive.name !== 'custom') return apply(primitive, operands, params);
	const { rule } = params as ParamsOf<'custom'>; // of a custom operation
	return rule.again(operands);
}

/** The value of a Node without its graph. */
function leafOf(node: Node): Node {
	return tensor(node.view()).reshape(node.shape).cast(node.dtype);
}
