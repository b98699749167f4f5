import {
	compiler,
	interpreter,
	type Node,
	randomKey,
	type Variable,
	wasmEngine,
} from '@pullback/core';
import { checkGradients, withParameters } from '@pullback/verify';
import { expect, test } from 'vitest';
import * as nn from '../../src/index.ts';
import { activations } from './activations.rows.ts';
import { data as dataRows } from './data.rows.ts';
import { initializers } from './initializers.rows.ts';
import { layers } from './layers.rows.ts';
import { losses } from './losses.rows.ts';
import { metrics } from './metrics.rows.ts';
import { modules } from './modules.rows.ts';
import { optimizers } from './optimizers.rows.ts';
import { inputsOf, type Row, type Rows } from './row.ts';
import { schedules } from './schedules.rows.ts';
import { sequences } from './sequences.rows.ts';
import {
	alongDirections,
	copy,
	data,
	expectClose,
	isFloating,
	made,
	modesOf,
	together,
	training,
	twoSteps,
	variablesOf,
} from './subjects.ts';
import { type Column, columns, tableOf } from './table.ts';
import { trainingRows } from './training.rows.ts';

const rooms: readonly Rows[] = [
	dataRows,
	modules,
	layers,
	sequences,
	activations,
	losses,
	optimizers,
	schedules,
	initializers,
	metrics,
	trainingRows,
];

type Tested = Exclude<Row, string>;
type Kind = Tested['kind'];
type Of<Each extends Kind> = Extract<Tested, { readonly kind: Each }>;

const all = rooms.flatMap((room) =>
	Object.entries(room).flatMap(([name, rows]) =>
		[rows].flat().map((row: Row) => ({ name, row, found: new Map<Column, string>() })),
	),
);

/** The rows of some kinds, each with where to write what was found. */
function rowsOf<Each extends Kind>(
	...kinds: readonly Each[]
): (readonly [name: string, row: Of<Each>, found: Map<Column, string>])[] {
	const isWanted = (row: Row): row is Of<Each> =>
		typeof row !== 'string' && kinds.some((kind) => kind === row.kind);
	return all.flatMap(({ name, row, found }) =>
		isWanted(row) ? [[name, row, found] as const] : [],
	);
}

const dtypes = ['f64', 'f32'] as const;
/** Sums in rows have some hundred terms of size 10 at most, in f64 and in f32. */
const tolerances = { f64: 1e-12, f32: 1e-5 } as const;
const engine = wasmEngine({ threads: 1 });
if (engine === null) throw new Error('the catalogue needs WebAssembly');
const wasm = compiler(engine);
const interpreted = compiler(interpreter);

test.each(rowsOf('layer', 'function'))(
	'%s: derivatives in inputs and parameters are those of differences',
	(_, row, found) => {
		const { order = 2 } = row;
		found.set('derivatives', ['none', 'first', 'second'][order] ?? '');
		if (order === 0) return;
		// A module without modes does the same in both, by the law of modes.
		const modes = row.kind === 'layer' && row.hasModes ? modesOf(row) : (['evaluate'] as const);
		for (const mode of modes) {
			const { module, call } = made(row, 'f64');
			const parameters = module.parameters().filter(isFloating);
			const held = module.buffers().map((each) => [each, each.read()] as const);
			// Differences are of one function: what a call changes is put back.
			const f = (...inputs: Node[]): Node => {
				for (const [variable, value] of held) variable.assign(value);
				return together(call(inputs, mode));
			};
			const operands = [...inputsOf(row.inputs, 'f64'), ...parameters.map((each) => each.read())];
			const report = checkGradients(...alongDirections(withParameters(f, parameters), operands), {
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
	'%s: its output while it is trained is another exactly if the row says so',
	(_, row, found) => {
		const inputs = inputsOf(row.inputs, 'f64');
		const [evaluated, trained] = modesOf(row).map((mode) =>
			data(made(row, 'f64').call(inputs, mode)),
		);
		if (row.hasModes) expect(trained).not.toEqual(evaluated);
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

/** Losses, and the elements of Variables. */
type Outcome = readonly ArrayLike<number>[];

test.each(rowsOf('optimizer'))('%s: it trains a small net, in its dtype', (_, row, found) => {
	for (const dtype of dtypes) {
		const { net, steps } = training(row, dtype);
		const losses = steps(60, wasm);
		expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2);
		expect(net.parameters().map((each) => each.dtype)).toEqual(new Array(4).fill(dtype));
	}
	found.set('f32', 'yes');
});

test.each(rowsOf('optimizer'))(
	'%s: it steps compiled as it does uncompiled, on the interpreter to the last bit',
	(_, row, found) => {
		for (const dtype of dtypes) {
			const [expected, byInterpreter, byWasm] = [null, interpreted, wasm].map((by): Outcome => {
				const { net, optimizer, steps } = training(row, dtype);
				const losses: ArrayLike<number> = steps(6, by);
				return [losses, ...data([...net.parameters(), ...variablesOf(optimizer)])];
			}) as [Outcome, Outcome, Outcome]; // as many
			expect(byInterpreter).toEqual(expected);
			found.set('interpreter', 'yes');
			// The error of the first step is in five more.
			expectClose(byWasm, expected, 10 * tolerances[dtype]);
			found.set('wasm', 'yes');
		}
	},
);

test.each(rowsOf('optimizer'))(
	'%s: another goes on as the first does once it has its Variables',
	(_, row, found) => {
		const [first, second] = [training(row, 'f64', 1), training(row, 'f64', 2)];
		const held = ({ net, optimizer }: typeof first): Variable[] => [
			...new Set([...net.parameters(), ...variablesOf(optimizer)]),
		];
		first.steps(3);
		copy(held(first), held(second));
		expect(second.steps(5)).toEqual(first.steps(5));
		expect(data(held(second))).toEqual(data(held(first)));
		found.set('save and load', 'yes');
	},
);

test.each(rowsOf('initializer'))(
	'%s: of one key the values are the same, compiled or not, in the shape and dtype asked for',
	(_, { initializer }, found) => {
		for (const dtype of dtypes)
			for (const shape of [
				[6, 4],
				[4, 3, 3, 2],
			]) {
				const start = (key: Node): Node => initializer(key, shape, dtype);
				const key = randomKey(1);
				const expected = start(key);
				expect([expected.shape, expected.dtype]).toEqual([shape, dtype]);
				expect(interpreted(start)(key).data()).toEqual(expected.data());
				expectClose(data([wasm(start)(key)]), data([expected]), tolerances[dtype]);
			}
		for (const column of ['interpreter', 'wasm', 'f32'] as const) found.set(column, 'yes');
	},
);

const wanted: Readonly<Record<Kind, readonly Column[]>> = {
	layer: columns,
	function: ['derivatives', 'interpreter', 'wasm', 'f32'],
	optimizer: ['interpreter', 'wasm', 'f32', 'save and load'],
	initializer: ['interpreter', 'wasm', 'f32'],
};

test('all that the package exports is in the table, which says what was found', async () => {
	const names = rooms.flatMap((room) => Object.keys(room));
	expect(names.toSorted()).toEqual(Object.keys(nn).toSorted());
	for (const { name, row, found } of all) {
		if (typeof row === 'string') continue;
		for (const column of wanted[row.kind])
			expect(found.has(column), `${column} of ${name}`).toBe(true);
		if (row.kind === 'layer' || row.kind === 'function')
			expect(row.reason !== undefined, `a reason why ${name} is not checked to second order`).toBe(
				(row.order ?? 2) < 2,
			);
	}
	await expect(tableOf(all)).toMatchFileSnapshot('../../../../docs/nn.md');
});
