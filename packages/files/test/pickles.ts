import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { Node } from '@pullback/core';
import type { PickleValue } from '../src/index.ts';

// What pickles.py and pickles2.py have written.

/** A value in JSON, as those programs write what a pickle holds. */
export type Held =
	| null
	| boolean
	| string
	| { readonly whole: string }
	| { readonly float: string }
	| { readonly octets: string }
	| { readonly array: string; readonly shape: readonly number[]; readonly bytes: string }
	| { readonly items: readonly Held[] }
	| { readonly entries: readonly (readonly [key: Held, value: Held])[] };

/** A pickle that was written by Python. */
export interface Sample {
	/** What it is, and what wrote it. */
	readonly title: string;
	readonly bytes: Uint8Array;
}

interface Line {
	readonly name: string;
	readonly writer?: string;
	readonly protocol?: number;
	readonly pickle?: string;
	readonly holds?: Held;
	readonly refused?: string;
}

const lines: readonly Line[] = readFileSync(new URL('pickles.jsonl', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line));

const held = new Map(
	lines.flatMap(({ name, holds }) => (holds === undefined ? [] : [[name, holds]])),
);

function samples(wanted: (line: Line) => boolean): (Sample & Line)[] {
	return lines.flatMap((line) =>
		line.pickle !== undefined && wanted(line)
			? [
					{
						...line,
						title: `${line.name}, protocol ${line.protocol} of ${line.writer}`,
						bytes: Uint8Array.from(inflateSync(Buffer.from(line.pickle, 'base64'))),
					},
				]
			: [],
	);
}

/** Pickles that hold what can be read, with it. */
export const readable: readonly (Sample & { readonly holds: Held })[] = samples(
	({ refused }) => refused === undefined,
).map((sample) => ({ ...sample, holds: held.get(sample.name) ?? null }));

/** Pickles that hold what cannot be read, with words of the reason. */
export const unreadable: readonly (Sample & { readonly words: RegExp })[] = samples(
	({ refused }) => refused !== undefined,
).map((sample) => ({ ...sample, words: new RegExp(sample.refused ?? '') }));

/** The value that was read, in JSON. */
export function heldOf(value: PickleValue): Held {
	if (value instanceof Node) {
		const { buffer, byteOffset, byteLength } = value.data();
		return {
			array: value.dtype,
			shape: value.shape,
			bytes: Buffer.from(buffer, byteOffset, byteLength).toString('hex'),
		};
	}
	if (value instanceof Uint8Array) return { octets: Buffer.from(value).toString('hex') };
	if (value instanceof Map)
		return { entries: Array.from(value, ([key, item]) => [heldOf(key), heldOf(item)]) };
	if (isArray(value)) return { items: value.map(heldOf) };
	if (typeof value === 'bigint') return { whole: String(value) };
	return typeof value === 'number' ? { float: bitsOf(value) } : (value as Held); // nothing else is left
}

/** What was held, with whole numbers as numbers where those are exact: JavaScript does not tell them apart. */
export function asNumbers(holds: Held): Held {
	if (typeof holds !== 'object' || holds === null) return holds;
	if ('whole' in holds) {
		const number = Number(holds.whole);
		return Number.isSafeInteger(number) ? { float: bitsOf(number) } : holds;
	}
	if ('items' in holds) return { items: holds.items.map(asNumbers) };
	if ('entries' in holds)
		return { entries: holds.entries.map(([key, value]) => [asNumbers(key), asNumbers(value)]) };
	return holds;
}

/** The bits of a number, which tell 0 from -0; every NaN is one. */
function bitsOf(number: number): string {
	const bytes = Buffer.alloc(8);
	bytes.writeDoubleBE(number);
	return Number.isNaN(number) ? '7ff8000000000000' : bytes.toString('hex');
}

const isArray: (value: unknown) => value is readonly PickleValue[] = Array.isArray;
