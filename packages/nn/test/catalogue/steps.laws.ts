import { type Engine, substituting } from '@pullback/core';
import { expect, test } from 'vitest';
import { dtypes, engines, interpreted, onEngine, rowsOf, tolerances, wasm } from './findings.ts';
import { steppingBy } from './stepping.ts';
import { copy, data, expectClose } from './subjects.ts';

/** Losses, and the elements of Variables. */
type Outcome = readonly ArrayLike<number>[];

/** The laws of what trains step by step. */
export function stepLaws(): void {
	test.each(rowsOf('optimizer', 'minimizer', 'schedule', 'average'))(
		'%s: it trains a small net, in its dtype',
		(_, row, found) => {
			for (const dtype of dtypes) {
				const { net, steps } = steppingBy(row, dtype);
				const losses = steps(60, row.kind === 'minimizer' ? null : wasm);
				expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2);
				expect(net.parameters().map((each) => each.dtype)).toEqual(new Array(4).fill(dtype));
			}
			found.set('f32', 'yes');
		},
	);

	test.each(rowsOf('optimizer', 'schedule', 'average'))(
		'%s: it steps compiled as it does uncompiled, on the interpreter to the last bit',
		(_, row, found) => {
			for (const dtype of dtypes) {
				const [expected, byInterpreter, byWasm] = [null, interpreted, wasm].map((by): Outcome => {
					const { whole, steps } = steppingBy(row, dtype);
					const losses: ArrayLike<number> = steps(6, by);
					return [losses, ...data(whole)];
				}) as [Outcome, Outcome, Outcome]; // as many
				expect(byInterpreter).toEqual(expected);
				found.set('interpreter', 'yes');
				// The error of the first step is in five more.
				expectClose(byWasm, expected, 10 * tolerances[dtype]);
				found.set('wasm', 'yes');
			}
		},
	);

	test.each(rowsOf('minimizer'))(
		'%s: it steps by a loss that it compiles as by one that is not, on the interpreter to the last bit',
		async (_, row, found) => {
			for (const dtype of dtypes) {
				const run = (): Outcome => {
					const { whole, steps } = steppingBy(row, dtype);
					const losses: ArrayLike<number> = steps(3);
					return [losses, ...data(whole)];
				};
				// Where Variables stand for others, if only for none, nothing is compiled.
				const expected = substituting(new Map(), run);
				const by = (engine: Engine): Promise<Outcome> => onEngine(engine, run);
				expect(await by(engines.interpreter)).toEqual(expected);
				found.set('interpreter', 'its loss');
				// Gradients are divided by small changes of them.
				expectClose(await by(engines.wasm), expected, 100 * tolerances[dtype]);
				found.set('wasm', 'its loss');
			}
		},
	);

	test.each(rowsOf('optimizer', 'minimizer', 'schedule', 'average'))(
		'%s: another goes on as the first does once it has what is saved by name',
		(_, row, found) => {
			for (const count of [3, 5]) {
				const [first, second] = [steppingBy(row, 'f64', 1), steppingBy(row, 'f64', 2)];
				// What it has gathered must not count.
				second.steps(1);
				first.steps(count);
				expect([...second.saved.keys()]).toEqual([...first.saved.keys()]);
				copy([...first.saved.values()], [...second.saved.values()]);
				expect(second.steps(5)).toEqual(first.steps(5));
				expect(data(second.whole)).toEqual(data(first.whole));
			}
			found.set('save and load', 'yes');
		},
	);
}
