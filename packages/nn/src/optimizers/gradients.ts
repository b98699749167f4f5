import {
	DTypeError,
	formatShape,
	maximum,
	type Node,
	reciprocal,
	ShapeError,
	split,
	sqrt,
	sum,
} from '@pullback/core';
import {
	checkedCount,
	checkedFunction,
	checkedNodes,
	checkedNumber,
} from '@pullback/core/arguments';

/**
 * Gradients scaled down together so that their joint Euclidean norm is at most `limit`, their direction kept
 * (Pascanu et al. 2013).
 */
export function clipByNorm(gradients: readonly Node[], limit: number): Node[] {
	checkedNodes('clipByNorm', 'gradients', gradients);
	checkedLimit('clipByNorm', limit);
	const [first, ...rest] = gradients.map((gradient) => sum(gradient.square()));
	if (first === undefined) return [];
	const norm = sqrt(rest.reduce((total, each) => total.add(each), first));
	return gradients.map((gradient) =>
		gradient.mul(reciprocal(maximum(norm.div(limit), 1)).cast(gradient.dtype)),
	);
}

/** Gradients of which every element that is above `limit`, or below -limit, is that; a NaN stays one. */
export function clipByValue(gradients: readonly Node[], limit: number): Node[] {
	checkedNodes('clipByValue', 'gradients', gradients);
	checkedLimit('clipByValue', limit);
	for (const [i, { dtype }] of gradients.entries())
		if (dtype !== 'f32' && dtype !== 'f64')
			throw new DTypeError(
				`clipByValue: gradients[${i}] is ${dtype}; gradients must be f32 or f64`,
			);
	return gradients.map((gradient) => gradient.clip(-limit, limit));
}

/**
 * The gradients of a batch as the mean of those of `parts` equal micro-batches, one after another: as one
 * large batch, with the memory of a small one. `gradientsOf` takes a part of each of `inputs`, cut along axis
 * 0, and returns the gradients of that part's mean loss. Throws ShapeError if they are more, fewer or of other shapes
 * for one part than for another.
 */
export function accumulateGradients(
	parts: number,
	inputs: readonly Node[],
	gradientsOf: (...part: Node[]) => readonly Node[],
): Node[] {
	checkedNodes('accumulateGradients', 'inputs', inputs);
	checkedCount('accumulateGradients', 'parts', parts);
	checkedFunction('accumulateGradients', 'gradientsOf', gradientsOf);
	if (inputs.length === 0)
		throw new ShapeError('accumulateGradients: got no inputs, needs at least one to cut');
	const pieces = inputs.map((input) => split(input, parts));
	const [first = [], ...rest] = Array.from({ length: parts }, (_, i) =>
		gradientsOf(...pieces.flatMap((each) => each[i] ?? [])),
	);
	const expected = shapesOf(first);
	for (const [i, each] of rest.entries())
		if (shapesOf(each) !== expected)
			throw new ShapeError(
				`accumulateGradients: got gradients ${shapesOf(each)} of part ${i + 1}, and ${expected} of part 0; they must be as many and of the same shapes`,
			);
	return first.map(
		(gradient, i) => rest.reduce((total, each) => total.add(each[i] as Node), gradient).div(parts), // as many as of the first part
	);
}

function checkedLimit(operation: string, limit: number): void {
	checkedNumber(operation, 'limit', limit);
	if (!(limit > 0))
		throw new RangeError(`${operation}: limit ${limit}; it must be a number above 0`);
}

function shapesOf(gradients: readonly Node[]): string {
	checkedNodes('accumulateGradients', 'what gradientsOf returned', gradients);
	return `(${gradients.map(({ shape }) => formatShape(shape)).join(', ')})`;
}
