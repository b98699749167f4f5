import fc from 'fast-check';
import { test } from 'vitest';
import { arange, concatenate, type DType, grad, type Node, stack } from '../../src/index.ts';
import { awkwardShapes, filled, seeds, sizeOf } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

const floats = fc.constantFrom<DType>('f32', 'f64');

/** Steps that rearrange a tensor; each takes any shape. */
const movements: readonly ((x: Node, choice: number) => Node)[] = [
	(x, c) => (x.shape.length > 0 ? x.flip(c % x.shape.length) : x),
	(x) => x.transpose(),
	(x, c) => x.permute([...x.shape.keys()].sort((a, b) => ((c >> a) % 3) - ((c >> b) % 3) || a - b)),
	(x) => x.reshape([-1]),
	(x) => (x.shape.length > 1 ? x.reshape(x.shape.toReversed()) : x),
	(x, c) => x.expandDims(c % (x.shape.length + 1)),
	(x, c) => x.slice(...x.shape.map((_, i) => [null, null, [1, 2, -1][(c >> i) % 3] ?? 1] as const)),
	(x, c) => x.pad(x.shape.map((_, i) => [(c >> i) % 2, (c >> (i + 1)) % 2])),
	(x, c) => {
		const fits = x.shape.length > 0 && (x.shape.at(-1) ?? 0) > c % 3;
		return fits ? x.windows(1 + (c % 3), { stride: 1 + (c % 4) }) : x;
	},
	(x, c) => (x.shape.length > 0 ? concatenate([x, x.neg()], c % x.shape.length) : x),
	(x, c) => stack([x, x.mul(2)], c % (x.shape.length + 1)),
	(x, c) => x.expandDims(0).broadcastTo([1 + (c % 3), ...x.shape]),
	(x) => x.mul(0.5).add(1),
	(x) => x.exp().log1p(),
	(x) => (x.shape.length > 0 ? x.cumsum(-1).mul(0.1) : x),
	(x) => (x.shape.length > 0 ? x.sort(0) : x),
	(x) => x.sub(x.mean()),
];

forEveryEngine((tested) => {
	test('chains of movements, with arithmetic among them, and gradients are the interpreter’s', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(movements.length - 1), fc.nat(100)), {
					minLength: 1,
					maxLength: 7,
				}),
				awkwardShapes(0, 3, 200),
				floats,
				seeds,
				(steps, shape, dtype, seed) => {
					const f = (x: Node): Node[] => {
						let y = x;
						for (const [step, choice] of steps) {
							const next = movements[step]?.(y, choice) ?? y;
							if (next.shape.length <= 5 && sizeOf(next.shape) <= 3000) y = next;
						}
						return sizeOf(shape) === 0 ? [y] : [y, ...grad(y.sin().sum(), [x])];
					};
					return tested.computes(f, [filled(shape, dtype, seed)]);
				},
			),
			tested.times(90),
		);
	});

	test.each([0, 1, 2, 3])(
		'of a tensor without elements nothing is loaded, even before its first one: axis %d',
		(axis) =>
			tested.computes((y: Node) => y.flip(axis).add(1), [filled([1, 0, 9, 9], 'f64', 1)], {
				exact: true,
			}),
	);
});

forEveryEngine(
	(tested) => {
		test('long tensors, beyond what one row of a loop holds, are the interpreter’s', () => {
			return fc.assert(
				fc.asyncProperty(
					fc.constantFrom(4095, 4097, 8191, 8192, 8193, 12_289, 20_003),
					fc.constantFrom<DType>('f32', 'f64', 'i32', 'u8', 'bool'),
					seeds,
					(length, dtype, seed) => {
						const f = (x: Node): Node[] => [
							x.flip(),
							x.slice([null, null, -3]),
							x.pad([[3, 5]]),
							concatenate([x, x.flip()]),
							x.cast('f64').mul(arange(0, length, 1, { dtype: 'f64' })),
							x.expandDims(1).broadcastTo([length, 3]),
							x.expandDims(0).broadcastTo([3, length]).transpose(),
							x.take(arange(0, length, 1, { dtype: 'i32' }).mul(-1).sub(1)),
							x.cast('i32').add(1).reshape([-1]),
							x.cast('f64').sum(),
							x.argmax(),
							x.cast('f32').cumsum(0),
						];
						const x = filled([length], dtype, seed);
						return tested.computes(f, [x]);
					},
				),
				tested.times(6),
			);
		});
	},
	{ large: true },
);
