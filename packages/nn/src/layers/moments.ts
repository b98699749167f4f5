import { mean, type Node } from '@pullback/core';

/** What is normalised by: axes that a mean is taken along stay with length 1. */
export interface Moments {
	readonly mean: Node;
	/** x less its mean. */
	readonly deviation: Node;
	/** Biased: the mean of the squared deviations. */
	readonly variance: Node;
}

/** The moments of x along some axes. */
export function moments(x: Node, axes: readonly number[]): Moments {
	const center = mean(x, axes, { keepDims: true });
	const deviation = x.sub(center);
	return { mean: center, deviation, variance: mean(deviation.square(), axes, { keepDims: true }) };
}

/** x less its mean along some axes, divided by the root of its biased variance plus epsilon. */
export function standardized(x: Node, axes: readonly number[], epsilon: number): Node {
	const { deviation, variance } = moments(x, axes);
	return deviation.div(variance.add(epsilon).sqrt());
}
