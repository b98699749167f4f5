// Chapter 7: what the kernels of a trained net make of a picture that has nothing to do with digits.
import { conv2d, linspace, type Node, relu, where } from '@pullback/core';
import { drawImages } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { filtersOf, simpleConvNet, train } from './simpleConvNet.ts';

/** A disc, a square and stripes, [size, size] from 0 to 1. */
export function testPicture(size = 96): Node {
	const axis = linspace(-1, 1, size);
	const [x, y] = [axis.expandDims(0), axis.expandDims(1)];
	const distance = x.add(0.45).square().add(y.add(0.4).square());
	const isDisc = distance.less(0.16);
	const isSquare = x.sub(0.45).abs().maximum(y.add(0.4).abs()).less(0.35);
	const stripes = x.add(y).mul(16).sin().greater(0).cast('f32');
	const isBelow = y.greater(0.15).broadcastTo([size, size]);
	return where(isDisc.logicalOr(isSquare), 1, where(isBelow, stripes, 0));
}

/** The picture, and what eleven of the kernels leave of it. */
export async function draw(steps = 200): Promise<Shown> {
	const net = simpleConvNet(0);
	for await (const _ of train(net, steps));
	const picture = testPicture();
	const filters = filtersOf(net).slice([0, 11]);
	const filtered = relu(conv2d(picture.reshape([1, 1, 96, 96]), filters)).slice(0);
	const named = Array.from({ length: filters.shape[0] ?? 0 }, (_, i) => [
		`kernel ${i + 1}`,
		filtered.slice(i),
	]);
	return {
		picture: await drawImages(
			{ 'the picture': picture, ...Object.fromEntries(named) },
			{ columns: 4, size: 120, title: 'A picture, and what kernels find in it' },
		),
		found: `${filters.shape[0]} of 30 kernels after ${steps} steps, each 5 by 5: a picture of 96 by 96 becomes one of ${filtered.shape[1]} by ${filtered.shape[2]}`,
	};
}

if (process.argv[1] === import.meta.filename) await show(draw);
