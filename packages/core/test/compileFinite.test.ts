import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	compiler,
	type Engine,
	grad,
	interpreter,
	type Node,
	NonFiniteError,
	tensor,
	variable,
} from '../src/index.ts';
import { newWasmEngine } from './compiled.ts';

const engines: readonly (readonly [string, Engine])[] = [
	['interpreter', interpreter],
	['WebAssembly', newWasmEngine()],
	['WebAssembly on two threads', newWasmEngine(2)],
];

/** The words of a NonFiniteError; null if none is thrown. */
function refusal(run: () => unknown): string | null {
	try {
		run();
		return null;
	} catch (error) {
		expect(error).toBeInstanceOf(NonFiniteError);
		return (error as NonFiniteError).message; // by the line above
	}
}

test.each(engines)(
	'%s: a step that would make a Variable NaN names the operation and its line, and changes nothing',
	(_, engine) => {
		const w = variable([1, 2, -3], { name: 'w' });
		const seen = variable(0, { name: 'seen' });
		const step = compiler(engine)(
			(x: Node) => {
				const loss = w.read().mul(x).log().sum();
				w.assign(w.read().sub(grad(loss, [w])[0]));
				seen.assign(seen.read().add(1));
				return loss;
			},
			{ check: 'finite' },
		);
		expect(refusal(() => step([1, 1, -1]))).toBeNull();
		expect([seen.item(), w.toArray()]).toEqual([1, [0, 1.5, Math.fround(-3 - 1 / -3)]]);
		const words = refusal(() => step([1, 1, 1]));
		expect(words).toMatch(
			/^compile: log made infinity at element 0 of f32\[3\] from mul f32\[3\] 0, at .*compileFinite\.test\.ts(\?\S*)?:\d+:\d+; path: log > sum$/,
		);
		expect([seen.item(), w.toArray()]).toEqual([1, [0, 1.5, Math.fround(-3 - 1 / -3)]]);
	},
);

test.each(engines)(
	'%s: with a check every run gives what it gives without, or throws and leaves Variables alone',
	(_, engine) => {
		const element = fc.constantFrom(-2, 0, 0.5, 1, 3e38, Number.NaN, Infinity);
		const step = (check: boolean): ((x: Node) => { result: unknown; after: number[] }) => {
			const w = variable([1, 1], { name: 'w' });
			const run = compiler(engine)(
				(x: Node) => {
					const y = x.mul(w);
					// What is not finite may be left out on the way.
					w.assign(y.log().less(9).logicalAnd(y.greater(0)).where(y, 1));
					return y.sqrt().mul(2);
				},
				check ? { check: 'finite' } : {},
			);
			return (x) => {
				w.assign([1, 1]);
				try {
					return { result: run(x).toArray(), after: Array.from(w.data()) };
				} catch (error) {
					return { result: error, after: Array.from(w.data()) };
				}
			};
		};
		const [plain, checked] = [step(false), step(true)];
		fc.assert(
			fc.property(fc.array(element, { minLength: 2, maxLength: 2 }), (xs) => {
				const x = tensor(xs);
				const [expected, found] = [plain(x), checked(x)];
				const all = [...(expected.result as number[]), ...expected.after];
				if (all.every(Number.isFinite)) expect(found).toEqual(expected);
				else expect([found.result, found.after]).toEqual([expect.any(NonFiniteError), [1, 1]]);
			}),
		);
	},
);

test('what is not finite from the start is named as the argument or Variable that holds it', () => {
	const w = variable([1, Number.NaN], { name: 'w' });
	const f = compiler(newWasmEngine())((x: Node) => x.mul(w), { check: 'finite' });
	expect(refusal(() => f([1, 2]))).toMatch(
		/^compile: variable w holds NaN at element 1 of f32\[2\], at .*compileFinite.*; path: variable w > mul$/,
	);
	w.assign([1, 1]);
	expect(refusal(() => f([Infinity, 2]))).toBe(
		'compile: input input0 holds infinity at element 0 of f32[2]; path: input input0 > mul',
	);
});

test('whole numbers and truth values are finite, and empty tensors are', () => {
	const f = compiler(newWasmEngine())(
		(x: Node, i: Node) => [x.log(), i.add(1), x.isNaN(), i.greater(0)],
		{ check: 'finite' },
	);
	expect(refusal(() => f(tensor([]), tensor([2 ** 31 - 1], { dtype: 'i32' })))).toBeNull();
});

test('checkFinite is its argument, or says where it is not finite', () => {
	expect(tensor([1, -2]).checkFinite().toArray()).toEqual([1, -2]);
	expect(refusal(() => tensor([1, 0]).log().checkFinite().data())).toBe(
		'checkFinite: -Infinity at position 1 of [2]; every element must be finite',
	);
});
