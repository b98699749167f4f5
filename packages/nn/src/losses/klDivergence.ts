import { type Node, type Operand, ShapeError, sum, where } from '@pullback/core';
import { checkedBoolean, checkedOptions } from '@pullback/core/arguments';
import { ofOneShape } from './operands.ts';
import { checkedReduction, type Reduction, reduced } from './reduction.ts';

/** Options of klDivergence. */
export interface KlDivergenceOptions {
	/** 'batchMean' divides the sum by the length of axis 0, as the divergence is defined; 'mean', if left out, by all elements. */
	readonly reduction?: Reduction | 'batchMean';
	/** Whether targets are logarithms of probabilities, too; false if left out. */
	readonly logTarget?: boolean;
}

/**
 * The terms p (log p - log q) of the divergence of targets p from a distribution given as log q, in nats; both of one
 * shape (Kullback & Leibler 1951). Where p is 0 the term is 0, whatever log q, and its derivative in p leaves log p out.
 * Throws ShapeError if the shapes differ.
 */
export function klDivergence(logs: Operand, target: Operand, options?: KlDivergenceOptions): Node {
	const { reduction, logTarget = false } = checkedOptions('klDivergence', options, [
		'reduction',
		'logTarget',
	]);
	const isBatchMean = reduction === 'batchMean';
	const chosen = isBatchMean ? 'sum' : checkedReduction('klDivergence', reduction);
	checkedBoolean('klDivergence', 'logTarget', logTarget);
	const { outputs, targets } = ofOneShape('klDivergence', { outputs: logs, targets: target });
	const isNone = targets.equal(logTarget ? -Infinity : 0);
	const logP = logTarget ? where(isNone, 0, targets) : where(isNone, 1, targets).log();
	const p = logTarget ? where(isNone, 0, logP.exp()) : targets;
	const logQ = where(isNone.logicalAnd(outputs.equal(-Infinity)), 0, outputs);
	const terms = p.mul(logP.sub(logQ));
	if (!isBatchMean) return reduced(terms, chosen);
	const [batch] = terms.shape;
	if (batch === undefined)
		throw new ShapeError(
			"klDivergence: reduction 'batchMean' of a scalar of shape []; it needs [batch, ...]",
		);
	return sum(terms).div(batch);
}
