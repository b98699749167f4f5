import type { Node } from '../../graph/node.ts';
import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { ParamsOf } from '../../ops/primitives.ts';
import { ExpressionBuilder, type Resolve } from '../expressions/expressionBuilder.ts';
import type { Load } from '../ir/expression.ts';
import { following, type IndexMap, identityMap, origin } from '../nodes/indexMap.ts';
import { controlDependencyOf, isOneHotScatter } from '../nodes/kinds.ts';
import { ruleOf } from '../nodes/rules.ts';
import type { Target } from '../target.ts';

/** A stored Node and the loops that it is computed in: over its rows, and within each over the inner axes. */
export interface Unit {
	readonly node: Node;
	readonly kind: 'elements' | 'reduction' | 'product' | 'convolution' | 'standalone';
	/** For elements, the loops over all axes; the cluster says how many of them are rows. */
	readonly shape: Shape;
	/** Of reductions, products and convolutions: the number of leading axes of `shape` that are rows. */
	readonly rowAxes: number;
	/** Of reductions: the map from loops to the input. */
	readonly map: IndexMap;
	/** The stored Nodes that it reads, and where. */
	readonly reads: readonly Read[];
	/** About how many expressions its element takes, and what it is reduced from. */
	readonly expressions: number;
}

/** A read of a stored Node, and the index map from the loops to its elements. */
export interface Read {
	readonly node: Node;
	readonly map: IndexMap;
}

/** The unit of a stored Node; `stored` are all of these. */
export function unitOf(node: Node, stored: ReadonlySet<Node>, target: Target): Unit {
	const rule = ruleOf(node);
	const [x, y] = node.inputs;
	switch (rule.kind) {
		case 'matmul': {
			if (!x || !y) break;
			const shape = node.shape;
			const reads = [x, y].map((input) => {
				const rank = shape.length;
				// Loops over the batch, the rows, and the inner axis for the left, the columns for the right.
				const map = identityMap(input.shape);
				return operandOf(input, map, rank, stored);
			});
			const rowAxes = shape.length - 1;
			return {
				node,
				kind: 'product',
				shape,
				rowAxes,
				map: [],
				reads: reads.flat(),
				expressions: 0,
			};
		}
		case 'reduction': {
			if (!x) break;
			const axes = rule.axes(node.params, x.shape);
			const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
			const order = [...kept, ...axes];
			const shape = order.map((axis) => x.shape[axis] ?? 0);
			const map = x.shape.map((length, axis) => following(order.indexOf(axis), length));
			const reads: Read[] = [];
			const builder = new ExpressionBuilder(shape.length, stored, recording(reads));
			builder.at(x, map);
			const expressions = builder.count;
			return { node, kind: 'reduction', shape, rowAxes: kept.length, map, reads, expressions };
		}
		case 'convolution':
			return { ...standalone(node, stored), ...rowsOfConvolution(node, target) };
		case 'regions':
		case 'along':
			return standalone(node, stored);
		case 'scatterAdd':
			if (!isOneHotScatter(node)) return standalone(node, stored);
	}
	return elements(node, stored);
}

function elements(node: Node, stored: ReadonlySet<Node>): Unit {
	const { shape } = node;
	const reads: Read[] = [];
	const builder = new ExpressionBuilder(shape.length, stored, recording(reads));
	builder.computed(node, identityMap(shape));
	const awaited = controlDependencyOf(node);
	// All of it, so that no row comes before it either.
	if (awaited !== null) reads.push({ node: awaited, map: awaited.shape.map(() => origin) });
	const expressions = builder.count;
	return { node, kind: 'elements', shape, rowAxes: shape.length, map: [], reads, expressions };
}

/** Images are rows where there are so many that threads share them evenly; else threads share the positions of one. */
function rowsOfConvolution(node: Node, { sharing }: Target): Partial<Unit> {
	const { first, stride } = node.params as ParamsOf<'convolution'>; // by its rule
	const rowAxes = node.shape.length - stride.length - 2;
	const isShared = sizeOf(node.shape.slice(0, rowAxes)) >= sharing.images;
	return first === 'images' && isShared && sizeOf(node.shape) > 0
		? { kind: 'convolution', rowAxes }
		: {};
}

function standalone(node: Node, stored: ReadonlySet<Node>): Unit {
	const reads = node.inputs.flatMap((input) =>
		operandOf(input, identityMap(input.shape), input.shape.length, stored),
	);
	return {
		node,
		kind: 'standalone',
		shape: node.shape,
		rowAxes: 0,
		map: [],
		reads,
		expressions: 0,
	};
}

/** What is read of an operand that must be memory. */
function operandOf(node: Node, map: IndexMap, rank: number, stored: ReadonlySet<Node>): Read[] {
	const reads: Read[] = [];
	new ExpressionBuilder(rank, stored, recording(reads), 'memory').at(node, map);
	return reads;
}

/** A load is what a gather expects; where from does not matter when reads are noted. */
const anywhere: Pick<Load, 'kind' | 'buffer' | 'at' | 'pick'> = {
	kind: 'load',
	buffer: { id: -1, dtype: 'f32', size: 0, role: 'temporary' },
	at: { offset: 0, strides: [] },
	pick: null,
};

function recording(reads: Read[]): Resolve {
	return (node, map) => {
		reads.push({ node, map });
		return { ...anywhere, dtype: node.dtype };
	};
}
