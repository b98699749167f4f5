import { compile, type Node, type Operand, randomKey, splitKey } from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Adam,
	Affine,
	Embedding,
	type KeyValueCache,
	LayerNorm,
	LearnedPositions,
	type Mode,
	Module,
	softmaxCrossEntropy,
	TransformerEncoderLayer,
} from '../../src/index.ts';
import { alphabet, decoded, encoded, leastLoss, predicted, texts } from './texts.ts';

/** A GPT: causal layers, normalised first, between an embedding with positions and the scores of the next character. */
class SmallGPT extends Module {
	readonly embedding: Embedding;
	readonly positions: LearnedPositions;
	readonly layers: readonly TransformerEncoderLayer[];
	readonly norm: LayerNorm;
	readonly head: Affine;

	constructor(key: Operand, width: number, layers: number) {
		super();
		const keys = splitKey(key, layers + 3);
		this.embedding = new Embedding({ count: alphabet, width, key: keys.slice(0) });
		this.positions = new LearnedPositions({ tokens: predicted, width, key: keys.slice(1) });
		this.layers = Array.from(
			{ length: layers },
			(_, i) =>
				new TransformerEncoderLayer({
					width,
					heads: 2,
					feedForward: 2 * width,
					normFirst: true,
					key: keys.slice(i + 3),
				}),
		);
		this.norm = new LayerNorm({ shape: width });
		this.head = new Affine({ inputs: width, outputs: alphabet, key: keys.slice(2) });
	}

	override forward(text: Operand, mode?: Mode): Node {
		let x = this.positions.forward(this.embedding.forward(text));
		for (const layer of this.layers) x = layer.forward(x, mode, { causal: true });
		return this.head.forward(this.norm.forward(x));
	}

	emptyCaches(): KeyValueCache[] {
		return this.layers.map((layer) => layer.emptyCache([], predicted));
	}

	/** The scores after further characters [characters], and the caches with them. */
	next(text: Node, caches: readonly KeyValueCache[]): { scores: Node; caches: KeyValueCache[] } {
		const [first] = caches as readonly [KeyValueCache]; // one for each layer
		let x = this.positions.forward(this.embedding.forward(text), 'evaluate', {
			offset: first.length,
		});
		const longer = this.layers.map((layer, i) => {
			const { outputs, cache } = layer.forwardCached(x, caches[i] as KeyValueCache); // as above
			x = outputs;
			return cache;
		});
		return { scores: this.head.forward(this.norm.forward(x)), caches: longer };
	}
}

test('a GPT of two layers learns to repeat words, and then writes them with a cache', () => {
	const gpt = new SmallGPT(randomKey(1), 16, 2);
	const optimizer = new Adam(gpt.parameters(), { learningRate: 0.01 });
	const step = compile((text: Node) => {
		const loss = softmaxCrossEntropy(
			gpt.forward(text.slice(null, [0, -1]), 'train'),
			text.slice(null, [1]),
		);
		optimizer.minimize(loss);
		return loss;
	});
	let loss = Infinity;
	for (let i = 0; i < 200; i++) loss = step(texts()).item();
	// f32 sums of 64 * 16 logarithms are right to five digits.
	expect(loss).toBeGreaterThan(leastLoss * (1 - 1e-5));
	expect(loss).toBeLessThan(1.05 * leastLoss);
	const next = compile((text: Node, caches: readonly KeyValueCache[]) => gpt.next(text, caches));
	for (const word of ['aab', 'bab', 'bbb']) {
		let { scores, caches } = next(encoded([`;${word}.`]).slice(0), gpt.emptyCaches());
		let written = '';
		for (let i = 0; i < 4; i++) {
			const best = scores.slice([-1]).argmax(-1);
			written += decoded(best.item());
			({ scores, caches } = next(best, caches));
		}
		expect(written).toBe(`${word};`);
	}
});
