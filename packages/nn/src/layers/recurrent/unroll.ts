import { type Node, slice, stack, where, zeros } from '@pullback/core';
import type { RecurrentCell } from './cell.ts';

/** What a cell makes of a sequence. */
export interface Unrolled {
	/** The output of each step, [..., time, hidden]. */
	readonly outputs: Node;
	/** The tensors of the state after the last step. */
	readonly last: readonly Node[];
}

/** What a cell steps through. */
export interface Sequence {
	/** [..., time, inputs]. */
	readonly x: Node;
	/** Truth values [..., time, 1]: where they do not hold, the state stays and the output is 0. Null: they all hold. */
	readonly valid: Node | null;
	/** Whether the last step is the first to be made. */
	readonly backward: boolean;
}

/**
 * A cell applied step by step, one Node after another. The products of all inputs are one, as no state is needed for them.
 * Backward, a sequence that ends early begins at its end, since before that the state stays the first.
 */
export function unroll(
	cell: Pick<RecurrentCell, 'project' | 'step'>,
	{ x, valid, backward }: Sequence,
	initial: readonly Node[],
): Unrolled {
	const [time = 0] = x.shape.slice(-2);
	const projected = cell.project(x);
	const outputs: Node[] = [];
	let state = initial;
	for (let i = 0; i < time; i++) {
		const at = backward ? time - 1 - i : i;
		const next = cell.step(stepOf(projected, at), state);
		const isValid = valid === null ? null : stepOf(valid, at);
		const [output] = next as readonly [Node]; // at least one
		outputs.push(isValid === null ? output : where(isValid, output, 0));
		state = isValid === null ? next : next.map((part, k) => where(isValid, part, state[k] as Node)); // as many
	}
	if (time === 0) return { outputs: none(x, initial), last: initial };
	return { outputs: stack(backward ? outputs.reverse() : outputs, -2), last: state };
}

function stepOf(x: Node, at: number): Node {
	return slice(x, ...x.shape.slice(2).map(() => null), at);
}

/** The outputs of a sequence without steps. */
function none(x: Node, initial: readonly Node[]): Node {
	const [{ shape, dtype }] = initial as readonly [Node]; // at least one
	return zeros([...x.shape.slice(0, -1), shape.at(-1) ?? 0], { dtype });
}
