import { type Shape, stridesOf } from '../../graph/shape.ts';
import type { Affine } from '../ir/expression.ts';

/** How far a position moves with each step along a loop axis. */
export interface Term {
	readonly axis: number;
	readonly scale: number;
}

/**
 * The position along one axis of a tensor: `offset` plus each `scale` times the position along its loop axis. The terms
 * are of different loop axes, in ascending order: one for an axis that is a loop, none where nothing moves, several for
 * windows (stride times the window's number, plus dilation times the place in it) and for an axis that loops split.
 */
export interface AxisIndex {
	readonly offset: number;
	readonly terms: readonly Term[];
}

/** Which element of a tensor the loops are at: an index for each axis. */
export type IndexMap = readonly AxisIndex[];

const none: readonly Term[] = [];

export const origin: AxisIndex = { offset: 0, terms: none };

/** One position, wherever the loops are. */
export function fixedAt(offset: number): AxisIndex {
	return { offset, terms: none };
}

/** The position along a loop axis; of one of length 1, which stands still, the origin. */
export function following(axis: number, length: number): AxisIndex {
	return length === 1 ? origin : { offset: 0, terms: [{ axis, scale: 1 }] };
}

/** `by` times a position, plus an offset. */
export function scaled(index: AxisIndex, by: number, offset: number): AxisIndex {
	if (by === 1) return offset === 0 ? index : { offset: index.offset + offset, terms: index.terms };
	return {
		offset: by * index.offset + offset,
		terms: index.terms.map(({ axis, scale }) => ({ axis, scale: by * scale })),
	};
}

/** The sum of two positions. */
export function added(x: AxisIndex, y: AxisIndex): AxisIndex {
	const offset = x.offset + y.offset;
	if (y.terms.length === 0) return { offset, terms: x.terms };
	if (x.terms.length === 0) return { offset, terms: y.terms };
	const scales = new Map<number, number>();
	for (const { axis, scale } of x.terms) scales.set(axis, scale);
	for (const { axis, scale } of y.terms) scales.set(axis, (scales.get(axis) ?? 0) + scale);
	const terms: Term[] = [];
	for (const [axis, scale] of scales) if (scale !== 0) terms.push({ axis, scale });
	return { offset, terms: terms.sort((a, b) => a.axis - b.axis) };
}

/** The loops over the axes of a tensor themselves; axes of length 1 stand still. */
export function identityMap(shape: Shape): IndexMap {
	return shape.map((length, axis) => following(axis, length));
}

/** Whether the first axes of a tensor follow the first loop axes, of the given lengths, one to one. */
export function followsRows(map: IndexMap, rows: Shape): boolean {
	return (
		map.length >= rows.length &&
		rows.every((length, axis) => {
			const index = map[axis];
			if (index === undefined || index.offset !== 0) return false;
			const [term] = index.terms;
			if (length === 1) return term === undefined;
			return index.terms.length === 1 && term?.axis === axis && term.scale === 1;
		})
	);
}

/** A text that is the same for the same map. */
export function mapKey(map: IndexMap): string {
	let key = '';
	for (let i = 0; i < map.length; i++) {
		const { offset, terms } = map[i] as AxisIndex; // i is in range
		key += offset;
		for (let t = 0; t < terms.length; t++) {
			const { axis, scale } = terms[t] as Term; // t is in range
			key += `+${axis}:${scale}`;
		}
		key += ',';
	}
	return key;
}

/** The position in row-major order of the element that `map` names, in loops of the given rank. */
export function linearize(map: IndexMap, shape: Shape, loopRank: number): Affine {
	return positionOf(map, stridesOf(shape), loopRank);
}

/** The sum of the positions of a map, each times its factor, in loops of the given rank. */
export function positionOf(map: IndexMap, factors: readonly number[], loopRank: number): Affine {
	const strides = new Array<number>(loopRank).fill(0);
	let offset = 0;
	for (let i = 0; i < map.length; i++) {
		const { offset: from, terms } = map[i] as AxisIndex; // i is in range
		const factor = factors[i] ?? 0;
		offset += from * factor;
		for (let t = 0; t < terms.length; t++) {
			const { axis, scale } = terms[t] as Term; // t is in range
			strides[axis] = (strides[axis] ?? 0) + scale * factor;
		}
	}
	return { offset, strides };
}
