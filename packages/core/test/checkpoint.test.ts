import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	checkpoint,
	compile,
	grad,
	hvp,
	jvp,
	matmul,
	type Node,
	normal,
	randomKey,
	tensor,
	topologicalOrder,
	variable,
	vmap,
	zeros,
} from '../src/index.ts';
import { planOf } from './plans.ts';
import { runs } from './runs.ts';

const draw = (seed: number, shape: readonly number[]): Node =>
	normal(randomKey(seed), shape, { dtype: 'f64' });
const w = variable(draw(1, [3, 3]), { name: 'w' });
const outer = draw(2, [3]).exp();
const indices = tensor([2, 0], { dtype: 'i32' });

/** Uses its argument, a Variable, a Node from outside and indices. */
const layer = (x: Node): Node =>
	matmul(x.tanh(), w).mul(outer).sin().add(x).take(indices, -1).sum(-1);

/** The same operations in the same order: equal to the last bit. */
const same = (a: Node, b: Node | undefined): void => expect(a.toArray()).toEqual(b?.toArray());

test('a checkpointed function has the value and derivatives of the function', () => {
	fc.assert(
		fc.property(fc.nat(), (seed) => {
			const [x, u] = [draw(seed, [2, 3]), draw(seed + 1, [2, 3])];
			const outcome = (f: (x: Node) => Node): Node[] => {
				const y = f(x);
				const loss = y.square().sum();
				const [dx, dw, dOuter] = grad(loss, [x, w, outer]);
				return [y, dx, dw, dOuter, jvp(y, [x], [u]), ...hvp(loss, [x], [u])];
			};
			const expected = outcome(layer);
			for (const [i, each] of outcome(checkpoint(layer)).entries()) same(each, expected[i]);
		}),
		runs(30),
	);
});

test('it may be compiled, mapped and nested', () => {
	const x = draw(5, [2, 3]);
	const slopes = (f: (x: Node) => Node) => (at: Node) => grad(f(at).square().sum(), [at])[0];
	const twice = checkpoint((at: Node) => checkpoint(layer)(at).mul(2));
	same(compile(slopes(checkpoint(layer)))(x), compile(slopes(layer))(x));
	same(slopes(twice)(x), slopes((at) => layer(at).mul(2))(x));
	const gap = vmap(slopes(checkpoint(layer)))(x)
		.sub(vmap(slopes(layer))(x))
		.abs()
		.amax()
		.item();
	expect(gap).toBeLessThan(1e-14);
});

test('the backward pass computes the function again', () => {
	const x = draw(6, [2, 3]);
	const tanhs = (f: (x: Node) => Node): number => {
		const [slope] = grad(f(x).square().sum(), [x]);
		return topologicalOrder([slope]).filter(({ primitive }) => primitive.name === 'tanh').length;
	};
	expect(tanhs(checkpoint(layer))).toBe(tanhs(layer) + 1);
});

test('in a compiled function, a chain of n times n values in n checkpoints takes the memory of 2n of them', () => {
	const n = 8;
	const shape = [16, 64];
	const bytes = 16 * 64 * 4;
	const block = (x: Node): Node => {
		let y = x;
		for (let i = 0; i < n; i++) y = y.sin().mul(y.sum(-1, { keepDims: true }));
		return y;
	};
	const memoryOf = (part: (x: Node) => Node): number => {
		const slope = (x: Node): readonly Node[] => {
			let y = x;
			for (let i = 0; i < n; i++) y = part(y);
			return grad(y.square().sum(), [x]);
		};
		return planOf(slope, zeros(shape)).size / bytes;
	};
	expect(memoryOf(block)).toBeGreaterThan(n * n - 1);
	expect(memoryOf(checkpoint(block))).toBeLessThan(2 * n + 1);
});
