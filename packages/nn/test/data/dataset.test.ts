import { type Node, randomKey, tensor } from '@pullback/core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { firstAbove } from '../../src/data/order.ts';
import {
	Affine,
	type DataPosition,
	dataset,
	fit,
	type IndexedBatchOptions,
	meanSquaredError,
	type Position,
	SGD,
} from '../../src/index.ts';

const numbered = (count: number): Node => tensor(Int32Array.from({ length: count }, (_, i) => i));

const flat = (batches: Iterable<Node>): number[] =>
	[...batches].flatMap((batch) => [...batch.data()]);

const setups = fc.record({
	count: fc.nat(12),
	size: fc.integer({ min: 1, max: 5 }),
	dropLast: fc.boolean(),
	seed: fc.nat(),
});

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('batches in order are the examples, cut: all of one size but the last, which may be dropped', () => {
	fc.assert(
		fc.property(setups, ({ count, size, dropLast }) => {
			const batches = dataset(numbered(count)).batches({ size, dropLast });
			const kept = dropLast ? count - (count % size) : count;
			for (let pass = 0; pass < 2; pass++) {
				const found = [...batches];
				expect(found.length).toBe(batches.length);
				expect(flat(found)).toEqual(upTo(kept));
				for (const [i, batch] of found.entries())
					expect(batch.shape).toEqual([Math.min(size, kept - i * size)]);
			}
			expect(batches.position).toEqual({ epoch: 2, position: 0, length: count, key: null });
		}),
	);
});

test('shuffled, each example comes once in a pass, and passes differ', () => {
	fc.assert(
		fc.property(setups, ({ count, size, seed }) => {
			const options = { size, shuffle: true, key: randomKey(seed) };
			const batches = dataset(numbered(count)).batches(options);
			const passes = [flat(batches), flat(batches)];
			for (const pass of passes) expect(sorted(pass)).toEqual(upTo(count));
			const again = dataset(numbered(count)).batches(options);
			expect([flat(again), flat(again)]).toEqual(passes);
		}),
	);
	const batches = dataset(numbered(50)).batches({ size: 7, shuffle: true, key: randomKey(1) });
	expect(flat(batches)).not.toEqual(flat(batches));
	expect(flat(batches)).not.toEqual(upTo(50));
});

test('with replacement, as many as are asked for are drawn evenly, or in proportion to weights', () => {
	const key = randomKey(5);
	const draws = (weights?: readonly number[]): number[] => {
		const seen = [0, 0, 0, 0];
		const batches = dataset(numbered(4)).batches({
			size: 1000,
			shuffle: 'withReplacement',
			key,
			count: 10_000,
			...(weights && { weights }),
		});
		for (const index of flat(batches)) seen[index] = (seen[index] ?? 0) + 1;
		return seen;
	};
	for (const [seen, shares] of [
		[draws(), [0.25, 0.25, 0.25, 0.25]],
		[draws([0, 3, 0, 1]), [0, 0.75, 0, 0.25]],
	] as const) {
		expect(seen.reduce((sum, n) => sum + n, 0)).toBe(10_000);
		// Five standard deviations of a share of 10,000 draws; none of what has no weight.
		for (const [i, share] of shares.entries())
			expect(Math.abs((seen[i] ?? 0) - 10_000 * share)).toBeLessThanOrEqual(
				5 * Math.sqrt(10_000 * share * (1 - share)),
			);
	}
});

test('no number from 0, below the sum, leads to an example without weight', () => {
	fc.assert(
		fc.property(
			fc.array(fc.nat(2), { minLength: 1, maxLength: 9 }).filter((all) => all.some((x) => x > 0)),
			(weights) => {
				let total = 0;
				const sums = Float64Array.from(weights, (weight) => (total += weight));
				const found = new Array<number>(weights.length).fill(0);
				for (let x = 0; x < total; x += 0.5)
					found[firstAbove(sums, x)] = (found[firstAbove(sums, x)] ?? 0) + 0.5;
				expect(found).toEqual(weights);
			},
		),
	);
});

