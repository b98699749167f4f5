import { tensors } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	compile,
	type DType,
	grad,
	hvp,
	jvp,
	logSoftmax,
	type Node,
	softmax,
	tensor,
	zeros,
} from '../src/index.ts';

const inf = Infinity;
const nan = Number.NaN;

/** Numbers and offsets of so few bits that their sums are exact. */
const shifted = (dtype: 'f32' | 'f64') => {
	const bits = dtype === 'f32' ? 22 : 50;
	return fc.record({
		dtype: fc.constant<DType>(dtype),
		rows: fc.integer({ min: 0, max: 3 }),
		width: fc.integer({ min: 0, max: 9 }),
		seeds: fc.array(fc.integer({ min: -80, max: 80 }), { minLength: 27, maxLength: 27 }),
		offset: fc.integer({ min: -(2 ** (bits - 3)), max: 2 ** (bits - 3) }),
		axis: fc.constantFrom(0, 1, -1),
	});
};

test('an offset that all share changes no bit of logSoftmax and its derivatives, compiled or not', () => {
	fc.assert(
		fc.property(
			fc.oneof(shifted('f32'), shifted('f64')),
			({ dtype, rows, width, seeds, offset, axis }) => {
				const shape = [rows, width];
				const numbers = (divisor: number): Node =>
					tensor(
						seeds.slice(0, rows * width).map((seed) => seed / divisor),
						{ dtype },
					).reshape(shape);
				const x = numbers(8);
				const u = numbers(64);
				const outcome = (at: Node): Node[] => {
					const y = logSoftmax(at, axis);
					const loss = y.mul(u).sum();
					return [y, ...grad(loss, [at]), jvp(y, [at], [u]), ...hvp(loss, [at], [u])];
				};
				const compiled = compile((at: Node) => outcome(at));
				const moved = x.add(offset);
				for (const f of [outcome, compiled] as const) {
					const found = f(moved).map((each) => each.toArray());
					expect(found).toEqual(f(x).map((each) => each.toArray()));
				}
			},
		),
	);
});

test('of equal numbers, however large, each has minus the logarithm of their count', () => {
	for (const dtype of ['f32', 'f64'] as const)
		for (const size of [0, 1e4, -1e8, 1e30]) {
			const half = tensor(-Math.LN2, { dtype }).item();
			expect(logSoftmax(tensor([size, size], { dtype })).toArray()).toEqual([half, half]);
		}
});

test('logSoftmax is NaN where softmax is, and stays exact where that is 0', () => {
	const rows: [number[], number[]][] = [
		[
			[inf, 1],
			[nan, nan],
		],
		[
			[inf, -inf],
			[nan, nan],
		],
		[
			[nan, inf],
			[nan, nan],
		],
		[
			[1, nan],
			[nan, nan],
		],
		[
			[-inf, -inf],
			[nan, nan],
		],
		[
			[-inf, 1],
			[-inf, 0],
		],
		[
			[1e4, -1e4],
			[0, -2e4],
		],
	];
	for (const [x, expected] of rows)
		for (const f of [softmax, logSoftmax]) {
			const probabilities = expected.map(Math.exp);
			for (const found of [f(x), compile((at: Node) => f(at))(x)])
				expect(found.toArray()).toEqual(f === softmax ? probabilities : expected);
		}
	expect(logSoftmax(zeros([2, 0])).shape).toEqual([2, 0]);
	expect(() => logSoftmax(zeros([2, 0]), 2)).toThrow('logSoftmax');
});

test('the gradient of what is masked by -Infinity is 0, and of the rest as without it', () => {
	fc.assert(
		fc.property(tensors([3]), (x) => {
			const masked = tensor([...x.data(), -inf], { dtype: 'f64' });
			const loss = (y: Node): Node => logSoftmax(y).slice([0, 3]).mul([1, 2, -4]).sum();
			const [slope, whole] = [grad(loss(x), [x])[0], grad(loss(masked), [masked])[0]];
			expect(whole.toArray()).toEqual([...slope.data(), 0]);
		}),
	);
});
