import { arange, custom, matmul, type Node, randomKey, uniform } from '@pullback/core';
import type { Entry } from '../entry.ts';
import { anyTensor, ofMatrix, pair, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

/** Counts its calls. */
function counter(): () => number {
	let calls = 0;
	return () => calls++;
}

/** exp, its slope off in those calls of the rule, counted by `next`, of which a condition holds. */
function expByCall(isWrong: (call: number) => boolean): (x: Node) => Node {
	const next = counter();
	return one(
		(x) => x.exp(),
		(g, _, y) => g.mul(y).mul(isWrong(next()) ? 0.5 : 1),
	);
}

/** Whether each element is kept, by a key of its own for every use. */
const kept = (x: Node, key: number): Node =>
	uniform(randomKey(key), x.shape, { dtype: 'f64' }).less(0.5).cast('f64');

/** sin of an operand that the rule remembers from the last call, of whichever use. */
function remembering(): (x: Node) => Node {
	let last: Node | null = null;
	return one(
		(x) => {
			last = x;
			return x.sin();
		},
		(g, x) => g.mul((last ?? x).cos()),
	);
}
const remembered = remembering();
const rememberedOfSquares = remembering();
const chained = remembering();

/** A multiplication whose rule reads the scale of the last one that was made. */
const lastScale = (() => {
	let current = 1;
	return (x: Node, scale: number): Node => {
		current = scale;
		return one(
			(y) => y.mul(scale),
			(g) => g.mul(current),
		)(x);
	};
})();

/** Rules that depend on more than their operands, and those that core refuses. */
export const state: readonly Entry[] = [
	...ofKind('state in the rule', [
		{
			name: 'exp, right the first time only',
			f: expByCall((call) => call > 0),
			operands: vector,
		},
		{
			name: 'exp, every second time wrong',
			f: expByCall((call) => call % 2 === 1),
			operands: vector,
		},
		{
			name: 'exp, every tenth time wrong',
			f: expByCall((call) => call % 10 === 9),
			operands: anyTensor,
		},
	]),
	...ofKind('dependence on the order of calls', [
		{
			name: 'a sum of two sines, whose rule remembers the last operand alone',
			f: (x, y) => remembered(x).add(remembered(y)),
			operands: pair,
		},
		{
			name: 'the sine of x² times that of x, whose rule remembers the last operand alone',
			f: (x) => rememberedOfSquares(x.square()).mul(rememberedOfSquares(x)),
			operands: vector,
		},
		{
			name: 'the sine of a sine, whose rule remembers the last operand alone',
			f: (x) => chained(chained(x)),
			operands: vector,
		},
	]),
	...ofKind('recomputed with another closure', [
		{
			name: 'two scales, both rules with the last of them',
			f: (x, y) => lastScale(x, 2).add(lastScale(y, 3)),
			operands: pair,
		},
		{
			name: 'a loop, whose rules see its counter after the last round',
			f: (x) => {
				let i = 0;
				const rounds: Node[] = [];
				for (; i < 3; i++) {
					const power = i;
					rounds.push(
						one(
							(y) => y.mul(power).sin(),
							(g, y) => g.mul(y.mul(i).cos()).mul(i),
						)(x),
					);
				}
				return rounds.reduce((total, each) => total.add(each));
			},
			operands: vector,
		},
		{
			name: 'a layer, computed again for its rule with the weight of another',
			f: two(
				(x, w) => matmul(x, w).tanh(),
				(g, x, w) => {
					const again = matmul(x, w.add(0.1)).tanh();
					const slope = g.mul(again.square().neg().add(1));
					return [matmul(slope, w.transpose()), matmul(x.transpose(), slope)];
				},
			),
			operands: ofMatrix((rows, columns) => [
				[rows, columns],
				[columns, rows],
			]),
			torch:
				'custom(lambda x, w: (x @ w).tanh(), lambda g, x, w: ((g * (1 - (x @ (w + 0.1)).tanh()**2)) @ w.T, x.T @ (g * (1 - (x @ (w + 0.1)).tanh()**2))))',
		},
		{
			name: 'an activation, computed again for its rule from its own output',
			f: one(
				(x) => x.tanh(),
				(g, _, y) => g.mul(tanhSlope(y)),
			),
			operands: vector,
			torch: 'custom(lambda x: x.tanh(), lambda g, x: (g * (1 - x.tanh().tanh()**2),))',
		},
	]),
	...ofKind('another random mask in the rule', [
		{
			name: 'dropout whose rule draws again',
			f: one(
				(x) => x.mul(kept(x, 1)).mul(2),
				(g, x) => g.mul(kept(x, 2)).mul(2),
			),
			operands: vector,
		},
		{
			name: 'dropout whose rule forgets the scale',
			f: one(
				(x) => x.mul(kept(x, 1)).mul(2),
				(g, x) => g.mul(kept(x, 1)),
			),
			operands: anyTensor,
		},
		{
			name: 'every second element dropped, the others by the rule',
			f: one(
				(x) =>
					x.mul(
						arange(0, x.shape[0] ?? 0, 1)
							.cast('f64')
							.mul(Math.PI / 2)
							.cos()
							.square(),
					),
				(g, x) =>
					g.mul(
						arange(0, x.shape[0] ?? 0, 1)
							.cast('f64')
							.mul(Math.PI / 2)
							.sin()
							.square(),
					),
			),
			operands: vector,
			torch:
				'custom(lambda x: x * (torch.arange(len(x)) % 2 == 0), lambda g, x: (g * (torch.arange(len(x)) % 2 == 1),))',
		},
	]),
	...ofKind('gradient of a wrong shape', [
		{
			name: 'a mean that passes its scalar cotangent on',
			f: one(
				(x) => x.mean(),
				(g) => g,
			),
			operands: vector,
			torch: 'custom(lambda x: x.mean(), lambda g, x: (g,))',
		},
		{
			name: 'a product of matrices, its cotangents those of the transposes',
			f: two(matmul, (g, x, y) => [
				matmul(g, y.transpose()).transpose(),
				matmul(x.transpose(), g).transpose(),
			]),
			operands: ofMatrix((rows, columns) => [
				[rows, columns],
				[columns, rows],
			]),
			torch: 'custom(lambda x, y: x @ y, lambda g, x, y: ((g @ y.T).T, (x.T @ g).T))',
		},
		{
			name: 'a product of two that returns one cotangent',
			f: custom<readonly [Node, Node]>({
				forward: (x, y) => x.mul(y),
				vjp: (g, [, y]) => [g.mul(y)],
			}),
			operands: pair,
			torch: 'custom(lambda x, y: x * y, lambda g, x, y: (g * y,))',
		},
		{
			name: 'a sum whose tangent is not summed',
			f: one(
				(x) => x.sum(),
				(g, x) => g.mul(x.onesLike()),
				(t) => t,
			),
			operands: vector,
		},
	]),
];
