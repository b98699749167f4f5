import { gelu, grad, type Node, randomKey, relu, type Variable } from '@pullback/core';
import { expect, test } from 'vitest';
import {
	type AnyModule,
	GRU,
	LSTM,
	lengthMask,
	MultiHeadAttention,
	meanSquaredError,
	RNN,
	SGD,
	TransformerDecoderLayer,
	TransformerEncoderLayer,
} from '../../src/index.ts';
import { expectReference, type Plain, readReference, tensorOf } from '../references/reference.ts';

// What PyTorch makes of the same weights: `sequences.py` writes it.

type Tensors = Readonly<Record<string, Plain>>;

interface Reference {
	readonly weights: Tensors;
	readonly inputs: Tensors;
	readonly targets: readonly Plain[];
	readonly outputs: readonly Plain[];
	readonly gradients: Tensors;
	readonly inputGradients: Tensors;
	readonly after: readonly Plain[];
}

type Name = 'lstm' | 'gru' | 'rnn' | 'encoder' | 'decoder' | 'attention';

const references = readReference<Reference>('sequences.json');
const learningRate = 0.1;

const plainOf = (node: Node): Plain => ({ shape: node.shape, data: [...node.data()] });

/** References have eight digits; so have the weights, as both read them. */
const expectNear = (actual: Node, expected: Plain, name: string): void =>
	expectReference(actual, expected, 1e-7, name);

/** The paths of PyTorch's parameters in our modules: a name begins with one of these, which becomes the other. */
const renames: readonly (readonly [from: RegExp, to: string])[] = [
	[/^weight_ih_l(\d+)_reverse$/, 'layers.$1.backward.inputWeight'],
	[/^weight_hh_l(\d+)_reverse$/, 'layers.$1.backward.hiddenWeight'],
	[/^bias_ih_l(\d+)_reverse$/, 'layers.$1.backward.inputBias'],
	[/^bias_hh_l(\d+)_reverse$/, 'layers.$1.backward.hiddenBias'],
	[/^weight_ih_l(\d+)$/, 'layers.$1.forward.inputWeight'],
	[/^weight_hh_l(\d+)$/, 'layers.$1.forward.hiddenWeight'],
	[/^bias_ih_l(\d+)$/, 'layers.$1.forward.inputBias'],
	[/^bias_hh_l(\d+)$/, 'layers.$1.forward.hiddenBias'],
	[/out_proj/, 'output'],
	[/([qkv])_proj_weight/, '$1.weight'],
	[/^self_attn/, 'attention'],
	[/^multihead_attn/, 'crossAttention'],
	[/^linear1/, 'feedForward.expand'],
	[/^linear2/, 'feedForward.contract'],
];

const projections = { q: 'queries', k: 'keys', v: 'values' } as const;

/** PyTorch's tensors by our paths: matrices transposed, and what it packs, taken apart. */
function byPath(tensors: Tensors, norms: readonly string[]): Map<string, Node> {
	const found = new Map<string, Node>();
	for (const [name, each] of Object.entries(tensors)) {
		let path = name;
		for (const [from, to] of renames) path = path.replace(from, to);
		path = path.replace(/^norm(\d)/, (_, digit: string) => norms[Number(digit) - 1] ?? name);
		path = path.replace(
			/(^|\.)([qkv])\.weight$/,
			(_, dot: string, letter: 'q' | 'k' | 'v') => `${dot}${projections[letter]}.weight`,
		);
		const value = tensorOf(each);
		const packed = path.match(/^(.*)in_proj_(weight|bias)$/);
		if (packed === null) found.set(path, value.transpose());
		else
			for (const [i, part] of value.split(3).entries())
				found.set(`${packed[1]}${Object.values(projections)[i]}.${packed[2]}`, part.transpose());
	}
	return found;
}

