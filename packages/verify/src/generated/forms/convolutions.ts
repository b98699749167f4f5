import { conv1d, conv2d, convTranspose1d } from '@pullback/core';
import { call, made, rankOf, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';
import { isFloating } from './elements.ts';

/** Kernels that are the first elements of what they go over, along each of its last `rank` axes. */
function kernelsOf({ choose }: Place, x: Value, rank: number): Value | null {
	const ranges = x.node.shape.map((length, axis) => {
		if (axis < rankOf(x) - rank) return null;
		return [0, Math.min(length, 1 + choose(3))];
	});
	if (x.node.shape.slice(-rank - 1).includes(0) || !isFloating(x)) return null;
	const kernels = call(x, 'slice', ...ranges);
	return rankOf(x) === rank + 1 ? call(kernels, 'expandDims', 0) : kernels;
}

function options({ choose, one }: Place): { readonly [name: string]: number | string } {
	const padding = one(['same', 'valid', 0, 1, 2] as const);
	return { stride: 1 + choose(3), dilation: 1 + choose(2), padding };
}

/** Convolutions of images with parts of themselves. */
export const convolutionForms: readonly Form[] = [
	(p) => {
		const rank = rankOf(p.x) - 1;
		if (rank < 1 || rank > 2) return null;
		const w = kernelsOf(p, p.x, 1);
		return w && made('conv1d', conv1d, p.x, w, options(p));
	},
	(p) => {
		if (rankOf(p.x) < 3 || rankOf(p.x) > 4) return null;
		const w = kernelsOf(p, p.x, 2);
		return w && made('conv2d', conv2d, p.x, w, options(p));
	},
	(p) => {
		if (rankOf(p.x) !== 2) return null;
		const w = kernelsOf(p, p.x, 1);
		return (
			w &&
			made('convTranspose1d', convTranspose1d, p.x, call(w, 'transpose', 0, 1), {
				stride: 1 + p.choose(3),
				padding: p.choose(2),
			})
		);
	},
];
