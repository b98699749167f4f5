import { type Node, type Operand, tanh } from '@pullback/core';
import { checkedFunction, checkedOptions } from '@pullback/core/arguments';
import { activated } from '../activated.ts';
import { type CellOptions, cellOptions, RecurrentCell } from './cell.ts';
import { hiddenAlone } from './state.ts';

/** What an RNNCell is made of. */
export interface RNNCellOptions extends CellOptions {
	/** What is taken of the sum; tanh if left out. PyTorch's other choice is relu. */
	readonly activation?: (x: Node) => Node;
}

/**
 * A simple recurrent cell (Elman 1990): h' = tanh(x W + b + h U + c), with W `inputWeight`, b `inputBias`, U
 * `hiddenWeight` and c `hiddenBias`, for an input [..., inputs] and a state [..., hidden], zeros if left out.
 * Throws ShapeError where shapes do not fit, RangeError for sizes below 1.
 */
export class RNNCell extends RecurrentCell<Operand, Node> {
	readonly #activation: (x: Node) => Node;

	constructor(options: RNNCellOptions) {
		const { activation = tanh, ...rest } = {
			...checkedOptions('RNNCell', options, [...cellOptions, 'activation']),
		} as RNNCellOptions; // the others are checked as those of any cell
		super(hiddenAlone, 1, rest);
		this.#activation = checkedFunction('RNNCell', 'activation', activation);
	}

	protected override next(projected: Node, [hidden]: readonly [Node]): Node[] {
		const sum = projected.add(this.projectHidden(hidden));
		return [activated('RNNCell', this.#activation, sum)];
	}
}
