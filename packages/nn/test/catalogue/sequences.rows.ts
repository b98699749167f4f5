import { type Node, tensor } from '@pullback/core';
import {
	GRU,
	GRUCell,
	LearnedPositions,
	LSTM,
	LSTMCell,
	lengthMask,
	MultiHeadAttention,
	RNN,
	RNNCell,
	RotaryPositions,
	SinusoidalPositions,
	TransformerDecoderLayer,
	TransformerEncoderLayer,
} from '../../src/index.ts';
import { type Floating, layer, layerOf, pure, type Rows } from './row.ts';

const cell = (key: Node, dtype: Floating) => ({ inputs: 2, hidden: 2, key, dtype }) as const;
const net = (key: Node, dtype: Floating) =>
	({ ...cell(key, dtype), hidden: 1, layers: 2 }) as const;
const lengths = tensor([2, 1], { dtype: 'i32' });
const transformer = (key: Node, dtype: Floating) =>
	({ width: 4, heads: 2, feedForward: 2, activation: (x: Node) => x.tanh(), key, dtype }) as const;
const position = { offset: tensor(2, { dtype: 'i32' }) };

export const sequences: Rows = {
	GRU: layerOf(
		(key, dtype) => new GRU(net(key, dtype)),
		[
			[1, 2, 2],
			[2, 1, 1],
		],
		(gru, [x, state]) => Object.values(gru.forward(x as Node, 'train', { state: state as Node })),
	),
	GRUCell: layerOf(
		(key, dtype) => new GRUCell(cell(key, dtype)),
		[
			[1, 2],
			[1, 2],
		],
		(gru, [x, state]) => gru.forward(x as Node, state),
	),
	LSTM: layerOf(
		(key, dtype) => new LSTM({ ...net(key, dtype), layers: 1, bidirectional: true }),
		[[2, 2, 2]],
		(lstm, [x]) => {
			const { outputs, state } = lstm.forward(x as Node, 'train', { lengths });
			return [outputs, state.hidden, state.cell];
		},
	),
	LSTMCell: layerOf(
		(key, dtype) => new LSTMCell(cell(key, dtype)),
		[
			[1, 2],
			[1, 2],
			[1, 2],
		],
		(lstm, [x, hidden, memory]) =>
			Object.values(lstm.forward(x as Node, { hidden: hidden as Node, cell: memory as Node })),
	),
	LearnedPositions: layer(
		(key, dtype) => new LearnedPositions({ tokens: 4, width: 2, key, dtype }),
		[3, 2],
	),
	MultiHeadAttention: [
		layer((key, dtype) => new MultiHeadAttention({ width: 4, heads: 2, key, dtype }), [2, 4]),
		layerOf(
			(key, dtype) =>
				new MultiHeadAttention({
					width: 2,
					heads: 1,
					keyWidth: 1,
					valueWidth: 1,
					rotary: new RotaryPositions(),
					key,
					dtype,
				}),
			[
				[2, 2],
				[3, 1],
				[3, 1],
				[2, 3],
			],
			(attention, [x, keys, values, mask]) =>
				attention.forward(x as Node, 'evaluate', {
					keys: keys as Node,
					values: values as Node,
					mask: mask as Node,
					causal: true,
				}),
		),
	],
	RNN: [
		layerOf(
			(key, dtype) => new RNN({ ...net(key, dtype), dropout: 0.5, timeFirst: true }),
			[[2, 2, 2]],
			(rnn, [x], mode) => Object.values(rnn.forward(x as Node, mode)),
			{ hasModes: true },
		),
		// Each layer in both directions: the cheapest cell, as all three have this in common.
		layerOf(
			(key, dtype) => new RNN({ ...net(key, dtype), bidirectional: true }),
			[[2, 2, 2]],
			(rnn, [x]) => Object.values(rnn.forward(x as Node, 'train', { lengths })),
		),
	],
	RNNCell: layerOf(
		(key, dtype) => new RNNCell(cell(key, dtype)),
		[
			[1, 2],
			[1, 2],
		],
		(rnn, [x, state]) => rnn.forward(x as Node, state),
	),
	RotaryPositions: layerOf(
		() => new RotaryPositions(),
		[[2, 3, 4]],
		(rotary, [x], mode) => rotary.forward(x as Node, mode, position),
	),
	SinusoidalPositions: layerOf(
		() => new SinusoidalPositions(),
		[[2, 3, 4]],
		(waves, [x], mode) => waves.forward(x as Node, mode, position),
	),
	TransformerDecoderLayer: layerOf(
		(key, dtype) => new TransformerDecoderLayer({ ...transformer(key, dtype), memoryWidth: 1 }),
		[
			[1, 2, 4],
			[1, 2, 1],
		],
		(decoder, [x, memory]) =>
			decoder.forward(x as Node, memory as Node, 'evaluate', { causal: true }),
	),
	TransformerEncoderLayer: layer(
		(key, dtype) =>
			new TransformerEncoderLayer({ ...transformer(key, dtype), normFirst: true, dropout: 0.5 }),
		[2, 4],
		{ hasModes: true },
	),
	lengthMask: pure((counts) => lengthMask(counts, 3), [tensor([0, 3, 1], { dtype: 'i32' })], {
		order: 0,
		reason: 'truth values have no derivatives',
	}),
};
