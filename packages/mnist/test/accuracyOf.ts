import { accuracy, evaluate, type Sequential, softmaxCrossEntropy } from '@pullback/nn';
import { datasetOf, type LabelledImages, type RecipeName, recipes } from '../src/index.ts';
import { OfImages } from '../src/recipes/ofImages.ts';

/** The share of the first images of a set that a net of a recipe reads right. */
export async function accuracyOf(
	model: Sequential,
	recipe: RecipeName,
	{ images, labels }: LabelledImages,
	count: number,
): Promise<number> {
	const some = { images: images.slice([0, count]), labels: labels.slice([0, count]) };
	const net = new OfImages(model, recipes[recipe].imageShape);
	const measured = await evaluate(net, datasetOf(some).batches({ size: 500 }), {
		loss: softmaxCrossEntropy,
		metrics: { accuracy },
	});
	const { accuracy: found = Number.NaN } = measured.metrics;
	return found;
}
