import { Node, randomKey } from '@pullback/core';
import { expect, test } from 'vitest';
import type { DataPosition } from '../../src/index.ts';
import type { Batched } from './dataRow.ts';
import { rowsOf } from './findings.ts';
import type { Floating } from './row.ts';
import { isFloating } from './subjects.ts';

/** The laws of data in batches. */
export function dataLaws(): void {
	test.each(rowsOf('data'))(
		'%s: batches of any size put together are the examples of a pass, which its number and the key say, whatever has been read',
		async (_, { make, expected }, found) => {
			const passOf = async (key: number, epoch: number): Promise<unknown[]> =>
				partsOf(await listOf(make(randomKey(key), 'f64', 1).epoch(epoch)));
			const [first, second] = [await passOf(1, 0), await passOf(1, 1)];
			if (expected !== null) expect(first).toEqual(expected);
			expect(first.length).toBeGreaterThan(0);
			for (const size of [1, 2, 3, 20]) {
				const batches = make(randomKey(1), 'f64', size);
				expect(partsOf(await listOf(batches.epoch(1)))).toEqual(second);
				for (const pass of [first, second]) expect(partsOf(await listOf(batches))).toEqual(pass);
				expect(partsOf(await listOf(batches.epoch(0)))).toEqual(first);
			}
			// Few orders are alike by chance, and these keys are always the same.
			for (const other of [first, await passOf(2, 1)])
				if (expected === null) expect(other).not.toEqual(second);
				else expect(other).toEqual(second);
			found.set('batches', 'any');
		},
	);

	test.each(rowsOf('data'))(
		'%s: in f32 its tensors are f32, and those of f64 to the nearest number',
		async (_, { make }, found) => {
			const of = (dtype: Floating): Promise<unknown[]> =>
				listOf(make(randomKey(1), dtype, 3).epoch(0));
			const [wide, narrow] = [await of('f64'), await of('f32')];
			const typesIn = (batches: unknown): Set<string> =>
				new Set(nodesOf(batches).flatMap((each) => (isFloating(each) ? [each.dtype] : [])));
			expect([typesIn(wide), typesIn(narrow)]).toEqual([new Set(['f64']), new Set(['f32'])]);
			expect(partsOf(narrow)).toEqual(partsOf(wide).map(nearest));
			// Of f64 nothing is lost.
			expect(partsOf(wide)).not.toEqual(partsOf(narrow));
			found.set('f32', 'yes');
		},
	);

	test.each(rowsOf('data'))(
		'%s: another of another key goes on as the first does once it has its position, as text',
		async (_, { make }, found) => {
			const batches = (key: number): Batched => make(randomKey(key), 'f64', 2);
			const { length } = await listOf(batches(1).epoch(0));
			const whole = await next(batches(1), 2 * length + 1);
			for (let count = 0; count <= length + 1; count++) {
				const [first, second] = [batches(1), batches(2)];
				await next(first, count);
				await next(second, 1);
				second.restore(JSON.parse(JSON.stringify(first.position)) as DataPosition); // what it was
				// As one that is never left.
				const expected = whole.slice(count, count + length);
				for (const each of [first, second])
					expect(partsOf(await next(each, length))).toEqual(partsOf(expected));
				expect(second.position).toEqual(first.position);
			}
			found.set('save and load', 'yes');
		},
	);
}

async function listOf(batches: Iterable<unknown> | AsyncIterable<unknown>): Promise<unknown[]> {
	const list: unknown[] = [];
	for await (const batch of batches) list.push(batch);
	return list;
}

/** So many batches more, of the present pass and those after it. */
async function next(batches: Batched, count: number): Promise<unknown[]> {
	const taken: unknown[] = [];
	while (taken.length < count)
		for await (const batch of batches) {
			taken.push(batch);
			if (taken.length === count) break;
		}
	return taken;
}

/** The Nodes in lists and objects. */
function nodesOf(batch: unknown): Node[] {
	if (batch instanceof Node) return [batch];
	return typeof batch === 'object' && batch !== null ? Object.values(batch).flatMap(nodesOf) : [];
}

/** What batches hold, field by field, however they are divided: numbers, and what is left in arrays as it is. */
function partsOf(batches: readonly unknown[]): unknown[] {
	const fields = new Map<string, unknown[]>();
	const look = (part: unknown, path: string): void => {
		const field = fields.get(path) ?? [];
		fields.set(path, field);
		if (part instanceof Node) field.push(...part.data());
		else if (Array.isArray(part) && !part.some((each) => each instanceof Object))
			field.push(...part);
		else for (const [name, each] of Object.entries(Object(part))) look(each, `${path}.${name}`);
	};
	for (const batch of batches) look(batch, '');
	return [...fields.values()].flat();
}

const nearest = (part: unknown): unknown => (typeof part === 'number' ? Math.fround(part) : part);
