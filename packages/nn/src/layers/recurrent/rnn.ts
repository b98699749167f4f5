import type { Node, Operand } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { Recurrent, type RecurrentOptions, recurrentOptions } from './recurrent.ts';
import { RNNCell, type RNNCellOptions } from './rnnCell.ts';
import { hiddenAlone } from './state.ts';

/** What an RNN is made of. */
export interface RNNOptions extends RecurrentOptions, Pick<RNNCellOptions, 'activation'> {}

/**
 * Layers of `RNNCell`s over sequences [..., time, inputs]: returns the outputs of all steps [..., time, hidden] and the
 * last state [layers, ..., hidden], twice as wide and as many where it is bidirectional. Time is unrolled: each step is
 * Nodes of its own. A parameter of PyTorch's RNN such as `weight_ih_l0` or `bias_hh_l0_reverse` is here
 * `layers.0.forward.inputWeight`, transposed, or `layers.0.backward.hiddenBias`. Throws ShapeError where shapes do not fit,
 * DTypeError for lengths that are no whole numbers; a length out of range is a RangeError when outputs are computed.
 */
export class RNN extends Recurrent<RNNCell, Operand, Node> {
	constructor(options: RNNOptions) {
		const { activation, ...rest } = {
			...checkedOptions('RNN', options, [...recurrentOptions, 'activation']),
		} as RNNOptions; // the others are checked as those of any recurrent net
		const own = activation === undefined ? {} : { activation };
		super(hiddenAlone, (cell) => new RNNCell({ ...cell, ...own }), rest);
	}
}
