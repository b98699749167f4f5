import type { Variable } from '@pullback/core';
import { expect, test } from 'vitest';
import { type Callback, loadState, type Position, stateOf } from '../../src/index.ts';
import { dtypes, engines, onEngine, rowsOf, tolerances } from './findings.ts';
import { subjectOf } from './plainTraining.ts';
import { copy, data, expectClose } from './subjects.ts';
import type { RunOptions, Subject, TrainingRow } from './trainingRow.ts';

/** Losses and metrics, and the elements of Variables. */
type Outcome = readonly ArrayLike<number>[];

/** An error of the first step is in all others, some dozens. */
const many = 100;

/** The laws of what trains and measures whole models. */
export function trainingLaws(): void {
	test.each(rowsOf('training'))(
		'%s: it does what a plain loop does, on the interpreter to the last bit',
		async (_, { run, plain }, found) => {
			for (const dtype of dtypes) {
				const outcome = async (of: TrainingRow['run']): Promise<Outcome> => {
					const subject = subjectOf(dtype);
					return [await of(subject), ...data(variablesOf(subject))];
				};
				const expected = await outcome(plain);
				expect(await onEngine(engines.interpreter, () => outcome(run))).toEqual(expected);
				found.set('interpreter', 'yes');
				const byWasm = await onEngine(engines.wasm, () => outcome(run));
				expectClose(byWasm, expected, many * tolerances[dtype]);
				found.set('wasm', 'yes');
			}
		},
	);

	test.each(rowsOf('training'))(
		'%s: in f32 a model stays f32, and numbers are those of f64 to single precision',
		async (_, { run }, found) => {
			const [wide, narrow] = [subjectOf('f64'), subjectOf('f32')];
			loadState(narrow.net, stateOf(wide.net), {
				transform: (value) => (value.dtype === 'f64' ? value.cast('f32') : value),
			});
			const [expected, actual] = [await interpreted(run, wide), await interpreted(run, narrow)];
			expect(narrow.net.parameters().map((each) => each.dtype)).toEqual(new Array(4).fill('f32'));
			expectClose([actual], [expected], many * tolerances.f32);
			found.set('f32', 'yes');
		},
	);

	test.each(rowsOf('training'))(
		'%s: what comes of batches is what comes of all examples at once',
		async (_, { run, batches }, found) => {
			const of = async (sizes: readonly number[]): Promise<Outcome> => {
				const subject = subjectOf('f64', { sizes, rate: 0 });
				const options = { accumulate: sizes.length };
				const numbers: ArrayLike<number> = await interpreted(run, subject, options);
				return [numbers, ...data(subject.net.parameters())];
			};
			const expected = await of([12]);
			const equal = [
				[6, 6],
				[3, 3, 3, 3],
			];
			for (const sizes of batches === 'any' ? [...equal, [1, 8, 3]] : equal)
				expectClose(await of(sizes), expected, many * tolerances.f64);
			found.set('batches', batches);
		},
	);

	test.each(rowsOf('training'))(
		'%s: another of another key goes on as the first does, once it has its Variables, from where that was stopped',
		async (_, { run }, found) => {
			const whole = subjectOf('f64');
			let all = 0;
			const counting: Callback = ({ kind }) => {
				if (kind === 'step') all++;
			};
			const expected = await interpreted(run, whole, { callbacks: [counting] });
			// In the middle of an epoch, at the end of one, and after the first step of the last.
			for (const steps of [2, 3, all - 2]) {
				const [stopped, other] = [subjectOf('f64'), subjectOf('f64', { seed: 2 })];
				let position: Position = { epoch: 0, batch: 0 };
				const stop: Callback = (event) => {
					position = event.next;
					return event.kind === 'step' && event.steps === steps ? 'stop' : undefined;
				};
				await interpreted(run, stopped, { callbacks: [stop] });
				// What it has gathered must not count.
				await interpreted(run, other);
				loadState(other.net, stateOf(stopped.net));
				for (const part of ['optimizer', 'early'] as const) {
					const [from, to] = [stopped[part].namedVariables(), other[part].namedVariables()];
					expect([...to.keys()]).toEqual([...from.keys()]);
					copy([...from.values()], [...to.values()]);
				}
				const start = JSON.parse(JSON.stringify(position)) as Position; // what it was
				const numbers = await interpreted(run, other, { start });
				const [actual, wanted] = [other, whole].map((each) => data(variablesOf(each)));
				expect(actual).toEqual(wanted);
				// What was measured last.
				expect(numbers.slice(-3)).toEqual(expected.slice(-3));
			}
			found.set('save and load', 'yes');
		},
	);
}

/** A run on the interpreter: the first law is of both engines, and what this one compiles it has at once. */
function interpreted(
	run: TrainingRow['run'],
	subject: Subject,
	options?: RunOptions,
): Promise<number[]> {
	return onEngine(engines.interpreter, () => run(subject, options));
}

function variablesOf({ net, optimizer }: Subject): Variable[] {
	return [net, optimizer].flatMap((each) => [...each.namedVariables().values()]);
}
