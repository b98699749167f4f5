// Chapter 5: the two-layer net learns to read digits. `npm run mnist` is the whole recipe; this is its start.
import { loadMnist, type TrainingResult, trainTwoLayerNet } from '@pullback/mnist';

/** A few hundred steps of the book's recipe on the real MNIST. */
export async function train(iterations = 300): Promise<TrainingResult> {
	return trainTwoLayerNet(await loadMnist(), { iterations });
}

if (process.argv[1] === import.meta.filename) {
	const { history, iterations, seconds } = await train();
	for (const { trainAccuracy, testAccuracy, loss } of history)
		console.log(
			`loss ${loss.toFixed(4)}, accuracy on training images ${trainAccuracy.toFixed(4)}, on test images ${testAccuracy.toFixed(4)}`,
		);
	console.log(`${iterations} iterations in ${seconds.toFixed(1)} s`);
}
