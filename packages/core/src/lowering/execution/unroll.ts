import { elementBytes } from '../../graph/dtype.ts';
import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { Affine, Expression } from '../ir/expression.ts';
import type { RowKernel, Stage } from '../ir/kernel.ts';
import type { Target } from '../target.ts';

/** Elements of a loop that make up for longer code. */
const minLongLoop = 8192;
/** Expressions of a stage of which as many rows are computed at once as a cache line has elements. */
const maxShortStage = 12;
/**
 * The cache lines of a row that are read one after another on the way down columns: a processor reads ahead along rows, and
 * of columns that go through many pages of memory nothing.
 */
const linesAtOnce = 4;
/** Expressions of a stage that are computed for several vectors at once. */
const maxVectorsStage = 64;

/**
 * How many rows are computed at once (unroll and jam), or blocks of them where lanes run along the rows: as many as leave
 * no rest, where that reads whole cache lines of f32, which rows have side by side or lie transposed in.
 */
export function rowsAtOnce({ rows, segments }: RowKernel, target: Target): number {
	const { elementsAtOnce: width, cacheLineBytes } = target;
	const lineElements = cacheLineBytes / elementBytes.f32;
	const [segment] = segments;
	if (segments.length !== 1 || segment?.kind !== 'loops') return 1;
	if (!segment.stages.some(({ inner }) => isLong(rows, inner))) return 1;
	const length = rows.at(-1) ?? 1;
	const isShort = segment.stages.every(({ expressions }) => expressions.length <= maxShortStage);
	if (segment.lanes === 'rows') {
		if (!segment.stages.some((stage) => readsAlongRows(stage, rows.length))) return 1;
		return withoutRest(length / width, ((isShort ? linesAtOnce : 1) * lineElements) / width);
	}
	if (!segment.stages.some((stage) => readsAcross(stage, rows))) return 1;
	const count = withoutRest(length, isShort ? lineElements : width);
	return count < width ? 1 : count;
}

/**
 * Whether several vectors are computed side by side: where a function stands in the loop, as its instructions wait for
 * one another, and a processor does not look far enough ahead to begin with the next vector.
 */
export function computesVectorsAtOnce(
	expressions: readonly Expression[],
	{ inlined }: Target,
): boolean {
	return (
		expressions.length <= maxVectorsStage &&
		expressions.some(
			(each) => each.kind === 'apply' && each.dtype === 'f32' && inlined.has(each.operation),
		)
	);
}

/** The largest power of two up to `most` of which `length` is a multiple. */
function withoutRest(length: number, most: number): number {
	let count = most;
	while (count > 1 && length % count !== 0) count /= 2;
	return count;
}

/** Whether neighbouring rows lie side by side in an array that the inner loops of a stage go through. */
function readsAlongRows(stage: Stage, rank: number): boolean {
	return stage.expressions.some(
		(each) =>
			each.kind === 'load' &&
			each.at.strides[rank - 1] === 1 &&
			each.at.strides.slice(rank).some((stride) => stride !== 0),
	);
}

/** Whether a stage stores what it reads from an array that lies transposed: neighbours in memory in different rows. */
function readsAcross(stage: Stage, { length: rank }: Shape): boolean {
	if (stage.reductions.length > 0 || stage.inner.length === 0) return false;
	const lane = rank + stage.inner.length - 1;
	return stage.expressions.some(
		(each) =>
			each.kind === 'load' &&
			each.pick === null &&
			elementBytes[each.dtype] === 4 &&
			isAcross(each.at, rank - 1, lane),
	);
}

/** Whether elements lie side by side along one axis, and apart along another. */
export function isAcross({ strides }: Affine, along: number, apart: number): boolean {
	const stride = strides[apart] ?? 0;
	return strides[along] === 1 && stride !== 0 && stride !== 1;
}

/** Whether loops go over so many elements that a longer module is worth it. */
export function isLong(rows: Shape, inner: Shape): boolean {
	return sizeOf(rows) * sizeOf(inner) >= minLongLoop;
}
