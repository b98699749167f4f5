import { compile, concatenate, grad, type Node, randomKey, tensor, where } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KeyValueCache, MultiHeadAttention, RotaryPositions } from '../../../src/index.ts';
import { drawn, expectNear } from '../near.ts';

/** An attention, and the sizes of what it is given. */
interface Case {
	readonly heads: number;
	readonly headWidth: number;
	readonly batch: number;
	readonly queries: number;
	readonly keys: number;
	readonly keyWidth: number;
	readonly valueWidth: number;
	readonly bias: boolean;
	readonly isRotary: boolean;
	readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
	heads: fc.integer({ min: 1, max: 3 }),
	headWidth: fc.constantFrom(2, 4),
	batch: fc.nat(2),
	queries: fc.nat(4),
	keys: fc.nat(4),
	keyWidth: fc.integer({ min: 1, max: 3 }),
	valueWidth: fc.integer({ min: 1, max: 3 }),
	bias: fc.boolean(),
	isRotary: fc.boolean(),
	seed: fc.nat(2 ** 20),
});

const numRuns = 20;
const forAll = (law: (each: Case) => void): void => fc.assert(fc.property(cases, law), { numRuns });
/** Sums of some ten terms of size 1 to 10, of exponentials at most that large in proportion: some 100 roundings. */
const tolerance = 1e-12;

/** An attention with random biases, so that each counts. */
function withBiases(attention: MultiHeadAttention, seed: number): MultiHeadAttention {
	for (const [path, parameter] of attention.namedParameters())
		if (path.endsWith('bias')) parameter.assign(drawn(seed, 8, parameter.shape));
	return attention;
}

const crossOf = ({
	heads,
	headWidth,
	keyWidth,
	valueWidth,
	bias,
	seed,
}: Case): MultiHeadAttention =>
	withBiases(
		new MultiHeadAttention({
			width: heads * headWidth,
			heads,
			keyWidth,
			valueWidth,
			bias,
			key: randomKey(seed),
			dtype: 'f64',
		}),
		seed,
	);

const selfOf = ({ heads, headWidth, bias, isRotary, seed }: Case): MultiHeadAttention =>
	withBiases(
		new MultiHeadAttention({
			width: heads * headWidth,
			heads,
			bias,
			...(isRotary ? { rotary: new RotaryPositions() } : {}),
			key: randomKey(seed),
			dtype: 'f64',
		}),
		seed,
	);

const tokensOf = ({ heads, headWidth, batch, queries, seed }: Case): Node =>
	drawn(seed, 0, [batch, queries, heads * headWidth]);

type Matrix = readonly (readonly number[])[];

/** What an attention is by definition, of one example, in loops over numbers; `added` is [heads, queries, keys]. */
function plain(
	attention: MultiHeadAttention,
	x: Matrix,
	keys: Matrix,
	values: Matrix,
	added: (head: number, query: number, key: number) => number,
): Matrix {
	const mapped = ({ weight, bias }: MultiHeadAttention['queries'], rows: Matrix): Matrix => {
		const [w, b] = [
			weight.read().toArray() as Matrix,
			bias?.read().toArray() as number[] | undefined,
		];
		return rows.map((row) =>
			(w[0] ?? []).map((_, j) =>
				row.reduce((sum, each, i) => sum + each * (w[i]?.[j] ?? 0), b?.[j] ?? 0),
			),
		);
	};
	const [q, k, v] = [
		mapped(attention.queries, x),
		mapped(attention.keys, keys),
		mapped(attention.values, values),
	];
	const width = attention.queries.weight.shape[1] ?? 0;
	const own = width / attention.heads;
	const attended = q.map((row, i) =>
		Array.from({ length: width }, (_, column) => {
			const head = Math.floor(column / own);
			const scores = k.map((key, j) => {
				let product = 0;
				for (let c = head * own; c < (head + 1) * own; c++)
					product += (row[c] ?? 0) * (key[c] ?? 0);
				return Math.exp(product / Math.sqrt(own) + added(head, i, j));
			});
			const total = scores.reduce((sum, each) => sum + each, 0);
			if (total === 0) return 0;
			return scores.reduce((sum, each, j) => sum + (each / total) * (v[j]?.[column] ?? 0), 0);
		}),
	);
	return mapped(attention.output, attended);
}

