import { compile, type Node, randomKey, splitKey } from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Adam,
	Affine,
	Embedding,
	LSTM,
	type LSTMState,
	type RecurrentOutput,
	sequential,
	softmaxCrossEntropy,
} from '../../src/index.ts';
import { alphabet, decoded, encoded, leastLoss, texts } from './texts.ts';

test('a character LSTM learns to repeat words, and then writes them', () => {
	const keys = splitKey(randomKey(1), 3);
	const embedding = new Embedding({ count: alphabet, width: 8, key: keys.slice(0) });
	const lstm = new LSTM({ inputs: 8, hidden: 32, key: keys.slice(1) });
	const head = new Affine({ inputs: 32, outputs: alphabet, key: keys.slice(2) });
	const model = sequential(
		embedding,
		lstm,
		({ outputs }: RecurrentOutput<LSTMState>) => outputs,
		head,
	);
	const optimizer = new Adam(model.parameters(), { learningRate: 0.02 });
	const step = compile((text: Node) => {
		const scores = model.forward(text.slice(null, [0, -1]), 'train');
		const loss = softmaxCrossEntropy(scores, text.slice(null, [1]));
		optimizer.minimize(loss);
		return loss;
	});
	let loss = Infinity;
	for (let i = 0; i < 150; i++) loss = step(texts()).item();
	// f32 sums of 64 * 16 logarithms are right to five digits.
	expect(loss).toBeGreaterThan(leastLoss * (1 - 1e-5));
	expect(loss).toBeLessThan(1.05 * leastLoss);
	// Character by character, the state passed on.
	const next = compile((character: Node, state: LSTMState) => {
		const read = lstm.forward(embedding.forward(character.expandDims(-1)), 'evaluate', { state });
		return { character: head.forward(read.outputs.slice(0)).argmax(-1), state: read.state };
	});
	for (const word of ['aab', 'bab', 'bbb']) {
		const start = lstm.forward(embedding.forward(encoded([`;${word}.`]).slice(0, [0, -1])));
		let written = '';
		let at = { character: encoded(['.']).slice(0, 0), state: start.state };
		for (let i = 0; i < 4; i++) {
			at = next(at.character, at.state);
			written += decoded(at.character.item());
		}
		expect(written).toBe(`${word};`);
	}
});
