import { type Node, randomKey } from '@pullback/core';
import fc from 'fast-check';
import { GRU, LSTM, type LSTMState, type RecurrentOutput, RNN } from '../../../src/index.ts';
import { drawn } from '../near.ts';

// Recurrent nets of every kind and size, and what they are by definition, in loops over numbers.

export type Kind = 'RNN' | 'LSTM' | 'GRU';
export type Net = RNN | LSTM | GRU;

/** A net, and the sizes of what it reads. */
export interface Case {
	readonly kind: Kind;
	readonly batch: number;
	readonly time: number;
	readonly inputs: number;
	readonly hidden: number;
	readonly layers: number;
	readonly bidirectional: boolean;
	readonly bias: boolean;
	readonly seed: number;
}

export const cases: fc.Arbitrary<Case> = fc.record({
	kind: fc.constantFrom<Kind>('RNN', 'LSTM', 'GRU'),
	batch: fc.nat(3),
	time: fc.nat(4),
	inputs: fc.integer({ min: 1, max: 3 }),
	hidden: fc.integer({ min: 1, max: 3 }),
	layers: fc.integer({ min: 1, max: 2 }),
	bidirectional: fc.boolean(),
	bias: fc.boolean(),
	seed: fc.nat(2 ** 20),
});

export function netOf(
	{ kind, inputs, hidden, layers, bidirectional, bias, seed }: Case,
	timeFirst = false,
): Net {
	const key = randomKey(seed);
	const options = {
		inputs,
		hidden,
		layers,
		bidirectional,
		bias,
		key,
		timeFirst,
		dtype: 'f64',
	} as const;
	if (kind === 'RNN') return new RNN(options);
	return kind === 'LSTM' ? new LSTM(options) : new GRU(options);
}

export const inputOf = (each: Case): Node =>
	drawn(each.seed, 0, [each.batch, each.time, each.inputs]);

/** The tensors of a first state. */
export const stateOf = (each: Case): LSTMState => {
	const shape = [each.layers * (each.bidirectional ? 2 : 1), each.batch, each.hidden];
	return { hidden: drawn(each.seed, 1, shape), cell: drawn(each.seed, 2, shape) };
};

/** Runs a net of either kind of state. */
export function run(
	net: Net,
	x: Node,
	given: { readonly state?: LSTMState; readonly lengths?: Node | readonly number[] } = {},
): { readonly outputs: Node; readonly parts: readonly Node[] } {
	const { state, ...lengths } = given;
	if (net instanceof LSTM) {
		const { outputs, state: last } = net.forward(x, 'evaluate', given);
		return { outputs, parts: [last.hidden, last.cell] };
	}
	const own = state === undefined ? lengths : { ...lengths, state: state.hidden };
	const { outputs, state: last }: RecurrentOutput<Node> = net.forward(x, 'evaluate', own);
	return { outputs, parts: [last] };
}

type Vector = readonly number[];
type Matrix = readonly Vector[];

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

interface Weights {
	readonly inputWeight: Matrix;
	readonly hiddenWeight: Matrix;
	readonly inputBias: Vector | null;
	readonly hiddenBias: Vector | null;
}

/** A step as PyTorch's documentation has it, on one example. */
function plainStep(
	kind: Kind,
	{ inputWeight, hiddenWeight, inputBias, hiddenBias }: Weights,
	x: Vector,
	[hidden = [], cell = []]: readonly Vector[],
): readonly Vector[] {
	const product = (v: Vector, w: Matrix, b: Vector | null, column: number): number =>
		v.reduce((sum, each, row) => sum + each * (w[row]?.[column] ?? Number.NaN), b?.[column] ?? 0);
	const ofX = (gate: number, unit: number): number =>
		product(x, inputWeight, inputBias, gate * hidden.length + unit);
	const ofH = (gate: number, unit: number): number =>
		product(hidden, hiddenWeight, hiddenBias, gate * hidden.length + unit);
	const gate = (which: number, unit: number): number => ofX(which, unit) + ofH(which, unit);
	if (kind === 'RNN') return [hidden.map((_, unit) => Math.tanh(gate(0, unit)))];
	if (kind === 'LSTM') {
		const next = cell.map(
			(c, unit) => logistic(gate(1, unit)) * c + logistic(gate(0, unit)) * Math.tanh(gate(2, unit)),
		);
		return [next.map((c, unit) => logistic(gate(3, unit)) * Math.tanh(c)), next];
	}
	return [
		hidden.map((h, unit) => {
			const [r, z] = [logistic(gate(0, unit)), logistic(gate(1, unit))];
			const n = Math.tanh(ofX(2, unit) + r * ofH(2, unit));
			return (1 - z) * n + z * h;
		}),
	];
}

/** What a net makes of one sequence, by loops over numbers: outputs, and the parts of the last states. */
export function plainRun(
	kind: Kind,
	net: Net,
	x: Matrix,
	state: readonly Matrix[],
): { readonly outputs: Matrix; readonly last: readonly Matrix[] } {
	let values = x;
	const last: Vector[][] = state.map(() => []);
	let at = 0;
	for (const { forward, backward } of net.layers) {
		const read = [forward, backward].flatMap((cell, direction) => {
			if (cell === null) return [];
			const weights = {
				inputWeight: cell.inputWeight.read().toArray() as Matrix,
				hiddenWeight: cell.hiddenWeight.read().toArray() as Matrix,
				inputBias: (cell.inputBias?.read().toArray() ?? null) as Vector | null,
				hiddenBias: (cell.hiddenBias?.read().toArray() ?? null) as Vector | null,
			};
			let parts: readonly Vector[] = state.map((part) => part[at] ?? []);
			const outputs: Vector[] = [];
			for (const each of direction === 0 ? values : values.toReversed()) {
				parts = plainStep(kind, weights, each, parts);
				outputs.push(parts[0] ?? []);
			}
			for (const [k, part] of parts.entries()) last[k]?.push(part);
			at++;
			return [direction === 0 ? outputs : outputs.reverse()];
		});
		values = values.map((_, t) => read.flatMap((outputs) => outputs[t] ?? []));
	}
	return { outputs: values, last };
}
