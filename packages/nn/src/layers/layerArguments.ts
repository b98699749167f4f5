import {
	type DType,
	DTypeError,
	formatShape,
	type Node,
	type Operand,
	type PerAxis,
	type Shape,
	ShapeError,
} from '@pullback/core';
import {
	checkedCount,
	checkedDType,
	checkedFinite,
	checkedFunction,
	checkedNode,
	checkedPerAxis,
} from '@pullback/core/arguments';
import type { Fans, Initializer } from '../initializers/initializer.ts';

// Checks of what layers are made of.

/** A whole number from 1, such as the length of an axis. */
export function checkedLength(operation: string, name: string, value: unknown): number {
	const length = checkedCount(operation, name, value);
	if (length < 1)
		throw new RangeError(`${operation}: ${name} is ${length}; it must be a whole number from 1`);
	return length;
}

/** The dtype of parameters, which are trained. */
export function checkedFloating(operation: string, dtype: DType): 'f32' | 'f64' {
	const checked = checkedDType(operation, dtype);
	if (checked !== 'f32' && checked !== 'f64')
		throw new DTypeError(`${operation}: dtype is ${checked}; it must be f32 or f64`);
	return checked;
}

/** The small number that keeps a division from exploding: from 0. */
export function checkedEpsilon(operation: string, epsilon: number): number {
	checkedFinite(operation, 'epsilon', epsilon);
	if (epsilon < 0) throw new RangeError(`${operation}: epsilon is ${epsilon}; it must be from 0`);
	return epsilon;
}

/** What an initialiser makes: of the shape and dtype asked for. */
export function initialValue(
	operation: string,
	initializer: Initializer,
	key: Operand,
	shape: Shape,
	dtype: DType,
	fans?: Fans,
): Node {
	checkedFunction(operation, 'weight', initializer);
	const initial = checkedNode(
		operation,
		'the initial weight',
		initializer(key, shape, dtype, fans),
	);
	if (formatShape(initial.shape) !== formatShape(shape))
		throw new ShapeError(
			`${operation}: the initial weight has shape ${formatShape(initial.shape)}; it must be ${formatShape(shape)}`,
		);
	return initial;
}

/** A whole number from `least` for all spatial axes, or a copy of those for each. */
export function perAxis(
	operation: string,
	name: string,
	value: PerAxis,
	axes: number,
	least: 0 | 1,
): PerAxis {
	const all = checkedPerAxis(operation, name, value, axes, least);
	return typeof value === 'number' ? value : all;
}
