import type { Node } from '@pullback/core';
import { viewOf } from '../bytes.ts';
import { numpyTypes, unreadable } from '../numpy/dtype.ts';
import { quoted } from '../pickle/values.ts';
import type { Reading, Source } from '../reading.ts';
import { type Storage, storedBytes, storedShape, storedTensor } from '../storedTensor.ts';
import { readDescription } from './literal.ts';

/** The bytes with which every file of numpy.save begins. */
export const magic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The longest header, in bytes, as NumPy has it. */
const maxHeaderBytes = 10_000;

/** The array in the format of numpy.save that a source holds, and nothing else. */
export function* readArray(source: Source): Reading<Node> {
	const { storage, start } = yield* readHeader(source);
	const needed = storedBytes(storage);
	const found = source.size - start;
	if (found !== needed)
		source.refuse(
			Math.min(start + needed, source.size),
			`found ${found} bytes of elements, needed ${needed} for shape [${storage.shape.join(', ')}] of ${storage.type.bytes} bytes each`,
		);
	const bytes = yield* source.bytes(start, needed, 'the elements', true);
	return storedTensor(bytes, storage, { refuse: (reason) => source.refuse(start, reason) });
}

/** How the elements are stored, and the byte where they begin. */
function* readHeader(
	source: Source,
): Reading<{ readonly storage: Storage; readonly start: number }> {
	const beginning = yield* source.bytes(0, 8, 'the beginning of an array');
	if (magic.some((byte, i) => byte !== beginning[i]))
		source.refuse(0, 'found no array of numpy.save, needed one, which begins with \\x93NUMPY');
	const [major = 0, minor = 0] = beginning.subarray(6);
	if (major < 1 || major > 3 || minor !== 0)
		source.refuse(6, `found version ${major}.${minor} of the format, needed 1.0, 2.0 or 3.0`);
	const isShort = major === 1;
	const at = isShort ? 10 : 12;
	const length = viewOf(yield* source.bytes(8, at - 8, 'the length of the header'));
	const headerBytes = isShort ? length.getUint16(0, true) : length.getUint32(0, true);
	if (headerBytes > maxHeaderBytes)
		source.refuse(8, `found a header of ${headerBytes} bytes, needed at most ${maxHeaderBytes}`);
	const header = yield* source.bytes(at, headerBytes, 'the header');
	const { descr, fortranOrder, shape } = readDescription(header, source, at);
	const refuse = (reason: string): never => source.refuse(at, reason);
	const [, order, name = ''] = /^([<>|])(.*)$/s.exec(descr) ?? [];
	const type =
		numpyTypes.get(name) ?? refuse(order === undefined ? noOrder(descr) : unreadable(name));
	if (order === '|' && type.bytes > 1) refuse(noOrder(descr));
	const storage: Storage = {
		type,
		littleEndian: order !== '>',
		shape: storedShape(shape, { refuse }),
		axes: fortranOrder ? 'descending' : 'ascending',
	};
	return { storage, start: at + headerBytes };
}

function noOrder(descr: string): string {
	return `found the type ${quoted(descr)}, needed one with its byte order, < or >`;
}
