// Chapter 8: the digits that a deep net reads wrong are those that people have to look at twice.
import { compile, concatenate, type Node } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { drawErrors } from '@pullback/pictures';
import { train } from '../chapter7/simpleConvNet.ts';
import { type Shown, show } from '../shown.ts';
import { deepConvNet } from './deepConvNet.ts';

/** The twenty mistakes of which the net is surest, after so many steps. */
export async function draw(steps = 600): Promise<Shown> {
	const net = deepConvNet(0);
	let accuracy = 0;
	for await (accuracy of train(net, steps));
	const { images, labels } = (await loadMnist({ flatten: false })).test;
	const read = compile((x: Node) => net.forward(x));
	const scores = Array.from({ length: 10 }, (_, i) =>
		read(images.slice([1000 * i, 1000 * (i + 1)])),
	);
	const picture = await drawErrors(images, labels, concatenate(scores, 0), {
		title: 'Test images that the deep convolutional net reads wrong',
	});
	return { picture, found: `after ${steps} steps ${accuracy} of the test images are read right` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
