import type { Node, Variable } from '@pullback/core';

/** The next running mean: the share `kept` of the present one, and the rest of `sample`. */
export function runningMean(mean: Variable, sample: Node, kept: number): Node {
	return mean.read().add(sample.sub(mean).mul(1 - kept));
}

/**
 * 1 - share^time, by which a running mean that began with 0 is divided to correct its bias. In f64 it is exact to the
 * last digits also where share^time is nearly 1.
 */
export function oneLessPower(share: number, time: Node): Node {
	return time.mul(Math.log(share)).expm1().neg();
}

/** The gradient with that of half the weight decay times the squared parameter: L2 regularisation. */
export function decayed(gradient: Node, parameter: Variable, weightDecay: number): Node {
	return weightDecay === 0 ? gradient : gradient.add(parameter.mul(weightDecay));
}

/** The parameter less learning rate times weight decay times itself: weight decay that no gradient's scale changes. */
export function shrunk(parameter: Variable, rate: Node, weightDecay: number): Node {
	const w = parameter.read();
	return weightDecay === 0 ? w : w.mul(rate.mul(-weightDecay).add(1).cast(w.dtype));
}
