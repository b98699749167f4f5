import {
	checkedFunction,
	checkedList,
	checkedObject,
	checkedOptions,
	isPlain,
} from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import { checkedNode, type Node, record } from '../graph/node.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import { onesLike, zerosLike } from '../ops/creation.ts';
import type { Operand } from '../ops/operand.ts';
import { type CustomRule, primitives } from '../ops/primitives.ts';
import { sum } from '../ops/reductions.ts';
import { argument } from './argument.ts';
import { grad } from './grad.ts';
import { mapping } from './mapping.ts';
import { liftGraph } from './vmap.ts';

/** An operation whose derivative the user states. */
export interface CustomOperation<Args extends readonly Node[]> {
	/** The value; how it is computed does not matter for derivatives. */
	forward(...inputs: Args): Node;
	/** The cotangent of each input, of its shape; null for zero. Linear in the cotangent. */
	vjp(cotangent: Node, inputs: Args, output: Node): readonly (Node | null)[];
	/** The tangent of the output; if left out, derived from `vjp`, whose transpose it is. */
	jvp?(tangents: readonly (Node | null)[], inputs: Args, output: Node): Node | null;
}

/**
 * A function of Nodes with a derivative of the user's own, in place of that of its operations: for what is
 * faster or more stable by hand, and for estimators that are no derivatives. Any order: the rule's own
 * operations are differentiated in turn. Each input is a Node of its own within the rule, one passed twice included,
 * so that a rule may differentiate in its inputs. Throws ShapeError if the rule returns cotangents that do not fit.
 */
export function custom<Args extends readonly Node[]>(
	operation: CustomOperation<Args>,
): (...inputs: { readonly [K in keyof Args]: Operand }) => Node {
	const given: CustomOperation<Args> = operation;
	// An instance of a class may have fields of its own.
	if (isPlain(operation)) checkedOptions('custom', given, ['forward', 'vjp', 'jvp']);
	const { forward, vjp, jvp } = checkedObject('custom', 'the operation', given);
	checkedFunction('custom', 'forward', forward);
	checkedFunction('custom', 'vjp', vjp);
	if (jvp !== undefined) checkedFunction('custom', 'jvp', jvp);
	const rule = customRule(operation);
	return (...operands) => rule.again(operands.map((operand) => argument('custom', operand)));
}

/** The rule of a custom operation, whose inputs must be Nodes of their own wherever it differentiates in them. */
export function customRule<Args extends readonly Node[]>(
	operation: CustomOperation<Args>,
): CustomRule {
	const argsOf = (inputs: readonly Node[]): Args => inputs as Args; // one Node an argument
	const rule: CustomRule = {
		again: (inputs) => {
			const value = operation.forward(...argsOf(inputs));
			checkedNode('custom', 'the value of forward', value);
			return record(primitives.custom, [value, ...inputs], { rule });
		},
		vjp(cotangent, inputs, output) {
			const pulled = operation.vjp(cotangent, argsOf(inputs), output);
			checkCotangents(pulled, inputs);
			return pulled;
		},
		jvp(tangents, inputs, output) {
			if (operation.jvp === undefined)
				return transposed(operation, tangents, argsOf(inputs), output);
			const pushed = operation.jvp(tangents, argsOf(inputs), output);
			checkTangent(pushed, output);
			return pushed;
		},
		lift: (size) => batched(rule, size),
	};
	return rule;
}

/** J u by reverse mode alone: J^T c is linear in c, and the gradient of <J^T c, u> in c is J u. */
function transposed<Args extends readonly Node[]>(
	operation: CustomOperation<Args>,
	tangents: readonly (Node | null)[],
	inputs: Args,
	output: Node,
): Node | null {
	const cotangent = onesLike(output);
	const pulled = operation.vjp(cotangent, inputs, output);
	checkCotangents(pulled, inputs);
	const terms = pulled.flatMap((term, i) => {
		const tangent = tangents[i];
		return term === null || !tangent ? [] : [sum(term.mul(tangent))];
	});
	const [first, ...rest] = terms;
	if (first === undefined) return null;
	const [tangent = zerosLike(output)] = grad(
		rest.reduce((total, term) => total.add(term), first),
		[cotangent],
	);
	return tangent;
}

/** The rule of one example, for a batch of them along a leading axis. */
function batched(rule: CustomRule, size: number): CustomRule {
	const overBatch = (
		nodes: readonly (Node | null)[],
		f: (examples: readonly (Node | null)[]) => readonly (Node | null)[],
	): (Node | null)[] => {
		const lifts = new Map<Node, Node>();
		const examples = nodes.map((node, i) => {
			if (node === null) return null;
			const example = record(primitives.input, [], {
				name: `example${i}`,
				shape: node.shape.slice(1),
				dtype: node.dtype,
			});
			lifts.set(example, node);
			return example;
		});
		const results = mapping(() => f(examples));
		const lifted = liftGraph(
			results.filter((result) => result !== null),
			lifts,
			size,
		);
		return results.map((result) => (result === null ? null : (lifted.shift() ?? null)));
	};
	const present = (nodes: readonly (Node | null)[]): Node[] =>
		nodes.filter((node) => node !== null);
	const self: CustomRule = {
		again: (inputs) => {
			const [result = null] = overBatch(inputs, (examples) => [rule.again(present(examples))]);
			if (result === null) throw new Error('internal: custom lost its output');
			return result;
		},
		vjp: (cotangent, inputs, output) =>
			overBatch([cotangent, output, ...inputs], (examples) => {
				const [g, y, ...xs] = present(examples);
				if (g === undefined || y === undefined) throw new Error('internal: custom lost its output');
				return rule.vjp(g, xs, y);
			}),
		jvp: (tangents, inputs, output) => {
			const [result = null] = overBatch([output, ...inputs, ...tangents], (examples) => {
				const [y, ...xs] = present(examples.slice(0, inputs.length + 1));
				if (y === undefined) throw new Error('internal: custom lost its output');
				return [rule.jvp(examples.slice(inputs.length + 1), xs, y)];
			});
			return result;
		},
		lift: (more) => batched(self, more),
	};
	return self;
}

function checkTangent(tangent: Node | null, output: Node): void {
	if (tangent === null) return;
	checkedNode('custom', 'the tangent of jvp', tangent);
	if (!sameShape(tangent.shape, output.shape))
		throw new ShapeError(
			`custom: jvp returned a tangent of shape ${formatShape(tangent.shape)} for an output of shape ${formatShape(output.shape)}; they must be equal`,
		);
}

function checkCotangents(cotangents: readonly (Node | null)[], inputs: readonly Node[]): void {
	checkedList('custom', 'what vjp returned', cotangents);
	if (cotangents.length !== inputs.length)
		throw new ShapeError(
			`custom: vjp returned ${cotangents.length} cotangents for ${inputs.length} inputs; return one each, or null`,
		);
	for (const [i, cotangent] of cotangents.entries()) {
		const input = inputs[i];
		if (cotangent !== null) checkedNode('custom', `cotangent ${i} of vjp`, cotangent);
		if (cotangent !== null && input !== undefined && !sameShape(cotangent.shape, input.shape))
			throw new ShapeError(
				`custom: vjp returned a cotangent of shape ${formatShape(cotangent.shape)} for input ${i} of shape ${formatShape(input.shape)}; they must be equal`,
			);
	}
}
