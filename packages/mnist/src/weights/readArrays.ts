import { open } from 'node:fs/promises';
import { Node } from '@pullback/core';
import {
	DataFileError,
	readNpz,
	readPickle,
	readPyTorch,
	readSafetensors,
	tensorsOf,
} from '@pullback/files';
import { systemReason } from '@pullback/files/paths';

/** A kind of files of weights. */
export type WeightsFormat = 'safetensors' | 'npz' | 'pickle' | 'PyTorch';

/** The arrays of a file of weights by their names. */
export interface NamedArrays {
	readonly format: WeightsFormat;
	readonly arrays: ReadonlyMap<string, Node>;
}

/**
 * The arrays in a file of safetensors (a checkpoint is one, too), numpy.savez, a pickled dictionary or torch.save, told apart
 * by what is in it. Rejects with a DataFileError for a file that is missing, damaged, or none of these.
 */
export async function readArrays(file: string): Promise<NamedArrays> {
	const format = await formatOf(file);
	return { format, arrays: await readers[format](file) };
}

const readers: Readonly<
	Record<WeightsFormat, (file: string) => Promise<ReadonlyMap<string, Node>>>
> = {
	safetensors: async (file) => (await readSafetensors(file)).tensors,
	npz: readNpz,
	pickle: async (file) => {
		const pickle = await readPickle(file);
		const arrays = new Map<string, Node>();
		if (!(pickle instanceof Map))
			throw new DataFileError(file, 'found no dictionary, needed one of names and arrays');
		for (const [name, value] of pickle) {
			if (!(value instanceof Node))
				throw new DataFileError(file, `found no array at ${String(name)}, needed arrays alone`);
			arrays.set(String(name), value);
		}
		return arrays;
	},
	PyTorch: async (file) => {
		const checkpoint = await readPyTorch(file);
		try {
			return tensorsOf(checkpoint);
		} catch (cause) {
			if (!(cause instanceof TypeError)) throw cause;
			throw new DataFileError(
				file,
				'found more than tensors, needed a state dictionary, as torch.save(model.state_dict(), ...) writes',
				{ cause },
			);
		}
	},
};

/** The bytes in which the names of the files in a zip archive are looked for. */
const lookedBytes = 2 ** 12;

/** Where in safetensors its header of JSON begins, behind its length. */
const safetensorsHeader = 8;

/** How the form of torch.save before zip archives begins: a pickle of its magic number. */
const legacyPyTorch = '\x80\x02\x8a\x0a\x6c\xfc\x9c';

/** How pickles of dictionaries begin, in protocols from 2 on, and in 0 and 1. */
const pickleStarts = ['\x80', '(d', '(i', '}', 'c'] as const;

/** The format by the first bytes. */
async function formatOf(file: string): Promise<WeightsFormat> {
	const beginning = await beginningOf(file);
	// In an archive of torch.save, the pickle of the dictionary is the first file.
	if (beginning.startsWith('PK')) return beginning.includes('/data.pkl') ? 'PyTorch' : 'npz';
	if (beginning[safetensorsHeader] === '{') return 'safetensors';
	if (beginning.startsWith(legacyPyTorch)) return 'PyTorch';
	if (pickleStarts.some((start) => beginning.startsWith(start))) return 'pickle';
	throw new DataFileError(
		file,
		'found no weights there, needed a file of safetensors, .npz, a pickle, or .pt of PyTorch',
	);
}

async function beginningOf(file: string): Promise<string> {
	try {
		const handle = await open(file);
		try {
			const { buffer, bytesRead } = await handle.read(
				new Uint8Array(lookedBytes),
				0,
				lookedBytes,
				0,
			);
			return Buffer.from(buffer.subarray(0, bytesRead)).toString('latin1');
		} finally {
			await handle.close();
		}
	} catch (cause) {
		const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
		throw new DataFileError(
			file,
			isMissing ? 'no such file' : `cannot read it: ${systemReason(cause)}`,
			{
				cause,
			},
		);
	}
}
