import { Node, type Operand, randomKey, type Shape, uniform } from '@pullback/core';
import type { AnyModule, Initializer, Mode, Module } from '../../src/index.ts';
import type { DataRow } from './dataRow.ts';
import type { MetricRow } from './metricRow.ts';
import type { StepRow } from './stepRow.ts';
import type { TrainingRow } from './trainingRow.ts';

// What the catalogue knows of an export of nn. Each room has a file of rows, by the names of its exports; the laws of
// the files that end in `.laws.ts` hold for all rows of a kind.

/** What an export is tested as; or, in words, what it is. */
export type Row =
	| LayerRow
	| FunctionRow
	| InitializerRow
	| StepRow
	| MetricRow
	| DataRow
	| TrainingRow
	| string;

/** The rows of a room: for each export one, or several where it does different things by its options. */
export type Rows = Readonly<Record<string, Row | readonly Row[]>>;

/** The dtypes that rows are tested in. */
export type Floating = 'f32' | 'f64';

/** How the derivatives of a row are checked. */
export interface Derivatives {
	/** 2, if left out: the first and second derivatives; 1: the first; 0: none. */
	readonly order?: 0 | 1 | 2;
	/** Why not to second order. */
	readonly reason?: string;
}

/** A module, and what is passed to it. */
export interface LayerRow extends Derivatives {
	readonly kind: 'layer';
	readonly inputs: readonly Input[];
	readonly make: (key: Node, dtype: Floating) => Called;
	/** Whether its output while it is trained is another. */
	readonly hasModes: boolean;
}

/** A module, and the Nodes that it makes of inputs. */
export interface Called {
	readonly module: AnyModule;
	readonly call: (inputs: readonly Node[], mode: Mode) => readonly Node[];
}

/** A function of Nodes without state, such as a loss. */
export interface FunctionRow extends Derivatives {
	readonly kind: 'function';
	readonly inputs: readonly Input[];
	readonly call: (inputs: readonly Node[]) => readonly Node[];
}

/** What makes the first value of a parameter. */
export interface InitializerRow {
	readonly kind: 'initializer';
	readonly initializer: Initializer;
}

/** An operand: of a shape alone, random numbers from -1.5 to 1.5; a floating Node is cast to the dtype tested. */
export type Input = Shape | Node;

/** Options of a row of a layer. */
export interface LayerOptions extends Derivatives {
	/** Whether its output while it is trained is another; false if left out. */
	readonly hasModes?: boolean;
}

/** A row of a module of one input and a mode. */
export function layer(
	make: (key: Node, dtype: Floating) => Module<[x: Operand, mode?: Mode], Node>,
	input: Input,
	options?: LayerOptions,
): LayerRow {
	const call = (module: ReturnType<typeof make>, inputs: readonly Node[], mode: Mode): Node =>
		module.forward(inputs[0] as Node, mode); // one was passed
	return layerOf(make, [input], call, options);
}

/** A row of a module of other inputs and outputs, with how it is called. */
export function layerOf<Layer extends AnyModule>(
	make: (key: Node, dtype: Floating) => Layer,
	inputs: readonly Input[],
	call: (module: Layer, inputs: readonly Node[], mode: Mode) => Node | readonly Node[],
	{ hasModes = false, ...derivatives }: LayerOptions = {},
): LayerRow {
	return {
		kind: 'layer',
		inputs,
		make: (key, dtype) => {
			const module = make(key, dtype);
			return { module, call: (given, mode) => [call(module, given, mode)].flat() };
		},
		hasModes,
		...derivatives,
	};
}

/** A row of a function without state: a loss, a metric, an activation, a schedule of the step. */
export function pure(
	f: (...inputs: Node[]) => Node | readonly Node[],
	inputs: readonly Input[],
	derivatives: Derivatives = {},
): FunctionRow {
	return { kind: 'function', inputs, call: (given) => [f(...given)].flat(), ...derivatives };
}

/** A row of an initialiser. */
export function initializer(of: Initializer): InitializerRow {
	return { kind: 'initializer', initializer: of };
}

/** The operands of a row in a dtype. */
export function inputsOf(inputs: readonly Input[], dtype: Floating): Node[] {
	return inputs.map((input, i) => {
		if (!(input instanceof Node))
			return uniform(randomKey(100 + i), input, { low: -1.5, high: 1.5, dtype: 'f64' }).cast(dtype);
		return input.dtype === 'f32' || input.dtype === 'f64' ? input.cast(dtype) : input;
	});
}