test('each example is what loops over its numbers make of it, for any widths and masks', () => {
	fc.assert(
		fc.property(
			cases,
			fc.constantFrom('none', 'all', 'each', 'heads', 'added'),
			fc.boolean(),
			(each, kind, causal) => {
				const { heads, batch, queries, keys, keyWidth, valueWidth, seed } = each;
				const [attention, x] = [crossOf(each), tokensOf(each)];
				const others = drawn(seed, 1, [batch, keys, keyWidth]);
				const values = drawn(seed, 2, [batch, keys, valueWidth]);
				const shapes = {
					none: [],
					all: [queries, keys],
					each: [batch, queries, keys],
					heads: [batch, heads, queries, keys],
					added: [1, heads, queries, keys],
				} as const;
				const numbers = drawn(seed, 3, shapes[kind]);
				const mask = kind === 'added' ? numbers : numbers.greater(0);
				const given = { keys: others, values, causal, ...(kind === 'none' ? {} : { mask }) };
				const y = attention.forward(x, 'evaluate', given);
				expect(y.shape).toEqual(x.shape);
				const spread = mask.reshape(
					kind === 'each'
						? [batch, 1, queries, keys]
						: mask.shape.length === 2
							? [1, 1, queries, keys]
							: mask.shape,
				);
				const whole = spread
					.cast('f64')
					.broadcastTo(
						kind === 'none' ? [batch, heads, queries, keys] : [batch, heads, queries, keys],
					);
				for (let b = 0; b < batch; b++) {
					const at = whole.slice(b).toArray() as number[][][];
					const added = (head: number, i: number, j: number): number => {
						if (causal && j > i) return -Infinity;
						const found = at[head]?.[i]?.[j] ?? 0;
						if (kind === 'none') return 0;
						return kind === 'added' ? found : found === 1 ? 0 : -Infinity;
					};
					const rows = [x, others, values].map((part) => part.slice(b).toArray() as number[][]);
					const [own = [], k = [], v = []] = rows;
					const expected = plain(attention, own, k, v, added);
					if (queries > 0)
						expectNear(y.slice(b), tensor(expected as number[][], { dtype: 'f64' }), tolerance);
				}
			},
		),
		{ numRuns: 30 },
	);
});

test('causal attention to a prefix is the prefix of the attention to all', () => {
	forAll((each) => {
		const [attention, x] = [selfOf(each), tokensOf(each)];
		const whole = attention.forward(x, 'evaluate', { causal: true });
		const cut = each.seed % (each.queries + 1);
		const first = attention.forward(x.slice(null, [0, cut]), 'evaluate', { causal: true });
		expectNear(first, whole.slice(null, [0, cut]), tolerance);
	});
});

test('with a cache, tokens in any portions get what causal attention gives them all at once', () => {
	forAll((each) => {
		const [attention, x] = [selfOf(each), tokensOf(each)];
		const cuts = [each.seed % (each.queries + 1), each.queries];
		let cache = attention.emptyCache([each.batch], each.queries + (each.seed % 2) + 1);
		const outputs: Node[] = [];
		let start = 0;
		for (const stop of [...new Array(cuts[0]).keys()].map((i) => i + 1).concat(cuts)) {
			const next = attention.forwardCached(x.slice(null, [start, stop]), cache);
			start = stop;
			outputs.push(next.outputs);
			cache = next.cache;
		}
		expect(cache.length.item()).toBe(each.queries);
		const whole = attention.forward(x, 'evaluate', { causal: true });
		expectNear(concatenate(outputs, 1), whole, tolerance);
	});
});

