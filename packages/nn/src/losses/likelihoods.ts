import { type Node, type Operand, where } from '@pullback/core';
import { checkedBoolean, checkedFinite, checkedOptions } from '@pullback/core/arguments';
import { broadcastLike, ofOneShape } from './operands.ts';
import { checkedReduction, type LossOptions, reduced } from './reduction.ts';

/** Options of poissonNegativeLogLikelihood. */
export interface PoissonOptions extends LossOptions {
	/** Whether y is the logarithm of the rate; true if left out. */
	readonly logInput?: boolean;
	/** Whether the term of the target alone is added, by Stirling's formula for targets above 1; false if left out. */
	readonly full?: boolean;
}

/**
 * rate - t log(rate) for each element: -log of the probability of a count t where events have that rate, less what
 * depends on t alone. y is the logarithm of the rate, or the rate; y and t of one shape. A rate of 0 costs infinity
 * unless t is 0: nothing is added in the logarithm, where PyTorch adds 1e-8. Throws ShapeError if the shapes differ.
 */
export function poissonNegativeLogLikelihood(
	y: Operand,
	t: Operand,
	options?: PoissonOptions,
): Node {
	const operation = 'poissonNegativeLogLikelihood';
	const {
		reduction,
		logInput = true,
		full = false,
	} = checkedOptions(operation, options, ['reduction', 'logInput', 'full']);
	const chosen = checkedReduction(operation, reduction);
	checkedBoolean(operation, 'logInput', logInput);
	checkedBoolean(operation, 'full', full);
	const { outputs, targets } = ofOneShape(operation, { outputs: y, targets: t });
	// 0 log 0 is 0, with derivative 0.
	const isNone = targets.equal(0).logicalAnd(outputs.equal(logInput ? -Infinity : 0));
	const safe = where(isNone, logInput ? 0 : 1, outputs);
	const rate = logInput ? outputs.exp() : outputs;
	const losses = rate.sub(targets.mul(logInput ? safe : safe.log()));
	return reduced(full ? losses.add(stirling(targets)) : losses, chosen);
}

/** log(t!) by t log t - t + log(2 pi t) / 2 above 1, and 0 up to there. */
function stirling(t: Node): Node {
	const isLow = t.lessEqual(1);
	const high = where(isLow, 1, t);
	const log = high.log();
	const value = high
		.mul(log)
		.sub(high)
		.add(log.add(Math.log(2 * Math.PI)).mul(0.5));
	return where(isLow, 0, value);
}

/** Options of gaussianNegativeLogLikelihood. */
export interface GaussianOptions extends LossOptions {
	/** Whether log(2 pi) / 2 is added; false if left out. */
	readonly full?: boolean;
	/** The least variance, above 0: lower ones count as this, with the derivative that it has; 1e-6 if left out, as in PyTorch. */
	readonly epsilon?: number;
}

/**
 * (log(variance) + (y - t)^2 / variance) / 2 for each element: -log of the density of t, normal around y (Nix & Weigend
 * 1994). y and t of one shape, and a variance that broadcasts to it; NaN where that is negative. Throws ShapeError if the
 * shapes do not fit.
 */
export function gaussianNegativeLogLikelihood(
	y: Operand,
	t: Operand,
	variance: Operand,
	options?: GaussianOptions,
): Node {
	const operation = 'gaussianNegativeLogLikelihood';
	const {
		reduction,
		full = false,
		epsilon = 1e-6,
	} = checkedOptions(operation, options, ['reduction', 'full', 'epsilon']);
	const chosen = checkedReduction(operation, reduction);
	checkedBoolean(operation, 'full', full);
	checkedFinite(operation, 'epsilon', epsilon);
	if (!(epsilon > 0))
		throw new RangeError(`${operation}: epsilon is ${epsilon}; it must be above 0`);
	const { outputs, targets } = ofOneShape(operation, { outputs: y, targets: t });
	const given = broadcastLike(operation, 'the variances', variance, outputs);
	// The least one where it is below, as a number that moves with it.
	const raised = where(given.less(epsilon), given.sub(given.stopGradient()).add(epsilon), given);
	const width = where(given.less(0), Number.NaN, raised);
	const losses = width.log().add(outputs.sub(targets).square().div(width)).mul(0.5);
	return reduced(full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses, chosen);
}
