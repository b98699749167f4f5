import { call, rankOf, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';
import { axisOf } from './movement.ts';

const sums = ['sum', 'mean', 'sum', 'amax', 'amin', 'max', 'min', 'prod', 'any', 'all'] as const;
const several = ['sum', 'mean', 'amax', 'amin', 'variance', 'logSumExp'] as const;

/** A reduction along one axis, of length 1 afterwards or gone. */
export function reduced(p: Place, x: Value): Value {
	const method = p.one(sums);
	const axis = axisOf(p, x);
	return p.choose(2) === 0 ? call(x, method, axis) : call(x, method, axis, { keepDims: true });
}

/** Reductions, reductions of reductions, and what goes along an axis. */
export const reductionForms: readonly Form[] = [
	(p) => reduced(p, p.x),
	(p) => reduced(p, p.x),
	(p) => reduced(p, reduced(p, p.x)),
	(p) => {
		const largest = call(p.x, p.one(['amax', 'amin'] as const), axisOf(p, p.x), { keepDims: true });
		return call(largest, 'sum', axisOf(p, largest));
	},
	({ x, one }) => call(x, one(several)),
	({ x, one }) => (rankOf(x) < 2 ? null : call(x, one(several), [0, -1])),
	({ x, one }) =>
		rankOf(x) < 2 ? null : call(x, one(several), [rankOf(x) - 1, 0], { keepDims: true }),
	(p) => call(p.x, p.one(['argmax', 'argmin'] as const), axisOf(p, p.x)),
	(p) => call(p.x, p.one(['argmax', 'argmin'] as const), axisOf(p, p.x), { keepDims: true }),
	(p) => call(p.x, p.one(['cumsum', 'sort', 'argsort', 'softmax'] as const), axisOf(p, p.x)),
	(p) => call(call(p.x, 'norm', { axes: axisOf(p, p.x), keepDims: true }), 'add', 1),
];