test('one compiled step serves a text of any length up to the capacity, and beyond it is a RangeError', () => {
	const attention = new MultiHeadAttention({ width: 4, heads: 2, key: randomKey(1), dtype: 'f64' });
	let traces = 0;
	const step = compile((x: Node, cache: KeyValueCache) => {
		traces++;
		return attention.forwardCached(x, cache);
	});
	const x = drawn(1, 0, [3, 4]);
	let cache = attention.emptyCache([], 3);
	const outputs: Node[] = [];
	for (let i = 0; i < 3; i++) {
		const next = step(x.slice([i, i + 1]), cache);
		outputs.push(next.outputs);
		cache = next.cache;
	}
	expect(traces).toBe(1);
	expectNear(concatenate(outputs), attention.forward(x, 'evaluate', { causal: true }), tolerance);
	expect(() => step(x.slice([0, 1]), cache).outputs.data()).toThrow(RangeError);
	expect(() => attention.forwardCached(x.slice([0, 1]), cache).outputs.data()).toThrow(RangeError);
});

test('what a mask leaves out has no influence, and its gradient is 0', () => {
	forAll((each) => {
		const [attention, x] = [selfOf(each), tokensOf(each)];
		const isSeen = drawn(each.seed, 3, [each.batch, 1, each.queries]).greater(0);
		const hidden = isSeen.logicalNot().transpose();
		const by = (keys: Node): Node => attention.forward(x, 'evaluate', { keys, mask: isSeen });
		const other = where(hidden, x.mul(-3).add(1), x);
		expect(by(other).toArray()).toEqual(by(x).toArray());
		const [slope] = grad(by(other).sin().sum(), [other]);
		expect(
			where(hidden, slope as Node, 0)
				.abs()
				.sum()
				.item(),
		).toBe(0);
	});
});

test('a query that nothing takes part for gives the bias of the output, and no NaN in any derivative', () => {
	const attention = selfOf({
		heads: 2,
		headWidth: 2,
		batch: 1,
		queries: 2,
		keys: 2,
		keyWidth: 1,
		valueWidth: 1,
		bias: true,
		isRotary: false,
		seed: 3,
	});
	const x = drawn(3, 0, [2, 4]);
	const mask = [[true], [false]];
	const y = attention.forward(x, 'evaluate', { mask });
	expect(y.slice(1).toArray()).toEqual(attention.output.bias?.read().toArray());
	for (const slope of grad(y.sin().sum(), [x, ...attention.parameters()]))
		expect(Number.isFinite(slope.sum().item())).toBe(true);
});

test('compiled, outputs and gradients are those without', () => {
	const law = (each: Case): void => {
		const [attention, x] = [selfOf(each), tokensOf(each)];
		const f = (tokens: Node): Node[] => {
			const y = attention.forward(tokens, 'train', { causal: true });
			return [y, ...grad(y.sin().sum(), [tokens, ...attention.parameters()])];
		};
		const expected = f(x);
		for (const [i, node] of compile(f)(x).entries()) expectNear(node, expected[i] as Node, 1e-11);
	};
	fc.assert(fc.property(cases, law), { numRuns: 4 });
});

test('what does not fit is refused, and says what would', () => {
	const options = { width: 4, heads: 2, key: randomKey(1) };
	const attention = new MultiHeadAttention(options);
	expect(() => new MultiHeadAttention({ ...options, heads: 3 })).toThrow(
		'MultiHeadAttention: heads is 3; it must divide the width, 4, without rest',
	);
	expect(() => attention.forward([1, 2, 3, 4])).toThrow(
		'MultiHeadAttention: got [4], needs [..., tokens, width]',
	);
	const x = drawn(1, 0, [2, 3, 4]).cast('f32');
	const mask = x.reshape([1, 1, 1, 2, 12]);
	expect(() => attention.forward(x, 'train', { mask })).toThrow(
		'the mask [1, 1, 1, 2, 12] has 5 axes; it must have up to 3, or 4 with one for the heads',
	);
	// As many examples as heads: a mask for each example is not taken for one for each head.
	const own = tensor([[[true, false, false]], [[true, true, true]]]);
	const y = attention.forward(x, 'train', { mask: own });
	const alone = attention.forward(x.slice(0), 'train', { mask: own.slice(0) });
	expectNear(y.slice(0), alone, 1e-6);
});
