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
	type Variable,
} from '@pullback/core';
import { expect } from 'vitest';
import { type Mode, Sequential } from '../../src/index.ts';
import type { Called, Floating, FunctionRow, LayerRow } from './row.ts';

// What the laws of the catalogue do with what rows make.

export const isFloating = ({ dtype }: Node | Variable): boolean =>
	dtype === 'f32' || dtype === 'f64';

export const data = (nodes: readonly (Node | Variable)[]): Data[] =>
	nodes.map((node) => node.data());

/** The modes in which a row is called: one of a module that does the same in both, by the law of modes. */
export const modesOf = (row: LayerRow | FunctionRow): readonly Mode[] =>
	row.kind === 'layer' && row.hasModes ? ['evaluate', 'train'] : ['evaluate'];

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
 * A function of many elements as one of a number, by which all floating operands move at once, each along a random
 * direction, and of a random combination of what it returns: a derivative in any operand that is wrong is so in nearly
 * all of them, and one is checked sooner than all elements are. At zero it is the function of the operands.
 */
export function alongDirection(
	f: (...operands: Node[]) => Node,
	operands: readonly Node[],
): [f: (step: Node) => Node, steps: [Node]] {
	const directions = operands.map(({ shape }, i) => randomNumbers(shape, 40 + i));
	const moved = (step: Node): Node => {
		const y = f(
			...operands.map((x, i) => (isFloating(x) ? x.add((directions[i] as Node).mul(step)) : x)), // one for each
		);
		return sum(randomNumbers(y.shape, 39).mul(y));
	};
	return [moved, [tensor(0, { dtype: 'f64' })]];
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
