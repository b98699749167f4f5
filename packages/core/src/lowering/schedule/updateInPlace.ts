import type { Node } from '../../graph/node.ts';
import type { Cell, Update } from '../../program/engine.ts';
import type { Cluster } from '../fuse/fusion.ts';
import type { Read, Unit } from '../fuse/units.ts';
import { identityMap, mapKey } from '../nodes/indexMap.ts';
import { baseOf, cellOf } from '../nodes/kinds.ts';

/** A read of the old value of a cell by a unit. */
export interface CellRead {
	readonly cluster: Cluster;
	readonly unit: Unit;
	readonly read: Read;
}

/** Everything that reads the old value of each cell. */
export function cellReads(groups: readonly Cluster[]): Map<Cell, CellRead[]> {
	const reads = new Map<Cell, CellRead[]>();
	for (const cluster of groups)
		for (const unit of cluster.units)
			for (const read of unit.reads) {
				const cell = cellOf(baseOf(read.node));
				if (cell === null) continue;
				const known = reads.get(cell) ?? [];
				known.push({ cluster, unit, read });
				reads.set(cell, known);
			}
	return reads;
}

/**
 * For each cell that may be: the cluster whose unit could write the new value where the old one lies, because
 * nothing within the cluster reads the old value, unless that unit alone, each element before it writes that element.
 */
export function writersInPlace(
	updates: readonly Update[],
	outputs: readonly Node[],
	home: ReadonlyMap<Node, Cluster>,
	reads: ReadonlyMap<Cell, readonly CellRead[]>,
): Map<Cell, Cluster> {
	const writers = new Map<Cell, Cluster>();
	const taken = new Set<Node>(outputs.map(baseOf));
	for (const { cell, value } of updates) {
		const cluster = home.get(value);
		const unit = cluster?.units.find(({ node }) => node === value);
		if (cluster === undefined || unit === undefined || taken.has(value)) continue;
		if (unit.kind !== 'elements' && unit.kind !== 'product') continue;
		taken.add(value);
		const everyElement = mapKey(identityMap(value.shape));
		const safe = (reads.get(cell) ?? []).every(
			({ cluster: reader, unit: by, read }) =>
				reader !== cluster ||
				(by === unit &&
					unit.kind === 'elements' &&
					cellOf(read.node) === cell &&
					mapKey(read.map) === everyElement),
		);
		if (safe) writers.set(cell, cluster);
	}
	return writers;
}

/** Leaves out the writers that some other reader of the old value, or a check, does not precede. */
export function lateEnough(
	writers: ReadonlyMap<Cell, Cluster>,
	ordered: readonly Cluster[],
	reads: ReadonlyMap<Cell, readonly CellRead[]>,
	checked: readonly Cluster[],
): Map<Cell, Cluster> {
	const position = new Map(ordered.map((cluster, i) => [cluster, i]));
	const at = (cluster: Cluster): number => position.get(cluster) ?? -1;
	let lastCheck = -1;
	for (const cluster of checked) lastCheck = Math.max(lastCheck, at(cluster));
	const late = new Map<Cell, Cluster>();
	for (const [cell, writer] of writers)
		if (
			lastCheck < at(writer) &&
			(reads.get(cell) ?? []).every(({ cluster }) => cluster === writer || at(cluster) < at(writer))
		)
			late.set(cell, writer);
	return late;
}
