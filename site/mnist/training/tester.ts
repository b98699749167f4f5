import type { LabelledImages } from '@pullback/mnist/browser';
import { type OfImages, type Score, scoreOf } from '@pullback/mnist/parts';
import { otherWork } from './otherWork.ts';

/** Test images that are read at once: enough to be fast, few enough that a request waits little. */
const chunkImages = 500;

/** How a set is read: the share of its images that are read right, and the mean loss. */
export interface Tested {
	readonly accuracy: number;
	readonly loss: number;
}

/** Tests a net, whatever its weights are by then. */
export class Tester {
	readonly #score: Score;

	constructor(model: OfImages, set: LabelledImages) {
		this.#score = scoreOf(model, set);
	}

	/** Reads the whole set, while other work runs; null once that is no longer wanted. The weights must stay as they are. */
	async test(isWanted: () => boolean): Promise<Tested | null> {
		const { rows, score } = this.#score;
		let [right, loss] = [0, 0];
		for (let from = 0; from < rows.length; from += chunkImages) {
			const some = rows.subarray(from, from + chunkImages);
			const found = score(some);
			right += found.right.item();
			loss += found.loss.item() * some.length;
			await otherWork();
			if (!isWanted()) return null;
		}
		return { accuracy: right / rows.length, loss: loss / rows.length };
	}
}
