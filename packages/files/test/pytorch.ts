import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Held } from './pickles.ts';

// What pytorch.py has written.

interface Line {
	readonly name: string;
	readonly form?: 'older' | 'zip';
	readonly bytes?: string;
	readonly holds?: Held;
	readonly refused?: string;
}

/** A checkpoint that PyTorch wrote. */
export interface Checkpoint {
	/** What it holds, and in which form. */
	readonly title: string;
	readonly name: string;
	readonly form: 'older' | 'zip';
	readonly bytes: Uint8Array<ArrayBuffer>;
}

const lines: readonly Line[] = readFileSync(new URL('pytorch.jsonl', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line));

const held = new Map(
	lines.flatMap(({ name, holds }) => (holds === undefined ? [] : [[name, holds]])),
);

function checkpoints(wanted: (line: Line) => boolean): (Checkpoint & Pick<Line, 'refused'>)[] {
	return lines.flatMap((line) => {
		const { name, form, bytes, refused } = line;
		if (form === undefined || bytes === undefined || !wanted(line)) return [];
		const inflated = Uint8Array.from(inflateSync(Buffer.from(bytes, 'base64')));
		return [
			{
				name,
				form,
				title: `${name}, ${form} form`,
				bytes: inflated,
				...(refused === undefined ? {} : { refused }),
			},
		];
	});
}

/** Checkpoints that hold what can be read, with it. */
export const readable: readonly (Checkpoint & { readonly holds: Held })[] = checkpoints(
	({ refused }) => refused === undefined,
).map((each) => ({ ...each, holds: held.get(each.name) ?? null }));

/** Checkpoints that hold what cannot be read, with words of the reason. */
export const unreadable: readonly (Checkpoint & { readonly words: RegExp })[] = checkpoints(
	({ refused }) => refused !== undefined,
).map((each) => ({ ...each, words: new RegExp(each.refused ?? '') }));
