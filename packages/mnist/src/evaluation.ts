import { compile, type Node, take } from '@pullback/core';
import { classes, type LabelledImages } from './labelledImages.ts';
import { unitPixels } from './score.ts';

/** An image that a net reads wrong. */
export interface Mistake {
	/** The number of the image in its set. */
	readonly index: number;
	readonly label: number;
	/** What the net reads, and the probability that it gives to that and to the label. */
	readonly read: number;
	readonly probability: number;
	readonly labelProbability: number;
}

/** How a net reads a set. */
export interface Evaluation {
	readonly count: number;
	readonly right: number;
	/** How often images with a label (row) are read as a digit (column). */
	readonly confusion: readonly (readonly number[])[];
	/** The images that are read wrong, that to whose label the least probability is given first. */
	readonly mistakes: readonly Mistake[];
}

/** Images that are read at once: enough to be fast, few enough that an interruption waits little. */
const chunkImages = 1000;

/**
 * How a net reads the images of a set, [n, 784] of u8 or of f32 from 0 to 1; the most probable digit is what it reads, and the
 * first of several that are. `scores` returns a score for each digit, [n, 10], before softmax. `onImages` is told how many
 * are done, and may await what it likes. Rejects with a RangeError for probabilities that are no numbers.
 */
export async function evaluate(
	scores: (images: Node) => Node,
	set: LabelledImages,
	onImages: (done: number) => Promise<void> | void = () => {},
): Promise<Evaluation> {
	const labels = set.labels.data();
	const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
	const mistakes: Mistake[] = [];
	const read = compile((rows: Node) => scores(unitPixels(take(set.images, rows))).softmax(-1));
	const rows = Int32Array.from(labels, (_, i) => i);
	for (let from = 0; from < rows.length; from += chunkImages) {
		const chunk = rows.subarray(from, from + chunkImages);
		const probabilities = read(chunk).data();
		for (const [i, index] of chunk.entries()) {
			const row = Array.from(probabilities.subarray(i * classes, (i + 1) * classes));
			const label = labels[index] ?? 0;
			const [best = 0] = likeliest(row);
			// Softmax makes all of them NaN if any score is.
			if (!Number.isFinite(row[best]))
				throw new RangeError(
					`evaluate: image ${index} has the probability ${row[best]}; the weights must be finite`,
				);
			const counts = confusion[label] ?? [];
			counts[best] = (counts[best] ?? 0) + 1;
			if (best !== label) {
				const [probability = 0, labelProbability = 0] = [row[best], row[label]];
				mistakes.push({ index, label, read: best, probability, labelProbability });
			}
		}
		await onImages(from + chunk.length);
	}
	mistakes.sort((a, b) => a.labelProbability - b.labelProbability || a.index - b.index);
	const right = confusion.reduce((sum, counts, digit) => sum + (counts[digit] ?? 0), 0);
	return { count: rows.length, right, confusion, mistakes };
}

/** The digits from the likeliest to the least likely, by their probabilities. */
export function likeliest(probabilities: readonly number[]): number[] {
	return probabilities
		.map((_, digit) => digit)
		.sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b);
}
