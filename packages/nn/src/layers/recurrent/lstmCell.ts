import { type Node, type Operand, sigmoid, split, tanh } from '@pullback/core';
import { type CellOptions, RecurrentCell } from './cell.ts';
import { hiddenAndCell, type LSTMState } from './state.ts';

/**
 * A cell of long short-term memory (Hochreiter & Schmidhuber 1997; with the forget gate of Gers et al. 2000), as
 * PyTorch defines it. Of x W + b + h U + c, the four gates i, f, g, o stand side by side in this order:
 * cell' = sigmoid(f) cell + sigmoid(i) tanh(g), hidden' = sigmoid(o) tanh(cell'). Inputs are [..., inputs], hidden and
 * cell [..., hidden], zeros if left out. Throws ShapeError where shapes do not fit, RangeError for sizes below 1.
 */
export class LSTMCell extends RecurrentCell<LSTMState<Operand>, LSTMState> {
	constructor(options: CellOptions) {
		super(hiddenAndCell, 4, options);
	}

	protected override next(projected: Node, [hidden, cell]: readonly [Node, Node]): Node[] {
		const gates = projected.add(this.projectHidden(hidden));
		const [i, f, g, o] = split(gates, 4, -1) as [Node, Node, Node, Node]; // four
		const memory = sigmoid(f)
			.mul(cell)
			.add(sigmoid(i).mul(tanh(g)));
		return [sigmoid(o).mul(tanh(memory)), memory];
	}
}
