import { loadMnist, recipes } from '@pullback/mnist';
import type { RunSettings } from '@pullback/mnist/browser';
import { batchesOf, checkedSettings, newNet, OfImages, optimizerOf } from '@pullback/mnist/parts';
import { fit, type Sequential } from '@pullback/nn';

/** A net after so many steps on MNIST in Node, with a constant learning rate. */
export async function trainedInNode(
	given: Pick<RunSettings, 'recipe' | 'batchSize' | 'seed'>,
	steps: number,
): Promise<Sequential> {
	const { imageShape, loss } = recipes[given.recipe];
	const settings = checkedSettings('trainedInNode', { ...given, schedule: 'constant' });
	const { train } = await loadMnist({ normalize: false });
	const batches = batchesOf(settings, train);
	const model = newNet(settings);
	await fit(new OfImages(model, imageShape), batches, {
		loss,
		optimizer: optimizerOf(settings, model, batches.length),
		epochs: Math.ceil(steps / batches.length),
		callbacks: [(event) => (event.kind === 'step' && event.steps === steps ? 'stop' : undefined)],
		progress: 'none',
	});
	return model;
}
