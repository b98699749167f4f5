import fc from 'fast-check';
import { test } from 'vitest';
import {
	argsort,
	equal,
	grad,
	greater,
	greaterEqual,
	less,
	lessEqual,
	type Node,
	stack,
	tensor,
	where,
} from '../../src/index.ts';
import { filled } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

/** Views of whole numbers that are at least one. */
const viewsOfOne: readonly ((x: Node) => Node)[] = [
	(x) => x.slice(...x.shape.map((length): [number, number] => [0, Math.ceil(length / 2)])),
	(x) => x.slice(...x.shape.map((): [null, null, number] => [null, null, 2])),
	(x) => x.flip(),
	(x) => x.reshape([-1]),
	(x) => x.reshape([1, -1]).transpose(),
	(x) => x.broadcastTo([2, ...x.shape]),
];

/** What reads whole numbers below 5, and five others. */
const readers: readonly ((part: Node, x: Node) => Node)[] = [
	(part, x) => x.take(part),
	(part, x) => x.add(part.cast('f32').sum()),
	(part) => tensor([9, 8, 7, 6, 5], { dtype: 'i32' }).take(part),
	(part) => tensor([0.5, 1, 2, 4, 8]).take(part).sum(),
	(part) => part.add(1),
	(part) => argsort(part.reshape([-1])),
	(part, x) => part.mul(x.slice([0, 1])),
];

forEveryEngine((tested) => {
	test.each<[string, (x: Node) => Node]>([
		[
			'a long chain',
			(x) => {
				let y = x;
				for (let i = 0; i < 1500; i++) y = i % 3 === 0 ? y.mul(0.999) : y.add(x.mul(0.001));
				return y;
			},
		],
		[
			'60 sums of a value and itself',
			(x) => {
				let y = x;
				for (let i = 0; i < 60; i++) y = y.add(y);
				return y;
			},
		],
		['500 parts of one sum', (x) => stack(Array.from({ length: 500 }, (_, i) => x.mul(i))).sum(0)],
	])('%s compiles, and its value and gradient are the interpreter’s', (_, f) =>
		tested.computes((x: Node) => [f(x), ...grad(f(x).sum(), [x])], [filled([5], 'f64', 1)]),
	);

	test('a choice between a number and what was compared, whose condition others ask, too, is the interpreter’s', () =>
		fc.assert(
			fc.asyncProperty(
				fc.constantFrom(lessEqual, lessEqual, lessEqual, less, greater, greaterEqual, equal),
				fc.constantFrom(0, 0, -0, -1, 1, Number.NaN),
				fc.constantFrom(0, 0, -0, 1, -1),
				fc.constantFrom(false, false, false, true),
				fc.constantFrom('f32' as const, 'f64' as const),
				(compare, bound, taken, swaps, dtype) =>
					tested.computes(
						(x: Node, w: Node) => {
							const compared = x.neg();
							const condition = compare(compared, bound);
							const choice = swaps
								? where(condition, compared, taken)
								: where(condition, taken, compared);
							// A product, so that it is stored.
							return [choice.matmul(w), where(condition, w.mul(2), w.mul(3)), choice.sub(1)];
						},
						[
							tensor([0, -0, Number.NaN, Infinity, -Infinity, 1, -1, 2, -2], {
								shape: [3, 3],
								dtype,
							}),
							filled([3, 3], dtype, 1),
						],
					),
			),
			tested.times(100),
		));

	test('parts of a constant, whatever reads them, are what they are where each reads its own', () =>
		fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom(...viewsOfOne), { maxLength: 3 }),
				fc.array(fc.constantFrom(...readers), { minLength: 1, maxLength: 4 }),
				(views, read) =>
					tested.computes(
						(x: Node) => {
							const whole = tensor([3, 1, 4, 1, 0, 2, 4, 3], { dtype: 'i32' });
							const part = views.reduce((node, view) => view(node), whole);
							return read.map((each) => each(part, x));
						},
						[filled([5], 'f32', 1)],
					),
			),
			tested.times(40),
		));
});
