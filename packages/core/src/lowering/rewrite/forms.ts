import { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import { primitives } from '../../ops/primitives.ts';
import type { Recorder } from '../recorder.ts';
import type { Target } from '../target.ts';
import { asConvolutionForm } from './convolutionForms.ts';
import { splitInnerAxis } from './splitInnerAxis.ts';
import { splitReduction } from './splitReduction.ts';
import { asVectorMatrix } from './vectorMatrix.ts';
import { foldedWindows } from './windowReduction.ts';

/**
 * Nodes in the forms that the target computes fastest: reductions of small windows as elements, of many elements to few in two
 * steps, products of few rows as the sum of halves, or as a matrix times a vector, convolutions by what their kernels have
 * in common. Custom operations, whose marks keep equal ones apart, become their first input, so this comes after equal
 * Nodes have become one.
 */
export function inTargetForms(roots: readonly Node[], target: Target, recorder?: Recorder): Node[] {
	const replaced = new Map<Node, Node>();
	for (const node of topologicalOrder(roots)) {
		const inputs = node.inputs.map((input) => replaced.get(input) ?? input);
		const same = inputs.every((input, i) => input === node.inputs[i]);
		const current = same ? node : new Node(node.primitive, inputs, node.params);
		const final = inTargetForm(current, target);
		if (final !== node) replaced.set(node, final);
	}
	recorder?.replaced(replaced);
	return roots.map((root) => replaced.get(root) ?? root);
}

function inTargetForm(node: Node, target: Target): Node {
	const [first] = node.inputs;
	if (node.primitive === primitives.custom && first !== undefined) return first;
	let form = node;
	for (const rewrite of [
		foldedWindows,
		splitReduction,
		asVectorMatrix,
		splitInnerAxis,
		asConvolutionForm,
	])
		form = rewrite(form, target);
	return form;
}
