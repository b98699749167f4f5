import {
	concatenate,
	type Node,
	type Operand,
	randomKey,
	sigmoid,
	softmax,
	splitKey,
	tanh,
} from '@pullback/core';
import { Affine, Module } from '../src/index.ts';

const layer = (inputs: number, outputs: number, seed: number): Affine =>
	new Affine({ inputs, outputs, key: randomKey(seed), dtype: 'f64' });

/** What an LSTM cell passes to itself. */
export interface State {
	readonly hidden: Node;
	readonly cell: Node;
}

/** A long short-term memory cell (Hochreiter & Schmidhuber 1997; Gers et al. 2000) with three inputs and two units. */
export class LstmCell extends Module<[x: Operand, state: State], State> {
	readonly gates = {
		input: layer(5, 2, 1),
		forget: layer(5, 2, 2),
		output: layer(5, 2, 3),
	};
	readonly candidate: Affine = layer(5, 2, 4);

	override forward(x: Operand, { hidden, cell }: State): State {
		const both = concatenate([x, hidden], -1);
		const { input, forget, output } = this.gates;
		const kept = sigmoid(forget.forward(both)).mul(cell);
		const next = kept.add(sigmoid(input.forward(both)).mul(tanh(this.candidate.forward(both))));
		return { hidden: sigmoid(output.forward(both)).mul(tanh(next)), cell: next };
	}
}

/** Attention of queries to a memory (Vaswani et al. 2017), of one head and width three. */
export class CrossAttention extends Module<[queries: Operand, memory: Operand]> {
	readonly projections: ReadonlyMap<string, Affine> = new Map([
		['queries', layer(3, 3, 5)],
		['keys', layer(3, 3, 6)],
		['values', layer(3, 3, 7)],
	]);

	override forward(queries: Operand, memory: Operand): Node {
		const [q, k, v] = ['queries', 'keys', 'values'].map((name) => {
			const projection = this.projections.get(name);
			if (projection === undefined) throw new Error('one for each');
			return projection.forward(name === 'queries' ? queries : memory);
		}) as [Node, Node, Node]; // one for each
		return softmax(q.matmul(k.transpose()).div(Math.sqrt(3))).matmul(v);
	}
}

/** As many keys as are asked for. */
export const keysFrom = (seed: number, count: number): Node[] => {
	const keys = splitKey(randomKey(seed), count);
	return Array.from({ length: count }, (_, i) => keys.slice(i));
};
