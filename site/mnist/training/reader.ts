import { compile, type Node, tensor } from '@pullback/core';
import { digitFromPicture, type LabelledImages, type Recipe } from '@pullback/mnist/browser';
import { imageSide } from '@pullback/mnist/parts';
import type { Sequential } from '@pullback/nn';
import type { Ink, Report } from '../protocol.ts';

/** What a net reads in the image that is before it, whatever its weights are by then. */
export class Reader {
	readonly #imageShape: readonly number[];
	readonly #probabilities: (image: Node) => Node;

	constructor(model: Sequential, { imageShape }: Recipe) {
		this.#imageShape = imageShape;
		this.#probabilities = compile((image: Node) => model.forward(image).softmax(-1));
	}

	/** What is read in an image of MNIST; that there is nothing to read if there is none. */
	read(image: Node | null): Extract<Report, { kind: 'read' | 'nothing' }> {
		if (image === null) return { kind: 'nothing' };
		const probabilities = this.#probabilities(image.reshape([1, ...this.#imageShape]));
		return {
			kind: 'read',
			image: Float32Array.from(image.data()),
			probabilities: Float32Array.from(probabilities.data()),
		};
	}
}

/** The image of MNIST that a drawing is prepared as; null where nothing is drawn. */
export function imageOf({ side, values }: Ink): Node | null {
	const paper = values.map((ink) => 1 - ink);
	return digitFromPicture(tensor(paper, { shape: [side, side] }));
}

/** An image of a set by its number, counted around the set, with pixels from 0 to 1. */
export function imageIn({ images }: LabelledImages, number: number): Node {
	const count = images.shape[0] ?? 1;
	return images
		.slice(number % count)
		.cast('f32')
		.div(255)
		.reshape([imageSide, imageSide]);
}
