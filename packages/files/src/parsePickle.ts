import { checkedString } from '@pullback/core/arguments';
import { checkedBytes } from './bytes.ts';
import { DataFileError } from './dataFileError.ts';
import { numpyDialect } from './numpy/names.ts';
import { otherFormat } from './otherFormat.ts';
import { Cursor } from './pickle/cursor.ts';
import { finish } from './pickle/finish.ts';
import { instructions } from './pickle/instructions.ts';
import { Machine } from './pickle/machine.ts';
import type { PickleValue } from './pickle/values.ts';
import { Source } from './reading.ts';

/** The bytes that each byte of a file may become: one of int8, in the text of protocol 2, becomes one and an i32. */
const maxBytesPerByte = 8;

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
	const machine = new Machine(
		new Cursor(own, new Source(file, own.length)),
		numpyDialect,
		maxBytesPerByte * own.length,
	);
	return finish(machine.runToEnd(instructions), machine);
}
