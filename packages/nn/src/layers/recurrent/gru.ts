import type { Node, Operand } from '@pullback/core';
import { GRUCell } from './gruCell.ts';
import { Recurrent, type RecurrentOptions } from './recurrent.ts';
import { hiddenAlone } from './state.ts';

/** Layers of `GRUCell`s over sequences: shapes, names of parameters and errors as those of `RNN`. */
export class GRU extends Recurrent<GRUCell, Operand, Node> {
	constructor(options: RecurrentOptions) {
		super(hiddenAlone, (cell) => new GRUCell(cell), options);
	}
}
