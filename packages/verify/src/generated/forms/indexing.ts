import { gather, scatterAdd, take, takeAlongAxis } from '@pullback/core';
import { type Argument, call, made, rankOf, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';
import { asWhole } from './elements.ts';
import { axisOf } from './movement.ts';

/** A value as indices into an axis of some length, negative ones among them. */
function asIndices(x: Value, length: number): Value {
	return call(asWhole(x), 'clip', -length, length - 1);
}

/** Indices into an axis: written down, or computed from another value, or by sorting this one. */
function picksOf(p: Place, length: number): Value | number[] | null {
	if (length === 0) return null;
	if (p.choose(2) === 0)
		return p.one([[0], [length - 1, 0], [-1], [-length, -1, 0], [0, 0, length - 1]]);
	const from = p.find((value) => rankOf(value) < 3 && size(value) < 5000);
	return from && asIndices(from, length);
}

function size({ node }: Value): number {
	return node.shape.reduce((product, length) => product * length, 1);
}

/** Slices of x along an axis. */
export function picked(p: Place, x: Value): Value | null {
	if (rankOf(x) === 0) return null;
	const axis = axisOf(p, x);
	const picks = picksOf(p, x.node.shape[axis] ?? 0);
	return picks && made('take', take, x, picks, axis);
}

/** As many indices as x has elements, along an axis. */
export function along(p: Place, x: Value): Value | null {
	if (rankOf(x) === 0) return null;
	const axis = axisOf(p, x);
	const indices = p.one([
		() => call(x, 'argsort', axis),
		() => call(x, 'argmax', axis, { keepDims: true }),
		() => asIndices(x, x.node.shape[axis] ?? 0),
		() => call(call(x, 'argsort', axis), 'flip', [axis]),
	])();
	return made('takeAlongAxis', takeAlongAxis, x, indices, axis);
}

/** Rows of x added up, by their first axis. */
export function added(p: Place, x: Value): Value | null {
	const [length = 0] = x.node.shape;
	if (rankOf(x) === 0 || length > 300) return null;
	const count = p.one([1, 2, 3, length + 1]);
	const from =
		p.choose(2) === 0
			? Array.from({ length }, (_, i) => (i * 5) % count)
			: p.find(({ node }) => node.shape.length === 1 && node.shape[0] === length);
	if (from === null) return null;
	const indices = 'node' in from ? asIndices(from, count) : from;
	return made('scatterAdd', scatterAdd, x, indices, { size: count, axis: 0 });
}

/** Gathers, gathers of gathers, batched ones, and their transpose. */
export const indexingForms: readonly Form[] = [
	(p) => picked(p, p.x),
	(p) => {
		const once = picked(p, p.x);
		return once && picked(p, once);
	},
	(p) => along(p, p.x),
	(p) => {
		const once = along(p, p.x);
		return once && along(p, once);
	},
	// One along an axis, which stays, and then along it again.
	(p) => {
		const axis = axisOf(p, p.x);
		if ((p.x.node.shape[axis] ?? 0) === 0) return null;
		const one = p.one([
			() => call(p.x, p.one(['max', 'min'] as const), axis, { keepDims: true }),
			() => made('take', take, p.x, [p.one([-1, 0])], axis),
			() => along(p, p.x),
		])();
		if (one === null) return null;
		return p.one([
			() => call(one, p.one(['max', 'min'] as const), axis),
			() => made('take', take, one, p.one<Argument>([0, [0], [-1, 0], [0, 0]]), axis),
			() => made('takeAlongAxis', takeAlongAxis, one, call(one, 'argsort', axis), axis),
		])();
	},
	// In a batch: one index, or several, for each row.
	(p) => {
		const { x } = p;
		if (rankOf(x) < 2) return null;
		const last = rankOf(x) - 1;
		const indices = p.one([
			() => call(x, 'argmax', last),
			() => call(x, 'argsort', last),
			() => call(asIndices(call(x, 'amax', last), x.node.shape[last] ?? 0), 'expandDims', last),
		])();
		return made('gather', gather, x, indices, { axis: last, batch: last });
	},
	(p) => added(p, p.x),
	({ x, one }) => {
		const classes = one([1, 3, 5]);
		const labels = call(call(asIndices(x, classes), 'abs'), 'clip', 0, classes - 1);
		return call(labels, 'oneHot', classes, { dtype: one(['f32', 'f64', 'i32']) });
	},
];
