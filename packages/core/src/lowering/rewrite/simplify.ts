import { arrays, type Data } from '../../graph/dtype.ts';
import { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import { sizeOf } from '../../graph/shape.ts';
import { constant } from '../../ops/operand.ts';
import { type ParamsOf, type PrimitiveName, primitives } from '../../ops/primitives.ts';
import { type Compute, evaluate } from '../../reference/evaluate.ts';
import { isCopying, splatOf } from '../nodes/kinds.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import { ruleOf } from '../nodes/rules.ts';
import type { Recorder } from '../recorder.ts';

/**
 * The same values from fewer Nodes: what depends on no input is computed by `compute`, equal subexpressions become
 * one, and algebra that changes no bit is done. Returns the roots' replacements.
 */
export function simplify(roots: readonly Node[], compute: Compute, recorder?: Recorder): Node[] {
	const replaced = new Map<Node, Node>();
	const known = new Map<string, Node>();
	const ids = new Map<object, number>();
	const idOf = (thing: object): number => {
		const id = ids.get(thing) ?? ids.size;
		ids.set(thing, id);
		return id;
	};
	const current = (node: Node): Node => {
		const found = replaced.get(node) ?? (node.value === null ? node : asConstant(node, node.value));
		replaced.set(node, found);
		return found;
	};
	const evaluated = evaluator(compute);
	for (const node of topologicalOrder(roots, ({ value }) => value !== null)) {
		const inputs = node.inputs.map(current);
		const same = inputs.every((input, i) => input === node.inputs[i]);
		const rebuilt = same ? node : new Node(node.primitive, inputs, node.params);
		const simple = simpler(rebuilt, evaluated);
		const key = `${simple.primitive.name} ${simple.inputs.map(idOf)} ${paramsKey(simple.params, idOf)}`;
		// Two inputs are never one, whatever they are called.
		const twin = (simple.primitive !== primitives.input && known.get(key)) || simple;
		known.set(key, twin);
		replaced.set(node, twin);
	}
	const simple = roots.map(current);
	recorder?.replaced(replaced);
	return simple;
}

/** A Node computed earlier, whatever it was made of. */
function asConstant(node: Node, value: Data): Node {
	return node.primitive === primitives.constant ? node : constant(value, node.shape, node.dtype);
}

/** A text that is equal for equal parameters: plain ones by their value, others by what they are. */
function paramsKey(params: unknown, idOf: (thing: object) => number): string {
	if (params === null || typeof params !== 'object') return String(params);
	return Object.entries(params)
		.map(([name, value]: [string, unknown]) => {
			if (ArrayBuffer.isView(value)) {
				const data = value as Data; // params hold no other views
				return data.length === 1
					? `${Object.is(data[0], -0) ? '-0' : data[0]}`
					: `data${idOf(data)}`;
			}
			const plain = typeof value !== 'object' || value === null || Array.isArray(value);
			return `${name}=${plain ? value : `object${idOf(value)}`}`;
		})
		.join(' ');
}

/** One step of algebra; the Node itself if there is none. */
function simpler(node: Node, evaluated: (node: Node) => Node): Node {
	const name = node.primitive.name as PrimitiveName; // Nodes are made of the table's primitives
	const x = node.inputs[0];
	const y = node.inputs[1];
	if (x === undefined) return node;
	if (isConstant(node)) return computedOnce(node, evaluated);
	switch (name) {
		case 'add':
			if (y && Object.is(splatOf(y), -0)) return x;
			return y && Object.is(splatOf(x), -0) ? y : node;
		case 'mul':
			return timesUniform(node, x, y) ?? timesUniform(node, y, x) ?? node;
		case 'div':
			return y && splatOf(y) === 1 ? x : node;
		case 'pow':
			return y && splatOf(y) === 2 ? nodeOf('mul', [x, x], null) : node;
		case 'neg':
			return x.primitive === primitives.neg ? (x.inputs[0] ?? node) : node;
		case 'cast':
			return x.dtype === node.dtype ? x : node;
		case 'stopGradient':
			return x;
		case 'after':
			return y !== undefined && (isComputed(y) || ruleOf(y).kind === 'leaf') ? x : node;
		case 'matmul':
			// Bytes are multiplied as i32, whose low byte is the same.
			return node.dtype === 'u8' && y !== undefined
				? castOf(new Node(node.primitive, [castOf(x, 'i32'), castOf(y, 'i32')], null), 'u8')
				: node;
		case 'reshape': {
			const first = x.primitive === primitives.reshape ? x.inputs[0] : undefined;
			if (first !== undefined) return new Node(node.primitive, [first], node.params);
			return String(x.shape) === String(node.shape) ? x : node;
		}
		case 'broadcast':
			return (node.params as ParamsOf<'broadcast'>).axes.length === 0 ? x : node; // of a broadcast
		default:
			return node;
	}
}

/** x times 1 or -1. */
function timesUniform(node: Node, x: Node | undefined, factor: Node | undefined): Node | null {
	if (x === undefined || factor === undefined) return null;
	const number = splatOf(factor);
	if (number === 1) return x;
	return number === -1 && node.dtype !== 'u8' ? nodeOf('neg', [x], null) : null;
}

function castOf(node: Node, dtype: Node['dtype']): Node {
	return nodeOf('cast', [node], { dtype });
}

function isComputed(node: Node): boolean {
	return node.primitive === primitives.constant;
}

/** Whether a Node depends on no input: is of whole constants, or of parts of some. */
function isConstant(node: Node): boolean {
	const { inputs } = node;
	return inputs.every((input) => splatOf(input) !== null || isPartOfConstant(input));
}

/** Whether all elements are those of a constant, none of them copied: copies may be more than memory holds. */
function isPartOfConstant(node: Node): boolean {
	let at: Node | undefined = node;
	while (at !== undefined && ruleOf(at).kind === 'view' && !isCopying(at)) at = at.inputs[0];
	return at !== undefined && isComputed(at);
}

/** A Node of constants: as one constant, or the copy of one; where elements stand still it stays a view. */
function computedOnce(node: Node, evaluated: (node: Node) => Node): Node {
	const rule = ruleOf(node);
	if (rule.kind === 'view') return node;
	if (rule.kind === 'same') return node.inputs[0] ?? node;
	const numbers = node.inputs.map(splatOf);
	if (rule.kind === 'element' && numbers.every((number) => number !== null)) {
		const scalars = node.inputs.map((input, i) => scalar(input.dtype, numbers[i] ?? 0));
		const value = evaluated(new Node(node.primitive, scalars, node.params));
		const { shape } = node;
		return shape.length === 0
			? value
			: nodeOf('broadcast', [value], { shape, axes: shape.map((_, axis) => axis) });
	}
	return evaluated(node);
}

function scalar(dtype: Node['dtype'], value: number): Node {
	return constant(arrays[dtype].of(value), [], dtype);
}

/**
 * Finds the constant that a Node of constants, or of parts of some, is. Parts are computed as other Nodes, each once: what
 * is computed lets go of its inputs, and those here may be part of the graph as they are.
 */
function evaluator(compute: Compute): (node: Node) => Node {
	const parts = new Map<Node, Node>();
	return (node) => {
		const inputs = node.inputs.map((input) => partOfItsOwn(input, parts));
		const own = new Node(node.primitive, inputs, node.params);
		evaluate([own], compute);
		const { value, shape, dtype } = own;
		if (value === null) throw new Error('internal: a constant was not computed');
		return constant(sizeOf(shape) === 0 ? value.slice(0, 0) : value, shape, dtype);
	};
}

/** A chain of views anew, from its constant on; `parts` has those that there are. */
function partOfItsOwn(node: Node, parts: Map<Node, Node>): Node {
	const chain: Node[] = [];
	let at = node;
	while (!isComputed(at) && !parts.has(at)) {
		chain.push(at);
		const [input] = at.inputs;
		if (input === undefined) throw new Error('internal: a view without input');
		at = input;
	}
	let part = parts.get(at) ?? at;
	for (const view of chain.reverse()) {
		part = new Node(view.primitive, [part], view.params);
		parts.set(view, part);
	}
	return part;
}
