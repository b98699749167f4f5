import { elementBytes } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { type Shape, sameShape, sizeOf } from '../../graph/shape.ts';
import type { ParamsOf } from '../../ops/primitives.ts';
import { ExpressionBuilder, type Resolve } from '../expressions/expressionBuilder.ts';
import type { Load } from '../ir/expression.ts';
import {
	type AxisIndex,
	following,
	followsRows,
	type IndexMap,
	identityMap,
	origin,
	type Term,
} from '../nodes/indexMap.ts';
import { baseOf, controlDependencyOf, isOneHotScatter } from '../nodes/kinds.ts';
import { ruleOf } from '../nodes/rules.ts';
import type { Recorder, Refusal } from '../recorder.ts';
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

/** Units whose rows can be computed one after another in one kernel. */
export interface Cluster {
	readonly units: Unit[];
	/** The axes of the rows; null while units are elementwise over one shape and rows may be any of its leading axes. */
	rows: Shape | null;
	readonly shape: Shape;
	readonly lanes: 'inner' | 'rows';
	readonly kind: 'rows' | 'standalone';
	/** Its units and what they read. */
	size: number;
	/** About how many expressions all of its units take. */
	expressions: number;
}

/** Whether the rows of a cluster are images of a convolution, which is its first unit. */
export function isByImages({ units }: Cluster): boolean {
	return units[0]?.kind === 'convolution';
}

/** The largest size of a cluster, in units and reads: larger kernels are slow to compile. */
const maxUnitsAndReads = 3000;
/**
 * The largest kernel, in expressions. What engines compile kernels to has limits, too: in V8 a function has at most
 * 50,000 locals, of which an f64 takes two.
 */
const maxKernelExpressions = 10_000;

/**
 * Groups the stored Nodes, given in topological order, into clusters, so that every cluster needs only itself
 * and earlier ones: a unit joins the last of the clusters it reads from, if its rows follow that cluster's.
 */
export function fuse(stored: ReadonlySet<Node>, target: Target, recorder?: Recorder): Cluster[] {
	const all: Cluster[] = [];
	const homes = new Map<Node, number>();
	for (const node of stored) {
		const unit = unitOf(node, stored, target);
		let last = -1;
		for (const read of unit.reads) last = Math.max(last, homes.get(baseOf(read.node)) ?? -1);
		const at = homeFor(unit, all, last, homes, target, recorder);
		if (recorder !== undefined) recordEarlier(unit, all, last, homes, recorder);
		if (at !== null) {
			const cluster = all[at];
			cluster?.units.push(unit);
			if (cluster) {
				cluster.size += unit.reads.length + 1;
				cluster.expressions += unit.expressions;
			}
			homes.set(node, at);
			continue;
		}
		homes.set(node, all.length);
		all.push(clusterOf(unit));
	}
	return all;
}

/** The longest single row of a kernel, in elements: one thread computes all of it. */
const maxSingleRowElements = 4096;
/** The number of clusters, the latest ones, that a unit may join without reading anything of them. */
const maxUnrelatedClusters = 8;

/** The cluster to join: the last that the unit reads from, or a later one whose rows are the same. */
function homeFor(
	unit: Unit,
	all: readonly Cluster[],
	last: number,
	homes: ReadonlyMap<Node, number>,
	target: Target,
	recorder: Recorder | undefined,
): number | null {
	const accepts = (at: number): boolean => {
		const cluster = all[at];
		if (cluster === undefined) return false;
		const refusal =
			at !== last && cluster.rows === null
				? 'nothing in common'
				: refusalOf(unit, cluster, (read) => homes.get(read) === at, target);
		if (refusal !== null) recorder?.refused(unit.node, cluster.units, refusal, readsOf(unit, at));
		return refusal === null;
	};
	const readsOf = ({ reads }: Unit, at: number): boolean =>
		reads.some(({ node }) => homes.get(baseOf(node)) === at);
	const from = Math.max(last, all.length - maxUnrelatedClusters, 0);
	if (last >= 0 && last < from && accepts(last)) return last;
	for (let at = from; at < all.length; at++) if (accepts(at)) return at;
	return null;
}

/** Records why a unit does not join the clusters that it reads from and that come before the last of these. */
function recordEarlier(
	unit: Unit,
	all: readonly Cluster[],
	last: number,
	homes: ReadonlyMap<Node, number>,
	recorder: Recorder,
): void {
	const earlier = new Set(unit.reads.map(({ node }) => homes.get(baseOf(node)) ?? last));
	earlier.delete(last);
	for (const at of earlier)
		recorder.refused(unit.node, all[at]?.units ?? [], 'later operand', true);
}

