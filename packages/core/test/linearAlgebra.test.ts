import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	dot,
	einsum,
	matmul,
	type Node,
	normal,
	outer,
	randomKey,
	sum,
	tensor,
} from '../src/index.ts';

const draw = (seed: number, shape: readonly number[], dtype: 'f32' | 'f64' = 'f64'): Node =>
	normal(randomKey(seed), shape, { dtype });

/** Sums of k products, each rounded: k units of the last place of numbers of that size. */
const close = (actual: Node, expected: Node, k: number, unit = 2 ** -52): void => {
	expect(actual.shape).toEqual(expected.shape);
	const [a, b] = [actual.data(), expected.data()];
	for (let i = 0; i < a.length; i++)
		expect(Math.abs((a[i] ?? 0) - (b[i] ?? 0))).toBeLessThanOrEqual(
			8 * (k + 1) * unit * (1 + Math.abs(b[i] ?? 0)),
		);
};

/** The product by its definition, with broadcasts and a sum. */
const bySum = (x: Node, y: Node): Node => sum(x.expandDims(-1).mul(y.expandDims(-3)), -2);

const lengths = fc.oneof(fc.nat(9), fc.constantFrom(15, 16, 17, 33));

test('an element of a matrix product is the sum of products of a row and a column', () => {
	fc.assert(
		fc.property(lengths, lengths, lengths, fc.nat(3), fc.nat(), (m, k, n, batch, seed) => {
			for (const lead of [[], [batch]]) {
				const [x, y] = [draw(seed, [...lead, m, k]), draw(seed + 1, [...lead, k, n])];
				close(matmul(x, y), bySum(x, y), k);
			}
		}),
	);
});

test('leading axes broadcast', () => {
	const [x, y] = [draw(1, [2, 1, 3, 4]), draw(2, [5, 4, 2])];
	close(matmul(x, y), bySum(x, y), 4);
});

test('a vector is a row on the left and a column on the right', () => {
	const [a, b] = [tensor([1, 2, 3]), tensor([4, 5, 6])];
	expect(matmul(a, b).item()).toBe(32);
	expect(matmul(a, b.reshape([3, 1])).toArray()).toEqual([32]);
	expect(dot(a, b).item()).toBe(32);
	expect(outer([1, 2], [3, 4]).toArray()).toEqual([
		[3, 4],
		[6, 8],
	]);
});

test('integers multiply exactly, and wrap at 32 bits', () => {
	const x = tensor([[2 ** 30, 123456789]], { dtype: 'i32' });
	const y = tensor([[4], [987654321]], { dtype: 'i32' });
	const exact = (2n ** 30n * 4n + 123456789n * 987654321n) & 0xffffffffn;
	expect(matmul(x, y).item()).toBe(Number(BigInt.asIntN(32, exact)));
});

test('sizes that do not fit are named, with advice', () => {
	expect(() => matmul(draw(1, [32, 784]), draw(2, [10, 784]))).toThrow(
		'matmul: cannot multiply [32, 784] by [10, 784]: inner sizes 784 and 10 differ; transpose the second argument?',
	);
	expect(() => matmul(3, [1, 2])).toThrow('a scalar has no rows');
});

const letters = ['a', 'b', 'c', 'd'] as const;
const sizes: Record<string, number> = { a: 2, b: 3, c: 1, d: 2 };

test('einsum is the sum over all missing letters of the product of its operands', () => {
	const terms = fc.array(fc.subarray([...letters]), { minLength: 1, maxLength: 3 });
	const cases = terms.chain((inputs) =>
		fc.tuple(fc.constant(inputs), fc.shuffledSubarray([...new Set(inputs.flat())])),
	);
	fc.assert(
		fc.property(cases, ([inputs, output]) => {
			const operands = inputs.map((labels, i) =>
				draw(
					i,
					labels.map((label) => sizes[label] ?? 1),
				),
			);
			const wide = operands.map((operand, i) => {
				const labels = inputs[i] ?? [];
				const shape = letters.map((label) => (labels.includes(label) ? (sizes[label] ?? 1) : 1));
				return operand.reshape(shape);
			});
			const used = letters.filter((label) => inputs.flat().includes(label));
			const product = wide
				.reduce((x, y) => x.mul(y))
				.broadcastTo(letters.map((label) => (used.includes(label) ? (sizes[label] ?? 1) : 1)));
			const gone = letters.flatMap((label, axis) => (output.includes(label) ? [] : [axis]));
			const kept = letters.filter((label) => output.includes(label));
			const expected = product.sum(gone).permute(output.map((label) => kept.indexOf(label)));
			const equation = `${inputs.map((labels) => labels.join('')).join(',')}->${output.join('')}`;
			close(einsum(equation, ...operands), expected, 50);
		}),
	);
});

test('einsum takes diagonals, and infers the output', () => {
	const x = draw(7, [3, 3]);
	close(
		einsum('ii', x),
		x
			.mul([
				[1, 0, 0],
				[0, 1, 0],
				[0, 0, 1],
			])
			.sum(),
		3,
	);
	close(einsum('ij,jk', x, x), matmul(x, x), 3);
	close(einsum('ba', x), x.transpose(), 1);
	expect(
		einsum('ii->i', [
			[1, 2],
			[3, 4],
		]).toArray(),
	).toEqual([1, 4]);
});

test('einsum names what does not fit', () => {
	expect(() => einsum('ij,jk->ik', [[1]])).toThrow('names 2 operands, got 1');
	expect(() => einsum('ij->k', [[1]])).toThrow("'k' after ->");
	expect(() => einsum('i,i->', [1, 2], [1, 2, 3])).toThrow("'i' has length 2 and 3");
	expect(() => einsum('i1', [[1]])).toThrow("'1' is not a letter");
	expect(() => einsum('ijk', [[1]])).toThrow("'ijk' names 3 axes, operand 0 has shape [1, 1]");
});
