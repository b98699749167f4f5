import { compiler, interpreter, type Node, ready, tensor, variable } from '@pullback/core';
import { histories } from '../generated/histories.ts';
import { agreement, checkAgreement, expectLaw, type Law } from './law.ts';

/** Compiles a function, or leaves it as it is. */
type Wrap = (f: (x: Node) => Node) => (x: Node) => Node;

export const variableLaws: readonly Law[] = [
	agreement(
		'Variables that are read, assigned and swapped at random hold what the interpreter gives them',
		histories(),
	),
	{
		title:
			'Variables hold what the interpreter gives them, too, where it and the engine take turns',
		check: (tested) => checkAgreement(tested, histories(), interpreter),
	},
	{
		title: 'Variables are read and assigned, over several runs, as without compiling',
		async check({ engine }) {
			const outcome = async (wrap: Wrap): Promise<string> => {
				const w = variable([1, -2], { name: 'w', dtype: 'f64' });
				const run = wrap((x) => {
					w.assign(w.read().mul(0.5).add(x));
					return w.read().square().sum();
				});
				const values = [1, 2, 3].map((x) => run(tensor(x, { dtype: 'f64' })));
				const all = [...values, w.read()];
				await ready(...all);
				return String(all.map((each) => each.toArray()));
			};
			const [own, plain] = [await outcome((f) => compiler(engine)(f)), await outcome((f) => f)];
			expectLaw(own === plain, `it leaves ${own}, what is not compiled ${plain}`);
		},
	},
];
