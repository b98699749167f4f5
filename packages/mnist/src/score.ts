import {
	argmax,
	cast,
	compile,
	div,
	equal,
	type Node,
	type Operand,
	sum,
	take,
} from '@pullback/core';
import { type Sequential, softmaxCrossEntropy } from '@pullback/nn';
import type { LabelledImages } from './labelledImages.ts';
import { sizeOf } from './trainingSets.ts';

/** The numbers of a set's rows, and a program that tells for some how many are read right, and the mean loss. */
export interface Score {
	readonly rows: Int32Array;
	readonly score: (rows: Operand) => { readonly right: Node; readonly loss: Node };
}

/** The rows are the program's input, and the whole set is a part of it: an engine keeps that in its memory. */
export function scoreOf(model: Pick<Sequential, 'forward'>, set: LabelledImages): Score {
	const score = compile((rows: Node) => {
		const logits = model.forward(pixelsOf(set, rows));
		const labels = take(set.labels, rows);
		return {
			right: sum(equal(argmax(logits, 1), labels)),
			loss: softmaxCrossEntropy(logits, labels),
		};
	});
	return { rows: Int32Array.from({ length: sizeOf(set) }, (_, row) => row), score };
}

/** Some rows of the images, from 0 to 1; bytes are scaled only once picked, so that no scaled set is kept. */
export function pixelsOf({ images }: LabelledImages, rows: Node): Node {
	return unitPixels(take(images, rows));
}

/** Pixels from 0 to 1, of bytes or of such numbers. */
export function unitPixels(pixels: Node): Node {
	return pixels.dtype === 'u8' ? div(cast(pixels, 'f32'), 255) : pixels;
}
