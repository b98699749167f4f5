import type { Node } from '@pullback/core';
import { checkedCount, checkedOptions } from '@pullback/core/arguments';
import { checkedTensors, type NamedTensors } from './namedTensors.ts';
import { piecesOf } from './npy/format.ts';
import { readArray } from './npy/read.ts';
import { quoted } from './pickle/values.ts';
import { type Reading, readFrom, type Source } from './reading.ts';
import { openZip } from './zip/archive.ts';
import { entryName } from './zip/entryName.ts';
import { formatZip, type NewEntry } from './zip/format.ts';

/** Options of {@link parseNpz} and {@link readNpz}. */
export interface NpzOptions {
	/**
	 * The most bytes that compressed arrays may hold together; if left out, 16 MiB and 16 for each byte of the file, so
	 * that few bytes do not become more than memory holds.
	 */
	readonly maxInflatedBytes?: number;
}

const ending = '.npy';

/** The most arrays of an archive. */
const maxArrays = 50_000;

/** The limit that options set. */
export function checkedLimit(
	operation: string,
	options: NpzOptions | undefined,
): number | undefined {
	const { maxInflatedBytes } = checkedOptions(operation, options, ['maxInflatedBytes']);
	return maxInflatedBytes === undefined
		? undefined
		: checkedCount(operation, 'maxInflatedBytes', maxInflatedBytes);
}

/** All arrays of an archive by their names, without the ending that their entries have. */
export function* readArrays(
	source: Source,
	maxInflatedBytes: number | undefined,
): Reading<ReadonlyMap<string, Node>> {
	const zip = yield* openZip(source, maxInflatedBytes);
	const { length } = zip.names;
	if (length > maxArrays)
		source.refuse(source.size, `found ${length} entries, needed at most ${maxArrays} arrays`);
	const arrays = new Map<string, Node>();
	for (const name of zip.names) {
		if (!name.endsWith(ending))
			source.refuse(0, `found the entry ${quoted(name)}, needed arrays alone, named *${ending}`);
		const entry = yield* zip.read(name, true);
		arrays.set(name.slice(0, -ending.length), readFrom(entry.bytes, readArray(entry.source)));
	}
	return arrays;
}

/** An archive of arrays, in pieces that are made one by one. All arguments are checked when it is called. */
export function archiveOf(operation: string, tensors: NamedTensors): Iterable<Uint8Array> {
	const list = checkedTensors(operation, tensors);
	if (list.length > maxArrays)
		throw new RangeError(`${operation}: got ${list.length} tensors; the most are ${maxArrays}`);
	for (const [name] of list) {
		const result = entryName(new TextEncoder().encode(name + ending), true);
		if ('fault' in result)
			throw new RangeError(
				`${operation}: got the name ${quoted(name)}, ${result.fault}; it must be a plain name`,
			);
	}
	return formatZip(entriesOf(list));
}

function* entriesOf(
	list: readonly (readonly [name: string, tensor: Node])[],
): Generator<NewEntry, void, undefined> {
	for (const [name, tensor] of list) yield { name: name + ending, pieces: piecesOf(tensor) };
}
