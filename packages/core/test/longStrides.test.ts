import { expect, test } from 'vitest';
import {
	avgPool1d,
	avgPool2d,
	conv2d,
	convTranspose2d,
	fold,
	grad,
	jvp,
	maxPool1d,
	maxPool2d,
	type Node,
	ones,
	unfold,
	windows,
} from '../src/index.ts';
import { filled } from './compiled.ts';

/** Operations of one window along each axis, with a stride from it to the next, and the shapes of their operands. */
const operations: Readonly<
	Record<string, [f: (stride: number, ...inputs: Node[]) => Node, ...shapes: number[][]]>
> = {
	conv2d: [(stride, x, w) => conv2d(x, w, { stride }), [2, 2, 4, 5], [3, 2, 2, 3]],
	'conv2d with dilation and padding': [
		(stride, x, w) => conv2d(x, w, { stride, dilation: 2, padding: [1, 0] }),
		[2, 2, 3, 4],
		[3, 2, 3, 2],
	],
	'convTranspose2d of one pixel': [
		(stride, x, w) => convTranspose2d(x, w, { stride, outputPadding: 2 }),
		[2, 2, 1, 1],
		[2, 3, 2, 3],
	],
	maxPool2d: [(stride, x) => maxPool2d(x, 2, { stride }), [1, 2, 4, 5]],
	'maxPool2d with dilation': [(stride, x) => maxPool2d(x, 2, { stride, dilation: 2 }), [1, 4, 5]],
	'maxPool1d of a large window': [(stride, x) => maxPool1d(x, 18, { stride }), [1, 20]],
	avgPool2d: [(stride, x) => avgPool2d(x, 2, { stride, padding: 1 }), [1, 2, 3, 3]],
	'avgPool1d of a large window': [(stride, x) => avgPool1d(x, 18, { stride }), [1, 20]],
	unfold: [(stride, x) => unfold(x, 2, { stride }), [1, 4, 5]],
	fold: [(stride, x) => fold(x, [4, 5], 2, { stride }), [8, 1]],
	'fold with dilation': [(stride, x) => fold(x, [4, 5], 2, { stride, dilation: 2 }), [8, 1]],
	windows: [(stride, x) => windows(x, [2, 3], { stride }), [4, 5]],
};

/** Value, gradient, that of its square, and forward derivative, as numbers. */
function derivativesOf(y: Node, inputs: readonly Node[]): unknown[] {
	const slopes = grad(y.square().sum(), inputs);
	const sum = slopes.map((slope) => slope.square().sum()).reduce((a, b) => a.add(b));
	const along = inputs.map(({ shape }) => ones(shape, { dtype: 'f64' }));
	return [y, ...slopes, ...grad(sum, inputs), jvp(y, inputs, along)].map((node) => node.toArray());
}

// No memory has room for as many elements as the longer one steps over.
test.each(Object.entries(operations))(
	'a stride beyond the end is like any other, in derivatives, too: %s',
	(_, [f, ...shapes]) => {
		const inputs = shapes.map((shape, i) => filled(shape, 'f64', i));
		const [short, long] = [5, 2 ** 31 - 1].map((stride) =>
			derivativesOf(f(stride, ...inputs), inputs),
		);
		expect(long).toEqual(short);
	},
);
