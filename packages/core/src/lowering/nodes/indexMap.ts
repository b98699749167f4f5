import { type Shape, stridesOf } from '../../graph/shape.ts';
import type { Affine } from '../ir/expression.ts';

/** The position along one axis of a tensor: `offset` plus `scale` times that of a loop axis; of none if `axis` is -1. */
export interface AxisIndex {
	readonly axis: number;
	readonly scale: number;
	readonly offset: number;
}

/** Which element of a tensor the loops are at: an index for each axis. */
export type IndexMap = readonly AxisIndex[];

export const origin: AxisIndex = { axis: -1, scale: 0, offset: 0 };

/** The loops over the axes of a tensor themselves; axes of length 1 stand still. */
export function identityMap(shape: Shape): IndexMap {
	return shape.map((length, axis) => (length === 1 ? origin : { axis, scale: 1, offset: 0 }));
}

/** Whether the first axes of a tensor follow the first loop axes, of the given lengths, one to one. */
export function followsRows(map: IndexMap, rows: Shape): boolean {
	return (
		map.length >= rows.length &&
		rows.every((length, axis) => {
			const index = map[axis];
			if (index === undefined || index.offset !== 0) return false;
			return length === 1 ? index.axis === -1 : index.axis === axis && index.scale === 1;
		})
	);
}

/** A text that is the same for the same map. */
export function mapKey(map: IndexMap): string {
	let key = '';
	for (let i = 0; i < map.length; i++) {
		const { axis, scale, offset } = map[i] as AxisIndex; // i is in range
		key += `${axis}:${scale}:${offset},`;
	}
	return key;
}

/** The position in row-major order of the element that `map` names, in loops of the given rank. */
export function linearize(map: IndexMap, shape: Shape, loopRank: number): Affine {
	const own = stridesOf(shape);
	const strides = new Array<number>(loopRank).fill(0);
	let offset = 0;
	for (let i = 0; i < map.length; i++) {
		const { axis, scale, offset: from } = map[i] as AxisIndex; // i is in range
		const stride = own[i] ?? 0;
		offset += from * stride;
		if (axis >= 0) strides[axis] = (strides[axis] ?? 0) + scale * stride;
	}
	return { offset, strides };
}
