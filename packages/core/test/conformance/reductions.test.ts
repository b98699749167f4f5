import fc from 'fast-check';
import { test } from 'vitest';
import { type DType, grad, type Node, tensor } from '../../src/index.ts';
import { awkwardShapes, filled, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

const floats = fc.constantFrom<DType>('f32', 'f64');

/** Some of the axes of a shape. */
const axesOf = (rank: number, choice: number): number[] =>
	Array.from({ length: rank }, (_, axis) => axis).filter((axis) => (choice >> axis) % 2 === 1);

const normalizations: readonly ((x: Node, axes: number[]) => Node)[] = [
	(x, axes) => x.sum(axes, { keepDims: true }).add(x),
	(x, axes) => x.mean(axes, { keepDims: true }).sub(x).square().mean(axes),
	(x, axes) => x.logSumExp(axes),
	(x, axes) => x.sub(x.logSumExp(axes, { keepDims: true })).exp(),
	(x, axes) => x.amax(axes, { keepDims: true }).sub(x).exp().sum(axes),
	(x, axes) => {
		const mean = x.mean(axes, { keepDims: true });
		const variance = x.sub(mean).square().mean(axes, { keepDims: true });
		return x.sub(mean).div(variance.add(1e-3).sqrt());
	},
	(x, axes) => x.amax(axes).add(x.amin(axes)).mul(x.sum(axes)),
	(x, axes) => x.transpose().cumsum(0).sum(axes),
	(x, axes) => x.greater(0).any(axes).cast(x.dtype).mul(x.mean(axes)),
];

/** Numbers of which many tie: zeros of both signs, infinities, and now and then NaN. */
const tie = fc.oneof(
	{ weight: 20, arbitrary: fc.constantFrom(0, -0) },
	{ weight: 2, arbitrary: fc.constantFrom(-1, 1, Infinity, -Infinity, 1e-40, -1e-40) },
	{ weight: 1, arbitrary: fc.constant(Number.NaN) },
);

/** Matrices of such numbers, or of few of them: rows that are all the least or the greatest there is, too. */
const tiedMatrices = fc
	.record({
		rows: fc.integer({ min: 1, max: 9 }),
		columns: fc.integer({ min: 1, max: 21 }),
		element: fc.oneof(
			fc.constant(tie),
			fc.constantFrom(
				fc.constantFrom(-Infinity, Number.NaN),
				fc.constant(-Infinity),
				fc.constant(Infinity),
			),
		),
	})
	.chain(({ rows, columns, element }) =>
		fc
			.array(element, { minLength: rows * columns, maxLength: rows * columns })
			.map((elements) => tensor(Float32Array.from(elements), { shape: [rows, columns] })),
	);

forEveryEngine((tested) => {
	test('reductions over any axes, what is made of them, and gradients are the interpreter’s', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...normalizations),
				awkwardShapes(0, 4, 3000).filter((shape) => !shape.includes(0)),
				fc.nat(15),
				floats,
				seeds,
				(normalize, shape, choice, dtype, seed) => {
					const axes = axesOf(shape.length, choice);
					const f = (x: Node): Node[] => {
						const y = normalize(x, axes);
						// Whatever the size of y, its rounding changes this slope by no more than its own share.
						return [y, ...grad(y.square().add(1).log().sum(), [x])];
					};
					return tested.computes(f, [filled(shape, dtype, seed)]);
				},
			),
			tested.times(70),
		);
	});

	test.each([
		['max', (x: Node, axis: number) => x.amax(axis)],
		['min', (x: Node, axis: number) => x.amin(axis)],
	] as const)(
		'of zeros the %s has the sign that the interpreter gives it, and NaN wins',
		(_, f) => {
			return fc.assert(
				fc.asyncProperty(tiedMatrices, fc.constantFrom(0, 1), (x, axis) =>
					tested.computes((y: Node) => f(y, axis), [x], { exact: true }),
				),
			);
		},
	);

	test.each([
		['max', (x: Node, axis: number) => x.argmax(axis)],
		['min', (x: Node, axis: number) => x.argmin(axis)],
	] as const)('the position of the %s is the first where several tie, or the first NaN', (_, f) => {
		const types = fc.constantFrom('f32' as const, 'f64' as const, 'bool' as const);
		return fc.assert(
			fc.asyncProperty(tiedMatrices, fc.constantFrom(0, 1), types, (x, axis, dtype) =>
				tested.computes((y: Node) => f(y.cast(dtype), axis), [x], { exact: true }),
			),
		);
	});
});
