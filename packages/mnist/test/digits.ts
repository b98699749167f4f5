import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIdx } from './idxFiles.ts';

/** Images of one bright row each, whose label tells which: a data set that is learnt in a few steps. */
export function digits(
	count: number,
	height = 28,
	width = 28,
): { images: Uint8Array; labels: Uint8Array } {
	const labels = Uint8Array.from({ length: count }, (_, i) => (i * 7) % 10);
	const pixels = new Uint8Array(count * height * width);
	labels.forEach((label, i) => {
		const start = (i * height + 2 * label) * width;
		pixels.fill(255 - (i % 50), start, start + width);
	});
	return {
		images: encodeIdx({ dtype: 'u8', shape: [count, height, width], data: pixels }),
		labels: encodeIdx({ dtype: 'u8', shape: [count], data: labels }),
	};
}

/** Writes the four files of a data set of such images; `changes` replaces some of them. */
export function writeDigits(
	dir: string,
	{ train = 40, test = 20 }: { train?: number; test?: number } = {},
	changes: Readonly<Record<string, Uint8Array>> = {},
): void {
	const [forTraining, forTesting] = [digits(train), digits(test)];
	const files = {
		'train-images-idx3-ubyte': forTraining.images,
		'train-labels-idx1-ubyte': forTraining.labels,
		't10k-images-idx3-ubyte': forTesting.images,
		't10k-labels-idx1-ubyte': forTesting.labels,
		...changes,
	};
	for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
}
