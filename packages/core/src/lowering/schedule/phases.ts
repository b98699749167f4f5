import type { Node } from '../../graph/node.ts';
import type { Cluster } from '../fuse/fusion.ts';
import { holderOf } from '../fuse/materialize.ts';
import type { Use } from '../ir/accesses.ts';
import type { Buffer } from '../ir/expression.ts';

/**
 * Kernels, given in an order that is right one by one, in as few phases as may be: each goes to the phase after
 * the last that writes what it reads or writes, or reads what it writes. Variables change only after every check.
 */
export function phasesOf(uses: readonly Use[]): Use[][] {
	const phases: Use[][] = [];
	const written = new Map<Buffer, number>();
	const inParts = new Map<Buffer, number>();
	const read = new Map<Buffer, number>();
	let checked = -1;
	for (const use of uses) {
		const { kernel, reads, writes } = use;
		let phase = 0;
		const after = (earlier: number | undefined): void => {
			if (earlier !== undefined) phase = Math.max(phase, earlier + 1);
		};
		const part = kernel.kind === 'rows' && kernel.part === true;
		for (const buffer of reads) {
			after(written.get(buffer));
			after(inParts.get(buffer));
		}
		for (const buffer of writes) {
			after(written.get(buffer));
			if (!part) after(inParts.get(buffer));
			after(read.get(buffer));
			if (buffer.role === 'variable' && kernel.kind !== 'check') after(checked);
		}
		for (const buffer of reads) read.set(buffer, Math.max(read.get(buffer) ?? 0, phase));
		for (const buffer of writes)
			if (part) inParts.set(buffer, Math.max(inParts.get(buffer) ?? 0, phase));
			else written.set(buffer, phase);
		if (kernel.kind === 'check') checked = Math.max(checked, phase);
		while (phases.length <= phase) phases.push([]);
		phases[phase]?.push(use);
	}
	return phases;
}

/** The clusters in an order that respects what they read, those that change Variables as late as may be. */
export function inOrder(
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
				const source = home.get(holderOf(node));
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
