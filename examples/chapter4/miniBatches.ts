// Chapter 4: a few images drawn at random stand for all 60,000; the key of a draw says which.
import { type Node, randomIntegers, randomKey, splitKey, take } from '@pullback/core';
import { type LabelledImages, loadMnist } from '@pullback/mnist';

/** `size` images with their labels, drawn with replacement. */
export function drawBatch(
	{ images, labels }: LabelledImages,
	size: number,
	key: Node,
): LabelledImages {
	const picks = randomIntegers(key, [size], { high: labels.shape[0] ?? 0 });
	return { images: take(images, picks), labels: take(labels, picks) };
}

if (process.argv[1] === import.meta.filename) {
	const { train } = await loadMnist();
	const keys = splitKey(randomKey(0), 3);
	for (const i of [0, 1, 2, 0]) {
		const { images, labels } = drawBatch(train, 10, keys.slice(i));
		console.log(`key ${i}: images [${images.shape}] of the digits ${labels.data().join(', ')}`);
	}
}
