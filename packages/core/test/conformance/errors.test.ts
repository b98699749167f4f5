import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	type Compile,
	compiler,
	gather,
	interpreter,
	type Node,
	ready,
	scatterAdd,
	takeAlongAxis,
	tensor,
	variable,
} from '../../src/index.ts';
import { filled } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

const refusals: readonly [string, (x: Node, i: Node) => Node][] = [
	['gather', (x, i) => gather(x, i)],
	['take along the last axis', (x, i) => x.take(i, 1)],
	['computed index', (x, i) => x.mul(2).take(i.add(1).sub(1))],
	['index of an index', (x, i) => x.take(tensor([0, 1, 2, 2], { dtype: 'i32' }).take(i))],
	['scatterAdd', (x, i) => scatterAdd(x.slice([0, 1]), i.reshape([1]), { size: 3 })],
	['takeAlongAxis', (x, i) => takeAlongAxis(x, i.reshape([1, 1]), 0)],
	['one label', (x, i) => x.mul(i.reshape([1]).oneHot(3))],
	['a power of whole numbers', (_, i) => tensor([2, 3], { dtype: 'i32' }).pow(i)],
	['a byte below 0', (_, i) => i.cast('f64').mul(0.9).cast('u8')],
	['NaN as a whole number', (_, i) => i.cast('f32').sqrt().cast('i32')],
	[
		'beyond 32 bits',
		(_, i) =>
			i
				.cast('f32')
				.mul(2 ** 29)
				.expandDims(0)
				.broadcastTo([3])
				.cast('i32'),
	],
];

/** The outcome of three runs of which one may be refused: results or errors, and what the Variables hold after each. */
async function outcomeOf(
	compile: Compile,
	apply: (x: Node, i: Node) => Node,
	{
		index,
		used,
		looked,
	}: { readonly index: number; readonly used: boolean; readonly looked: boolean },
): Promise<unknown[]> {
	const w = variable(filled([3, 3], 'f64', 1), { name: 'w' });
	const v = variable([1, 2, 3], { name: 'v' });
	const step = compile((x: Node, i: Node) => {
		const y = apply(used ? w.read() : x, i)
			.cast('f64')
			.sum();
		const next = w.read().mul(0.5);
		w.assign(next.add(used ? y : 1));
		v.assign(v.read().add(1));
		return y;
	});
	const seen: unknown[] = [];
	// Sums of nine numbers of ordinary size, whatever their order.
	const rounded = (x: number): number => Math.round(1e9 * x);
	for (const i of [0, index, 1]) {
		try {
			const y = step(filled([3, 3], 'f64', 5), tensor(i, { dtype: 'i32' }));
			await ready(y);
			seen.push(rounded(y.item()));
		} catch (error) {
			seen.push(String(error));
			if (!looked) return seen;
		}
		await ready(v, w);
		seen.push(v.toArray(), Array.from(w.data(), rounded));
	}
	return seen;
}

forEveryEngine((tested) => {
	test.each(refusals)(
		'%s: what is out of range is refused in the words of the interpreter, and no Variable changes',
		(_, apply) =>
			fc.assert(
				fc.asyncProperty(fc.integer({ min: -9, max: 9 }), fc.boolean(), async (index, used) => {
					// Where errors come later, what the run was to change is lost.
					const asked = { index, used, looked: tested.late !== true };
					const expected = await outcomeOf(compiler(interpreter), apply, asked);
					expect(await outcomeOf(tested.compile, apply, asked)).toEqual(expected);
				}),
				tested.times(12),
			),
	);

	test.each([[[3]], [[-4]], [[0, 5]]])(
		'constant indices out of range are refused too: %j',
		(index) =>
			tested.computes(
				(x: Node) => x.take(tensor(index, { dtype: 'i32' })),
				[filled([3], 'f64', 1)],
				{ refusals: true },
			),
	);
});