/** The law that a module is PyTorch's: outputs, gradients, and outputs after a step of SGD. */
function expectPyTorch<Layer extends AnyModule>(
	name: Name,
	module: Layer,
	run: (module: Layer, inputs: Readonly<Record<string, Node>>) => readonly Node[],
	norms: readonly string[] = [],
): void {
	const reference = references[name] as Reference; // one for each name
	const own = module.namedParameters();
	const weights = byPath(reference.weights, norms);
	expect([...weights.keys()].toSorted()).toEqual([...own.keys()].toSorted());
	for (const [path, value] of weights) (own.get(path) as Variable).assign(value); // as many
	const inputs = Object.fromEntries(
		Object.entries(reference.inputs).map(([input, value]) => [input, tensorOf(value)]),
	);
	const outputs = run(module, inputs);
	for (const [i, y] of outputs.entries())
		expectNear(y, reference.outputs[i] as Plain, `${name}: output ${i}`);
	expect(outputs).toHaveLength(reference.outputs.length);
	const loss = outputs
		.map((y, i) => meanSquaredError(y, tensorOf(reference.targets[i] as Plain)))
		.reduce((sum, each) => sum.add(each));
	const slopes = byPath(reference.gradients, norms);
	const targets = [...slopes.keys()].map((path) => own.get(path) as Variable); // as many
	const found = grad(loss, [...Object.values(inputs), ...targets]);
	const expected = [
		...Object.entries(reference.inputGradients),
		...Array.from(slopes, ([path, slope]) => [path, plainOf(slope)] as const),
	];
	for (const [i, [path, slope]] of expected.entries())
		expectNear(found[i] as Node, slope, `${name}: gradient of ${path}`);
	new SGD(module.parameters(), { learningRate: learningRate }).minimize(loss);
	for (const [i, y] of run(module, inputs).entries())
		expectNear(y, reference.after[i] as Plain, `${name}: output ${i} after a step`);
}

const recurrent = {
	inputs: 2,
	hidden: 3,
	layers: 2,
	bidirectional: true,
	key: randomKey(1),
	dtype: 'f64',
} as const;
const transformer = {
	width: 4,
	heads: 2,
	feedForward: 5,
	key: randomKey(1),
	dtype: 'f64',
} as const;

test('an LSTM of two layers and both directions is PyTorch’s', () => {
	expectPyTorch('lstm', new LSTM(recurrent), (net, { x, hidden, cell }) => {
		const state = { hidden: hidden as Node, cell: cell as Node };
		const { outputs, state: last } = net.forward(x as Node, 'train', { state });
		return [outputs, last.hidden, last.cell];
	});
});

test('a GRU of two layers and both directions is PyTorch’s, of sequences of different lengths', () => {
	expectPyTorch('gru', new GRU(recurrent), (net, { x, hidden }) => {
		const given = { state: hidden as Node, lengths: [4, 2] };
		const { outputs, state } = net.forward(x as Node, 'train', given);
		return [outputs, state];
	});
});

test('an RNN with relu and time first is PyTorch’s', () => {
	const net = new RNN({
		inputs: 2,
		hidden: 3,
		key: randomKey(1),
		timeFirst: true,
		activation: relu,
		dtype: 'f64',
	});
	expectPyTorch('rnn', net, (rnn, { x, hidden }) => {
		const { outputs, state } = rnn.forward(x as Node, 'train', { state: hidden as Node });
		return [outputs, state];
	});
});

test('attention of several heads, with keys and values of other widths, is PyTorch’s', () => {
	const attention = new MultiHeadAttention({
		width: 4,
		heads: 2,
		keyWidth: 3,
		valueWidth: 2,
		key: randomKey(1),
		dtype: 'f64',
	});
	expectPyTorch('attention', attention, (net, { x, keys, values }) => [
		net.forward(x as Node, 'train', { keys: keys as Node, values: values as Node }),
	]);
});

test('a causal layer of an encoder, normalised first, with gelu, is PyTorch’s', () => {
	const layer = new TransformerEncoderLayer({ ...transformer, normFirst: true, activation: gelu });
	const norms = ['attentionNorm', 'feedForwardNorm'];
	const run = (net: typeof layer, { x }: Readonly<Record<string, Node>>): Node[] => [
		net.forward(x as Node, 'train', { causal: true }),
	];
	expectPyTorch('encoder', layer, run, norms);
});

test('a causal layer of a decoder, with padding in its memory, is PyTorch’s', () => {
	const layer = new TransformerDecoderLayer(transformer);
	const memoryMask = lengthMask([2, 4], 4).expandDims(-2);
	const run = (net: typeof layer, { x, memory }: Readonly<Record<string, Node>>): Node[] => [
		net.forward(x as Node, memory as Node, 'train', { causal: true, memoryMask }),
	];
	expectPyTorch('decoder', layer, run, ['attentionNorm', 'crossAttentionNorm', 'feedForwardNorm']);
});
