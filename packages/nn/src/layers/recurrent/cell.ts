import {
	concatenate,
	type DType,
	formatShape,
	matmul,
	type Node,
	type Operand,
	type Shape,
	ShapeError,
	splitKey,
	type Variable,
	variable,
} from '@pullback/core';
import { checkedBoolean, checkedOptions, toNode } from '@pullback/core/arguments';
import type { Initializer } from '../../initializers/initializer.ts';
import { uniformInitializer } from '../../initializers/initializers.ts';
import { announced } from '../../modules/calls.ts';
import { Module } from '../../modules/module.ts';
import { checkedFloating, checkedLength, initialValue } from '../layerArguments.ts';
import { checkedState, type StateForm } from './state.ts';

/** What a recurrent cell is made of. */
export interface CellOptions {
	/** The length of the last axis of its input. */
	readonly inputs: number;
	/** The number of units, the length of the last axis of its state. */
	readonly hidden: number;
	/** The key of the initial weights and biases. */
	readonly key: Operand;
	/**
	 * How the two weights of each gate start, [inputs, hidden] and [hidden, hidden]. If left out they are uniform between
	 * -1 / sqrt(hidden) and 1 / sqrt(hidden), PyTorch's choice, as the biases are in any case.
	 */
	readonly weight?: Initializer;
	/** Whether to add a bias to each of the two products; true if left out. */
	readonly bias?: boolean;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/** The names of the options of cells. */
export const cellOptions = ['inputs', 'hidden', 'key', 'weight', 'bias', 'dtype'] as const;

/**
 * A step of a recurrent net: the state after an input x [..., inputs] and a state [..., hidden], zeros if left out. The
 * columns of weights and biases are those of its gates, one gate after another, so that the weights are PyTorch's
 * `weight_ih` and `weight_hh` transposed, and the biases its `bias_ih` and `bias_hh`.
 */
export abstract class RecurrentCell<Given = never, State = unknown> extends Module<
	[x: Operand, state?: Given],
	State
> {
	/** [inputs, gates hidden]. */
	readonly inputWeight: Variable;
	/** [hidden, gates hidden]. */
	readonly hiddenWeight: Variable;
	/** [gates hidden], added to the product of the input. */
	readonly inputBias: Variable | null;
	/** [gates hidden], added to the product of the state. */
	readonly hiddenBias: Variable | null;
	readonly #operation: string;
	readonly #form: StateForm<Given, State>;

	constructor(form: StateForm<Given, State>, gates: number, options: CellOptions) {
		super();
		const { name } = new.target;
		const given = {
			...checkedOptions(name, options, cellOptions),
		} as CellOptions; // what is left out is refused below
		const { inputs, hidden, key, bias = true, dtype = 'f32' } = given;
		checkedLength(name, 'inputs', inputs);
		checkedLength(name, 'hidden', hidden);
		checkedBoolean(name, 'bias', bias);
		checkedFloating(name, dtype);
		const bound = 1 / Math.sqrt(hidden);
		const start = uniformInitializer(-bound, bound);
		const { weight = start } = given;
		const keys = splitKey(key, 4);
		const weights = (index: number, rows: number): Node =>
			weightOfGates(name, weight, splitKey(keys.slice(index), gates), [rows, hidden], dtype);
		this.inputWeight = variable(weights(0, inputs), { name: 'inputWeight' });
		this.hiddenWeight = variable(weights(1, hidden), { name: 'hiddenWeight' });
		const biasOf = (index: number, called: string): Variable | null =>
			bias ? variable(start(keys.slice(index), [gates * hidden], dtype), { name: called }) : null;
		this.inputBias = biasOf(2, 'inputBias');
		this.hiddenBias = biasOf(3, 'hiddenBias');
		this.#operation = name;
		this.#form = form;
	}

	/** The part of a step that no state is needed for, of all steps at once: x W + b, for x [..., inputs]. */
	project(x: Operand): Node {
		return affine(x, this.inputWeight, this.inputBias);
	}

	/** The part of a step that depends on the hidden state alone. */
	protected projectHidden(hidden: Node): Node {
		return affine(hidden, this.hiddenWeight, this.hiddenBias);
	}

	/** The tensors of the state after a step, the output first, from the projected input and the state before. */
	protected abstract next(projected: Node, state: readonly Node[]): readonly Node[];

	/** A call of the cell with its input projected before. */
	step(projected: Node, state: readonly Node[]): readonly Node[] {
		return announced(
			this,
			() => this.next(projected, state),
			(next) => this.#form.together(next),
		);
	}

	override forward(x: Operand, state?: Given): State {
		const { shape } = toNode(this.#operation, x);
		const [inputs = 0] = this.inputWeight.shape;
		checkInputs(this.#operation, shape, inputs, 1);
		const [hidden = 0] = this.hiddenWeight.shape;
		const { dtype } = this.hiddenWeight;
		const wanted = [...shape.slice(0, -1), hidden];
		const before = checkedState(this.#operation, this.#form, state, wanted, dtype);
		return this.#form.together(this.next(this.project(x), before));
	}
}

/** Refuses an input whose last axis has another length, or that has too few axes. */
export function checkInputs(operation: string, shape: Shape, inputs: number, axes: number): void {
	if (shape.length < axes || shape.at(-1) !== inputs)
		throw new ShapeError(
			`${operation}: got ${formatShape(shape)}, needs ${axes > 1 ? `at least ${axes} axes, and ` : ''}${inputs} as the last axis`,
		);
}

function affine(x: Operand, weight: Variable, bias: Variable | null): Node {
	const product = matmul(x, weight);
	return bias === null ? product : product.add(bias);
}

/** The weights of all gates side by side, each started by itself. */
function weightOfGates(
	operation: string,
	start: Initializer,
	keys: Node,
	shape: Shape,
	dtype: DType,
): Node {
	const [gates = 0] = keys.shape;
	const weights = Array.from({ length: gates }, (_, gate) =>
		initialValue(operation, start, keys.slice(gate), shape, dtype),
	);
	return concatenate(weights, 1);
}