const orders: readonly Partial<IndexedBatchOptions>[] = [
	{},
	{ shuffle: true, key: randomKey(3) },
	{ shuffle: 'withReplacement', key: randomKey(3) },
	{ shuffle: 'withReplacement', key: randomKey(3), weights: upTo(11), count: 9 },
];

test.each(orders)(
	'what was left, and restored from plain text, goes on to the bit: order %#',
	(order) => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 5 }),
				fc.boolean(),
				fc.nat(12),
				(size, dropLast, steps) => {
					const make = () => dataset(numbered(11)).batches({ size, dropLast, ...order });
					const run = (batches: ReturnType<typeof make>, count: number): number[][] => {
						const found: number[][] = [];
						while (found.length < count)
							for (const batch of batches) {
								found.push([...batch.data()]);
								if (found.length === count) break;
							}
						return found;
					};
					const whole = run(make(), steps + 6);
					const first = make();
					expect(run(first, steps)).toEqual(whole.slice(0, steps));
					const saved = JSON.parse(JSON.stringify(first.position)) as DataPosition; // as it was written
					expect(run(first, 6)).toEqual(whole.slice(steps));
					const second = make();
					second.restore(saved);
					expect(run(second, 6)).toEqual(whole.slice(steps));
				},
			),
			{ numRuns: 20 },
		);
	},
);

test.each(orders)(
	'a pass by its number is that of reading pass by pass, whatever has been read: order %#',
	(order) => {
		const make = () => dataset(numbered(11)).batches({ size: 4, ...order });
		const read = make();
		const passes = [flat(read), flat(read), flat(read)];
		const batches = make();
		for (const _ of batches) break;
		const before = batches.position;
		for (const epoch of [2, 0, 1, 1]) expect(flat(batches.epoch(epoch))).toEqual(passes[epoch]);
		expect(batches.position).toEqual(before);
		const both = [batches.epoch(0), batches.epoch(1)].map((pass) => pass[Symbol.iterator]());
		for (let i = 0; i < 3; i++)
			for (const [epoch, pass] of both.entries())
				expect([...(pass.next().value?.data() ?? [])]).toEqual(
					passes[epoch]?.slice(4 * i, 4 * i + 4),
				);
		expect(() => batches.epoch(-1)).toThrow('epoch: epoch is -1; it must be a whole number from 0');
	},
);

test('fit takes pairs of inputs and targets, and goes on where it stopped', async () => {
	const run = async (net: Affine, ends: readonly number[]): Promise<void> => {
		const batches = dataset(inputs)
			.zip(dataset(targets))
			.batches({ size: 3, shuffle: true, key: randomKey(4) });
		let start: Position = { epoch: 0, batch: 0 };
		for (const steps of ends) {
			const signal = new AbortController();
			const history = await fit(net, batches, {
				loss: meanSquaredError,
				optimizer: new SGD(net.parameters(), { learningRate: 0.1 }),
				epochs: 3,
				start,
				progress: 'none',
				signal: signal.signal,
				callbacks: [
					(event) => {
						if (event.kind === 'step' && event.steps === steps) signal.abort();
					},
				],
			});
			start = history.next;
		}
	};
	const inputs = tensor(
		Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)),
		{ shape: [8, 2] },
	);
	const targets = inputs.sum(-1, { keepDims: true });
	const [whole, parts] = [1, 1].map(
		(seed) => new Affine({ inputs: 2, outputs: 1, key: randomKey(seed) }),
	) as [Affine, Affine];
	await run(whole, [100]);
	await run(parts, [2, 4, 100]);
	expect(parts.weight.toArray()).toEqual(whole.weight.toArray());
});

