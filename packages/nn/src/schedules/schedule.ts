import { identity, type Node, ShapeError } from '@pullback/core';
import { checkedNode } from '@pullback/core/arguments';

/**
 * A number that depends on the step, such as a learning rate: a function from the count of the steps before this one, a
 * scalar in f64, to a scalar. It is part of what is compiled, so that a program is not traced again when the number
 * changes. Any such function is one; those of this folder are the usual ones.
 */
export type Schedule = (step: Node) => Node;

/** The value of a schedule at a step, checked: a scalar, in f64. */
export function valueAt(operation: string, schedule: Schedule, step: Node): Node {
	const value = checkedNode(operation, 'the value of the schedule', schedule(step));
	if (value.shape.length > 0)
		throw new ShapeError(
			`${operation}: the value of the schedule has shape [${value.shape.join(', ')}]; it must be a scalar of shape []`,
		);
	return identity(value).cast('f64');
}
