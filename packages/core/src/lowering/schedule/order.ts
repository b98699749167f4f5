import type { Node } from '../../graph/node.ts';
import type { Cell, Graph } from '../../program/engine.ts';
import type { Cluster } from '../fuse/fusion.ts';
import { baseOf } from '../nodes/kinds.ts';
import { checkedRanges, type Range } from '../nodes/ranges.ts';
import { cellReads, lateEnough, writersInPlace } from './updateInPlace.ts';

/** Clusters one after another, and what must happen between them. */
export interface Schedule {
	readonly clusters: readonly Cluster[];
	/** The cluster that computes each Node. */
	readonly homes: ReadonlyMap<Node, Cluster>;
	readonly ranges: readonly Range[];
	/** For each cell whose old value nobody reads any more by then: the cluster that writes the new one over it. */
	readonly writers: ReadonlyMap<Cell, Cluster>;
}

/** An order of clusters in which Variables are read before they are written over, wherever there is one. */
export function scheduled({ outputs, updates }: Graph, clusters: readonly Cluster[]): Schedule {
	const homes = new Map<Node, Cluster>();
	for (const cluster of clusters) for (const { node } of cluster.units) homes.set(node, cluster);
	const reads = cellReads(clusters);
	const wanted = writersInPlace(updates, outputs, homes, reads);
	const ordered = inOrder(clusters, homes, new Set(wanted.values()));
	const ranges = checkedRanges([...outputs, ...updates.map(({ value }) => value)]);
	const checked = ranges.flatMap(({ elements }) => homes.get(elements) ?? []);
	const writers = lateEnough(wanted, ordered, reads, checked);
	return { clusters: ordered, homes, ranges, writers };
}

/** The clusters in an order that respects what they read, those that change Variables as late as may be. */
function inOrder(
	groups: readonly Cluster[],
	home: ReadonlyMap<Node, Cluster>,
	late: ReadonlySet<Cluster>,
): Cluster[] {
	const users = new Map<Cluster, Set<Cluster>>();
	const waiting = new Map<Cluster, number>();
	for (const cluster of groups) {
		const needs = new Set<Cluster>();
		for (const { reads } of cluster.units)
			for (const { node } of reads) {
				const source = home.get(baseOf(node));
				if (source !== undefined && source !== cluster) needs.add(source);
			}
		waiting.set(cluster, needs.size);
		for (const need of needs) users.set(need, (users.get(need) ?? new Set()).add(cluster));
	}
	const ordered: Cluster[] = [];
	const ready: Cluster[] = [];
	const postponed: Cluster[] = [];
	const enter = (cluster: Cluster): void => {
		(late.has(cluster) ? postponed : ready).push(cluster);
	};
	for (const cluster of groups) if (waiting.get(cluster) === 0) enter(cluster);
	let [nextReady, nextPostponed] = [0, 0];
	while (ordered.length < groups.length) {
		const cluster = nextReady < ready.length ? ready[nextReady++] : postponed[nextPostponed++];
		if (cluster === undefined) throw new Error('internal: clusters that need each other');
		ordered.push(cluster);
		for (const user of users.get(cluster) ?? []) {
			const left = (waiting.get(user) ?? 0) - 1;
			waiting.set(user, left);
			if (left === 0) enter(user);
		}
	}
	return ordered;
}
