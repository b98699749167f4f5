import { Cursor } from '../pickle/cursor.ts';
import { finish } from '../pickle/finish.ts';
import { instructions } from '../pickle/instructions.ts';
import { Machine } from '../pickle/machine.ts';
import { describeValue, type PickleValue, type StackValue } from '../pickle/values.ts';
import type { Reading, Source } from '../reading.ts';
import { plainDialect, torchDialect } from './names.ts';
import { Storages } from './storage.ts';

/** What every file of the older form begins with. */
const magicNumber = 0x1950a86a20f9469cfc6cn;

/** The one version of the older form. */
const protocolVersion = 1001;

/**
 * What a checkpoint of the older form holds, as `torch.save` wrote them before PyTorch 1.6: five pickles, namely a magic
 * number, a version, the machine's properties, the value, and the keys of storages; then the storages in that order, each
 * the number of elements in 8 bytes, and these. Both are little-endian on any machine.
 */
export function* readLegacy(source: Source, otherBytes: number): Reading<PickleValue> {
	const cursor = new Cursor(yield* source.bytes(0, source.size, 'a checkpoint'), source);

	function plain(what: string, isFine: (value: StackValue) => boolean): StackValue {
		const start = cursor.offset;
		const value = new Machine(cursor, plainDialect, otherBytes).run(instructions);
		if (!isFine(value)) cursor.refuse(start, `found ${describeValue(value)}, needed ${what}`);
		return value;
	}

	plain("the magic number of PyTorch's older files", (value) => value === magicNumber);
	plain(`version ${protocolVersion}`, (value) => value === protocolVersion);
	plain(
		'a machine that stores the lowest byte first',
		(value) => value instanceof Map && value.get('little_endian') === true,
	);
	const storages = new Storages(6);
	const machine = new Machine(cursor, torchDialect(storages), otherBytes);
	const value = machine.run(instructions);
	const keys = plain('a list of the keys of storages', (list) => isListOf(list, storages.all));
	for (const key of keys as string[]) readStorage(storages, key, cursor); // each is the key of one
	if (cursor.rest > 0)
		cursor.refuse(cursor.offset, `found ${cursor.rest} bytes after the last storage, needed none`);
	return finish(value, machine);
}

/** Whether a list holds each of the keys once. */
function isListOf(list: StackValue, keys: ReadonlyMap<StackValue, unknown>): boolean {
	return (
		Array.isArray(list) &&
		list.length === keys.size &&
		new Set(list).size === keys.size &&
		list.every((key) => keys.has(key))
	);
}

function readStorage(storages: Storages, key: string, cursor: Cursor): void {
	const storage = storages.all.get(key);
	if (storage === undefined) return; // every key has one
	cursor.reading = `storage ${describeValue(key)}`;
	const start = cursor.offset;
	const count = cursor.uint64();
	if (count !== storage.count)
		cursor.refuse(
			start,
			`found a storage of ${count} elements, needed ${storage.count} as its tensors say`,
		);
	const at = cursor.offset;
	storage.store({
		bytes: cursor.take(storage.bytes),
		littleEndian: true,
		refuse: (reason) => cursor.refuse(at, reason),
	});
}
