import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { Expression } from '../../lowering/expression.ts';
import { expressionsOf, type RowKernel, type Stage } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import { width } from './value.ts';

/** So many elements make up for a longer module. */
const longLoop = 8192;
/** So many blocks of rows are computed side by side: of f32, a cache line that is read at once. */
const mostBlocks = 4;
/** So many rows are, where an operand lies transposed: as many as such a line has elements. */
const mostRows = 16;
/** Of longer expressions only as many rows as it takes to transpose vectors. */
const shortExpression = 12;

/**
 * How many rows are computed side by side, or blocks of them where lanes run along the rows: as many as leave no rest,
 * where that reads whole cache lines.
 */
export function abreast({ rows, lanes, segments }: RowKernel): number {
	const [segment] = segments;
	if (segments.length !== 1 || segment?.kind !== 'loops') return 1;
	if (!segment.stages.some(({ inner }) => isLong(rows, inner))) return 1;
	const length = rows.at(-1) ?? 1;
	if (lanes === 'rows') return withoutRest(length / width, mostBlocks);
	if (!segment.stages.some((stage) => readsAcross(stage, rows))) return 1;
	const short = segment.stages.every((stage) => expressionsOf(stage).length <= shortExpression);
	const count = withoutRest(length, short ? mostRows : width);
	return count < width ? 1 : count;
}

/** The largest power of two up to `most` of which `length` is a multiple. */
function withoutRest(length: number, most: number): number {
	let count = most;
	while (count > 1 && length % count !== 0) count /= 2;
	return count;
}

/** Whether a stage stores what it reads from an array that lies transposed: neighbours in memory in different rows. */
function readsAcross(stage: Stage, { length: rank }: Shape): boolean {
	if (stage.reductions.length > 0 || stage.inner.length === 0) return false;
	const lane = rank + stage.inner.length - 1;
	return expressionsOf(stage).some((each) => isAcross(each, rank - 1, lane));
}

/** Whether an expression loads elements that lie side by side along the axis of `row`, and not along that of `lane`. */
export function isAcross(expression: Expression, row: number, lane: number): boolean {
	if (expression.kind !== 'load' || expression.pick !== null) return false;
	const { dtype, at } = expression;
	const apart = at.strides[lane] ?? 0;
	return elementBytes[dtype] === 4 && at.strides[row] === 1 && apart !== 0 && apart !== 1;
}

/** Whether loops go over so many elements that a longer module is worth it. */
export function isLong(rows: Shape, inner: Shape): boolean {
	return sizeOf(rows) * sizeOf(inner) >= longLoop;
}
