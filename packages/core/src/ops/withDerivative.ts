import { type Node, record } from '../graph/node.ts';
import { type CustomRule, primitives } from './primitives.ts';

/** A function of one Node that does the same to every slice of a new first axis, and what its derivative is. */
interface Differentiable {
	/** The function of another x. */
	again(x: Node): Node;
	vjp(cotangent: Node, x: Node, y: Node): Node;
	jvp(tangent: Node, x: Node, y: Node): Node;
}

/** The value of a function of x, with the derivative that is stated in place of that of what computed it. */
export function withDerivative(value: Node, x: Node, { again, vjp, jvp }: Differentiable): Node {
	const rule: CustomRule = {
		again: (inputs) => again(only(inputs)),
		vjp: (cotangent, inputs, y) => [vjp(cotangent, only(inputs), y)],
		jvp: ([tangent], inputs, y) => (tangent ? jvp(tangent, only(inputs), y) : null),
		lift: () => rule,
	};
	return record(primitives.custom, [value, x], { rule });
}

function only([x]: readonly Node[]): Node {
	if (x === undefined) throw new Error('internal: a rule without its operand');
	return x;
}
