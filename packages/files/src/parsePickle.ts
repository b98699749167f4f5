import { checkedString } from '@pullback/core/arguments';
import { checkedBytes } from './bytes.ts';
import { DataFileError } from './dataFileError.ts';
import { numpyNames } from './numpy/names.ts';
import { finish } from './pickle/finish.ts';
import { instructions } from './pickle/instructions.ts';
import { Machine } from './pickle/machine.ts';
import type { PickleValue } from './pickle/values.ts';

/**
 * What a pickle of Python's holds, protocols 0 to 5: NumPy's arrays and scalars as Nodes, numbers, text, bytes, lists,
 * tuples and dictionaries. It runs nothing: a pickle that names anything but NumPy's arrays is refused. Arrays of
 * float32, float64, int32, uint8 and bool keep their dtype; float16 becomes f32, other whole numbers i32 if all fit.
 * `file` is the name used in errors. The result shares no memory with `bytes`.
 * Throws a {@link DataFileError} that names file, byte and reason for anything else, and for what is damaged.
 */
export function parsePickle(bytes: Uint8Array, file: string): PickleValue {
	checkedString('parsePickle', 'file', file);
	const own = checkedBytes('parsePickle', bytes);
	const kind = otherFormat(own);
	if (kind !== undefined)
		throw new DataFileError(file, `found ${kind}, needed a pickle`, { offset: 0 });
	const machine = new Machine(own, file, numpyNames);
	return finish(machine.run(instructions), machine);
}

/** Beginnings of files that are taken for pickles, each of which no pickle has. */
const otherFormats: readonly (readonly [beginning: readonly number[], kind: string])[] = [
	[[0x1f, 0x8b], 'gzip (inflate it first)'],
	[[0x50, 0x4b, 0x03, 0x04], 'a zip archive, as numpy.savez and torch.save write'],
	[[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'an array of numpy.save'],
	[[0x89, 0x48, 0x44, 0x46], 'HDF5'],
	[[0x3c], 'what looks like a web page'],
];

function otherFormat(bytes: Uint8Array): string | undefined {
	return otherFormats.find(([beginning]) => beginning.every((byte, i) => bytes[i] === byte))?.[1];
}
