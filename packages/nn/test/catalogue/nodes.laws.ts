import { type Data, type Node, randomKey, type Variable } from '@pullback/core';
import { checkGradients, withParameters } from '@pullback/verify';
import { expect, test } from 'vitest';
import { dtypes, interpreted, rowsOf, tolerances, wasm } from './findings.ts';
import { inputsOf } from './row.ts';
import {
	alongDirection,
	copy,
	data,
	expectClose,
	isFloating,
	made,
	modesOf,
	together,
	twoSteps,
} from './subjects.ts';

/** The laws of modules and functions of Nodes. */
export function nodeLaws(): void {
	test.each(rowsOf('layer', 'function'))(
		'%s: derivatives in inputs and parameters are those of differences',
		(_, row, found) => {
			const { order = 2 } = row;
			found.set('derivatives', ['none', 'first', 'second'][order] ?? '');
			if (order === 0) return;
			for (const mode of modesOf(row)) {
				const { module, call } = made(row, 'f64');
				const parameters = module.parameters().filter(isFloating);
				const held = module.buffers().map((each) => [each, each.read()] as const);
				// Differences are of one function: what a call changes is put back.
				const f = (...inputs: Node[]): Node => {
					for (const [variable, value] of held) variable.assign(value);
					return together(call(inputs, mode));
				};
				const operands = [...inputsOf(row.inputs, 'f64'), ...parameters.map((each) => each.read())];
				const report = checkGradients(...alongDirection(withParameters(f, parameters), operands), {
					order,
				});
				report.assert();
				// Rows keep away from branches, so every derivative can be told.
				expect(report.undecided).toEqual([]);
				expect(report.decided).toBeGreaterThan(0);
			}
		},
	);

	test.each(rowsOf('layer'))(
		'%s: what it does while it is trained is something else exactly if the row says so',
		(_, row, found) => {
			const inputs = inputsOf(row.inputs, 'f64');
			const [evaluated, trained] = (['evaluate', 'train'] as const).map((mode) =>
				twoSteps(made(row, 'f64'), inputs, mode, null),
			) as [Data[], Data[]]; // as many
			// Its first output; or nothing, gradients and buffers among it.
			if (row.hasModes) expect(trained[0]).not.toEqual(evaluated[0]);
			else expect(trained).toEqual(evaluated);
			found.set('modes', row.hasModes ? 'differ' : 'same');
		},
	);

	test.each(rowsOf('layer', 'function'))(
		'%s: compiled it does what it does uncompiled, on the interpreter to the last bit',
		(_, row, found) => {
			for (const mode of modesOf(row))
				for (const dtype of dtypes) {
					const inputs = inputsOf(row.inputs, dtype);
					const expected = twoSteps(made(row, dtype), inputs, mode, null);
					expect(twoSteps(made(row, dtype), inputs, mode, interpreted)).toEqual(expected);
					found.set('interpreter', 'yes');
					expectClose(twoSteps(made(row, dtype), inputs, mode, wasm), expected, tolerances[dtype]);
					found.set('wasm', 'yes');
				}
		},
	);

	test.each(rowsOf('layer', 'function'))(
		'%s: in f32 its outputs are f32, and those of f64 to single precision',
		(_, row, found) => {
			for (const mode of modesOf(row)) {
				const [wide, narrow] = [made(row, 'f64'), made(row, 'f32')];
				const sources = [...wide.module.namedVariables().values()];
				for (const [i, target] of [...narrow.module.namedVariables().values()].entries())
					target.assign((sources[i] ?? target).read().cast(target.dtype));
				const expected = wide.call(inputsOf(row.inputs, 'f64'), mode);
				const actual = narrow.call(inputsOf(row.inputs, 'f32'), mode);
				expect(actual.map(({ dtype }) => dtype)).toEqual(
					expected.map(({ dtype }) => (dtype === 'f64' ? 'f32' : dtype)),
				);
				expectClose(data(actual), data(expected), tolerances.f32);
			}
			found.set('f32', 'yes');
		},
	);

	test.each(rowsOf('layer'))(
		'%s: another of another key goes on as the first does once it has its Variables',
		(_, row, found) => {
			const inputs = inputsOf(row.inputs, 'f64');
			for (const mode of modesOf(row)) {
				const [first, second] = [made(row, 'f64'), row.make(randomKey(2), 'f64')];
				const [own, others] = [first, second].map(({ module }) => module.namedVariables()) as [
					Map<string, Variable>,
					Map<string, Variable>,
				]; // as many
				expect([...others.keys()]).toEqual([...own.keys()]);
				// What layers gather while they are trained is saved, too.
				first.call(inputs, 'train');
				// Otherwise there is nothing to load.
				if (own.size > 0) expect(data([...others.values()])).not.toEqual(data([...own.values()]));
				copy([...own.values()], [...others.values()]);
				for (let i = 0; i < 2; i++)
					expect(data(second.call(inputs, mode))).toEqual(data(first.call(inputs, mode)));
				found.set('save and load', own.size > 0 ? 'yes' : 'no Variables');
			}
		},
	);
}
