import type { Operand } from '@pullback/core';
import { LSTMCell } from './lstmCell.ts';
import { Recurrent, type RecurrentOptions } from './recurrent.ts';
import { hiddenAndCell, type LSTMState } from './state.ts';

/**
 * Layers of `LSTMCell`s over sequences: shapes, names of parameters and errors as those of `RNN`, and the state is two
 * tensors, `hidden` and `cell`.
 */
export class LSTM extends Recurrent<LSTMCell, LSTMState<Operand>, LSTMState> {
	constructor(options: RecurrentOptions) {
		super(hiddenAndCell, (cell) => new LSTMCell(cell), options);
	}
}
