import { elementBytes } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { type Shape, sameShape, sizeOf } from '../../graph/shape.ts';
import { type AxisIndex, followsRows, type Term } from '../nodes/indexMap.ts';
import { baseOf } from '../nodes/kinds.ts';
import type { Recorder, Refusal } from '../recorder.ts';
import type { Target } from '../target.ts';
import { type Unit, unitOf } from './units.ts';

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
