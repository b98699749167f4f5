import { Cursor } from '../pickle/cursor.ts';
import { finish } from '../pickle/finish.ts';
import { instructions } from '../pickle/instructions.ts';
import { Machine } from '../pickle/machine.ts';
import { type PickleValue, quoted } from '../pickle/values.ts';
import type { Reading, Source } from '../reading.ts';
import { openZip, type ZipArchive } from '../zip/archive.ts';
import { torchDialect } from './names.ts';
import { Storages } from './storage.ts';

/**
 * What a checkpoint in the form of a zip archive holds, as `torch.save` has written them since PyTorch 1.6: the pickle of
 * the value is `data.pkl` in the one folder, each storage an entry of its folder `data`, and `byteorder`, where there is
 * one, says in which order the bytes of each element stand.
 */
export function* readArchive(source: Source, otherBytes: number): Reading<PickleValue> {
	const archive = yield* openZip(source);
	const folder = folderOf(source, archive);
	const littleEndian = yield* isLittleEndian(archive, `${folder}/byteorder`);
	const { bytes, source: pickle } = yield* archive.read(`${folder}/data.pkl`);
	const storages = new Storages(5);
	const inflated = archive.names.reduce((sum, name) => sum + archive.sizeOf(name), 0);
	const machine = new Machine(
		new Cursor(bytes, pickle),
		torchDialect(storages),
		otherBytes + inflated,
	);
	const value = machine.runToEnd(instructions);
	for (const [key, storage] of storages.all) {
		const entry = yield* archive.read(`${folder}/data/${key}`);
		storage.store({
			bytes: entry.bytes,
			littleEndian,
			refuse: (reason) => entry.source.refuse(0, reason),
		});
	}
	return finish(value, machine);
}

/** The folder that an archive consists of. */
function folderOf(source: Source, { names }: ZipArchive): string {
	const folders = names.flatMap((name) => /^([^/]+)\/data\.pkl$/.exec(name)?.[1] ?? []);
	const [folder] = folders;
	if (folder === undefined || folders.length > 1)
		return source.refuse(
			0,
			`found a zip archive with ${folders.length} entries data.pkl, needed a checkpoint of PyTorch's, which has one in a folder`,
		);
	if (names.includes(`${folder}/constants.pkl`))
		source.refuse(
			0,
			`found a program of TorchScript, needed a checkpoint: save a state dictionary by torch.save(model.state_dict(), file)`,
		);
	return folder;
}

/** Whether the lowest byte of each element stands first, as it does where an archive does not say it. */
function* isLittleEndian(archive: ZipArchive, name: string): Reading<boolean> {
	if (!archive.has(name)) return true;
	const { bytes, source } = yield* archive.read(name);
	const order = String.fromCharCode(...bytes.subarray(0, maxOrderBytes));
	if (order !== 'little' && order !== 'big')
		source.refuse(0, `found the byte order ${quoted(order)}, needed little or big`);
	return order === 'little';
}

/** As many bytes of a byte order as an error shows. */
const maxOrderBytes = 20;
