import type { Node, Shape } from '@pullback/core';
import { viewOf } from '../bytes.ts';
import type { ElementType } from '../elements.ts';
import { maxTensors } from '../namedTensors.ts';
import { quoted } from '../pickle/values.ts';
import type { Reading, Source } from '../reading.ts';
import { storedBytes, storedShape, storedTensor } from '../storedTensor.ts';
import { typesByName } from './dtypes.ts';
import { JsonScanner } from './json.ts';

/** The bytes before the header, which are its length. */
export const lengthBytes = 8;

/** The longest header, in bytes, as the format's own implementation has it. */
export const maxHeaderBytes = 100_000_000;

/** The name in the header that stands for no tensor. */
export const metadataName = '__metadata__';

/** The names that each tensor has: dtype, shape and data_offsets. */
const fieldNames = 3;

/** The most axes that are read of a shape, one more than a tensor can have. */
const maxAxes = 65;

/** A tensor as the header describes it. */
export interface TensorEntry {
	readonly type: ElementType;
	readonly shape: Shape;
	/** The byte of the file where its elements begin. */
	readonly start: number;
	/** The bytes of its elements. */
	readonly length: number;
}

/** What the header of a file says. */
export interface Header {
	readonly tensors: ReadonlyMap<string, TensorEntry>;
	readonly metadata: ReadonlyMap<string, string>;
}

/** A description in the header, and the byte of the file where it stands. */
interface Described extends TensorEntry {
	readonly name: string;
	readonly at: number;
}

/** The header, whose tensors take up the rest of the file, each byte once. */
export function* readHeader(source: Source): Reading<Header> {
	const length = viewOf(yield* source.bytes(0, lengthBytes, 'the length of the header'));
	const headerBytes = Number(length.getBigUint64(0, true)); // rounded only beyond any file
	if (headerBytes > maxHeaderBytes)
		source.refuse(0, `found a header of ${headerBytes} bytes, needed at most ${maxHeaderBytes}`);
	const bytes = yield* source.bytes(lengthBytes, headerBytes, 'the header');
	const dataStart = lengthBytes + headerBytes;
	if (bytes[0] !== 0x7b)
		source.refuse(lengthBytes, 'found no header of safetensors, needed a JSON object');
	const scanner = new JsonScanner(bytes, source, lengthBytes);
	const list: Described[] = [];
	let metadata: ReadonlyMap<string, string> = new Map();
	scanner.object('the header', maxTensors + 1, (name, at) => {
		if (name === metadataName) metadata = readMetadata(scanner);
		else list.push({ name, at, ...readEntry(scanner, name, at, dataStart) });
	});
	scanner.end();
	checkCover(source, list, dataStart);
	return { tensors: new Map(list.map(({ name, at: _, ...entry }) => [name, entry])), metadata };
}

/** The tensor of an entry. */
export function* readTensor(source: Source, name: string, entry: TensorEntry): Reading<Node> {
	const { type, shape, start, length } = entry;
	const bytes = yield* source.bytes(start, length, `the tensor ${quoted(name)}`, true);
	const storage = { type, shape, littleEndian: true, axes: 'ascending' } as const;
	return storedTensor(bytes, storage, {
		refuse: (reason) => source.refuse(start, `${reason}, in the tensor ${quoted(name)}`),
	});
}

function readMetadata(scanner: JsonScanner): ReadonlyMap<string, string> {
	const metadata = new Map<string, string>();
	scanner.object('the metadata', maxTensors, (name) => {
		metadata.set(name, scanner.string(`the value of ${quoted(name)}`));
	});
	return metadata;
}

function readEntry(scanner: JsonScanner, name: string, at: number, dataStart: number): TensorEntry {
	let dtype: string | null = null;
	let sizes: readonly number[] | null = null;
	let offsets: readonly number[] | null = null;
	scanner.object(`the tensor ${quoted(name)}`, fieldNames, (field, fieldAt) => {
		if (field === 'dtype') dtype = scanner.string('a dtype');
		else if (field === 'shape') sizes = scanner.wholeNumbers('a shape', maxAxes);
		else if (field === 'data_offsets') offsets = scanner.wholeNumbers('data_offsets', 2);
		else
			scanner.refuse(
				`found the field ${quoted(field)} of a tensor, needed dtype, shape and data_offsets`,
				fieldAt,
			);
	});
	const refuse = (reason: string): never =>
		scanner.refuse(`${reason}, in the tensor ${quoted(name)}`, at);
	return entryOf({ dtype, sizes, offsets }, dataStart, { refuse });
}

/** The fields of an entry, each null if it is not there. */
interface Fields {
	readonly dtype: string | null;
	readonly sizes: readonly number[] | null;
	readonly offsets: readonly number[] | null;
}

function entryOf(
	{ dtype, sizes, offsets }: Fields,
	dataStart: number,
	caller: { refuse(reason: string): never },
): TensorEntry {
	if (dtype === null || sizes === null || offsets === null)
		return caller.refuse('found too few fields, needed dtype, shape and data_offsets');
	const type =
		typesByName.get(dtype) ??
		caller.refuse(
			`found the dtype ${quoted(dtype)}, needed one of ${[...typesByName.keys()].join(', ')}`,
		);
	const shape = storedShape(sizes, caller);
	const [begin, end] = offsets;
	if (begin === undefined || end === undefined || begin > end)
		return caller.refuse(`found the data_offsets [${offsets.join(', ')}], needed two in order`);
	const length = storedBytes({ type, shape });
	if (end - begin !== length)
		caller.refuse(
			`found ${end - begin} bytes from ${begin} to ${end}, needed ${length} for shape [${shape.join(', ')}] of ${dtype}`,
		);
	return { type, shape, start: dataStart + begin, length };
}

/** Refuses tensors that overlap, or leave bytes between or after them to nobody. */
function checkCover(source: Source, list: readonly Described[], dataStart: number): void {
	let next = dataStart;
	for (const { name, at, start, length } of list.toSorted(
		(a, b) => a.start - b.start || a.length - b.length,
	)) {
		if (start !== next)
			source.refuse(
				at,
				`found the tensor ${quoted(name)} from byte ${start}, needed one from byte ${next}, where the one before ends`,
			);
		next = start + length;
		if (next > source.size)
			source.refuse(
				source.size,
				`found the end of the file, needed ${length} bytes from byte ${start} for the tensor ${quoted(name)}`,
			);
	}
	if (next !== source.size)
		source.refuse(next, `found ${source.size - next} bytes after the last tensor, needed none`);
}
