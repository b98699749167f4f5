import type { Node } from '@pullback/core';
import { checkedString } from '@pullback/core/arguments';
import { checkedBytes, joined } from './bytes.ts';
import type { NamedTensors } from './namedTensors.ts';
import { type Reading, readFrom, Source } from './reading.ts';
import { piecesOf, type SafetensorsOptions } from './safetensors/format.ts';
import { readHeader, readTensor } from './safetensors/header.ts';

/** What a file of safetensors holds. */
export interface Safetensors {
	/** Tensors by their names, in the order of the header. */
	readonly tensors: ReadonlyMap<string, Node>;
	/** Texts by their names. */
	readonly metadata: ReadonlyMap<string, string>;
}

/**
 * What a file of safetensors holds. F32, F64, I32, U8 and BOOL keep their dtype; F16 and BF16 become f32; I8, I16, U16,
 * U32, I64 and U64 become i32 if all their numbers fit. `file` is the name used in errors.
 * Throws a {@link DataFileError} that names file, byte and reason for numbers that do not fit, for other dtypes, and for
 * what is damaged: names twice, tensors that overlap, bytes that are of no tensor.
 */
export function parseSafetensors(bytes: Uint8Array, file: string): Safetensors {
	checkedString('parseSafetensors', 'file', file);
	const own = checkedBytes('parseSafetensors', bytes);
	return readFrom(own, readAll(new Source(file, own.length)));
}

/** All of a file. */
export function* readAll(source: Source): Reading<Safetensors> {
	const header = yield* readHeader(source);
	const tensors = new Map<string, Node>();
	for (const [name, entry] of header.tensors)
		tensors.set(name, yield* readTensor(source, name, entry));
	return { tensors, metadata: header.metadata };
}

/**
 * The bytes of a file of safetensors. The names of tensors and of metadata are any text.
 * Throws RangeError for a finite number that is too large for `f32As`, and for the name `__metadata__`.
 */
export function formatSafetensors(tensors: NamedTensors, options?: SafetensorsOptions): Uint8Array {
	return joined(piecesOf('formatSafetensors', tensors, options));
}
