import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { Affine, Expression } from '../ir/expression.ts';
import { type RowKernel, type Stage, type Store, stageOf } from '../ir/kernel.ts';
import type { Target } from '../target.ts';

/**
 * The same elementwise kernel over as few axes as its memory allows, cut into rows that threads can share.
 * Kernels of another kind stay as they are.
 */
export function collapse(
	kernel: RowKernel,
	{ elementsAtOnce, sharing: { rowElements } }: Target,
): RowKernel[] {
	const [segment] = kernel.segments;
	if (kernel.segments.length !== 1 || segment?.kind !== 'loops') return [kernel];
	const [stage] = segment.stages;
	if (segment.stages.length !== 1 || stage === undefined || stage.reductions.length > 0)
		return [kernel];
	const axes = [...kernel.rows, ...stage.inner];
	const merged = longAxisLast(mergeAxes(axes, affinesOf(stage)), stage, elementsAtOnce);
	const flat = rewrite(stage, (at) => merged.map(({ last }) => at.strides[last] ?? 0));
	const lengths = merged.map(({ length }) => length);
	const inner = lengths.pop() ?? 1;
	if (lengths.length > 0 || inner <= rowElements) return [over(kernel, lengths, inner, flat)];
	const row = Math.max(rowElements >> 1, 1);
	const whole = Math.floor(inner / row);
	const cut = rewrite(flat, (at) => [(at.strides[0] ?? 0) * row, at.strides[0] ?? 0]);
	const kernels = [over(kernel, [whole], row, cut)];
	if (inner > whole * row)
		kernels.push(over(kernel, [], inner - whole * row, moved(flat, whole * row)));
	return kernels;
}

/**
 * The same kernel with as few loops within its rows as its memory allows, where these do nothing but store elements: one long
 * loop takes less than many short ones.
 */
export function withMergedLoops(kernel: RowKernel): RowKernel {
	const rank = kernel.rows.length;
	return {
		...kernel,
		segments: kernel.segments.map((segment) =>
			segment.kind === 'loops'
				? { ...segment, stages: segment.stages.map((stage) => mergedStage(stage, rank)) }
				: segment,
		),
	};
}

function mergedStage(stage: Stage, rank: number): Stage {
	const { inner, reductions } = stage;
	if (reductions.length > 0 || inner.length < 2) return stage;
	const within = affinesOf(stage).map(({ offset, strides }) => ({
		offset,
		strides: strides.slice(rank),
	}));
	const merged = mergeAxes(inner, within);
	const stridesOf = ({ strides }: Affine): readonly number[] =>
		strides.slice(rank).every((stride) => stride === 0)
			? strides
			: [...strides.slice(0, rank), ...merged.map(({ last }) => strides[rank + last] ?? 0)];
	return { ...rewrite(stage, stridesOf), inner: merged.map(({ length }) => length) };
}

function over(kernel: RowKernel, rows: Shape, inner: number, stage: Stage): RowKernel {
	return {
		...kernel,
		rows,
		segments: [{ kind: 'loops', lanes: 'inner', stages: [{ ...stage, inner: [inner] }] }],
	};
}

/** The most steps along an axis that is taken for the innermost: with the few along another, the memory stays in the cache. */
const maxInnermost = 1024;

/**
 * The axes with the last one before its neighbour, where it has fewer elements than are computed at once, and all that is
 * read lies side by side along the other and stands still along it: lanes had better store apart than be empty. So
 * the gradient of windows is written, each element for a few neighbours. Nothing is stored where it is read then, so that
 * rows which lie among one another harm nothing.
 */
function longAxisLast(
	axes: readonly MergedAxis[],
	{ expressions }: Stage,
	elementsAtOnce: number,
): readonly MergedAxis[] {
	const [long, short] = axes.slice(-2);
	if (long === undefined || short === undefined) return axes;
	if (short.length >= elementsAtOnce || long.length < elementsAtOnce) return axes;
	if (long.length > maxInnermost) return axes;
	const loads = expressions.filter((each) => each.kind === 'load');
	const areSpread = loads.every(
		({ at, pick }) => pick === null && at.strides[long.last] === 1 && at.strides[short.last] === 0,
	);
	return loads.length > 0 && areSpread ? [...axes.slice(0, -2), short, long] : axes;
}

/** Axes that are stepped through as one, and the innermost of them. */
interface MergedAxis {
	readonly length: number;
	readonly last: number;
}

/** Runs of axes that all affines step through as if they were one, each with its innermost axis. */
function mergeAxes(axes: Shape, affines: readonly Affine[]): MergedAxis[] {
	const merged: { length: number; last: number }[] = [];
	for (const [axis, length] of axes.entries()) {
		if (length === 1) continue;
		const outer = merged.at(-1);
		const joins =
			outer !== undefined &&
			affines.every(({ strides }) => (strides[outer.last] ?? 0) === (strides[axis] ?? 0) * length);
		if (joins) {
			outer.length *= length;
			outer.last = axis;
		} else merged.push({ length, last: axis });
	}
	if (sizeOf(axes) === 0) return [{ length: 0, last: 0 }];
	return merged;
}

function affinesOf({ stores, expressions }: Stage): Affine[] {
	const affines = stores.map(({ at }) => at);
	for (const expression of expressions)
		if (expression.kind === 'load' || expression.kind === 'position') affines.push(expression.at);
	return affines;
}

function moved(stage: Stage, by: number): Stage {
	return rewrite(stage, ({ strides }) => strides, by);
}

/**
 * The stage with other strides, and begun `by` steps along its last axis. Expressions that stay as they are stay the same: what
 * is the same for all of a row, other stages may have computed.
 */
function rewrite(stage: Stage, stridesOf: (at: Affine) => readonly number[], by = 0): Stage {
	const affine = (at: Affine): Affine => {
		const offset = at.offset + by * (at.strides.at(-1) ?? 0);
		const strides = stridesOf(at);
		return offset === at.offset && strides === at.strides ? at : { offset, strides };
	};
	const made = new Map<Expression, Expression>();
	const of = (expression: Expression): Expression => made.get(expression) ?? expression;
	for (const expression of stage.expressions) {
		if (expression.kind === 'apply') {
			const inputs = expression.inputs.map(of);
			if (inputs.some((input, i) => input !== expression.inputs[i]))
				made.set(expression, { ...expression, inputs });
		} else if (expression.kind === 'position') {
			const at = affine(expression.at);
			if (at !== expression.at) made.set(expression, { ...expression, at });
		} else if (expression.kind === 'load') {
			const at = affine(expression.at);
			const index = expression.pick && of(expression.pick.index);
			if (at !== expression.at || index !== (expression.pick?.index ?? null))
				made.set(expression, {
					...expression,
					at,
					pick: expression.pick && index && { ...expression.pick, index },
				});
		}
	}
	const stores = stage.stores.map(
		({ buffer, at, value }): Store => ({ buffer, at: affine(at), value: of(value) }),
	);
	return stageOf(stage.inner, [], stores);
}
