import { allocate } from '../graph/dtype.ts';
import { type Shape, sizeOf, stridesOf } from '../graph/shape.ts';
import type { ParamsOf } from '../ops/primitives.ts';
import type { Kernel } from './kernel.ts';

/**
 * Sums in f64, element of the kernel after element, input channel after input channel. Where an element of the kernel lies
 * in an image, counted from the position of the kernel, is the same at all positions.
 */
export const convolution: Kernel<ParamsOf<'convolution'>> = ([x, w], node, params) => {
	const { stride, dilation, first } = params;
	const rank = stride.length;
	const [images, kernels] = node.inputs.map(({ shape }) => shape) as [Shape, Shape]; // of both
	if (x === undefined || w === undefined) throw new Error('internal: convolution without inputs');
	const out = allocate(node.dtype, sizeOf(node.shape));
	const leading = images.length - rank - 3;
	const batches = sizeOf(images.slice(0, leading));
	const [N = 0, G = 0, C = 0] = images.slice(leading);
	const [, O = 0] = kernels.slice(leading);
	const steps = stridesOf(images).slice(-rank);
	const ofChannel = sizeOf(images.slice(-rank));
	const positions = offsets(
		node.shape.slice(-rank),
		steps.map((step, axis) => step * (stride[axis] ?? 1)),
	);
	const within = offsets(
		[C, ...kernels.slice(-rank)],
		[ofChannel, ...steps.map((step, axis) => step * (dilation[axis] ?? 1))],
	);
	const count = within.length;
	for (let b = 0; b < batches; b++)
		for (let n = 0; n < N; n++)
			for (let g = 0; g < G; g++) {
				const image = ((b * N + n) * G + g) * C * ofChannel;
				for (let o = 0; o < O; o++) {
					const kernel = ((b * G + g) * O + o) * count;
					const channel =
						first === 'images' ? ((b * N + n) * G + g) * O + o : ((b * G + g) * O + o) * N + n;
					let at = channel * positions.length;
					for (let p = 0; p < positions.length; p++) {
						const start = image + positions[p]!;
						let sum = 0;
						for (let i = 0; i < count; i++) sum += x[start + within[i]!]! * w[kernel + i]!;
						out[at++] = sum;
					}
				}
			}
	return out;
};

/** The offset of every index of a shape, in row-major order. */
function offsets(shape: Shape, strides: readonly number[]): Int32Array {
	let all = Int32Array.of(0);
	for (const [axis, length] of shape.entries()) {
		const longer = new Int32Array(all.length * length);
		let at = 0;
		for (const offset of all)
			for (let i = 0; i < length; i++) longer[at++] = offset + i * strides[axis]!;
		all = longer;
	}
	return all;
}