test('a position of other data, or of another order, is refused', () => {
	const key = randomKey(1);
	const [plain, shuffled] = [
		dataset(numbered(3)).batches({ size: 1 }),
		dataset(numbered(3)).batches({ size: 1, shuffle: true, key }),
	];
	expect(() => dataset(numbered(4)).batches({ size: 1 }).restore(plain.position)).toThrow(
		'restore: the position is of 3 examples, and a pass over these data of 4 examples',
	);
	expect(() => plain.restore(shuffled.position)).toThrow('read in their order');
	expect(() => shuffled.restore(plain.position)).toThrow('the position has no key');
	expect(() => plain.restore({ ...plain.position, position: 4 })).toThrow('it must be at most 3');
	expect(() => plain.restore({ ...plain.position, epoch: -1 })).toThrow(RangeError);
});

describe('examples', () => {
	const images = tensor([
		[1, 2],
		[3, 4],
		[5, 6],
	]);
	const labels = Int32Array.of(7, 8, 9);

	test('of tensors by name are rows of each, and batches of them tensors', () => {
		const data = dataset({ images, labels, names: ['a', 'b', 'c'] });
		expectTypeOf(data.at(0).names).toEqualTypeOf<string>();
		const [first] = data.batches({ size: 2 });
		expectTypeOf(first?.images).toEqualTypeOf<Node | undefined>();
		expect(first?.images.toArray()).toEqual([
			[1, 2],
			[3, 4],
		]);
		expect(first?.labels.dtype).toBe('i32');
		expect(first?.names).toEqual(['a', 'b']);
		expect(data.at(1).images.toArray()).toEqual([3, 4]);
		expect(data.gather([2, 0]).labels.toArray()).toEqual([9, 7]);
		expect([...data].map(({ names }) => names)).toEqual(['a', 'b', 'c']);
	});

	test('of an array become tensors, field by field', () => {
		const data = dataset([
			{ x: [1, 2], kind: { label: 0, isNew: true }, row: Float64Array.of(1), text: 'a' },
			{ x: [3, 4], kind: { label: 1, isNew: false }, row: Float64Array.of(2), text: 'b' },
		]);
		const [batch] = data.batches({ size: 2 });
		expect(batch?.x.toArray()).toEqual([
			[1, 2],
			[3, 4],
		]);
		expect(batch?.kind.label.toArray()).toEqual([0, 1]);
		expect(batch?.kind.isNew.dtype).toBe('bool');
		expect(batch?.row.dtype).toBe('f64');
		expect(batch?.row.toArray()).toEqual([[1], [2]]);
		expect(batch?.text).toEqual(['a', 'b']);
	});

	test('are mapped when they are asked for, and pairs of two datasets are pairs of batches', () => {
		let calls = 0;
		const data = dataset(labels).map((label, index) => {
			calls++;
			return { twice: label.mul(2), index };
		});
		expect(calls).toBe(0);
		const both = data.zip(dataset(images));
		const [[left, right] = []] = both.batches({ size: 3 });
		expect(calls).toBe(3);
		expect(left?.twice.toArray()).toEqual([14, 16, 18]);
		expect(left?.index.toArray()).toEqual([0, 1, 2]);
		expect(right?.shape).toEqual([3, 2]);
		expect(both.at(2)[0].index).toBe(2);
	});

	test('errors of a function are told the index, and stay what they are', () => {
		class Broken extends Error {}
		const data = dataset([1, 2, 3]).map((x) => {
			if (x === 3) throw new Broken('no threes');
			return x;
		});
		const batches = data.batches({ size: 2 });
		expect(() => [...batches]).toThrow(Broken);
		expect(() => data.at(2)).toThrow('no threes (at example 2)');
		// What had been given out was: reading goes on at the batch that failed.
		expect(batches.position.position).toBe(2);
	});

	test('split in proportion are parts that have each once, drawn by a key or in order', () => {
		fc.assert(
			fc.property(
				fc.nat(20),
				fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }).filter((all) => all.some((x) => x > 0)),
				fc.option(fc.nat()),
				(count, shares, seed) => {
					const total = shares.reduce((sum, x) => sum + x, 0);
					const parts = dataset(numbered(count)).split(
						shares,
						seed === null ? {} : { key: randomKey(seed) },
					);
					const found = parts.map((part) => flat(part.batches({ size: 3 })));
					for (const [i, part] of found.entries())
						expect(Math.abs(part.length - ((shares[i] ?? 0) / total) * count)).toBeLessThanOrEqual(
							1,
						);
					expect(sorted(found.flat())).toEqual(upTo(count));
					if (seed === null) expect(found.flat()).toEqual(upTo(count));
				},
			),
		);
	});

	test('split by a list of shares are as many parts as it has, none of them undefined', () => {
		const data = dataset(numbered(10));
		const parts = data.split([4, 1]);
		expectTypeOf(parts).toEqualTypeOf<[typeof data, typeof data]>();
		expect(parts.map(({ length }) => length)).toEqual([8, 2]);
		const shares: number[] = [1, 1];
		expectTypeOf(data.split(shares)).toEqualTypeOf<(typeof data)[]>();
	});

	test('of folds are in one validation part each, and in all other training parts', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 2, max: 6 }),
				fc.nat(9),
				fc.option(fc.nat()),
				(folds, more, seed) => {
					const count = folds + more;
					const all = dataset(numbered(count)).folds(
						folds,
						seed === null ? {} : { key: randomKey(seed) },
					);
					expect(all.length).toBe(folds);
					const parts = all.map(({ train, validation }) =>
						[train, validation].map((part) => flat(part.batches({ size: 4 }))),
					);
					for (const [train = [], validation = []] of parts) {
						expect(sorted([...train, ...validation])).toEqual(upTo(count));
						expect(Math.abs(validation.length - count / folds)).toBeLessThan(1);
					}
					expect(sorted(parts.flatMap(([, validation = []]) => validation))).toEqual(upTo(count));
				},
			),
		);
	});

	test('may be selected, repeated ones too', () => {
		expect(flat(dataset(labels).select([2, 2, 0]).batches({ size: 5 }))).toEqual([9, 9, 7]);
	});
});

