import { where } from '@pullback/core';
import { call, made, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';

/** Whether y broadcasts into the shape of x. */
export function fits({ node: x }: Value, { node: y }: Value): boolean {
	const lead = x.shape.length - y.shape.length;
	return lead >= 0 && y.shape.every((length, i) => length === 1 || length === x.shape[lead + i]);
}

/** A value that goes with x. */
export function partner({ x, find }: Place): Value {
	return find((value) => value !== x && fits(x, value)) ?? x;
}

/** Whether derivatives reach through a value. */
export function isFloating({ node: { dtype } }: Value): boolean {
	return dtype === 'f32' || dtype === 'f64';
}

const unary =
	(...names: readonly ('tanh' | 'neg')[]): Form =>
	({ x, one }) =>
		call(x, one(names));

/** A bounded function that costs enough for its value to be stored. */
export function costly({ one }: Place, x: Value): Value {
	return call(x, one(['tanh', 'sin', 'sigmoid', 'erf'] as const));
}

/** A value as whole numbers, with 0 for those that are not small. */
export function asWhole(x: Value): Value {
	if (!isFloating(x)) return call(x, 'cast', 'i32');
	const small = call(call(x, 'abs'), 'less', 1000);
	return call(made('where', where, small, x, 0), 'cast', 'i32');
}

/** Operations on each element by itself, of one, two and three operands. */
export const elementForms: readonly Form[] = [
	(p) => costly(p, p.x),
	(p) => costly(p, p.x),
	unary('neg'),
	({ x, one }) => call(x, one(['abs', 'relu', 'sign', 'floor', 'round', 'square'] as const)),
	({ x, one }) => call(call(x, 'abs'), one(['sqrt', 'log1p', 'softplus'] as const)),
	({ x, one }) => call(call(call(x, 'square'), 'neg'), one(['exp', 'exp2', 'expm1'] as const)),
	({ x, one }) => call(x, one(['atan', 'asinh', 'cos'] as const)),
	({ x, one }) =>
		call(call(x, 'tanh'), one(['asin', 'acos', 'atanh', 'erfinv', 'sinh', 'cosh', 'tan'] as const)),
	({ x, one }) =>
		call(
			call(call(x, 'abs'), 'add', 1),
			one(['log', 'log2', 'log10', 'lgamma', 'digamma', 'acosh'] as const),
		),
	({ x, one }) => call(x, one(['mod', 'floorDivide'] as const), one([3, -2, 0.75])),
	(p) => call(p.x, 'atan2', partner(p)),
	({ x, one }) => call(x, 'cast', one(['f32', 'f64', 'bool'])),
	({ x }) => asWhole(x),
	({ x, one }) => call(x, one(['add', 'sub', 'mul'] as const), one([1, 2, -3, 0.5])),
	(p) => call(p.x, 'add', partner(p)),
	(p) => call(partner(p), 'add', p.x),
	(p) => call(p.x, 'sub', partner(p)),
	(p) => call(p.x, 'mul', partner(p)),
	(p) => call(p.x, p.one(['maximum', 'minimum'] as const), partner(p)),
	(p) => call(p.x, 'div', call(call(partner(p), 'square'), 'add', 1)),
	(p) => call(p.x, p.one(['less', 'greaterEqual', 'equal'] as const), partner(p)),
	(p) => {
		const y = partner(p);
		return made('where', where, call(p.x, 'less', call(p.x, 'flip')), p.x, y);
	},
];
