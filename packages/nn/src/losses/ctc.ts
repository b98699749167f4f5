import {
	arange,
	broadcastTo,
	concatenate,
	formatShape,
	full,
	gather,
	maximum,
	mean,
	type Node,
	type Operand,
	ShapeError,
	stack,
	take,
	where,
	zeros,
} from '@pullback/core';
import { checkedBoolean, checkedCount, checkedOptions, toIndices } from '@pullback/core/arguments';
import { toFloatingNodes } from '../floatingNodes.ts';

import { checkedReduction, type LossOptions, reduced } from './reduction.ts';

/** Options of ctc. */
export interface CtcOptions extends LossOptions {
	/** The number of time steps of each example, i32 or u8 [batch]; all if left out. */
	readonly inputLengths?: Operand;
	/** The number of labels of each example, i32 or u8 [batch]; all if left out. */
	readonly labelLengths?: Operand;
	/** The class that stands for no label; 0 if left out. */
	readonly blank?: number;
	/** Whether an infinite loss, of labels too long for their time, becomes 0; false if left out. */
	readonly zeroInfinity?: boolean;
}

/**
 * Connectionist temporal classification (Graves et al. 2006): -log of the probability that a sequence of classes, once
 * repetitions and then blanks are dropped, is that of the labels. `logProbabilities` are [batch, time, classes], such as
 * of logSoftmax, where PyTorch puts time first; `labels` class indices [batch, labels] (i32 or u8), of which those beyond
 * an example's length are not read.
 *
 * Labels that cannot be aligned with so few steps cost infinity, with derivative 0. The mean is that of the losses each
 * divided by its number of labels, or 1 if there are none. The derivative is that in the logarithms themselves, without
 * that of a softmax before. Throws ShapeError, DTypeError or RangeError for what does not fit; a class out of range is a
 * RangeError when computed. The recursion is unrolled: Nodes in proportion to time.
 */
export function ctc(logProbabilities: Operand, labels: Operand, options?: CtcOptions): Node {
	const {
		reduction,
		inputLengths,
		labelLengths,
		blank = 0,
		zeroInfinity = false,
	} = checkedOptions('ctc', options, [
		'reduction',
		'inputLengths',
		'labelLengths',
		'blank',
		'zeroInfinity',
	]);
	const chosen = checkedReduction('ctc', reduction);
	checkedBoolean('ctc', 'zeroInfinity', zeroInfinity);
	const [logs] = toFloatingNodes('ctc', [logProbabilities]) as [Node]; // as many as were passed
	const [batch, time, classes, ...more] = logs.shape;
	if (batch === undefined || time === undefined || classes === undefined || more.length > 0)
		throw new ShapeError(
			`ctc: logProbabilities have shape ${formatShape(logs.shape)}, must be [batch, time, classes]`,
		);
	if (checkedCount('ctc', 'blank', blank) >= classes)
		throw new RangeError(`ctc: blank is ${blank}; it must be a class, from 0 to ${classes - 1}`);
	const given = toIndices('ctc', labels).cast('i32');
	const [rows, width, ...others] = given.shape;
	if (rows !== batch || width === undefined || others.length > 0)
		throw new ShapeError(
			`ctc: labels have shape ${formatShape(given.shape)}, must be [${batch}, labels], as many as logProbabilities ${formatShape(logs.shape)}`,
		);
	const times = lengthsOf('inputLengths', inputLengths, batch);
	const counts = lengthsOf('labelLengths', labelLengths, batch);
	// Beyond an example's length, whatever there is.
	const own =
		counts === null ? given : where(arangeOf(width).less(counts.expandDims(-1)), given, blank);
	const paths = logs.gather(between(own, full([batch, 1], blank, { dtype: 'i32' })), {
		axis: 2,
		batch: 1,
		fromEnd: false,
	});
	const reached = recursion(paths, mayFollow(own));
	const last = times === null ? reached.slice(null, -1) : at(reached, times);
	const ends = take(arangeOf(width + 1).mul(2), counts ?? full([batch], width, { dtype: 'i32' }));
	// The last blank, or the label before it.
	const total = logSumExp([at(last, ends.add(2)), at(last, ends.add(1))]);
	const losses = zeroInfinity ? where(total.equal(-Infinity), 0, total.neg()) : total.neg();
	if (chosen !== 'mean') return reduced(losses, chosen);
	return mean(
		losses.div(counts === null ? Math.max(width, 1) : counts.maximum(1).cast(logs.dtype)),
	);
}

/**
 * Logarithms of the probabilities of having come to each place of the blanks and labels [batch, time + 1, 2 + places],
 * before the first step and after each, behind two places that are never reached; of `paths` [batch, time, places], log p
 * of what stands at each.
 */
function recursion(paths: Node, mayJump: Node): Node {
	const [, time = 0, places = 0] = paths.shape;
	const unreachable = [[2, 0]] as const;
	const before = arangeOf(places).equal(0).where(0, -Infinity);
	let state = broadcastTo(before.cast(paths.dtype), [paths.shape[0] ?? 0, places]);
	const states: Node[] = [];
	for (let step = 0; ; step++) {
		const padded = state.pad(unreachable, { value: -Infinity });
		states.push(padded);
		if (step === time) return stack(states, 1);
		const stay = padded.slice(null, [2]);
		const move = padded.slice(null, [1, places + 1]);
		const jump = where(mayJump, padded.slice(null, [0, places]), -Infinity);
		state = logSumExp([stay, move, jump]).add(paths.slice(null, step));
	}
}

/** The logarithm of a sum of exponentials, elementwise: -Infinity with derivative 0 where all are. */
function logSumExp(terms: readonly [Node, ...Node[]]): Node {
	const peak = terms.reduce((most, each) => maximum(most, each)).stopGradient();
	const isNone = peak.equal(-Infinity);
	const shift = where(isNone, 0, peak);
	const total = terms.map((each) => each.sub(shift).exp()).reduce((sum, each) => sum.add(each));
	return where(isNone, -Infinity, where(isNone, 1, total).log().add(shift));
}

/** Labels [batch, labels] with something [batch, 1] before, between and after them: [batch, 2 labels + 1]. */
function between(labels: Node, other: Node): Node {
	const [batch = 0, width = 0] = labels.shape;
	const pairs = stack([broadcastTo(other, labels.shape), labels], 2).reshape([batch, 2 * width]);
	return concatenate([pairs, other], 1);
}

/** Where the blank before may be left out: at labels that differ from the label before. */
function mayFollow(labels: Node): Node {
	const before = concatenate([labels.slice(null, [0, 1]), labels.slice(null, [0, -1])], 1);
	return between(labels.notEqual(before), zeros([labels.shape[0] ?? 0, 1], { dtype: 'bool' }));
}

/** The part of each example that an index [batch] says: of [batch, length, ...], [batch, ...]. */
function at(x: Node, indices: Node): Node {
	return gather(x, indices, { axis: 1, batch: 1, fromEnd: false });
}

function arangeOf(count: number): Node {
	return arange(count, undefined, undefined, { dtype: 'i32' });
}

function lengthsOf(name: string, operand: Operand | undefined, batch: number): Node | null {
	if (operand === undefined) return null;
	const lengths = toIndices('ctc', operand).cast('i32');
	if (formatShape(lengths.shape) !== formatShape([batch]))
		throw new ShapeError(
			`ctc: ${name} have shape ${formatShape(lengths.shape)}, must be ${formatShape([batch])}, one for each example`,
		);
	return lengths;
}
