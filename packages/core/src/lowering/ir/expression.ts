import type { DType } from '../../graph/dtype.ts';
import type { ElementwiseName } from '../../ops/primitives.ts';

/** A piece of memory that kernels read and write: the elements of one Node, row-major. */
export interface Buffer {
	/** Its index among the buffers of a plan. */
	readonly id: number;
	readonly dtype: DType;
	/** In elements. */
	readonly size: number;
	readonly role: 'input' | 'variable' | 'constant' | 'temporary';
}

/** A position that grows by `strides[axis]` with each step along a loop axis, from `offset`; in elements. */
export interface Affine {
	readonly offset: number;
	readonly strides: readonly number[];
}

/**
 * What is computed of one to three elements at the same position: the elementwise primitives, but for those that are their
 * operand; primitives with parameters; and what lowering makes of several Nodes.
 */
export type ElementOperation =
	| Exclude<ElementwiseName, 'stopGradient' | 'checkFinite'>
	| 'where'
	| 'cast'
	| 'sub'
	| 'threefry';

/** How a reduction combines elements. */
export type ReductionOperation = 'sum' | 'prod' | 'max' | 'min' | 'argmax' | 'argmin';

/** The element of a buffer. */
export interface Load {
	readonly kind: 'load';
	readonly dtype: DType;
	readonly buffer: Buffer;
	readonly at: Affine;
	/** An i32 that moves the position by itself times `stride`. */
	readonly pick: { readonly index: Expression; readonly stride: number } | null;
}

/**
 * The element of a tensor at the current position of the loops, as a scalar expression. Expressions are
 * shared: an object met twice is one computation.
 */
export type Expression =
	| { readonly kind: 'number'; readonly dtype: DType; readonly value: number }
	/** A position as an i32. */
	| { readonly kind: 'position'; readonly dtype: 'i32'; readonly at: Affine }
	| Load
	| {
			readonly kind: 'apply';
			readonly dtype: DType;
			readonly operation: ElementOperation;
			readonly inputs: readonly Expression[];
			/** Of threefry: how many top bits of the word are wanted, and the stream. */
			readonly words?: { readonly bits: number; readonly stream: number };
	  }
	/** What a reduction of an earlier stage has found for this row. */
	| { readonly kind: 'reduced'; readonly dtype: DType; readonly reduction: Reduction };

/**
 * A reduction of `input` over the inner axes of a stage, in any order. A floating sum begins with -0, so that of negative
 * zeros it is -0, and is 0 of nothing; a product begins with 1. Whole numbers wrap. Of NaN and numbers the largest and
 * the smallest are NaN; of 0 and -0, 0 is larger. argmax and argmin give the position of the first of equals, or of the
 * first NaN.
 */
export interface Reduction {
	readonly operation: ReductionOperation;
	readonly dtype: DType;
	/** The dtype in which sums and products are kept until they are rounded to `dtype`. */
	readonly accumulator: DType;
	readonly input: Expression;
}

/** The expressions that an expression is made of directly. */
export function operandsOf(expression: Expression): readonly Expression[] {
	if (expression.kind === 'apply') return expression.inputs;
	if (expression.kind === 'load' && expression.pick !== null) return [expression.pick.index];
	return [];
}

/** Every expression below the given ones, each once, operands first. */
export function expressionOrder(roots: readonly Expression[]): Expression[] {
	const order: Expression[] = [];
	const seen = new Set<Expression>();
	const path: { readonly expression: Expression; next: number }[] = [];
	const enter = (expression: Expression): void => {
		if (seen.has(expression)) return;
		seen.add(expression);
		path.push({ expression, next: 0 });
	};
	for (const root of roots) {
		enter(root);
		for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
			const operand = operandsOf(top.expression)[top.next++];
			if (operand !== undefined) enter(operand);
			else {
				order.push(top.expression);
				path.pop();
			}
		}
	}
	return order;
}
