import {
	concatenate,
	expandDims,
	formatShape,
	type Node,
	type Operand,
	permute,
	ShapeError,
	slice,
	splitKey,
	stack,
	where,
} from '@pullback/core';
import { checkedBoolean, checkedFinite, checkedOptions, toNode } from '@pullback/core/arguments';
import { checkedMode, type Mode } from '../../modules/mode.ts';
import { Module } from '../../modules/module.ts';
import { Dropout } from '../dropout.ts';
import { checkedLength } from '../layerArguments.ts';
import { maskOf } from '../lengthMask.ts';
import { type CellOptions, checkInputs, type RecurrentCell } from './cell.ts';
import { checkedState, type StateForm } from './state.ts';
import { unroll } from './unroll.ts';

/** What a recurrent net is made of. */
export interface RecurrentOptions extends CellOptions {
	/** The number of layers, each of which reads the outputs of the one before it; 1 if left out. */
	readonly layers?: number;
	/** Whether each layer has a second cell, which reads the sequence from its end; false if left out. */
	readonly bidirectional?: boolean;
	/** Whether the first axis of inputs and outputs is time, instead of the last but one; false if left out. */
	readonly timeFirst?: boolean;
	/** The share of the outputs of each layer but the last that become 0 while it is trained; 0 if left out. */
	readonly dropout?: number;
}

/** The names of the options of recurrent nets. */
export const recurrentOptions = [
	'inputs',
	'hidden',
	'key',
	'weight',
	'bias',
	'dtype',
	'layers',
	'bidirectional',
	'timeFirst',
	'dropout',
] as const;

/** What a recurrent net may be given beside its input. */
export interface RecurrentInputs<State> {
	/** The state before the first step, a tensor [layers directions, ..., hidden] or several; zeros if left out. */
	readonly state?: State;
	/**
	 * The number of steps of each sequence, whole numbers [...], the leading axes of the input. Outputs beyond it are 0, the
	 * state returned is the one at it, and what stands beyond it in the input has no influence, be it NaN.
	 */
	readonly lengths?: Operand;
}

// A type and no interface, so that compiled functions return it.
/** What a recurrent net returns. */
export type RecurrentOutput<State> = {
	/** The outputs of the last layer at each step, [..., time, directions hidden], forward before backward. */
	readonly outputs: Node;
	/** The state after the last step, [layers directions, ..., hidden]: layer by layer, forward before backward. */
	readonly state: State;
};

/** The cells of a layer. */
export interface Directions<Cell> {
	readonly forward: Cell;
	readonly backward: Cell | null;
}

/** A recurrent net of any kind of cell: `RNN`, `LSTM` and `GRU`. */
export abstract class Recurrent<
	Cell extends RecurrentCell<Given, State>,
	Given,
	State,
> extends Module<
	[x: Operand, mode?: Mode, given?: RecurrentInputs<Given>],
	RecurrentOutput<State>
