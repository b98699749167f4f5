import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	grad,
	hessian,
	hvp,
	jacobian,
	jvp,
	matmul,
	type Node,
	normal,
	randomKey,
	tensor,
	vjp,
} from '../src/index.ts';

const draw = (seed: number, shape: readonly number[]): Node =>
	normal(randomKey(seed), shape, { dtype: 'f64' });

/** A few dozen roundings of numbers of size 1 to 100. */
const close = (a: Node, b: Node): void => {
	expect(a.shape).toEqual(b.shape);
	const [x, y] = [a.data(), b.data()];
	for (let i = 0; i < x.length; i++)
		expect(Math.abs((x[i] ?? 0) - (y[i] ?? 0))).toBeLessThanOrEqual(
			1e-11 * (1 + Math.abs(y[i] ?? 0)),
		);
};

const shapes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 });
const f = (x: Node): Node => x.sin().mul(x.sum().exp()).sum(0).add(x.flip().square());

test('a Jacobian is the same by rows and by columns', () => {
	fc.assert(
		fc.property(shapes, fc.nat(), (shape, seed) => {
			const x = draw(seed, [2, ...shape]).mul(0.5);
			const y = f(x);
			const byRows = jacobian(y, x, { mode: 'reverse' });
			expect(byRows.shape).toEqual([...y.shape, ...x.shape]);
			close(byRows, jacobian(y, x, { mode: 'forward' }));
			close(byRows, jacobian(y, x));
		}),
	);
});

test('the Jacobian of a linear map is its matrix', () => {
	const [a, x] = [draw(1, [3, 4]), draw(2, [4])];
	close(jacobian(matmul(a, x), x), a);
});

test('vjp and jvp are products with the Jacobian', () => {
	fc.assert(
		fc.property(fc.nat(), (seed) => {
			const x = draw(seed, [3]);
			const y = x.mul(x.flip()).tanh().slice([0, 2]);
			const [c, u] = [draw(seed + 1, [2]), draw(seed + 2, [3])];
			const j = jacobian(y, x);
			close(vjp(y, c, [x])[0], matmul(c, j)); // as many as asked for
			close(jvp(y, [x], [u]), matmul(j, u));
		}),
	);
});

test('a Hessian is symmetric, and hvp is its product', () => {
	fc.assert(
		fc.property(fc.nat(), (seed) => {
			const [x, v] = [draw(seed, [4]), draw(seed + 1, [4])];
			const y = x.outer(x.sin()).sum(0).exp().sum().log();
			const h = hessian(y, x);
			close(h, h.transpose());
			close(hvp(y, [x], [v])[0], matmul(h, v)); // as many as asked for
		}),
	);
});

test('the Hessian of a quadratic form x A x is A plus its transpose', () => {
	const [a, x] = [draw(1, [3, 3]), draw(2, [3])];
	close(hessian(matmul(matmul(x, a), x), x), a.add(a.transpose()));
	expect(() => hessian(x, x)).toThrow('hessian: needs a scalar, got shape [3]; sum it');
});

test('hvp mixes its inputs', () => {
	const [x, y] = [tensor(2), tensor(3)];
	const products = hvp(x.mul(x).mul(y), [x, y], [1, 10]);
	expect(products.map((each) => each.item())).toEqual([2 * 3 + 2 * 2 * 10, 2 * 2]);
	expect(grad(x.mul(y), [x])[0]?.item()).toBe(3);
});
