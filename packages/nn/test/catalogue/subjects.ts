import {
	type Compile,
	concatenate,
	type Data,
	grad,
	type Node,
	randomKey,
	type Shape,
	sum,
	tensor,
	uniform,
	Variable,
} from '@pullback/core';
import { expect } from 'vitest';
import {
	Affine,
	type Mode,
	Module,
	meanSquaredError,
	type Optimizer,
	Sequential,
	sequential,
	Tanh,
} from '../../src/index.ts';
import { partsOf } from '../../src/modules/parts.ts';
import type { Called, Floating, FunctionRow, LayerRow, OptimizerRow } from './row.ts';

// What the laws of the catalogue do with what rows make.

export const isFloating = ({ dtype }: Node | Variable): boolean =>
	dtype === 'f32' || dtype === 'f64';

export const data = (nodes: readonly (Node | Variable)[]): Data[] =>
	nodes.map((node) => node.data());

/** The modes in which a row is called: a function has none. */
export const modesOf = ({ kind }: LayerRow | FunctionRow): readonly Mode[] =>
	kind === 'layer' ? ['evaluate', 'train'] : ['evaluate'];

/** What a row makes, with random parameters, so that each counts; of a function, a module that has none. */
export function made(row: LayerRow | FunctionRow, dtype: Floating): Called {
	if (row.kind === 'function')
		return { module: new Sequential([]), call: (inputs) => row.call(inputs) };
	const called = row.make(randomKey(1), dtype);
	for (const [i, parameter] of called.module.parameters().entries()) {
		const value = uniform(randomKey(11 + i), parameter.shape, { low: 0.2, dtype: 'f64' });
		parameter.assign(value.cast(parameter.dtype));
	}
	return called;
}

/** All floating outputs in one vector. */
export function together(outputs: readonly Node[]): Node {
	return concatenate(outputs.filter(isFloating).map((y) => y.flatten()));
}

/**
 * A function of many elements as one of a number for each floating operand, by which it moves along a random direction,
 * and of a random combination of what it returns: a derivative that is wrong is so in nearly all of them, and one is
 * checked sooner than all elements are. With zeros, where it is the function of the operands.
 */
export function alongDirections(
	f: (...operands: Node[]) => Node,
	operands: readonly Node[],
): [f: (...steps: Node[]) => Node, steps: Node[]] {
	const directions = operands.map(({ shape }, i) => randomNumbers(shape, 40 + i));
	const moved = (...steps: Node[]): Node => {
		const y = f(
			...operands.map((x, i) => {
				const [direction, step] = [directions[i] as Node, steps[i] as Node]; // one for each
				return isFloating(x) ? x.add(direction.mul(step)) : x;
			}),
		);
		return sum(randomNumbers(y.shape, 39).mul(y));
	};
	return [moved, operands.map((x) => (isFloating(x) ? tensor(0, { dtype: 'f64' }) : x))];
}

function randomNumbers(shape: Shape, seed: number): Node {
	return uniform(randomKey(seed), shape, { low: -1, high: 1, dtype: 'f64' });
}

/** What two steps in a row leave, as compiled functions or others make them: outputs, gradients, and buffers. */
export function twoSteps(
	{ module, call }: Called,
	inputs: readonly Node[],
	mode: Mode,
	by: Compile | null,
): Data[] {
	const parameters = module.parameters().filter(isFloating);
	const step = (...given: Node[]): Node[] => {
		const outputs = call(given, mode);
		if (!outputs.some(isFloating)) return [...outputs];
		const operands = [...parameters, ...given.filter(isFloating)];
		return [...outputs, ...grad(sum(together(outputs).sin()), operands)];
	};
	const run = by === null ? step : by(step);
	const results = [0, 1].flatMap(() => data(run(...inputs)));
	return [...results, ...data(module.buffers())];
}

/** A small net, and a way to train it. */
export interface Training {
	readonly net: Module;
	readonly optimizer: Optimizer;
	/** Makes so many steps, and returns their losses. */
	steps(count: number, by?: Compile | null): number[];
}

/** The training of a net of the dtype by the optimiser of a row; its first weights differ by the seed. */
export function training({ make }: OptimizerRow, dtype: Floating, seed = 1): Training {
	const net = sequential(
		new Affine({ inputs: 2, outputs: 8, key: randomKey(10 * seed), dtype }),
		new Tanh(),
		new Affine({ inputs: 8, outputs: 1, key: randomKey(10 * seed + 1), dtype }),
	);
	const optimizer = make(net.parameters());
	const x = uniform(randomKey(7), [12, 2], { low: -1, high: 1, dtype: 'f64' }).cast(dtype);
	const target = x
		.slice(null, [0, 1])
		.mul(x.slice(null, [1, 2]))
		.mul(2);
	const step = (): Node => {
		const loss = meanSquaredError(net.forward(x), target);
		optimizer.minimize(loss);
		return loss;
	};
	return {
		net,
		optimizer,
		steps: (count, by = null) => {
			const run = by === null ? step : by(step);
			return Array.from({ length: count }, () => run().item());
		},
	};
}

/** Every Variable that an object leads to, each once. */
export function variablesOf(whole: object): Variable[] {
	const parts = [...partsOf(whole, (part) => part instanceof Module)];
	return [...new Set(parts.flatMap(({ value }) => (value instanceof Variable ? [value] : [])))];
}

/** Gives Variables the values of others. */
export function copy(from: readonly Variable[], to: readonly Variable[]): void {
	const types = (all: readonly Variable[]): unknown =>
		all.map(({ shape, dtype }) => [shape, dtype]);
	expect(types(to)).toEqual(types(from));
	for (const [i, variable] of to.entries())
		variable.assign(
			tensor(from[i]?.data() ?? [], { shape: variable.shape, dtype: variable.dtype }),
		);
}

/** Elements are apart by a share of the largest of their tensor, or of 1, at most. */
export function expectClose(
	actual: readonly ArrayLike<number>[],
	expected: readonly ArrayLike<number>[],
	tolerance: number,
): void {
	expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
	for (const [k, each] of expected.entries()) {
		const scale = Array.from(each).reduce((size, x) => Math.max(size, Math.abs(x)), 1);
		for (let i = 0; i < each.length; i++) {
			const [x = 0, y = 0] = [actual[k]?.[i], each[i]];
			if (Object.is(x, y)) continue;
			expect(Math.abs(x - y), `${x}, not ${y}`).toBeLessThanOrEqual(tolerance * scale);
		}
	}
}