function clusterOf(unit: Unit): Cluster {
	const { shape, kind, rowAxes } = unit;
	const rows = kind === 'elements' || kind === 'standalone' ? null : shape.slice(0, rowAxes);
	return {
		units: [unit],
		rows,
		shape,
		lanes: acrossRows(unit) ? 'rows' : 'inner',
		kind: kind === 'standalone' ? 'standalone' : 'rows',
		size: unit.reads.length + 1,
		expressions: unit.expressions,
	};
}

/** Whether neighbours in memory belong to different rows, in the largest array that a reduction goes through. */
function acrossRows({ kind, map, rowAxes, reads }: Unit): boolean {
	if (kind !== 'reduction') return false;
	let largest = map;
	let elements = 0;
	for (const read of reads) {
		const size = sizeOf(read.node.shape);
		const movesWithin = read.map.some(({ terms }) => terms.some(({ axis }) => axis >= rowAxes));
		if (movesWithin && size > elements) {
			largest = read.map;
			elements = size;
		}
	}
	const moving = largest.findLast(({ terms }) => terms.length > 0);
	return moving !== undefined && nearestAxis(moving) === rowAxes - 1;
}

/** The loop axis along which an index moves the least; of several the outermost. */
function nearestAxis({ terms }: AxisIndex): number | undefined {
	let nearest: Term | undefined;
	for (const term of terms)
		if (nearest === undefined || Math.abs(term.scale) < Math.abs(nearest.scale)) nearest = term;
	return nearest?.axis;
}

/** The size of a matrix that the rows of a product are multiplied by. */
function matrixBytes({ dtype, inputs: [, right] }: Node): number {
	return right === undefined ? 0 : sizeOf(right.shape.slice(-2)) * elementBytes[dtype];
}

/** Why the unit cannot be computed row by row with the cluster; null if it can, which fixes the cluster's rows. */
function refusalOf(
	unit: Unit,
	cluster: Cluster,
	isInside: (node: Node) => boolean,
	target: Target,
): Refusal | null {
	if (cluster.kind === 'standalone' || unit.kind === 'standalone') return 'standalone';
	// A convolution is done with an image before the next, a product with its matrix after several rows.
	if (unit.kind === 'convolution' || (unit.kind === 'product' && isByImages(cluster)))
		return 'standalone';
	if (
		cluster.size + unit.reads.length > maxUnitsAndReads ||
		cluster.expressions + unit.expressions > maxKernelExpressions
	)
		return 'large kernel';
	if ((cluster.lanes === 'rows') !== acrossRows(unit) && unit.kind !== 'elements')
		return 'other direction';
	const rows = rowsTogether(unit, cluster);
	if (rows === null) return 'other rows';
	if (rows.length === 0 && unit.kind === 'elements' && sizeOf(unit.shape) > maxSingleRowElements)
		return 'single row';
	if (cluster.lanes === 'rows' && unit.kind === 'elements' && !sameShape(unit.shape, rows))
		return 'inner axes';
	const inside = unit.reads.filter(({ node }) => isInside(baseOf(node)));
	for (const { node, map } of inside) {
		// Image by image, groups of channels and channels are the same memory.
		if (node !== baseOf(node) && !isByImages(cluster)) return 'reshaped';
		const length = node.shape.length;
		const leading = node.shape.slice(0, rows.length);
		if (length < rows.length || !sameShape(leading, rows) || !followsRows(map, rows))
			return 'across rows';
	}
	if (unit.kind === 'product') {
		if (!target.fusesProducts) return 'products alone';
		let bytes = 0;
		for (const { kind, node } of cluster.units) if (kind === 'product') bytes += matrixBytes(node);
		// Every block of rows goes through all matrices: it is better to be done with one before the next.
		if (bytes > 0 && bytes + matrixBytes(unit.node) > target.farCacheBytes) return 'large matrices';
		// One read for each operand.
		const [left, right] = unit.reads.map(({ node }) => node);
		if (right === undefined || isInside(baseOf(right))) return 'whole operand';
		// Rows of the left operand must lie in memory as its own.
		if (left && isInside(baseOf(left)) && left !== unit.node.inputs[0]) return 'view of rows';
	}
	const fixed = unit.kind !== 'elements' || !sameShape(unit.shape, cluster.shape);
	if (fixed) cluster.rows = rows;
	return null;
}

/** The rows that the unit and the cluster may have together. */
function rowsTogether(unit: Unit, cluster: Cluster): Shape | null {
	const { rows } = cluster;
	if (unit.kind === 'elements') {
		if (rows === null) return sameShape(unit.shape, cluster.shape) ? cluster.shape : null;
		return sameShape(unit.shape.slice(0, rows.length), rows) ? rows : null;
	}
	const own = unit.shape.slice(0, unit.rowAxes);
	if (rows !== null) return sameShape(rows, own) ? rows : null;
	return sameShape(cluster.shape.slice(0, own.length), own) ? own : null;
}

function unitOf(node: Node, stored: ReadonlySet<Node>, target: Target): Unit {
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
