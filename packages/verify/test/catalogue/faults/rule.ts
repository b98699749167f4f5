import { custom, type Node, zerosLike } from '@pullback/core';
import type { Entry } from '../entry.ts';

/** An operation of one operand by its value, its vjp and, if the two are not each other's transpose, its jvp. */
export function one(
	forward: (x: Node) => Node,
	vjp: (cotangent: Node, x: Node, output: Node) => Node | null,
	jvp?: (tangent: Node, x: Node, output: Node) => Node | null,
): (x: Node) => Node {
	return custom<readonly [Node]>({
		forward,
		vjp: (cotangent, [x], output) => [vjp(cotangent, x, output)],
		...(jvp && { jvp: ([tangent], [x], output) => (tangent ? jvp(tangent, x, output) : null) }),
	});
}

/** An operation of two operands; the tangent of one that does not move is zeros. */
export function two(
	forward: (x: Node, y: Node) => Node,
	vjp: (cotangent: Node, x: Node, y: Node, output: Node) => readonly (Node | null)[],
	jvp?: (tangents: readonly [Node, Node], x: Node, y: Node, output: Node) => Node | null,
): (x: Node, y: Node) => Node {
	return custom<readonly [Node, Node]>({
		forward,
		vjp: (cotangent, [x, y], output) => vjp(cotangent, x, y, output),
		...(jvp && {
			jvp: ([s, t], [x, y], output) => jvp([s ?? zerosLike(x), t ?? zerosLike(y)], x, y, output),
		}),
	});
}

/** The derivative of tanh. */
export const tanhSlope = (x: Node): Node => x.tanh().square().neg().add(1);

/** Faults of one kind. */
export function ofKind(kind: string, faults: readonly Omit<Entry, 'kind'>[]): Entry[] {
	return faults.map((fault) => ({ ...fault, kind }));
}
