import { DTypeError, flatten, type Node, type Operand, sum, where } from '@pullback/core';
import { alike } from './labels.ts';

/**
 * The area under the receiver operating characteristic: how likely a positive example has a larger score than a negative
 * one, equal scores counting half (Hanley & McNeil 1982). Scores [...] and labels [...] of 0 and 1, or bool. NaN unless
 * there are both, or where a score is NaN. Compares every pair, so it is for some thousand examples; `RocAuc` sorts.
 */
export function rocAuc(scores: Operand, labels: Operand): Node {
	const { outputs, targets } = binary('rocAuc', scores, labels);
	const [all, isPositive] = [flatten(outputs), flatten(targets).notEqual(0)];
	const [positives, negatives] = [isPositive.cast('f64'), isPositive.logicalNot().cast('f64')];
	const [own, others] = [all.expandDims(1), all.expandDims(0)];
	const wins = own.greater(others).cast('f64').add(own.equal(others).cast('f64').mul(0.5));
	const won = sum(wins.mul(negatives.expandDims(0)), 1)
		.mul(positives)
		.sum();
	const area = won.div(positives.sum().mul(negatives.sum()));
	const isKnown = all.isNaN().any().logicalNot();
	return where(isKnown, area, Number.NaN).cast(all.dtype === 'f64' ? 'f64' : 'f32');
}

/**
 * `rocAuc` over batches, exactly: it keeps all scores, as plain numbers, and sorts them, so it works outside of compiled
 * functions alone.
 */
export class RocAuc {
	readonly #scores: number[] = [];
	readonly #isPositive: boolean[] = [];

	/** Takes scores [...] and labels [...] of 0 and 1, or bool, into account. */
	update(scores: Operand, labels: Operand): void {
		const { outputs, targets } = binary('RocAuc', scores, labels);
		const [values, marks] = [outputs.data(), targets.data()];
		for (const [i, value] of values.entries()) {
			this.#scores.push(value);
			this.#isPositive.push(marks[i] !== 0);
		}
	}

	/** The area; NaN unless there are positive and negative examples, or where a score is NaN. */
	value(): number {
		const scores = this.#scores;
		if (scores.some(Number.isNaN)) return Number.NaN;
		const order = Uint32Array.from(scores.keys()).sort(
			(i, j) => (scores[i] ?? 0) - (scores[j] ?? 0) || 0,
		);
		let [below, positives, won] = [0, 0, 0];
		// Equal scores together: each positive wins over all negatives below, and over half of the equal ones.
		for (let from = 0; from < order.length; ) {
			const score = scores[order[from] ?? 0];
			let [equalPositives, equalNegatives, to] = [0, 0, from];
			for (; to < order.length && scores[order[to] ?? 0] === score; to++)
				if (this.#isPositive[order[to] ?? 0]) equalPositives++;
				else equalNegatives++;
			won += equalPositives * (below + equalNegatives / 2);
			below += equalNegatives;
			positives += equalPositives;
			from = to;
		}
		return won / (positives * below);
	}

	/** Forgets all batches. */
	reset(): void {
		this.#scores.length = 0;
		this.#isPositive.length = 0;
	}
}

function binary(operation: string, scores: Operand, labels: Operand): ReturnType<typeof alike> {
	const { outputs, targets } = alike(operation, scores, labels);
	if (targets.dtype === 'f32' || targets.dtype === 'f64')
		throw new DTypeError(
			`${operation}: labels are ${targets.dtype}; they must be bool, or 0 and 1 in i32 or u8`,
		);
	return { outputs, targets };
}
