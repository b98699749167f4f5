import { type Node, type Operand, sum } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { ofOneShape } from './operands.ts';
import { checkedReduction, type LossOptions, reduced } from './reduction.ts';

/** (y - t)^2 for each element; y and t of one shape, [] if reduced. Throws ShapeError if they differ. */
export function meanSquaredError(y: Operand, t: Operand, options?: LossOptions): Node {
	const { reduction } = checkedOptions('meanSquaredError', options, ['reduction']);
	const chosen = checkedReduction('meanSquaredError', reduction);
	return reduced(squares('meanSquaredError', y, t), chosen);
}

/**
 * The book's squared error, half the sum of (y - t)^2 over the outputs of each example (Deep Learning from Scratch,
 * 4.2.1): y and t [..., outputs], one loss for each of [...]. Throws ShapeError if the shapes differ.
 */
export function halfSquaredError(y: Operand, t: Operand, options?: LossOptions): Node {
	const { reduction } = checkedOptions('halfSquaredError', options, ['reduction']);
	const chosen = checkedReduction('halfSquaredError', reduction);
	return reduced(sum(squares('halfSquaredError', y, t), -1).mul(0.5), chosen);
}

function squares(operation: string, y: Operand, t: Operand): Node {
	const { outputs, targets } = ofOneShape(operation, { outputs: y, targets: t });
	return outputs.sub(targets).square();
}