test('what does not fit is refused, and said', () => {
	const data = dataset(numbered(3));
	const key = randomKey(1);
	expect(() => dataset({ a: numbered(2), b: numbered(3) })).toThrow(
		'dataset: a has 2 examples and b 3; they must have as many',
	);
	expect(() => dataset(tensor(1))).toThrow('its axis 0 must count the examples');
	expect(() => data.batches({ size: 0 })).toThrow('batches: size is 0');
	expect(() => data.batches({ size: 1, shuffle: true })).toThrow('there is no key to shuffle by');
	expect(() => data.batches({ size: 1, key })).toThrow('there is a key, and nothing is drawn');
	expect(() => data.batches({ size: 1, shuffle: true, key, weights: [1, 1, 1] })).toThrow(
		'weights is for examples drawn with replacement',
	);
	expect(() =>
		data.batches({ size: 1, shuffle: 'withReplacement', key, weights: [1, -1, 1] }),
	).toThrow('batches: weight 1 is -1; it must be a number from 0');
	expect(() =>
		data.batches({ size: 1, shuffle: 'withReplacement', key, weights: [0, 0, 0] }),
	).toThrow('the sum of the weights is 0');
	expect(() => data.at(3)).toThrow('at: index 3; it must be a whole number from 0, below 3');
	expect(() => data.zip(dataset([1]))).toThrow('zip: got 3 and 1 examples');
	expect(() => data.split([0, 0])).toThrow('split: the sum of the shares is 0');
	expect(() => data.folds(4)).toThrow('folds: count is 4; it must be from 2 to 3');
	expect(() => [...dataset([1, 'a'] as unknown[]).batches({ size: 2 })]).toThrow(
		'is the string "a" in example 1 of a batch, and 1 in example 0',
	);
	expect(() => dataset(5 as unknown as number[])).toThrow('dataset: got 5; examples come from');
});
