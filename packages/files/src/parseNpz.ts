import type { Node } from '@pullback/core';
import { checkedString } from '@pullback/core/arguments';
import { checkedBytes, joined } from './bytes.ts';
import type { NamedTensors } from './namedTensors.ts';
import { archiveOf, checkedLimit, type NpzOptions, readArrays } from './npz.ts';
import { readFrom, Source } from './reading.ts';

/**
 * The arrays in a file of numpy.savez or numpy.savez_compressed (.npz) by their names: each as {@link parseNpy} reads it.
 * `file` is the name used in errors.
 * Throws a {@link DataFileError} that names file, byte and reason for what is damaged, for entries that are no arrays,
 * and for compressed arrays that hold more than `maxInflatedBytes`.
 */
export function parseNpz(
	bytes: Uint8Array,
	file: string,
	options?: NpzOptions,
): ReadonlyMap<string, Node> {
	checkedString('parseNpz', 'file', file);
	const own = checkedBytes('parseNpz', bytes);
	const limit = checkedLimit('parseNpz', options);
	return readFrom(own, readArrays(new Source(file, own.length), limit));
}

/** The bytes of a file of numpy.savez that holds tensors, which are not compressed. */
export function formatNpz(tensors: NamedTensors): Uint8Array {
	return joined(archiveOf('formatNpz', tensors));
}
