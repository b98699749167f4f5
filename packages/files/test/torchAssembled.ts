import { joined } from '../src/bytes.ts';
import { formatZip } from '../src/zip/format.ts';
import { assembled, littleEndian, long, unicode } from './assembled.ts';

// Checkpoints from their parts, each of which can lie.

type Form = 'older' | 'zip';

/** The id of a storage, as both forms write it, without what the older one has at its end. */
export const storageId = (key: string, count: bigint, type = 'FloatStorage'): Uint8Array =>
	assembled(unicode('storage'), `ctorch\n${type}\n`, unicode(key), unicode('cpu'), long(count));

/** A storage by its id. */
export const storage = (form: Form, id: Uint8Array): Uint8Array =>
	assembled('(', id, form === 'older' ? 'N' : '', 'tQ');

const tuple = (numbers: readonly (bigint | number)[]): Uint8Array =>
	assembled('(', ...numbers.map((each) => long(BigInt(each))), 't');

/** A tensor in a storage. */
export const view = (
	of: Uint8Array,
	offset: bigint | number,
	shape: readonly (bigint | number)[],
	strides: readonly (bigint | number)[],
	rest: Uint8Array | string = '\x89ccollections\nOrderedDict\n)R',
): Uint8Array =>
	assembled(
		'ctorch._utils\n_rebuild_tensor_v2\n(',
		of,
		long(BigInt(offset)),
		tuple(shape),
		tuple(strides),
		rest,
		'tR',
	);

/** The parts of the older form. */
export interface Older {
	readonly magic?: Uint8Array;
	readonly version?: number;
	readonly machine?: Uint8Array | string;
	readonly keys?: readonly string[];
	readonly counts?: readonly (bigint | number)[];
	readonly end?: Uint8Array | string;
}

/** The number that files of the older form begin with. */
const magicBytes = littleEndian(0x1950a86a20f9469cfc6cn, 10);

/** A checkpoint of the older form: a value in instructions, and storages of float32 by their keys. */
export function older(
	value: Uint8Array | string,
	storages: Readonly<Record<string, Uint8Array>> = {},
	{
		magic = assembled('\x8a\x0a', magicBytes),
		version = 1001,
		machine = assembled('}(', unicode('little_endian'), '\x88u'),
		keys = Object.keys(storages),
		counts = Object.values(storages).map((bytes) => bytes.length / 4),
		end = '',
	}: Older = {},
): Uint8Array {
	return assembled(
		magic,
		'.M',
		littleEndian(version, 2),
		'.',
		machine,
		'.',
		value,
		'.](',
		...keys.map(unicode),
		'e.',
		...Object.values(storages).map((bytes, i) =>
			assembled(littleEndian(BigInt(counts[i] ?? 0), 8), bytes),
		),
		end,
	);
}

/** A checkpoint in a zip archive: a value in instructions, and entries by their names in the folder. */
export function archive(
	value: Uint8Array | string,
	entries: Readonly<Record<string, Uint8Array>> = {},
	folder = 'net',
): Uint8Array {
	const all = { 'data.pkl': assembled(value, '.'), ...entries };
	return joined(
		formatZip(
			Object.entries(all).map(([name, bytes]) => ({ name: `${folder}/${name}`, pieces: [bytes] })),
		),
	);
}

/** A checkpoint of either form. */
export function checkpoint(
	form: Form,
	value: Uint8Array | string,
	storages: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array {
	if (form === 'older') return older(value, storages);
	const entries = Object.entries(storages).map(([key, bytes]) => [`data/${key}`, bytes]);
	return archive(value, Object.fromEntries(entries));
}

/** The bytes of float32. */
export const floats = (...numbers: readonly number[]): Uint8Array =>
	new Uint8Array(Float32Array.from(numbers).buffer);
