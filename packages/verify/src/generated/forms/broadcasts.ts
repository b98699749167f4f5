import { full } from '@pullback/core';
import { call, made, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';
import { costly } from './elements.ts';
import { added, along, picked } from './indexing.ts';
import { axisOf } from './movement.ts';

/** Few computed elements that broadcast into the shape of x. */
function few(p: Place, x: Value): Value {
	return p.one([
		() => call(x, p.one(['sum', 'mean', 'amax'] as const)),
		() => costly(p, call(x, 'mean')),
		() => call(x, p.one(['sum', 'amin'] as const), axisOf(p, x), { keepDims: true }),
		() => costly(p, call(x, 'slice', p.one([0, -1]))),
		() => costly(p, x),
	])();
}

function copied(p: Place, x: Value): Value {
	const value = few(p, x);
	const { shape } = x.node;
	const wider = [p.one([2, 1, 3, 5]), ...value.node.shape];
	if (value.node.shape.length === 0 && p.choose(2) === 0)
		return made('full', full, p.one([wider, shape, [2, 2]]), value);
	return call(value, 'broadcastTo', p.one([wider, shape]));
}

/** What is computed once and copied, and then looked at as if each copy were an element of its own. */
export const broadcastForms: readonly Form[] = [
	(p) => copied(p, p.x),
	(p) => picked(p, copied(p, p.x)),
	(p) => {
		const copies = copied(p, p.x);
		return call(copies, p.one(['max', 'min', 'argmax'] as const), axisOf(p, copies));
	},
	(p) => along(p, copied(p, p.x)),
	(p) => {
		const copies = copied(p, p.x);
		return call(copies, p.one(['cumsum', 'sort', 'softmax', 'sum'] as const), axisOf(p, copies));
	},
	(p) => added(p, copied(p, p.x)),
	// Few elements that a derivative copies.
	(p) => {
		const sum = added(p, p.x);
		return sum && call(call(call(call(sum, 'sum'), 'square'), 'add', 1), p.one(['log', 'sqrt']));
	},
];
