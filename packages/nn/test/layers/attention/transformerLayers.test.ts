import { concatenate, type Node, randomKey, where } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	type DecoderCache,
	type KeyValueCache,
	lengthMask,
	RotaryPositions,
	TransformerDecoderLayer,
	TransformerEncoderLayer,
} from '../../../src/index.ts';
import { drawn, expectNear } from '../near.ts';

const cases = fc.record({
	heads: fc.integer({ min: 1, max: 2 }),
	batch: fc.nat(2),
	tokens: fc.nat(4),
	memory: fc.nat(3),
	normFirst: fc.boolean(),
	isRotary: fc.boolean(),
	seed: fc.nat(2 ** 20),
});
type Case = Parameters<Parameters<typeof cases.map>[0]>[0];
const forAll = (law: (each: Case) => void): void =>
	fc.assert(fc.property(cases, law), { numRuns: 20 });

/** Sums of ten terms of size 1 to 10, normalised, which divides by deviations that are seldom below a hundredth. */
const tolerance = 1e-11;

const optionsOf = ({ heads, normFirst, isRotary, seed }: Case) => ({
	width: 2 * heads,
	heads,
	feedForward: 3,
	normFirst,
	...(isRotary ? { rotary: new RotaryPositions() } : {}),
	key: randomKey(seed),
	activation: (x: Node) => x.tanh(),
	dtype: 'f64' as const,
});
const encoderOf = (each: Case): TransformerEncoderLayer =>
	new TransformerEncoderLayer(optionsOf(each));
const decoderOf = (each: Case): TransformerDecoderLayer =>
	new TransformerDecoderLayer({ ...optionsOf(each), memoryWidth: 3 });
const tokensOf = ({ batch, tokens, heads, seed }: Case): Node =>
	drawn(seed, 0, [batch, tokens, 2 * heads]);
const memoryOf = ({ batch, memory, seed }: Case): Node => drawn(seed, 1, [batch, memory, 3]);

/** Feeds tokens in portions of one, two, one, ... */
function portions(x: Node, next: (part: Node) => Node): Node {
	const [count = 0] = x.shape.slice(1);
	const outputs: Node[] = [];
	for (let start = 0, size = 1; start < count; start += size, size = 3 - size)
		outputs.push(next(x.slice(null, [start, start + size])));
	return outputs.length === 0 ? x : concatenate(outputs, 1);
}

test('with a cache, an encoder’s layer gives what its causal form gives all at once', () => {
	forAll((each) => {
		const [layer, x] = [encoderOf(each), tokensOf(each)];
		let cache = layer.emptyCache([each.batch], Math.max(each.tokens, 1));
		const outputs = portions(x, (part) => {
			const next = layer.forwardCached(part, cache);
			cache = next.cache;
			return next.outputs;
		});
		expectNear(outputs, layer.forward(x, 'evaluate', { causal: true }), tolerance);
	});
});

test('with a cache, a decoder’s layer gives what its causal form gives all at once, of the same memory', () => {
	forAll((each) => {
		const [layer, x, memory] = [decoderOf(each), tokensOf(each), memoryOf(each)];
		const memoryMask = drawn(each.seed, 2, [each.batch, 1, each.memory]).greater(0);
		let cache: DecoderCache = layer.emptyCache(memory, Math.max(each.tokens, 1));
		const outputs = portions(x, (part) => {
			const next = layer.forwardCached(part, cache, 'evaluate', { memoryMask });
			cache = next.cache;
			return next.outputs;
		});
		const whole = layer.forward(x, memory, 'evaluate', { causal: true, memoryMask });
		expectNear(outputs, whole, tolerance);
	});
});

test('a padded example is the example alone', () => {
	forAll((each) => {
		const [layer, x] = [encoderOf(each), tokensOf(each)];
		const lengths = Array.from(
			{ length: each.batch },
			(_, i) => (each.seed + i) % (each.tokens + 1),
		);
		const inside = lengthMask(new Int32Array(lengths), each.tokens);
		const padded = where(inside.expandDims(-1), x, 7);
		const y = layer.forward(padded, 'evaluate', { mask: inside.expandDims(-2) });
		for (const [i, length] of lengths.entries())
			expectNear(y.slice(i, [0, length]), layer.forward(x.slice(i, [0, length])), tolerance);
	});
});

const fixed: Case = {
	heads: 2,
	batch: 1,
	tokens: 2,
	memory: 2,
	normFirst: true,
	isRotary: true,
	seed: 5,
};

test('dropout leaves of each sub-layer what it leaves, while a layer is trained', () => {
	const x = tokensOf(fixed);
	const options = { ...optionsOf(fixed), dropout: 1 };
	// Of sub-layers that are dropped whole, the sums with x remain.
	expect(new TransformerEncoderLayer(options).forward(x, 'train').toArray()).toEqual(x.toArray());
	const half = new TransformerEncoderLayer({ ...options, dropout: 0.5 });
	const [first, second] = [1, 2].map(() => half.forward(x, 'train').toArray());
	expect(first).not.toEqual(second);
	expect(half.forward(x).toArray()).toEqual(encoderOf(fixed).forward(x).toArray());
});

test('a summary tells what each part of a layer returned', () => {
	const { rows } = decoderOf(fixed).summary(tokensOf(fixed), memoryOf(fixed));
	expect(rows.map(({ path, output }) => [path, output])).toContainEqual([
		'crossAttention',
		'f64[1, 2, 4]',
	]);
	expect(rows.map(({ calls }) => calls)).not.toContain(0);
});

test('what does not fit is refused, and says what would', () => {
	const [encoder, decoder] = [encoderOf(fixed), decoderOf(fixed)];
	expect(() => encoder.forward([[1, 2, 3]])).toThrow(
		'TransformerEncoderLayer: got [1, 3], needs [..., tokens, 4]',
	);
	expect(() => decoder.forward(tokensOf(fixed), tokensOf(fixed))).toThrow(
		'TransformerDecoderLayer: got [1, 2, 4], needs [..., tokens, 3]',
	);
	expect(() => new TransformerEncoderLayer({ ...optionsOf(fixed), heads: 3 })).toThrow(
		'MultiHeadAttention: heads is 3; it must divide the width, 4, without rest',
	);
	expect(() => new TransformerEncoderLayer({ ...optionsOf(fixed), dropout: 2 })).toThrow(
		'rate is 2',
	);
	const x = tokensOf(fixed);
	expect(() => encoder.forwardCached(x, encoder.emptyCache([2], 3))).toThrow(
		'forwardCached: the cache’s keys have shape [2, 2, 3, 2]; they must be [1, 2, 3, 2] for these tokens',
	);
	const wrong = [undefined, 3, {}, { keys: x }] as unknown as KeyValueCache[]; // as users may
	for (const cache of wrong)
		expect(() => encoder.forwardCached(x, cache)).toThrow(/^forwardCached: the cache/);
	// @ts-expect-error a decoder’s cache is another
	expect(() => decoder.forwardCached(x, encoder.emptyCache([1], 3))).toThrow(
		'forwardCached: the cache is undefined',
	);
});