> {
	readonly layers: readonly Directions<Cell>[];
	/** What stands between layers. */
	readonly dropout: Dropout | null;
	readonly timeFirst: boolean;
	readonly #operation: string;
	readonly #form: StateForm<Given, State>;

	constructor(
		form: StateForm<Given, State>,
		make: (options: CellOptions) => Cell,
		options: RecurrentOptions,
	) {
		super();
		const { name } = new.target;
		const {
			layers = 1,
			bidirectional = false,
			timeFirst = false,
			dropout = 0,
			...cell
		} = {
			...checkedOptions(name, options, recurrentOptions),
		} as RecurrentOptions; // the others are checked as those of a cell
		checkedLength(name, 'layers', layers);
		checkedBoolean(name, 'bidirectional', bidirectional);
		checkedBoolean(name, 'timeFirst', timeFirst);
		checkDropout(name, dropout, layers);
		const directions = bidirectional ? 2 : 1;
		const count = layers * directions;
		const keys = splitKey(cell.key, count + 1);
		this.layers = Array.from({ length: layers }, (_, layer) => {
			const inputs = layer === 0 ? cell.inputs : directions * cell.hidden;
			const one = (direction: number): Cell =>
				make({ ...cell, inputs, key: keys.slice(layer * directions + direction) });
			return { forward: one(0), backward: bidirectional ? one(1) : null };
		});
		this.dropout = dropout === 0 ? null : new Dropout({ rate: dropout, key: keys.slice(count) });
		this.timeFirst = timeFirst;
		this.#operation = name;
		this.#form = form;
	}

	override forward(
		x: Operand,
		mode: Mode = 'evaluate',
		given?: RecurrentInputs<Given>,
	): RecurrentOutput<State> {
		const operation = this.#operation;
		const { state, lengths } = checkedOptions(operation, given, ['state', 'lengths']);
		checkedMode(operation, mode);
		const input = toNode(operation, x);
		const cells: readonly Cell[] = this.layers.flatMap(({ forward, backward }) =>
			backward === null ? [forward] : [forward, backward],
		);
		const [{ inputWeight, hiddenWeight }] = cells as readonly [Cell]; // at least one
		const [inputs = 0] = inputWeight.shape;
		const [hidden = 0] = hiddenWeight.shape;
		checkInputs(operation, input.shape, inputs, 2);
		const sequence = this.timeFirst ? timeMoved(input, 0, -2) : input;
		const leading = sequence.shape.slice(0, -2);
		const [time = 0] = sequence.shape.slice(-2);
		const valid = lengths === undefined ? null : validSteps(operation, lengths, leading, time);
		const shape = [cells.length, ...leading, hidden];
		const initial = checkedState(operation, this.#form, state, shape, hiddenWeight.dtype);
		const last: (readonly Node[])[] = [];
		// Not even a NaN beyond a length may reach a derivative.
		let values = valid === null ? sequence : where(valid, sequence, 0);
		for (const { forward, backward } of this.layers) {
			const outputs = [forward, backward].flatMap((cell) => {
				if (cell === null) return [];
				const first = initial.map((part) => slice(part, last.length));
				const read = unroll(cell, { x: values, valid, backward: cell === backward }, first);
				last.push(read.last);
				return [read.outputs];
			});
			values = concatenate(outputs, -1);
			const isLast = last.length === cells.length;
			if (this.dropout !== null && !isLast) values = this.dropout.forward(values, mode);
		}
		const parts = initial.map((_, k) => stack(last.map((each) => each[k] as Node))); // each has all parts
		return {
			outputs: this.timeFirst ? timeMoved(values, -2, 0) : values,
			state: this.#form.together(parts),
		};
	}
}

function checkDropout(operation: string, rate: number, layers: number): void {
	checkedFinite(operation, 'dropout', rate);
	if (!(rate >= 0 && rate <= 1))
		throw new RangeError(`${operation}: dropout is ${rate}; it must be a number from 0 to 1`);
	if (rate > 0 && layers === 1)
		throw new RangeError(
			`${operation}: dropout is ${rate} and layers is 1; it stands between layers, of which there must be two`,
		);
}

/** Truth values [..., time, 1], true before the length of each sequence. */
function validSteps(
	operation: string,
	lengths: Operand,
	leading: readonly number[],
	time: number,
): Node {
	const mask = maskOf(operation, lengths, time);
	const own = mask.shape.slice(0, -1);
	if (formatShape(own) !== formatShape(leading))
		throw new ShapeError(
			`${operation}: lengths have shape ${formatShape(own)}; they must be ${formatShape(leading)}, one for each sequence`,
		);
	return expandDims(mask, -1);
}

/** x with one axis in another place, the others in their order. */
function timeMoved(x: Node, from: number, to: number): Node {
	const order = x.shape.map((_, axis) => axis);
	const [axis] = order.splice(from, 1) as [number]; // there are two at least
	order.splice(to < 0 ? order.length + 1 + to : to, 0, axis);
	return permute(x, order);
}
