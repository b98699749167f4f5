import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiler, type Node, OutOfMemoryError, tensor, variable } from '../src/index.ts';
import { expectAgreement, filled, newAwakeEngine, newWasmEngine } from './compiled.ts';
import { filledEngine } from './filledMemory.ts';
import { runs } from './runs.ts';

// Memory that cannot hold all programs at once, nor all Variables.

/** What is done with one of the programs and its Variable. */
const actions = ['step', 'look', 'assign', 'compile'] as const;

test('programs, constants and Variables that do not fit in memory together compute the same', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(1, 2),
			fc.array(fc.tuple(fc.constantFrom(...actions), fc.nat(4), fc.boolean()), {
				minLength: 1,
				maxLength: 30,
			}),
			(threads, events) => {
				const outcome = (engine: ReturnType<typeof newWasmEngine>): Node[] => {
					const size = 50_000;
					const make = (i: number) => {
						const w = variable(filled([size], 'f32', i));
						const fixed = filled([size + i], 'f32', i + 9).slice([i, null]);
						const step = compiler(engine)((x: Node, y: Node) => {
							const value = w.read().mul(0.5).add(x).sub(fixed);
							w.assign(value.flip());
							return value.add(y).cumsum(0);
						});
						return { w, step };
					};
					const all = [0, 1, 2, 3, 4].map(make);
					const seen: Node[] = [];
					for (const [action, at, other] of events) {
						const { w, step } = all[at] ?? make(0);
						const x = filled([size], 'f32', other ? 20 : 21);
						if (action === 'step') seen.push(step(x, tensor(Float32Array.of(at), { shape: [1] })));
						else if (action === 'assign') w.assign(x);
						else if (action === 'compile') all[at] = make(at);
						else seen.push(w.read());
					}
					return [...seen, ...all.map(({ w }) => w.read())];
				};
				const plenty = outcome(filledEngine());
				// A program takes a megabyte with its Variable.
				const scarce = outcome(filledEngine({ threads, limit: 1.5 * 2 ** 20 }));
				expect(scarce.length).toBe(plenty.length);
				for (const [i, node] of scarce.entries())
					expectAgreement(node, plenty[i] ?? node, { exact: true });
			},
		),
		runs(15),
	);
});

test('what does not fit even alone is refused, with what was wanted and what is in use, and all goes on', () => {
	const engine = filledEngine({ limit: 2 ** 20 });
	const double = compiler(engine)((x: Node) => x.mul(2));
	const small = filled([1000], 'f32', 1);
	const large = filled([1_000_000], 'f32', 1);
	for (let i = 0; i < 3; i++) {
		expectAgreement(double(small), small.mul(2), { exact: true });
		expect(() => double(large)).toThrow(OutOfMemoryError);
		expect(() => double(large)).toThrow(/\d+ bytes wanted, \d+ in use, of at most 1048576/);
	}
});

test('a Variable keeps its value when a run that changes it does not fit', () => {
	const engine = filledEngine({ limit: 2 ** 20 });
	const w = variable(filled([50_000], 'f32', 1));
	const halve = compiler(engine)(() => w.assign(w.read().mul(0.5)));
	halve();
	const step = compiler(engine)((x: Node) => w.assign(w.read().add(x.sum())));
	expect(() => step(filled([1_000_000], 'f32', 1))).toThrow(OutOfMemoryError);
	expectAgreement(w.read(), filled([50_000], 'f32', 1).mul(0.5), { exact: true });
	halve();
	expectAgreement(w.read(), filled([50_000], 'f32', 1).mul(0.25), { exact: true });
});

test('an input that stays the same is read again after another program has run', async () => {
	for (const engine of [newWasmEngine(), await newAwakeEngine(2)]) {
		const compile = compiler(engine);
		const x = filled([300, 300], 'f32', 1);
		const [sum, other] = [(y: Node) => y.sum(1), (y: Node) => y.exp().add(y)];
		const [compiledSum, compiledOther] = [compile(sum), compile(other)];
		const expected = compiledSum(x);
		for (let i = 0; i < 4; i++) {
			expectAgreement(compiledSum(x), expected, { exact: true });
			compiledOther(filled([300, 300], 'f32', i));
		}
	}
});
