// Chapter 5: which digits are taken for which others.
import { loadMnist, trainTwoLayerNet } from '@pullback/mnist';
import { ConfusionMatrix } from '@pullback/nn';
import { drawConfusionMatrix } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';

/** What the two-layer net reads in the test images after a short training. */
export async function draw(iterations = 2000): Promise<Shown> {
	const mnist = await loadMnist();
	const { model } = await trainTwoLayerNet(mnist, { iterations });
	const { images, labels } = mnist.test;
	const matrix = new ConfusionMatrix(10);
	matrix.update(model.forward(images), labels);
	const picture = await drawConfusionMatrix(matrix, { title: 'Digits, and what they are read as' });
	return { picture, found: worstOf([...matrix.value().flatten().data()]) };
}

/** The most frequent mistake in words. */
function worstOf(counts: readonly number[]): string {
	const mistakes = counts
		.map((count, i) => ({ count, actual: Math.floor(i / 10), found: i % 10 }))
		.filter(({ actual, found }) => actual !== found);
	const [worst] = mistakes.sort((a, b) => b.count - a.count);
	return `the most frequent mistake: ${worst?.count} times a ${worst?.actual} is read as ${worst?.found}`;
}

if (process.argv[1] === import.meta.filename) await show(() => draw(300));
