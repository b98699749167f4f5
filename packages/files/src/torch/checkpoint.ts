import { otherFormat } from '../otherFormat.ts';
import type { PickleValue } from '../pickle/values.ts';
import type { Reading, Source } from '../reading.ts';
import { readArchive } from './archive.ts';
import { readLegacy } from './legacy.ts';

/** The bytes that tensors may take beside those that the file accounts for: one that repeats an element is small in it. */
const freeBytes = 2 ** 20;

/** The bytes of tensors that each byte of a file may become: those of float32 in up to eight views of one storage. */
const maxBytesPerByte = 8;

/** How many bytes tell the form of a file. */
const beginningBytes = 8;

/** What a checkpoint of PyTorch's holds, in either of its forms. */
export function* readCheckpoint(source: Source): Reading<PickleValue> {
	const length = Math.min(source.size, beginningBytes);
	const beginning = yield* source.bytes(0, length, 'the beginning of a checkpoint');
	const otherBytes = freeBytes + maxBytesPerByte * source.size;
	if (isZip(beginning)) return yield* readArchive(source, otherBytes);
	const kind = otherFormat(beginning);
	if (kind !== undefined) source.refuse(0, `found ${kind}, needed a checkpoint of PyTorch's`);
	return yield* readLegacy(source, otherBytes);
}

function isZip(beginning: Uint8Array): boolean {
	return beginning[0] === 0x50 && beginning[1] === 0x4b;
}
