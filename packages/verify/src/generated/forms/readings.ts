import { matmul, take } from '@pullback/core';
import { call, made, rankOf, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';
import { costly, fits, isFloating } from './elements.ts';
import { axisOf, rolled } from './movement.ts';

/** Ways to read a value, each of which broadcasts into its shape or is the like of it. */
const readings: readonly ((p: Place, t: Value) => Value | null)[] = [
	(_, t) => t,
	(p, t) => call(t, 'flip', [axisOf(p, t)]),
	(_, t) => call(t, 'transpose'),
	(p, t) => call(t, 'sum', axisOf(p, t), { keepDims: true }),
	(_, t) => call(t, 'sum'),
	(p, t) => call(t, 'amax', axisOf(p, t), { keepDims: true }),
	(p, t) => call(call(t, 'flip', [axisOf(p, t)]), 'mean', axisOf(p, t), { keepDims: true }),
	(p, t) => rolled(t, axisOf(p, t)),
	(p, t) => call(t, 'slice', p.one([0, -1])),
	(p, t) => call(t, 'cumsum', axisOf(p, t)),
	(p, t) => call(t, 'softmax', axisOf(p, t)),
	// Each with every other.
	(p, t) => {
		const [after, before] = p.one([
			[0, 1],
			[1, 0],
		]) as [number, number]; // two each
		const apart = call(call(t, 'expandDims', after), 'sub', call(t, 'expandDims', before));
		return call(costly(p, apart), 'sum', p.choose(2));
	},
	(p, t) => product(p, t, true),
	(p, t) => product(p, t, false),
	(_, t) => made('matmul', matmul, made('matmul', matmul, t, call(t, 'transpose')), t),
	(p, t) => {
		const [length = 0] = t.node.shape;
		const picks = Array.from({ length }, (_, i) => (i * 3 + p.choose(4)) % length);
		return length > 70 ? null : made('take', take, t, picks);
	},
];

/** The product of t and a matrix, of the shape of t. */
function product({ find }: Place, t: Value, left: boolean): Value | null {
	const inner = t.node.shape.at(left && rankOf(t) > 1 ? -2 : -1);
	const square = find(
		({ node }) => node.shape.length === 2 && node.shape.every((length) => length === inner),
	);
	if (square === null || rankOf(t) === 0) return null;
	return left ? made('matmul', matmul, square, t) : made('matmul', matmul, t, square);
}

/** Two readings of one value together, and then with it as it lies, or with a third. */
const several: Form = (p) => {
	const t = p.bind(p.choose(4) === 0 && isFloating(p.x) ? p.x : costly(p, p.x));
	const reading = (): Value => {
		const value = p.one(readings)(p, t);
		return value === null || !fits(t, value) ? t : value;
	};
	const join = (a: Value, b: Value): Value =>
		call(a, p.one(['add', 'mul', 'sub', 'maximum'] as const), b);
	const two = join(reading(), reading());
	return p.choose(3) === 0 ? two : join(two, p.choose(2) === 0 ? t : reading());
};

/** One reading, and then the value as it lies. */
const residual: Form = (p) => {
	const t = p.bind(costly(p, p.x));
	const other = p.one(readings)(p, t);
	if (other === null) return null;
	const first = p.choose(2) === 0 ? other : p.bind(other);
	return call(first, p.one(['add', 'sub', 'mul'] as const), t);
};

/** A value that one kernel reads in several ways, and that then goes into the result. */
export const readingForms: readonly Form[] = [several, residual, residual];
