import { type Compile, substituting } from '@pullback/core';
import { expect, test } from 'vitest';
import { dtypes, engines, interpreted, onEngine, rowsOf, tolerances, wasm } from './findings.ts';
import type { Floating } from './row.ts';
import { type Stepping, steppingBy } from './stepping.ts';
import { copy, data, expectClose } from './subjects.ts';

/** The laws of what trains step by step. */
export function stepLaws(): void {
	test.each(rowsOf('optimizer', 'schedule', 'average'))(
		'%s: it steps compiled as it does uncompiled, on the interpreter to the last bit, and trains a small net in its dtype',
		(_, row, found) => {
			for (const dtype of dtypes) {
				const [plain, byInterpreter, byWasm] = [null, interpreted, wasm].map((by) => {
					const stepping = steppingBy(row, dtype);
					return { ...stepping, outcome: outcomeOf(stepping, 6, by) };
				}) as [Tried, Tried, Tried]; // as many
				expect(byInterpreter.outcome).toEqual(plain.outcome);
				found.set('interpreter', 'yes');
				// The error of the first step is in five more.
				expectClose(byWasm.outcome, plain.outcome, 10 * tolerances[dtype]);
				found.set('wasm', 'yes');
				expectTrained(byWasm, byWasm.steps(54, wasm), dtype);
			}
			found.set('f32', 'yes');
		},
	);

	test.each(rowsOf('minimizer'))(
		'%s: it steps by a loss that it compiles as by one that is not, on the interpreter to the last bit, and trains a small net in its dtype',
		async (_, row, found) => {
			for (const dtype of dtypes) {
				const run = (): Tried => {
					const stepping = steppingBy(row, dtype);
					return { ...stepping, outcome: outcomeOf(stepping, 3, null) };
				};
				// Where Variables stand for others, if only for none, nothing is compiled.
				const plain = substituting(new Map(), run);
				const byInterpreter = await onEngine(engines.interpreter, run);
				expect(byInterpreter.outcome).toEqual(plain.outcome);
				found.set('interpreter', 'its loss');
				const byWasm = await onEngine(engines.wasm, run);
				// Gradients are divided by small changes of them.
				expectClose(byWasm.outcome, plain.outcome, 100 * tolerances[dtype]);
				found.set('wasm', 'its loss');
				expectTrained(byWasm, byWasm.steps(57), dtype);
			}
			found.set('f32', 'yes');
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

/** What was trained, and what it had come to after its first steps: their losses, and the elements of Variables. */
interface Tried extends Stepping {
	readonly outcome: readonly ArrayLike<number>[];
}

function outcomeOf(
	{ whole, steps }: Stepping,
	count: number,
	by: Compile | null,
): Tried['outcome'] {
	const losses: ArrayLike<number> = steps(count, by);
	return [losses, ...data(whole)];
}

/** The losses of further steps fall below half of the first; parameters keep their dtype. */
function expectTrained({ net, outcome }: Tried, losses: readonly number[], dtype: Floating): void {
	expect(losses.at(-1)).toBeLessThan((outcome[0]?.[0] ?? 0) / 2);
	expect(net.parameters().map((each) => each.dtype)).toEqual(new Array(4).fill(dtype));
}
