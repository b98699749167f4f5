import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { Affine, Expression } from '../ir/expression.ts';
import { type RowKernel, type Stage, type Store, stageOf } from '../ir/kernel.ts';
import type { Target } from '../target.ts';

/**
 * The same elementwise kernel over as few axes as its memory allows, cut into rows that threads can share.
 * Kernels of another kind stay as they are.
 */
export function collapse(kernel: RowKernel, { sharing: { rowElements } }: Target): RowKernel[] {
	const [segment] = kernel.segments;
	if (kernel.segments.length !== 1 || segment?.kind !== 'loops') return [kernel];
	const [stage] = segment.stages;
	if (segment.stages.length !== 1 || stage === undefined || stage.reductions.length > 0)
		return [kernel];
	const axes = [...kernel.rows, ...stage.inner];
	const merged = mergeAxes(axes, affinesOf(stage));
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

function over(kernel: RowKernel, rows: Shape, inner: number, stage: Stage): RowKernel {
	return {
		...kernel,
		rows,
		segments: [{ kind: 'loops', lanes: 'inner', stages: [{ ...stage, inner: [inner] }] }],
	};
}

/** Runs of axes that all affines step through as if they were one, each with its innermost axis. */
function mergeAxes(
	axes: Shape,
	affines: readonly Affine[],
): { readonly length: number; readonly last: number }[] {
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

/** The stage with other strides, and begun `by` steps along its last axis. */
function rewrite(stage: Stage, stridesOf: (at: Affine) => readonly number[], by = 0): Stage {
	const affine = (at: Affine): Affine => ({
		offset: at.offset + by * (at.strides.at(-1) ?? 0),
		strides: stridesOf(at),
	});
	const made = new Map<Expression, Expression>();
	const of = (expression: Expression): Expression => made.get(expression) ?? expression;
	for (const expression of stage.expressions) {
		if (expression.kind === 'apply')
			made.set(expression, { ...expression, inputs: expression.inputs.map(of) });
		else if (expression.kind === 'position')
			made.set(expression, { ...expression, at: affine(expression.at) });
		else if (expression.kind === 'load')
			made.set(expression, {
				...expression,
				at: affine(expression.at),
				pick: expression.pick && { ...expression.pick, index: of(expression.pick.index) },
			});
	}
	const stores = stage.stores.map(
		({ buffer, at, value }): Store => ({ buffer, at: affine(at), value: of(value) }),
	);
	return stageOf(stage.inner, [], stores);
}
