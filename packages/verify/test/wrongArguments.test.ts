import { type Node, tensor, variable, wasmEngine } from '@pullback/core';
import fc from 'fast-check';
import { mine } from '../../core/test/hostileValues.ts';
import {
	everyExportIsAttacked,
	examples,
	type Row,
	type Subject,
	subjectsOf,
	wrongArgumentsFail,
} from '../../core/test/wrongArguments.ts';
import * as verify from '../src/index.ts';

/** What is exported and is no function that users call, with the reason. */
const others = {
	Blame: 'made by `blame`',
	GeneratedProgram: 'made by `hostilePrograms` and `models`',
	GradientReport: 'made by `checkGradients`',
	RandomProgram: 'made by `programs`',
	VariableHistory: 'made by `histories`',
	bitDifference: 'takes what `outcomeOf` returned',
	difference: 'takes what the generators and `outcomeOf` made',
	nonzero: 'a domain',
	outcomeOf: 'takes what the generators made, and an engine',
	positive: 'a domain',
	real: 'a domain',
} as const;

const x = (): Node => tensor([1, 2], { dtype: 'f64' });
const square = (): ((a: Node) => Node) => mine((a: Node) => a.square().sum());
const checks = (parts: string[], ...options: object[]): Row => ({
	...examples(() => [square(), [x()], ...options]),
	parts: ['tensor', ...parts],
	// They take differences of every element.
	milliseconds: 3000,
});
/** Makes an arbitrary, and one value of it. */
const drawn =
	(make: unknown): Subject['call'] =>
	(...args) =>
		fc.sample((make as (...args: unknown[]) => fc.Arbitrary<unknown>)(...args), 1)[0]; // as users may

const table: { readonly [Name in Exclude<keyof typeof verify, keyof typeof others>]: Row } = {
	agree: examples(() => [1, 1, { absolute: 0, relative: 1e-6 }]),
	awayFrom: examples(() => [[0, 1], 0.1]),
	blame: checks(['checkGradients']),
	broadcastableShapes: {
		call: drawn(verify.broadcastableShapes),
		...examples(() => [2, { minRank: 1, maxRank: 2, minLength: 1, maxLength: 2 }]),
	},
	checkAdjoint: checks(['jvp', 'vjp'], { seed: 3 }),
	checkGradients: checks(['vjp', 'jvp'], {
		order: 1,
		mode: 'reverse',
		seed: 3,
		absolute: 1e-6,
		relative: 1e-6,
	}),
	checkTaylor: checks(['grad'], { seed: 3 }),
	cotangents: { call: drawn(verify.cotangents), ...examples(() => [[2]]) },
	distinctTensors: { call: drawn(verify.distinctTensors), ...examples(() => [[2]]) },
	engineLaws: {
		...examples(() => [{ newEngine: mine(() => wasmEngine({ threads: 1 })), skip: {}, runs: 1 }]),
		parts: ['compiler'],
	},
	findNaN: examples(() => [x().sum(), { infinity: false }]),
	gradientProperty: examples(() => [
		square(),
		fc.constant([x()]),
		{ parameters: [variable(2)], order: 1 },
	]),
	histories: { call: () => verify.histories(), ...examples(() => []) },
	hostilePrograms: examples(() => [{ maxLength: 2, large: false }]),
	integerTensors: { call: drawn(verify.integerTensors), ...examples(() => [[2], 0, 3]) },
	labels: { call: drawn(verify.labels), ...examples(() => [[2], 3]) },
	models: examples(() => [{ maxLayers: 2 }]),
	numericalGradient: checks([], { step: 1e-5 }),
	parameterValues: {
		call: drawn(verify.parameterValues),
		...examples(() => [[variable([1, 2])], [[0, 1]]]),
	},
	programs: {
		call: (options) => {
			fc.sample(verify.programs(options as verify.ProgramConstraints), 1); // as users may
		},
		...examples(() => [{ branches: true, maxLength: 2, elements: fc.constant(1) }]),
	},
	shapes: {
		call: drawn(verify.shapes),
		...examples(() => [{ minRank: 1, maxRank: 2, minLength: 1, maxLength: 2 }]),
	},
	specialTensors: { call: drawn(verify.specialTensors), ...examples(() => [[2], 'f32']) },
	tensors: { call: drawn(verify.tensors), ...examples(() => [[2], [[0, 1]]]) },
	vectors: { call: drawn(verify.vectors), ...examples(() => [2, [[0, 1]], { maxLength: 2 }]) },
	withParameters: {
		call: (f, variables, ...inputs) =>
			verify.withParameters(f as verify.TensorFunction, variables as [])(...(inputs as Node[])), // as users may
		...examples(() => [mine((a: Node) => a.sum()), [variable([1, 2])], x(), x()]),
		parts: ['substituting'],
	},
};

everyExportIsAttacked(verify, table, others);

wrongArgumentsFail(subjectsOf(verify, table));
