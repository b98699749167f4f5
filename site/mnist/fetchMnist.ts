import { type Mnist, parseSet } from '@pullback/mnist/browser';

/** The folder of the site that its build copies MNIST to, by gzip. */
export const dataFolder = 'mnist-data/';

/** The four files, and how large each is once it has been inflated, in bytes. */
const files = {
	'train-images-idx3-ubyte': 47_040_016,
	'train-labels-idx1-ubyte': 60_008,
	't10k-images-idx3-ubyte': 7_840_016,
	't10k-labels-idx1-ubyte': 10_008,
} as const;

type FileName = keyof typeof files;

const totalBytes = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);

/** Told how much of all there is, in bytes once inflated. */
type OnProgress = (received: number, total: number) => void;

/**
 * MNIST with pixels as bytes, from the folder at that address. Rejects with an Error in words where it is not there, and with
 * a DataFileError for what is damaged.
 */
export async function fetchMnist(folder: URL, onProgress: OnProgress): Promise<Mnist> {
	let received = 0;
	const get = async (file: FileName) => ({
		file,
		bytes: await inflated(folder, file, (bytes) => {
			received += bytes;
			onProgress(received, totalBytes);
		}),
	});
	const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
		get('train-images-idx3-ubyte'),
		get('train-labels-idx1-ubyte'),
		get('t10k-images-idx3-ubyte'),
		get('t10k-labels-idx1-ubyte'),
	]);
	return {
		train: parseSet(trainImages, trainLabels, { normalize: false }),
		test: parseSet(testImages, testLabels, { normalize: false }),
	};
}

/** The bytes of a file, which are as many as it must have, or as there are. */
async function inflated(
	folder: URL,
	file: FileName,
	onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
	const address = new URL(`${file}.gz`, folder);
	const response = await fetch(address).catch((cause: unknown) => {
		throw new Error(`${address.pathname} cannot be fetched; is the server still there?`, { cause });
	});
	if (!response.ok || response.body === null)
		throw new Error(
			`${address.pathname} is not there (${response.status}); npm run site copies it to the site`,
		);
	const bytes = new Uint8Array(files[file]);
	let filled = 0;
	try {
		const stream = response.body.pipeThrough(new DecompressionStream('gzip'));
		const reader = stream.getReader();
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			if (filled + value.length > bytes.length) throw new RangeError('it holds more than MNIST');
			bytes.set(value, filled);
			filled += value.length;
			onBytes(value.length);
		}
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new Error(`${address.pathname} is damaged, or was cut off: ${reason}`, { cause });
	}
	return bytes.subarray(0, filled);
}
