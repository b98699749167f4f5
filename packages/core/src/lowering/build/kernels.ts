import type { Node } from '../../graph/node.ts';
import type { Graph } from '../../program/engine.ts';
import { loadOf } from '../expressions/expressionBuilder.ts';
import { type Cluster, isByImages } from '../fuse/fusion.ts';
import type { Buffer } from '../ir/expression.ts';
import { type Check, type Kernel, stageOf } from '../ir/kernel.ts';
import { identityMap } from '../nodes/indexMap.ts';
import { baseOf } from '../nodes/kinds.ts';
import type { Recorder } from '../recorder.ts';
import type { Schedule } from '../schedule/order.ts';
import type { Target } from '../target.ts';
import { Buffers } from './buffers.ts';
import { collapse, withMergedLoops } from './collapse.ts';
import type { KernelContext } from './context.ts';
import { Packs } from './packs.ts';
import { rowKernel } from './rowKernel.ts';
import { standaloneKernels } from './standalone.ts';

/** Kernels that are right one after another, and the buffers of what they compute. */
export interface Built {
	readonly kernels: readonly Kernel[];
	readonly buffers: Buffers;
}

/**
 * The kernels of a schedule: those of each cluster, right after it the checks of what it computes, and in the end copies
 * of new values to the cells that nobody wrote them to.
 */
export function buildKernels(
	graph: Graph,
	schedule: Schedule,
	materialized: ReadonlySet<Node>,
	target: Target,
	recorder?: Recorder,
): Built {
	const { updates } = graph;
	const { clusters, homes, ranges, writers } = schedule;
	const buffers = new Buffers();
	for (const { cell, value } of updates) if (writers.has(cell)) buffers.writeOver(cell, value);
	const packs = new Packs(materialized, buffers, target);
	const outside = readOutside(graph, schedule);
	const context: KernelContext = {
		materialized,
		buffers,
		packs,
		target,
		readOutside: (node) => outside.has(node),
	};
	const kernels: Kernel[] = [];
	const checksOf = new Map<Cluster, Check[]>();
	for (const { elements, ...range } of ranges) {
		const check: Check = { kind: 'check', elements: buffers.of(elements), ...range };
		const cluster = homes.get(elements);
		if (cluster === undefined) kernels.push(check);
		else checksOf.set(cluster, [...(checksOf.get(cluster) ?? []), check]);
	}
	for (const cluster of clusters) {
		const made = kernelsOf(cluster, context);
		recorder?.built(made, cluster.units);
		kernels.push(...made, ...(checksOf.get(cluster) ?? []));
	}
	for (const { cell, value } of updates)
		if (!writers.has(cell)) {
			const made = copy(value, buffers.ofCell(cell, value), context);
			recorder?.built(made, [{ node: value }]);
			kernels.push(...made);
		}
	return { kernels, buffers };
}

function kernelsOf(cluster: Cluster, context: KernelContext): Kernel[] {
	// Of a convolution by itself, threads share positions.
	if (cluster.kind === 'standalone' || (isByImages(cluster) && cluster.units.length === 1))
		return cluster.units.flatMap(({ node }) => standaloneKernels(node, context));
	const kernel = rowKernel(cluster, context);
	return [
		...context.packs.claim(),
		...(cluster.rows === null ? collapse(kernel, context.target) : [withMergedLoops(kernel)]),
	];
}

/** Copies a Node's elements. */
function copy(node: Node, buffer: Buffer, { buffers, target }: KernelContext): Kernel[] {
	const load = loadOf(node, identityMap(node.shape), node.shape.length, (base) => buffers.of(base));
	const at = { offset: 0, strides: load.kind === 'load' ? load.at.strides : [] };
	const stage = stageOf(node.shape.slice(-1), [], [{ buffer, at, value: load }]);
	return collapse(
		{
			kind: 'rows',
			rows: node.shape.slice(0, -1),
			after: [],
			segments: [{ kind: 'loops', lanes: 'inner', stages: [stage] }],
		},
		target,
	);
}

/** The Nodes that are read by a cluster that is not their own, by a check, or when the run is over. */
function readOutside(
	{ outputs, updates }: Graph,
	{ clusters, homes, ranges }: Schedule,
): ReadonlySet<Node> {
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	const outside = new Set<Node>([...roots.map(baseOf), ...ranges.map(({ elements }) => elements)]);
	for (const cluster of clusters)
		for (const { reads } of cluster.units)
			for (const { node } of reads) {
				const base = baseOf(node);
				if (homes.get(base) !== cluster) outside.add(base);
			}
	return outside;
}
