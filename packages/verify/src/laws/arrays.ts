import {
	bernoulli,
	concatenate,
	matmul,
	type Node,
	normal,
	permutation,
	randomBits,
	randomIntegers,
	scatterAdd,
	splitKey,
	stack,
	takeAlongAxis,
	tensor,
	uniform,
} from '@pullback/core';
import fc from 'fast-check';
import { Application, agreement, type Law } from './law.ts';
import { anyDType, anyTensors, floats, ordinaryTensors, smallShapes } from './tensors.ts';

/** Some of the axes of a tensor. */
function axesOf({ shape }: Node, choice: number): number[] {
	return [...shape.keys()].filter((axis) => (choice >> axis) % 2 === 1);
}

/** In whatever order they are: of ordinary numbers, for sums that overflow on the way depend on it. */
const sums: readonly ((x: Node, choice: number) => Node)[] = [
	(x, c) => x.sum(axesOf(x, c)),
	(x, c) => x.sum(axesOf(x, c), { keepDims: true }),
	(x) => x.cumsum(-1),
];
const ofAny: readonly ((x: Node, choice: number) => Node)[] = [
	(x, c) => x.any(axesOf(x, c)),
	(x, c) => x.all(axesOf(x, c)),
];
/** Of at least one element. */
const ofSome: readonly ((x: Node) => Node)[] = [
	(x) => x.argmax(-1),
	(x) => x.argmin(0),
	(x) => x.amax(),
	(x) => x.amin(0),
	(x) => x.cast('f64').logSumExp(-1),
	(x) => x.cast('f32').softmax(-1),
];

/** Steps that rearrange a tensor; each takes any shape. */
const movements: readonly ((x: Node, choice: number) => Node)[] = [
	(x, c) => (x.shape.length > 0 ? x.flip(c % x.shape.length) : x),
	(x) => x.transpose(),
	(x) => x.reshape([-1]),
	(x) => x.reshape(x.shape.toReversed()),
	(x, c) => x.expandDims(c % (x.shape.length + 1)),
	(x, c) => x.slice(...x.shape.map((_, i) => [null, null, [1, 2, -1][(c >> i) % 3] ?? 1] as const)),
	(x, c) =>
		x.pad(
			x.shape.map((_, i) => [(c >> i) % 2, (c >> (i + 1)) % 2]),
			{ value: 1, interior: x.shape.map((_, i) => (c >> (i + 2)) % 2) },
		),
	(x, c) => {
		const fits = x.shape.length > 0 && (x.shape.at(-1) ?? 0) > c % 3;
		return fits ? x.windows(1 + (c % 3), { stride: 1 + (c % 4) }) : x;
	},
	(x, c) => (x.shape.length > 0 ? concatenate([x, x.flip()], c % x.shape.length) : x),
	(x, c) => stack([x, x.flip()], c % (x.shape.length + 1)),
	(x, c) => x.expandDims(0).broadcastTo([1 + (c % 3), ...x.shape]),
];

const small = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 10, max: 40 }));

export const arrayLaws: readonly Law[] = [
	agreement(
		'products of matrices of any size, transposed or not, in batches or not, are the interpreter’s',
		fc
			.record({
				m: small,
				k: small,
				n: small,
				batch: fc.constantFrom<number[]>([], [2], [2, 1]),
				dtype: fc.constantFrom('f32' as const, 'f64' as const, 'i32' as const),
				left: fc.boolean(),
				right: fc.boolean(),
			})
			.chain(({ m, k, n, batch, dtype, left, right }) =>
				fc
					.tuple(
						ordinaryTensors([...batch, ...(left ? [k, m] : [m, k])], dtype),
						ordinaryTensors(right ? [n, k] : [k, n], dtype),
					)
					.map((inputs) => {
						const turned = (x: Node, turn: boolean): Node => {
							const leading = [...x.shape.keys()].slice(0, -2);
							return turn ? x.permute([...leading, leading.length + 1, leading.length]) : x;
						};
						return new Application(
							(a, b) => [matmul(turned(a as Node, left), turned(b as Node, right))],
							inputs,
						);
					}),
			),
	),
	agreement(
		'reductions along any axes are the interpreter’s, of no elements, of ties and of NaN too',
		fc.tuple(anyDType, smallShapes(1, 4), fc.nat(15)).chain(([dtype, shape, choice]) =>
			fc.tuple(ordinaryTensors(shape, dtype), anyTensors(shape, dtype)).map(
				(inputs) =>
					new Application((a, b) => {
						const [x, y] = [a as Node, b as Node];
						return [
							...sums.map((f) => f(x, choice)),
							...ofAny.map((f) => f(y, choice)),
							...(shape.includes(0) ? [] : ofSome.map((f) => f(y))),
						];
					}, inputs),
			),
		),
	),
	agreement(
		'what is rearranged, step by step, lies where the interpreter has it',
		fc
			.tuple(
				anyDType,
				smallShapes(0, 3),
				fc.array(fc.tuple(fc.nat(movements.length - 1), fc.nat(100)), {
					minLength: 1,
					maxLength: 6,
				}),
			)
			.chain(([dtype, shape, steps]) =>
				anyTensors(shape, dtype).map(
					(x) =>
						new Application(
							(a) => {
								let y = a as Node;
								for (const [step, choice] of steps) {
									const next = movements[step]?.(y, choice) ?? y;
									const size = next.shape.reduce((all, length) => all * length, 1);
									if (next.shape.length <= 5 && size <= 3000) y = next;
								}
								return [y];
							},
							[x],
						),
				),
			),
	),
	agreement(
		'what is gathered and scattered is the interpreter’s, from the end and at the same places too',
		fc
			.record({
				length: fc.integer({ min: 1, max: 9 }),
				after: fc.integer({ min: 1, max: 5 }),
				picks: fc.array(fc.nat(17), { maxLength: 12 }),
				dtype: floats,
			})
			.chain(({ length, after, picks, dtype }) =>
				ordinaryTensors([length, after], dtype).map((x) => {
					const indices = Int32Array.from(picks, (pick) => (pick % (2 * length)) - length);
					return new Application(
						(a, b) => {
							const [y, i] = [a as Node, b as Node];
							return [
								y.take(i),
								y.transpose().take(i, 1),
								scatterAdd(y.take(i), i, { size: length }),
								takeAlongAxis(y, i.expandDims(1).broadcastTo([picks.length, after]), 0),
							];
						},
						[x, tensor(indices)],
					);
				}),
			),
	),
	agreement(
		'what is sorted stands in the interpreter’s order, equals in their own',
		fc.tuple(anyDType, smallShapes(1, 3)).chain(([dtype, shape]) =>
			anyTensors(shape, dtype).map(
				(x) =>
					new Application(
						(a) => {
							const y = a as Node;
							return [y.sort(-1), y.argsort(-1), y.argsort(0)];
						},
						[x],
					),
			),
		),
	),
	agreement(
		'random numbers of a key are the interpreter’s',
		fc.tuple(fc.integer(), fc.integer(), smallShapes(0, 3)).map(
			([high, low, shape]) =>
				new Application(
					(key) => {
						const k = key as Node;
						return [
							randomBits(k, shape),
							splitKey(k, 3),
							uniform(k, shape),
							normal(k, shape),
							randomIntegers(k, shape, { low: -3, high: 11 }),
							bernoulli(k, shape, { p: 0.3 }),
							permutation(k, 13),
						];
					},
					[tensor(Int32Array.of(high, low))],
				),
		),
	),
];
