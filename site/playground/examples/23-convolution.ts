// Edges by convolution
// Two kernels of three by three find the upright and the level edges of a picture of a ring.
import { linspace, tensor } from '@pullback/core';
import { drawImages } from '@pullback/pictures';

const line = linspace(-1, 1, 48);
const squares = line.square().reshape([48, 1]).add(line.square());
const ring = squares.sqrt().sub(0.6).abs().mul(-12).exp();

const sobel = tensor([
	[-1, 0, 1],
	[-2, 0, 2],
	[-1, 0, 1],
]);
const edges = (kernel: typeof sobel) =>
	ring
		.reshape([1, 48, 48])
		.conv2d(kernel.reshape([1, 1, 3, 3]))
		.squeeze(0);

const upright = edges(sobel);
const level = edges(sobel.transpose());
const strength = upright.square().add(level.square()).sqrt();
console.log(await drawImages({ ring, upright, level, strength }, { size: 140 }));
console.log('strongest edge', strength.max().item());
