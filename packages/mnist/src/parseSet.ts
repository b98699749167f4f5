import { tensor } from '@pullback/core';
import { checkedBoolean, checkedObject, checkedOptions, constant } from '@pullback/core/arguments';
import { DataFileError } from '@pullback/files';
import { type Idx, parseIdx } from './idx.ts';
import { classes, imageSide, type LabelledImages } from './labelledImages.ts';

/** The form that a set has as Nodes. */
export interface SetOptions {
	/** Pixels as f32 from 0 to 1 (the default), or as u8 from 0 to 255. */
	readonly normalize?: boolean;
	/** Images as [n, 784] (the default), or as [n, 1, 28, 28] for convolutions. */
	readonly flatten?: boolean;
	/** Labels as f32 [n, 10] with a single 1 in each row, or as i32 [n] (the default). */
	readonly oneHotLabel?: boolean;
}

/** The form of images and labels. */
export type SetForm = Required<SetOptions>;

/** The bytes of an IDX file, and the name that errors call it by. */
export interface NamedBytes {
	readonly file: string;
	readonly bytes: Uint8Array;
}

/** An IDX file of bytes, and the name to blame. */
export interface ByteFile {
	readonly file: string;
	readonly idx: Idx<'u8'>;
}

/**
 * A set of images of 28 by 28 pixels with their labels, 0 to 9, of two IDX files in memory, as browsers have them: one half
 * of what `loadMnist` loads in Node. Throws a {@link DataFileError} that names the file and the byte, and a TypeError for
 * arguments that are none.
 */
export function parseSet(
	images: NamedBytes,
	labels: NamedBytes,
	options: SetOptions = {},
): LabelledImages {
	const given = checkedOptions('parseSet', options, ['normalize', 'flatten', 'oneHotLabel']);
	const form = checkedForm('parseSet', given);
	const checked = checkedImages(parsed('images', images, 3));
	return toNodes(checked.idx, checkedLabels(parsed('labels', labels, 1), checked).idx, form);
}

function parsed(name: string, given: NamedBytes, rank: number): ByteFile {
	const { file, bytes } = checkedObject('parseSet', name, given) as NamedBytes; // refused by parseIdx if it is none
	return { file, idx: parseIdx(bytes, file, { dtype: 'u8', rank }) };
}

/** The form that is asked for, each of its parts checked. */
export function checkedForm(
	operation: string,
	{ normalize = true, flatten = true, oneHotLabel = false }: SetOptions,
): SetForm {
	const form = { normalize, flatten, oneHotLabel };
	for (const [name, value] of Object.entries(form)) checkedBoolean(operation, name, value);
	return form;
}

/** Images, if they are of the size of MNIST's. */
export function checkedImages({ file, idx }: ByteFile): ByteFile {
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

/** Labels, if there is a digit for each image. */
export function checkedLabels({ file, idx }: ByteFile, images: ByteFile): ByteFile {
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

/** A set as Nodes in some form, of files that were checked. */
export function toNodes(
	images: Idx<'u8'>,
	labels: Idx<'u8'>,
	{ normalize, flatten, oneHotLabel }: SetForm,
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
