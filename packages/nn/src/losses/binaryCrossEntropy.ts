import { type Node, type Operand, where } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { broadcastLike, ofOneShape } from './operands.ts';
import { checkedReduction, type LossOptions, reduced } from './reduction.ts';

/** Options of binaryCrossEntropy. */
export interface BinaryCrossEntropyOptions extends LossOptions {
	/** What each element counts: anything that broadcasts to the shape of the outputs; 1 if left out. The mean does not divide by it. */
	readonly weights?: Operand;
}

/**
 * -(t log p + (1 - t) log(1 - p)) for each element, in nats, given probabilities p and targets t from 0 to 1 of one shape.
 * The logarithms are exact: a target of probability 0 costs infinity, with an infinite derivative, where PyTorch has 100;
 * what a target excludes costs nothing. On logits, binaryCrossEntropyWithLogits is more accurate.
 */
export function binaryCrossEntropy(
	p: Operand,
	t: Operand,
	options?: BinaryCrossEntropyOptions,
): Node {
	const { reduction, weights } = checkedOptions('binaryCrossEntropy', options, [
		'reduction',
		'weights',
	]);
	const chosen = checkedReduction('binaryCrossEntropy', reduction);
	const { outputs, targets } = ofOneShape('binaryCrossEntropy', { outputs: p, targets: t });
	const yes = partOf(targets, outputs, (x) => x.log(), 0, 1);
	const no = partOf(targets.neg().add(1), outputs, (x) => x.neg().log1p(), 1, 0);
	return reduced(weighted('binaryCrossEntropy', yes.add(no).neg(), weights), chosen);
}

/** Options of binaryCrossEntropyWithLogits. */
export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
	/** What the part of a target that is 1 counts: anything that broadcasts to the shape of the outputs; 1 if left out. */
	readonly positiveWeights?: Operand;
}

/**
 * The binary cross-entropy of sigmoid(x), in nats, for logits x and targets t from 0 to 1 of one shape: positiveWeights t
 * log(1 + e^-x) + (1 - t) log(1 + e^x), accurate wherever x lies and at infinity.
 */
export function binaryCrossEntropyWithLogits(
	x: Operand,
	t: Operand,
	options?: BinaryCrossEntropyWithLogitsOptions,
): Node {
	const operation = 'binaryCrossEntropyWithLogits';
	const { reduction, weights, positiveWeights } = checkedOptions(operation, options, [
		'reduction',
		'weights',
		'positiveWeights',
	]);
	const chosen = checkedReduction(operation, reduction);
	const { outputs, targets } = ofOneShape(operation, { outputs: x, targets: t });
	const positive =
		positiveWeights === undefined
			? targets
			: targets.mul(broadcastLike(operation, 'positiveWeights', positiveWeights, outputs));
	const yes = partOf(positive, outputs, (logits) => softplus(logits.neg()), -Infinity, 0);
	const no = partOf(targets.neg().add(1), outputs, softplus, Infinity, 0);
	return reduced(weighted(operation, yes.add(no), weights), chosen);
}

/** share cost(x), and 0 where the share is 0 and the cost infinite, as it is at x = `worst`: `harmless` is taken there. */
function partOf(
	share: Node,
	x: Node,
	cost: (x: Node) => Node,
	worst: number,
	harmless: number,
): Node {
	const excluded = share.equal(0).logicalAnd(x.equal(worst));
	return share.mul(cost(where(excluded, harmless, x)));
}

/** log(1 + e^x), whose derivatives at 0 and at infinity are right. */
function softplus(x: Node): Node {
	return x.softplus();
}

function weighted(operation: string, losses: Node, weights: Operand | undefined): Node {
	return weights === undefined
		? losses
		: losses.mul(broadcastLike(operation, 'weights', weights, losses));
}
