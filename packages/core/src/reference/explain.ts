import { elementBytes } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { nameOf } from '../graph/nodeName.ts';
import { orderOver } from '../graph/order.ts';
import { sizeOf } from '../graph/shape.ts';
import { termsOf } from '../ops/convolutionRule.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import type { Graph, TracedGraph } from '../program/engine.ts';
import {
	type BufferInWords,
	type Explained,
	inWords,
	type KernelInWords,
	type NodeInWords,
	type StoredInWords,
} from '../program/explanation.ts';

/** The Nodes that the interpreter computes in a run, and the leaves of these, inputs first. */
export function interpretedOrder({ outputs, updates }: Graph): Node[] {
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	return orderOver(({ value, inputs }) => (value === null ? inputs : []), roots);
}

/** Whether a Node is computed in every run. */
export function isStep({ value, inputs }: Node): boolean {
	return value === null && inputs.length > 0;
}

/** What the interpreter does of a graph: a kernel for each Node, whose value is kept until its last use. */
export function explain({ graph, recordOf }: TracedGraph): Explained {
	const order = interpretedOrder(graph);
	const names = new Map(
		order.map((node, i) => [node, `${isStep(node) ? 't' : node.primitive.name}${i}`]),
	);
	const wordsOf = (node: Node): NodeInWords => {
		const { shape, dtype } = node;
		const record = recordOf(node);
		const of = record?.derivativeOf ?? null;
		const site = (of && recordOf(of)?.site) ?? '';
		return {
			operation: nameOf(node),
			shape,
			dtype,
			site: record?.site ?? '',
			partOf: null,
			derivativeOf: of && `${nameOf(of)}${site === '' ? '' : ` at ${site}`}`,
		};
	};
	const computed = order.filter(isStep);
	const kernels = computed.map((node, i): KernelInWords => {
		const words = wordsOf(node);
		const elements = sizeOf(node.shape);
		const operands = node.inputs.map((input) => names.get(input));
		return {
			name: `kernel${i}`,
			phase: i,
			text: `${names.get(node)} = ${[node.primitive.name, ...operands].join(' ')}`,
			nodes: [words],
			sites: words.site === '' ? [] : [words.site],
			chunks: 1,
			cost: elements,
			operations: operationsOf(node),
			bytes: [node, ...new Set(node.inputs)].reduce((sum, each) => sum + bytesOf(each), 0),
		};
	});
	const bytes = (nodes: readonly Node[]): number =>
		nodes.reduce((sum, node) => sum + bytesOf(node), 0);
	const roleOf = (node: Node): BufferInWords['role'] => {
		if (node.primitive === primitives.input) return 'input';
		if (node.primitive === primitives.variable) return 'variable';
		return node.value === null ? 'temporary' : 'constant';
	};
	const ofRole = (role: BufferInWords['role']): Node[] =>
		order.filter((node) => roleOf(node) === role);
	return {
		engine: 'interpreter',
		kernels,
		buffers: order.map((node): BufferInWords => {
			const words = wordsOf(node);
			return {
				name: names.get(node) ?? '',
				role: roleOf(node),
				bytes: bytesOf(node),
				holds: inWords(words),
				nodes: [words],
			};
		}),
		stored: computed.map(
			(node): StoredInWords => ({
				node: wordsOf(node),
				buffer: names.get(node) ?? null,
				reasons: ['the interpreter computes each Node by itself'],
			}),
		),
		refusals: [],
		memory: {
			temporaries: peakTemporaries(order, graph),
			inputs: bytes(ofRole('input')),
			constants: bytes(ofRole('constant')),
			variables: bytes(ofRole('variable')),
			packed: 0,
		},
		cost: kernels.reduce((sum, { cost }) => sum + cost, 0),
		threads: { count: 1, reason: 'as the interpreter has no others' },
	};
}

function bytesOf({ shape, dtype }: Node): number {
	return sizeOf(shape) * elementBytes[dtype];
}

/** Operations on elements; a multiplication with its addition is two. What only moves elements does none. */
function operationsOf({ primitive, shape, params, inputs: [x, y] }: Node): number {
	const [size, operand] = [sizeOf(shape), x?.shape ?? []];
	if (primitive === primitives.matmul) return 2 * size * (operand.at(-1) ?? 0);
	if (primitive === primitives.convolution && y !== undefined)
		return 2 * size * termsOf(y, params as ParamsOf<'convolution'>); // of a convolution
	if (moves.has(primitive)) return 0;
	return Math.max(size, sizeOf(operand));
}

const moves: ReadonlySet<object> = new Set([
	primitives.reshape,
	primitives.permute,
	primitives.broadcast,
	primitives.slice,
	primitives.windows,
	primitives.flip,
	primitives.pad,
	primitives.concatenate,
	primitives.gather,
	primitives.stopGradient,
]);

/** The most bytes that values take at once: results and next values of Variables stay to the end. */
function peakTemporaries(order: readonly Node[], { outputs, updates }: Graph): number {
	const kept = new Set([...outputs, ...updates.map(({ value }) => value)]);
	const lastUse = new Map<Node, Node>();
	for (const node of order) for (const input of node.inputs) lastUse.set(input, node);
	let [now, most] = [0, 0];
	for (const node of order) {
		if (!isStep(node)) continue;
		now += bytesOf(node);
		most = Math.max(most, now);
		for (const input of new Set(node.inputs))
			if (isStep(input) && !kept.has(input) && lastUse.get(input) === node) now -= bytesOf(input);
	}
	return most;
}
