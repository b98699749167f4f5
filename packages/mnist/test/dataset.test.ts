import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DataFileError, type LoadMnistOptions, loadMnist } from '../src/index.ts';
import { digits, writeDigits } from './digits.ts';
import { temporaryFolder } from './idxFiles.ts';

/** The error that loading gives, which must be a typed one. */
async function errorOf(dir: string): Promise<DataFileError> {
	try {
		await loadMnist({ dir });
	} catch (error) {
		if (error instanceof DataFileError) return error;
		throw error;
	}
	throw new Error('the data was accepted');
}

/** A folder with a small data set. */
function folder(
	...what: Parameters<typeof writeDigits> extends [string, ...infer Rest] ? Rest : never
) {
	const dir = temporaryFolder();
	writeDigits(dir, ...what);
	return dir;
}

describe('MNIST itself', () => {
	test('comes with the package: 60,000 and 10,000 images of 784 pixels from 0 to 1', async () => {
		const { train, test } = await loadMnist();
		expect([train.images.shape, train.images.dtype]).toEqual([[60_000, 784], 'f32']);
		expect([train.labels.shape, train.labels.dtype]).toEqual([[60_000], 'i32']);
		expect([test.images.shape, test.labels.shape]).toEqual([[10_000, 784], [10_000]]);
		expect([...train.labels.data().subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
		expect([...test.labels.data().subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
		const pixels = train.images.view();
		let [low, high, total] = [1, 0, 0];
		for (let i = 0; i < pixels.length; i++) {
			const pixel = pixels[i] as number; // i is in range
			if (pixel < low) low = pixel;
			if (pixel > high) high = pixel;
			total += pixel;
		}
		expect([low, high]).toEqual([0, 1]);
		// The published mean of the training pixels.
		expect(total / (60_000 * 784)).toBeCloseTo(0.1306604, 6);
	});
});

describe('the options', () => {
	const load = (options: LoadMnistOptions) => loadMnist({ dir: folder(), ...options });

	test('leave the pixels as bytes', async () => {
		const [bytes, numbers] = await Promise.all([load({ normalize: false }), load({})]);
		expect(bytes.train.images.dtype).toBe('u8');
		const scaled = Array.from(bytes.train.images.data(), (pixel) => Math.fround(pixel / 255));
		expect(scaled).toEqual([...numbers.train.images.data()]);
	});

	test('keep the rows of each image', async () => {
		const [images, rows] = await Promise.all([load({ flatten: false }), load({})]);
		expect(images.test.images.shape).toEqual([20, 1, 28, 28]);
		expect(images.test.images.data()).toEqual(rows.test.images.data());
	});

	test('write each label as a row with a single 1', async () => {
		const [rows, labels] = await Promise.all([load({ oneHotLabel: true }), load({})]);
		const { shape, dtype } = rows.train.labels;
		expect([shape, dtype]).toEqual([[40, 10], 'f32']);
		const expected = Array.from(labels.train.labels.data(), (label) =>
			Array.from({ length: 10 }, (_, i) => (i === label ? 1 : 0)),
		);
		expect(rows.train.labels.toArray()).toEqual(expected);
	});
});

describe('a folder', () => {
	test.each([
		['plain', (name: string) => name, (bytes: Uint8Array) => bytes],
		[
			'plain with a dot',
			(name: string) => name.replace('-idx', '.idx'),
			(bytes: Uint8Array) => bytes,
		],
		['gzip', (name: string) => `${name}.gz`, gzipSync],
		['gzip with a dot', (name: string) => `${name.replace('-idx', '.idx')}.gz`, gzipSync],
		['gzip in the name only', (name: string) => `${name}.gz`, (bytes: Uint8Array) => bytes],
	])('may hold the files %s', async (_, rename, pack) => {
		const [dir, plain] = [temporaryFolder(), folder()];
		const small = { train: digits(40), test: digits(20) };
		writeFileSync(join(dir, rename('train-images-idx3-ubyte')), pack(small.train.images));
		writeFileSync(join(dir, rename('train-labels-idx1-ubyte')), pack(small.train.labels));
		writeFileSync(join(dir, rename('t10k-images-idx3-ubyte')), pack(small.test.images));
		writeFileSync(join(dir, rename('t10k-labels-idx1-ubyte')), pack(small.test.labels));
		const [read, expected] = await Promise.all([loadMnist({ dir }), loadMnist({ dir: plain })]);
		expect(read.train.images.data()).toEqual(expected.train.images.data());
		expect(read.test.labels.data()).toEqual(expected.test.labels.data());
	});

	test('of empty sets loads', async () => {
		const { train, test } = await loadMnist({ dir: folder({ train: 0, test: 0 }) });
		expect([train.images.shape, train.labels.shape]).toEqual([[0, 784], [0]]);
		expect([test.images.shape, test.labels.shape]).toEqual([[0, 784], [0]]);
	});

	test('that cannot be looked into is not called missing', async () => {
		const dir = temporaryFolder();
		const [loop, file] = [join(dir, 'loop'), join(dir, 'file')];
		symlinkSync(loop, loop);
		writeFileSync(file, '');
		const name = 'train-images-idx3-ubyte';
		for (const [given, reason] of [
			[loop, 'cannot look for it: ELOOP'],
			[file, 'cannot look for it: ENOTDIR'],
			[join(dir, 'x'.repeat(300)), 'cannot look for it: ENAMETOOLONG'],
		] as const)
			expect((await errorOf(given)).message).toContain(`${join(given, name)}: ${reason}`);
	});

	test('that is not there is named', async () => {
		const dir = join(temporaryFolder(), 'none');
		expect((await errorOf(dir)).message).toBe(`${dir}: no such folder`);
	});

	test.each(['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'])(
		'that lacks %s-ubyte: the file is named',
		async (name) => {
			const dir = folder();
			rmSync(join(dir, `${name}-ubyte`));
			expect((await errorOf(dir)).file).toBe(join(dir, `${name}-ubyte`));
		},
	);
});

describe('files that do not fit together are refused', () => {
	test('images and labels that differ in number, naming both', async () => {
		const dir = folder({}, { 'train-labels-idx1-ubyte': digits(39).labels });
		const error = await errorOf(dir);
		expect([error.file, error.offset]).toEqual([join(dir, 'train-labels-idx1-ubyte'), 4]);
		expect(error.reason).toContain('found 39 labels, needed 40, one for each image of ');
		expect(error.reason).toContain('train-images-idx3-ubyte');
	});

	test('a label from 10 on, naming its byte', async () => {
		const { labels } = digits(20);
		labels[8 + 13] = 10;
		const error = await errorOf(folder({}, { 't10k-labels-idx1-ubyte': labels }));
		expect([error.offset, error.reason]).toEqual([
			21,
			'found label 10 for image 13, needed 0 to 9',
		]);
	});

	test.each(['train-images-idx3-ubyte', 't10k-images-idx3-ubyte'])(
		'%s of another size, naming both sizes',
		async (name) => {
			const dir = folder({ train: 20, test: 20 }, { [name]: digits(20, 28, 29).images });
			const error = await errorOf(dir);
			expect(error.message).toBe(
				`${join(dir, name)}: at byte 8: found images of 28x29 pixels, needed 28x28`,
			);
		},
	);

	test('labels where images belong, and images where labels belong', async () => {
		const dir = folder();
		const [images, labels] = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'].map((name) =>
			join(dir, name),
		) as [string, string]; // map keeps the length
		renameSync(images, join(dir, 'was-images'));
		renameSync(labels, images);
		expect((await errorOf(dir)).reason).toContain('found 1 dimensions, needed 3');
		renameSync(images, labels);
		renameSync(join(dir, 'was-images'), images);
		writeFileSync(labels, digits(40).images);
		expect((await errorOf(dir)).reason).toContain('found 3 dimensions, needed 1');
	});

	test('a damaged file, by the same error as reading it alone', async () => {
		const { images } = digits(40);
		const dir = folder({}, { 'train-images-idx3-ubyte': images.subarray(0, images.length - 1) });
		expect((await errorOf(dir)).offset).toBe(images.length - 1);
	});
});
