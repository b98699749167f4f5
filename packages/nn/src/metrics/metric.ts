import {
	assignAll,
	type Node,
	type Operand,
	type Shape,
	type Variable,
	variable,
	zeros,
} from '@pullback/core';

/**
 * A number, or several, that tell how good a net is, over batches one after another. What is gathered is kept in
 * Variables, in f64, so that `update` and `value` work alike inside and outside of `compile`.
 */
export abstract class Metric<Inputs extends readonly Operand[] = readonly Operand[]> {
	readonly #state = new Map<string, Variable>();

	/** Takes a batch into account. If it does not fit, nothing changes. */
	abstract update(...inputs: Inputs): void;

	/** What all batches since the beginning, or since `reset`, come to, in f64; NaN where that is not defined. */
	abstract value(): Node;

	/** Forgets all batches. */
	reset(): void {
		assignAll(
			Array.from(this.#state.values(), (each) => [each, zeros(each.shape, { dtype: each.dtype })]),
		);
	}

	/** What is gathered by name, to be saved and restored. */
	namedVariables(): Map<string, Variable> {
		return new Map(this.#state);
	}

	/** A Variable of what is gathered, zeros at first. */
	protected gathered(name: string, shape: Shape = []): Variable {
		const made = variable(zeros(shape, { dtype: 'f64' }), { name });
		this.#state.set(name, made);
		return made;
	}
}

/** Adds numbers to Variables. */
export function addTo(pairs: readonly (readonly [Variable, Node])[]): void {
	assignAll(pairs.map(([total, more]) => [total, total.read().add(more.cast('f64'))]));
}
