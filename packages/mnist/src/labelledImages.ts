import type { Node } from '@pullback/core';
import { checkedNode, checkedObject } from '@pullback/core/arguments';
import { type Dataset, dataset } from '@pullback/nn';

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

/** The images of a set, each with its label: what `batches` of nn, and so `fit` and `evaluate`, are made of. */
export function datasetOf(
	set: LabelledImages,
): Dataset<readonly [Node, Node], readonly [Node, Node]> {
	const { images, labels } = checkedObject('datasetOf', 'set', set) as LabelledImages; // what is left out is refused below
	return dataset(checkedNode('datasetOf', 'set.images', images)).zip(
		dataset(checkedNode('datasetOf', 'set.labels', labels)),
	);
}
