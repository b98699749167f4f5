import { maximum, type Node, reciprocal, ShapeError, split, sqrt, sum } from '@pullback/core';

/**
 * Gradients scaled down together so that their joint Euclidean norm is at most `limit`, their direction kept
 * (Pascanu et al. 2013).
 */
export function clipByNorm(gradients: readonly Node[], limit: number): Node[] {
	if (!(limit > 0)) throw new RangeError(`clipByNorm: limit ${limit}; it must be a number above 0`);
	const [first, ...rest] = gradients.map((gradient) => sum(gradient.square()));
	if (first === undefined) return [];
	const norm = sqrt(rest.reduce((total, each) => total.add(each), first));
	return gradients.map((gradient) =>
		gradient.mul(reciprocal(maximum(norm.div(limit), 1)).cast(gradient.dtype)),
	);
}

/**
 * The gradients of a batch as the mean of those of `parts` equal micro-batches, one after another: as one
 * large batch, with the memory of a small one. `gradientsOf` takes a part of each of `inputs`, cut along axis
 * 0, and returns the gradients of that part's mean loss.
 */
export function accumulateGradients(
	parts: number,
	inputs: readonly Node[],
	gradientsOf: (...part: Node[]) => readonly Node[],
): Node[] {
	if (inputs.length === 0)
		throw new ShapeError('accumulateGradients: got no inputs, needs at least one to cut');
	const pieces = inputs.map((input) => split(input, parts));
	const [first = [], ...rest] = Array.from({ length: parts }, (_, i) =>
		gradientsOf(...pieces.flatMap((each) => each[i] ?? [])),
	);
	return first.map((gradient, i) =>
		rest.reduce((total, each) => (each[i] ? total.add(each[i]) : total), gradient).div(parts),
	);
}
