import { concatenate, full, stack } from '@pullback/core';
import { call, made, rankOf, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';

/** One of the axes of x. */
export function axisOf({ choose }: Place, x: Value): number {
	return choose(Math.max(rankOf(x), 1));
}

/** Elements in another order or number, none of them changed. */
export const movementForms: readonly Form[] = [
	({ x }) => call(x, 'flip'),
	(p) => call(p.x, 'flip', [axisOf(p, p.x)]),
	({ x }) => call(x, 'transpose'),
	({ x }) => call(x, 'reshape', [-1]),
	({ x, choose }) => call(x, 'expandDims', choose(rankOf(x) + 1)),
	({ x }) => call(x, 'squeeze'),
	({ x, one }) =>
		call(x, 'slice', one([[1], [null, -1], [null, null, 2], [null, null, -1], [0, 1]])),
	({ x, one }) =>
		rankOf(x) < 2 ? null : call(x, 'slice', null, one([[1], [-1], [null, null, -2], [2, 1]])),
	({ x, one }) => (rankOf(x) === 0 ? null : call(x, 'slice', one([0, -1]))),
	(p) => call(p.x, 'pad', widthsOf(p)),
	({ x, one }) => {
		const sizes = one<readonly number[]>([[2], [2, 2], [1, 3], [3]]);
		const lengths = x.node.shape.slice(-sizes.length);
		const fit =
			lengths.length === sizes.length && sizes.every((size, i) => size <= (lengths[i] ?? 0));
		return fit ? call(x, 'windows', sizes, { stride: one([1, 2, 3]) }) : null;
	},
	({ x, one }) => {
		const size = x.node.shape.reduce((product, length) => product * length, 1);
		const options = one([{}, { stride: 1 }, { padding: 1, ceilMode: true }]);
		return size < 2 ? null : call(call(x, 'reshape', [1, -1]), 'maxPool1d', 2, options);
	},
	// A slice of a pad of a flip.
	(p) => {
		if (rankOf(p.x) === 0) return null;
		const padded = call(call(p.x, 'flip', [axisOf(p, p.x)]), 'pad', widthsOf(p));
		return call(padded, 'slice', p.one([[1], [null, -1], [null, null, -1], [1, null, 2]]));
	},
	(p) => (rankOf(p.x) === 0 ? null : rolled(p.x, axisOf(p, p.x))),
	(p) => {
		const { x, choose } = p;
		const rank = rankOf(x);
		const axis = axisOf(p, x);
		const y = p.find(
			({ node }) =>
				node.shape.length === rank &&
				node.dtype === x.node.dtype &&
				node.shape.every((length, i) => i === axis || length === x.node.shape[i]),
		);
		if (y === null || rank === 0) return null;
		return made(
			'concatenate',
			concatenate,
			choose(2) === 0 ? [x, y] : [y, call(x, 'flip'), x],
			axis,
		);
	},
	({ x, choose }) => made('stack', stack, [x, x], choose(rankOf(x) + 1)),
	({ x, one }) => call(x, 'broadcastTo', [one([1, 2, 3]), ...x.node.shape]),
	// A scalar that is computed, copied.
	({ x, one }) => {
		const scalar = call(x, one(['sum', 'amax', 'mean'] as const));
		const shape = one<readonly number[]>([x.node.shape, [4], [1], [2, 1], [0]]);
		return one([0, 1]) === 0
			? call(scalar, 'broadcastTo', shape)
			: made('full', full, shape, scalar);
	},
];

/** Moved on by one along an axis, the last in front. */
export function rolled(x: Value, axis: number): Value {
	const all = Array.from({ length: axis }, () => null);
	const last = call(x, 'slice', ...all, [-1]);
	return made('concatenate', concatenate, [last, call(x, 'slice', ...all, [0, -1])], axis);
}

function widthsOf({ x, one }: Place): number[][] {
	const width = one([
		[1, 0],
		[0, 1],
		[1, 2],
	]);
	return x.node.shape.map((_, axis) => (axis === x.node.shape.length - 1 ? width : [0, axis % 2]));
}
