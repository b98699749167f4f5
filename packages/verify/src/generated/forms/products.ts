import { matmul, outer } from '@pullback/core';
import { call, made, rankOf, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';

/** A value that x may be multiplied by from the right, or from the left. */
function factor({ x, find }: Place, left: boolean): Value | null {
	const inner = left ? x.node.shape.at(rankOf(x) === 1 ? 0 : -2) : x.node.shape.at(-1);
	return find(({ node: { shape } }) => {
		if (shape.length === 0 || shape.length > 2) return false;
		return (left ? shape.at(-1) : shape.at(shape.length === 1 ? 0 : -2)) === inner;
	});
}

/** Products of matrices and vectors, with a value on both sides among them. */
export const productForms: readonly Form[] = [
	(p) => {
		const y = factor(p, false);
		return y && made('matmul', matmul, p.x, y);
	},
	(p) => {
		const y = factor(p, true);
		return y && made('matmul', matmul, y, p.x);
	},
	({ x }) => (rankOf(x) < 2 ? null : made('matmul', matmul, x, call(x, 'transpose'))),
	({ x }) => (rankOf(x) < 2 ? null : made('matmul', matmul, call(x, 'transpose'), x)),
	({ x, find }) => {
		const y = find(({ node }) => node.shape.length === 1);
		return y && made('outer', outer, x, y);
	},
	({ x }) => made('outer', outer, x, call(x, 'flip')),
];
