import { randomKey } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	type DataPosition,
	dataset,
	type Stream,
	type StreamBatchOptions,
} from '../../src/index.ts';

/** Numbers from 0, and how many passes over them are open, and were begun. */
class Counted {
	open = 0;
	begun = 0;
	read = 0;
	readonly #count: number;

	constructor(count: number) {
		this.#count = count;
	}

	stream(): Stream<number> {
		const counted = this;
		return dataset(async function* () {
			counted.open++;
			counted.begun++;
			try {
				for (let i = 0; i < counted.#count; i++) {
					counted.read++;
					yield i;
				}
			} finally {
				counted.open--;
			}
		});
	}
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
	const found: Item[] = [];
	for await (const item of items) found.push(item);
	return found;
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const choices: fc.Arbitrary<StreamBatchOptions> = fc
	.record({
		size: fc.integer({ min: 1, max: 4 }),
		dropLast: fc.boolean(),
		prefetch: fc.nat(3),
		among: fc.option(fc.integer({ min: 1, max: 6 })),
		seed: fc.nat(),
	})
	.map(({ among, seed, ...options }) => ({
		...options,
		...(among !== null && { shuffleAmong: among, key: randomKey(seed) }),
	}));

test('every example of a stream comes once in a pass, shuffled or read ahead or not, and nothing stays open', async () => {
	await fc.assert(
		fc.asyncProperty(fc.nat(9), choices, async (count, options) => {
			const counted = new Counted(count);
			const batches = counted.stream().batches(options);
			for (let pass = 0; pass < 2; pass++) {
				const found = (await all(batches)).map((batch) => [...batch.data()]);
				const kept = options.dropLast ? count - (count % options.size) : count;
				expect(found.flat().length).toBe(kept);
				expect(new Set(found.flat()).size).toBe(kept);
				if (!options.dropLast) expect(sorted(found.flat())).toEqual(upTo(count));
				if (options.key === undefined) expect(found.flat()).toEqual(upTo(kept));
				expect(counted.open).toBe(0);
			}
			expect(batches.position.epoch).toBe(2);
		}),
		{ numRuns: 40 },
	);
});

test('the batches of a pass by its number are those that are read in that pass, and leave the position as it is', async () => {
	await fc.assert(
		fc.asyncProperty(choices, fc.nat(2), async (options, number) => {
			const counted = new Counted(7);
			const make = () => counted.stream().batches(options);
			const passes: number[][][] = [];
			const read = make();
			for (let i = 0; i <= number; i++)
				passes.push((await all(read)).map((batch) => [...batch.data()]));
			const asked = make();
			const { position } = asked;
			const pass = await all(asked.epoch(number));
			expect(pass.map((batch) => [...batch.data()])).toEqual(passes[number]);
			expect(asked.position).toEqual(position);
			expect(counted.open).toBe(0);
		}),
		{ numRuns: 25 },
	);
});

test('what was left, and restored from plain text, goes on to the bit, and what was left is released', async () => {
	await fc.assert(
		fc.asyncProperty(choices, fc.nat(8), async (options, steps) => {
			const counted = new Counted(7);
			const make = () => counted.stream().batches({ ...options, dropLast: false });
			const run = async (batches: ReturnType<typeof make>, count: number): Promise<number[][]> => {
				const found: number[][] = [];
				while (found.length < count)
					for await (const batch of batches) {
						found.push([...batch.data()]);
						if (found.length === count) break;
					}
				expect(counted.open).toBe(0);
				return found;
			};
			const whole = await run(make(), steps + 5);
			const first = make();
			expect(await run(first, steps)).toEqual(whole.slice(0, steps));
			const saved = JSON.parse(JSON.stringify(first.position)) as DataPosition; // as it was written
			expect(await run(first, 5)).toEqual(whole.slice(steps));
			const second = make();
			second.restore(saved);
			expect(await run(second, 5)).toEqual(whole.slice(steps));
		}),
		{ numRuns: 25 },
	);
});

test('examples are read ahead, and no more of them than told', async () => {
	const counted = new Counted(20);
	for await (const batch of counted.stream().batches({ size: 1, prefetch: 3 })) {
		expect(batch.shape).toEqual([1]);
		break;
	}
	expect(counted.read).toBeGreaterThan(1);
	expect(counted.read).toBeLessThanOrEqual(4);
	expect(counted.open).toBe(0);
});

test('functions may promise, and their errors are told the index and release the source, read ahead or not', async () => {
	for (const prefetch of [0, 2]) {
		const counted = new Counted(9);
		const doubled = counted.stream().map(async (x, index) => {
			await Promise.resolve();
			if (x === 4) throw new RangeError('no fours');
			return { x: 2 * x, index };
		});
		const batches = doubled.batches({ size: 2, prefetch });
		await expect(all(batches)).rejects.toThrow('no fours (at example 4)');
		expect(batches.position.position).toBe(4);
		expect(counted.open).toBe(0);
	}
});

test('streams of one length are paired, others refused where one ends, and both are released', async () => {
	const [long, short, same] = [new Counted(4), new Counted(3), new Counted(4)];
	expect(await all(long.stream().zip(same.stream()))).toEqual(upTo(4).map((i) => [i, i]));
	await expect(all(long.stream().zip(short.stream()))).rejects.toThrow(
		'zip: the second stream ended after 3 examples, and the other did not',
	);
	expect(await all(long.stream().take(2))).toEqual([0, 1]);
	expect(await all(long.stream().take(0))).toEqual([]);
	expect([long.open, short.open, same.open]).toEqual([0, 0, 0]);
});

test('iterables that are not arrays are streams; one that can be read once says so the second time', async () => {
	const set = dataset(new Set([1, 2, 3]));
	expect(await all(set)).toEqual([1, 2, 3]);
	expect(await all(set)).toEqual([1, 2, 3]);
	const iterator = dataset([1, 2].values());
	expect(await all(iterator)).toEqual([1, 2]);
	await expect(all(iterator)).rejects.toThrow('the iterator has been read, and cannot be again');
});

test('a stream shorter than the position that was restored is said to be other data', async () => {
	const [long, short] = [new Counted(6), new Counted(2)];
	const first = long.stream().batches({ size: 3 });
	for await (const _ of first) break;
	const second = short.stream().batches({ size: 3 });
	second.restore(first.position);
	await expect(all(second)).rejects.toThrow(
		'the stream ended after 2 examples, before the position 3',
	);
});

test('a key without a number to shuffle among, and what gives no iterable, are refused', async () => {
	const stream = new Counted(1).stream();
	expect(() => stream.batches({ size: 1, key: randomKey(1) })).toThrow(
		'pass both key and shuffleAmong',
	);
	expect(() => stream.batches({ size: 1, shuffleAmong: 2 })).toThrow(
		'there is no key to shuffle by',
	);
	await expect(all(dataset((() => 5) as unknown as () => number[]))).rejects.toThrow(
		'dataset: what the function returned is 5; it must be an iterable or async iterable',
	);
});
