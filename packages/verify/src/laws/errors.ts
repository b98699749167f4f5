import {
	compiler,
	type Node,
	ready,
	scatterAdd,
	takeAlongAxis,
	tensor,
	variable,
} from '@pullback/core';
import fc from 'fast-check';
import { Application, agreement, expectLaw, type Law } from './law.ts';

/** What is out of range for some i. */
const refusals: readonly ((x: Node, i: Node) => Node)[] = [
	(x, i) => x.gather(i),
	(x, i) => x.take(i, 1),
	(x, i) => x.mul(2).take(i.add(1).sub(1)),
	(x, i) => x.take(tensor([0, 1, 2, 2], { dtype: 'i32' }).take(i)),
	(x, i) => scatterAdd(x.slice([0, 1]), i.reshape([1]), { size: 3 }),
	(x, i) => takeAlongAxis(x, i.reshape([1, 1]), 0),
	(x, i) => x.mul(i.reshape([1]).oneHot(3)),
	(_, i) => tensor([2, 3], { dtype: 'i32' }).pow(i),
	(_, i) => i.cast('f64').mul(0.9).cast('u8'),
	(_, i) => i.cast('f32').sqrt().cast('i32'),
	(_, i) =>
		i
			.cast('f32')
			.mul(2 ** 29)
			.expandDims(0)
			.broadcastTo([3])
			.cast('i32'),
];

const matrix = tensor(Float64Array.of(1, -2, 3, 0.5, 0, 7, -1, 2, 4), { shape: [3, 3] });

export const errorLaws: readonly Law[] = [
	agreement(
		'what is out of range is refused in the words of the interpreter',
		fc
			.tuple(fc.constantFrom(...refusals), fc.integer({ min: -9, max: 9 }))
			.map(
				([f, i]) =>
					new Application(
						(a, b) => [f(a as Node, b as Node)],
						[matrix, tensor(i, { dtype: 'i32' })],
					),
			),
	),
	{
		title: 'a run that fails changes no Variable',
		async check({ engine }) {
			const w = variable([1, 2]);
			const f = compiler(engine)((i: Node) => {
				w.assign([3, 4]);
				return tensor([1]).take(i);
			});
			const index = tensor(5, { dtype: 'i32' });
			let y: Node;
			try {
				y = f(index);
			} catch {
				const held = String(w.toArray());
				expectLaw(held === '1,2', `a Variable that held 1,2 holds ${held}`);
				return;
			}
			// Where values come later, so does the error, and what the run was to change has none.
			const failure = await failureOf(() => y);
			expectLaw(failure !== null, 'an index out of range was not refused');
			const lost = await failureOf(() => w.read());
			expectLaw(lost === failure, `a Variable fails by ${lost}, the run by ${failure}`);
		},
	},
];

async function failureOf(look: () => Node): Promise<string | null> {
	try {
		await ready(look());
		return null;
	} catch (error) {
		return String(error);
	}
}
