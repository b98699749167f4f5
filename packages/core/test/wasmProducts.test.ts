import { expect, test } from 'vitest';
import {
	compiler,
	type Engine,
	interpreter,
	matmul,
	type Node,
	tensor,
	zeros,
} from '../src/index.ts';
import type { Kernel } from '../src/lowering/ir/kernel.ts';
import { expectAgreement, filled, newWasmEngine } from './compiled.ts';
import { guarded } from './guarded.ts';
import { planOf } from './plans.ts';

const engine = guarded(newWasmEngine());

function isProduct(kernel: Kernel): boolean {
	return kernel.kind === 'rows' && kernel.segments.some(({ kind }) => kind === 'product');
}

/** The rows of each kernel that multiplies. */
function rowsOf(f: (x: Node, y: Node) => Node, x: Node, y: Node): string[] {
	const products = planOf(f, x, y).phases.flat().filter(isProduct);
	return products.map((kernel) => (kernel.kind === 'rows' ? String(kernel.rows) : ''));
}

test('a left operand is packed where it is far to the next element, a right one where it would not stay in the cache', () => {
	const packsOf = (length: number, columns: number): number => {
		const f = (x: Node, y: Node): Node => matmul(x.transpose(), y);
		const { phases } = planOf(f, zeros([10, length]), zeros([10, columns]));
		return phases.flat().filter(({ kind }) => kind === 'pack').length;
	};
	expect(packsOf(256, 700)).toBe(2);
	expect(packsOf(100, 700)).toBe(1);
	expect(packsOf(256, 100)).toBe(1);
	expect(packsOf(250, 100)).toBe(0);
	// Few columns are not worth packing for, many are.
	expect(packsOf(256, 10)).toBe(0);
	expect(packsOf(250, 300)).toBe(1);
});

test('a large product is done by halves of its inner axis where that is long for its rows, and memory has halves', () => {
	const [weights, images] = [zeros([784, 50]), zeros([100, 784])];
	expect(rowsOf(matmul, images, weights)).toEqual(['2,100']);
	expect(rowsOf((x, y) => matmul(x.transpose(), y), zeros([784, 100]), weights)).toEqual(['2,100']);
	expect(rowsOf((x, y) => matmul(x, y.transpose()), images, zeros([50, 784]))).toEqual(['2,100']);
	expect(rowsOf((x, y) => matmul(x.reshape([100, 784]), y), zeros([100, 28, 28]), weights)).toEqual(
		['2,100'],
	);
	// What lies there in no halves, few multiply-adds, many rows.
	expect(rowsOf((x, y) => matmul(x.flip(1), y), images, weights)).toEqual(['100']);
	expect(rowsOf(matmul, zeros([100, 780]), zeros([780, 50]))).toEqual(['100']);
	expect(rowsOf(matmul, zeros([6, 784]), weights)).toEqual(['6']);
	expect(rowsOf(matmul, zeros([400, 784]), weights)).toEqual(['400']);
});

/** By an operand that lies transposed. */
const byTransposed = (x: Node, y: Node): Node => {
	const leading = [...y.shape.slice(0, -2).keys()];
	return matmul(x, y.permute([...leading, leading.length + 1, leading.length]));
};

test('a product of one row with an operand that lies transposed reads it as it lies, in rows that threads share', () => {
	const packedColumns = (x: Node, y: Node): number[] => {
		const kernels = planOf(byTransposed, x, y).phases.flat();
		return kernels.flatMap((kernel) => (kernel.kind === 'pack' ? kernel.columns : []));
	};
	expect(packedColumns(zeros([1, 784]), zeros([50, 784]))).toEqual([1]);
	expect(rowsOf(byTransposed, zeros([1, 784]), zeros([50, 784]))).toEqual(['50']);
	expect(packedColumns(zeros([3, 1, 784]), zeros([3, 50, 784]))).toEqual([1]);
	expect(rowsOf(byTransposed, zeros([3, 1, 784]), zeros([3, 50, 784]))).toEqual(['3,50']);
	// Two rows, and vectors that leave a rest.
	expect(packedColumns(zeros([2, 784]), zeros([50, 784]))).toEqual([50]);
	expect(packedColumns(zeros([1, 783]), zeros([50, 783]))).toEqual([50]);
});

test('products are one kernel while what they multiply by fits a cache', () => {
	const kernelsOf = (size: number): number => {
		const f = (x: Node, y: Node): Node => matmul(matmul(x, y).relu(), y);
		const { phases } = planOf(f, zeros([4, size]), zeros([size, size]));
		return phases.flat().filter(isProduct).length;
	};
	expect(kernelsOf(100)).toBe(1);
	expect(kernelsOf(1000)).toBe(2);
});

test('a product of constants is computed once, with the bits that it has outside of compile', () => {
	const [x, y] = [filled([300, 200], 'f32', 1), filled([200, 150], 'f32', 2)];
	const f = (shift: Node): Node => matmul(x.slice([0, 280]), y).add(shift);
	const kernels = planOf((a) => f(a), zeros([]), zeros([])).phases.flat();
	expect(kernels.filter(isProduct)).toEqual([]);
	const compiled = compiler(engine)(f);
	for (const shift of [0, 1])
		expectAgreement(compiled(tensor(shift)), f(tensor(shift)), { exact: true });
});

test('a number that only rounding takes out of range is refused as what it is', () => {
	const x = filled([1000], 'f32', 1);
	const square = (on: Engine): number => compiler(on)((y: Node) => y.matmul(y))(x).item();
	const [exact, distance] = [square(interpreter), square(engine) - square(interpreter)];
	expect(distance).not.toBe(0);
	const factor = (1.5 / distance) * 2 ** 31;
	const f = (y: Node): Node => y.matmul(y).sub(exact).mul(factor).cast('i32');
	expect(compiler(interpreter)(f)(x).item()).toBe(0);
	expect(() => compiler(engine)(f)(x)).toThrow(
		/^compile: a number that is cast .* just out of range as compiled/,
	);
});
