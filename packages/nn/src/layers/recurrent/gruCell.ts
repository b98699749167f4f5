import { type Node, type Operand, sigmoid, split, tanh } from '@pullback/core';
import { type CellOptions, RecurrentCell } from './cell.ts';
import { hiddenAlone } from './state.ts';

/**
 * A gated recurrent unit (Cho et al. 2014), as PyTorch defines it: the reset gate is applied after the product. Of
 * x W + b and of h U + c, the three gates r, z, n stand side by side in this order, and with the sums of the first two,
 * n = tanh(n of x + sigmoid(r) n of h), h' = (1 - sigmoid(z)) n + sigmoid(z) h. Inputs are [..., inputs], states
 * [..., hidden], zeros if left out. Throws ShapeError where shapes do not fit, RangeError for sizes below 1.
 */
export class GRUCell extends RecurrentCell<Operand, Node> {
	constructor(options: CellOptions) {
		super(hiddenAlone, 3, options);
	}

	protected override next(projected: Node, [hidden]: readonly [Node]): Node[] {
		const [xr, xz, xn] = split(projected, 3, -1) as [Node, Node, Node]; // three
		const [hr, hz, hn] = split(this.projectHidden(hidden), 3, -1) as [Node, Node, Node]; // three
		const candidate = tanh(xn.add(sigmoid(xr.add(hr)).mul(hn)));
		return [candidate.add(sigmoid(xz.add(hz)).mul(hidden.sub(candidate)))];
	}
}
