import {
	type DType,
	full,
	type Node,
	normal,
	type Operand,
	type Shape,
	ShapeError,
} from '@pullback/core';
import { checkedFinite, checkedNumber, checkedShape } from '@pullback/core/arguments';

/** Makes the first value of a parameter, from an explicit key. The first axis of `shape` counts the inputs. */
export type Initializer = (key: Operand, shape: Shape, dtype: DType) => Node;

/** Normal numbers around 0 with the given standard deviation. */
export function normalInitializer(std: number): Initializer {
	checkedFinite('normalInitializer', 'std', std);
	return (key, shape, dtype) => normal(key, shape, { std, dtype });
}

/** Normal with standard deviation sqrt(1 / inputs), for sigmoid and tanh (Glorot & Bengio 2010, as the book has it). */
export const xavierInitializer: Initializer = (key, shape, dtype) =>
	normal(key, shape, { std: Math.sqrt(1 / inputsOf('xavierInitializer', shape)), dtype });

/** Normal with standard deviation sqrt(2 / inputs), for ReLU (He et al. 2015). */
export const heInitializer: Initializer = (key, shape, dtype) =>
	normal(key, shape, { std: Math.sqrt(2 / inputsOf('heInitializer', shape)), dtype });

/** The same number everywhere. */
export function constantInitializer(value: number): Initializer {
	checkedNumber('constantInitializer', 'value', value);
	return (_, shape, dtype) => full(shape, value, { dtype });
}

function inputsOf(operation: string, shape: Shape): number {
	const [inputs] = checkedShape(operation, shape);
	if (inputs === undefined)
		throw new ShapeError(`${operation}: a scalar of shape [] has no inputs to scale by`);
	// Of no inputs there is nothing to scale.
	return Math.max(inputs, 1);
}
