import { programs } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	compile,
	detach,
	evaluate,
	grad,
	type Node,
	sum,
	tensor,
	topologicalOrder,
	vmap,
} from '../src/index.ts';
import { builtCore, inProcess } from './processes.ts';
import { runs } from './runs.ts';

// What a computed value keeps of what it was computed from.

/** Code that makes the first state, and that which makes the next from it in step `i`. */
const states: Readonly<Record<string, readonly [string, string]>> = {
	'is detached': ['numbers([100], 1)', 'state.mul(0.99).add(i).detach()'],
	'stops gradients': ['numbers([100], 1)', 'state.mul(0.99).add(i).stopGradient()'],
	'is the value of a Variable': [
		'variable(numbers([100], 1)).read()',
		'{ const w = variable(state); w.assign(w.read().mul(0.99).add(i)); return w.read(); }',
	],
	'is an integer': ["tensor([1, 2], { dtype: 'i32' })", 'state.add(1)'],
	'is a truth value': ['tensor([true, false])', 'state.logicalNot()'],
	'is the key of a random stream': ['core.randomKey(1)', 'core.splitKey(state).slice(0)'],
};

/** How many of the values of 100 steps are still there when only the last state is. */
function valuesKept([first, next]: readonly [string, string]): unknown {
	const body = next.startsWith('{') ? next : `{ return ${next}; }`;
	const code = `
		const core = await import('${builtCore}');
		const next = (state, i) => ${body};
		const values = [];
		let state = ${first};
		for (let i = 0; i < 100; i++) {
			state = next(state, i);
			values.push(new WeakRef(state.view()));
			await rest();
		}
		gc();
		await rest();
		gc();
		return { kept: values.filter((each) => each.deref() !== undefined).length, size: state.view().length };
	`;
	return inProcess(code, { flags: ['--expose-gc'] });
}

test.each(Object.entries(states))(
	'state made of itself, step by step, keeps nothing of its past if it %s',
	(_, state) => {
		const { kept } = valuesKept(state) as { kept: number };
		expect(kept).toBe(1);
	},
);

test('state that derivatives may reach keeps its past, and they are right', () => {
	const { kept } = valuesKept(['numbers([100], 1)', 'state.mul(0.99).add(i)']) as { kept: number };
	expect(kept).toBe(100);
	const first = tensor(1, { dtype: 'f64' });
	let state = first;
	for (let i = 0; i < 100; i++) {
		state = state.mul(0.5).add(i);
		state.item();
	}
	expect(grad(state, [first])[0].item()).toBe(0.5 ** 100);
});

test('derivatives are the same whether or not somebody has looked at what they are of', () => {
	const derivatives = (f: (...xs: Node[]) => Node, inputs: readonly Node[], looks: boolean) => {
		const xs = inputs.map((x) => tensor(x.data()).reshape(x.shape));
		const y = f(...xs);
		if (looks) evaluate(topologicalOrder([y]));
		const slopes = grad(y, xs);
		const slope = slopes.map((each) => sum(each.square())).reduce((a, b) => a.add(b));
		if (looks) evaluate(topologicalOrder([slope]));
		return [...slopes, ...grad(slope, xs)].map((each) => each.toArray());
	};
	fc.assert(
		fc.property(programs(), (program) => {
			const f = (...xs: Node[]): Node => {
				const y = program.run(...xs);
				return y.add(y.mul(y.sin().stopGradient())).add(y.greater(0).where(y.square(), 1));
			};
			expect(derivatives(f, program.inputs, true)).toEqual(derivatives(f, program.inputs, false));
		}),
		runs(100),
	);
});

test('what is detached has its value and no derivative, compiled and mapped alike', () => {
	const f = (x: Node): Node => grad(x.mul(x.detach()).sum(), [x])[0];
	const x = tensor([1, -2, 3]);
	const y = x.exp();
	expect(y.detach().toArray()).toEqual(y.toArray());
	expect(detach([1, 2]).toArray()).toEqual([1, 2]);
	expect(f(x).toArray()).toEqual([1, -2, 3]);
	expect(compile(f)(x).toArray()).toEqual([1, -2, 3]);
	expect(vmap(f)(x).toArray()).toEqual([1, -2, 3]);
	expect(grad(y.detach().sum(), [x])[0].toArray()).toEqual([0, 0, 0]);
});
