import {
	type DType,
	formatShape,
	type Node,
	type Operand,
	type Shape,
	ShapeError,
	zeros,
} from '@pullback/core';
import { checkedOptions, toNode } from '@pullback/core/arguments';

// A type and no interface, so that compiled functions take and return it.
/** What an LSTM passes from one step to the next: its output and its memory. */
export type LSTMState<Tensor = Node> = {
	readonly hidden: Tensor;
	readonly cell: Tensor;
};

/** How the tensors of a state are given and returned: one by itself, or several by name. The first is the output. */
export interface StateForm<Given, State> {
	readonly names: readonly string[];
	/** The tensors of a state, in the order of `names`. */
	apart(operation: string, state: Given): readonly (Operand | undefined)[];
	together(parts: readonly Node[]): State;
}

/** The state of an RNN or GRU, which is its output. */
export const hiddenAlone: StateForm<Operand, Node> = {
	names: ['state'],
	apart: (_, state) => [state],
	together: ([hidden]) => hidden as Node, // one
};

/** The state of an LSTM. */
export const hiddenAndCell: StateForm<LSTMState<Operand>, LSTMState> = {
	names: ['state.hidden', 'state.cell'],
	apart: (operation, state) => {
		const { hidden, cell } = checkedOptions(operation, state, ['hidden', 'cell']);
		return [hidden, cell];
	},
	together: ([hidden, cell]) => ({ hidden, cell }) as LSTMState, // two
};

/** The tensors of a given state, all of one shape; of one left out, zeros. */
export function checkedState<Given>(
	operation: string,
	form: StateForm<Given, unknown>,
	given: Given | undefined,
	shape: Shape,
	dtype: DType,
): Node[] {
	if (given === undefined) return form.names.map(() => zeros(shape, { dtype }));
	const parts = form.apart(operation, given);
	return form.names.map((name, i) => {
		// One left out of a state is refused like any other that is no tensor.
		const part = toNode(operation, parts[i] as Operand);
		if (formatShape(part.shape) !== formatShape(shape))
			throw new ShapeError(
				`${operation}: ${name} has shape ${formatShape(part.shape)}; it must be ${formatShape(shape)}`,
			);
		return part;
	});
}
