import { checkedBoolean, checkedFinite, checkedOptions } from '../graph/arguments.ts';
import { isFloating } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { broadcastShapes, formatShape, type Shape } from '../graph/shape.ts';
import { exp } from './arithmetic.ts';
import { greaterEqual, where } from './comparison.ts';
import { matmul } from './linearAlgebra.ts';
import { reshape, transpose } from './movement.ts';
import { type Operand, toFloating, toNode, toNodes } from './operand.ts';
import { primitives } from './primitives.ts';
import { amax, sum } from './reductions.ts';

/** What takes part in attention, and how large the scores are. */
export interface AttentionOptions {
	/**
	 * Of a shape that broadcasts to the scores, [..., L, S]: truth values, true where a key takes part, or floats that are
	 * added to the scores.
	 */
	readonly mask?: Operand;
	/** Whether query i sees the keys up to i alone, both counted from the first, also where L and S differ. */
	readonly causal?: boolean;
	/** What products of queries and keys are multiplied by, instead of 1 / sqrt(E). */
	readonly scale?: number;
}

/** What attention computes with: Nodes of one floating dtype, of at least two axes, and the mask as part of the scores. */
export interface Attention {
	/** The queries, multiplied by the scale. */
	readonly q: Node;
	readonly k: Node;
	readonly v: Node;
	/** Truth values where keys take part, or floats that are added to the scores. */
	readonly mask: Node | null;
	readonly causal: boolean;
}

/** Attention of all queries at once, the first of which is the one at `first` of the sequence. */
export function attend({ q, k, v, mask, causal }: Attention, first = 0): Node {
	const products = matmul(q, transpose(k));
	const [queries = 0, keys = 0] = products.shape.slice(-2);
	if (keys === 0) return matmul(products, v);
	const isAdded = mask !== null && mask.dtype !== 'bool';
	const biased = isAdded ? products.add(mask) : products;
	const masked = isAdded || mask === null ? biased : where(mask, biased, -Infinity);
	const scores = causal ? where(causalMask(first, queries, keys), masked, -Infinity) : masked;
	const peak = amax(scores, -1, { keepDims: true }).stopGradient();
	// Where nothing takes part the peak is -Infinity, and its difference to itself would be NaN.
	const weights = exp(scores.sub(where(peak.equal(-Infinity), 0, peak)));
	const total = sum(weights, -1, { keepDims: true });
	// Divided last: the quotients are L Ev, not L S.
	return matmul(weights, v).div(where(total.equal(0), 1, total));
}

/** Whether a key is no later than the query: [queries, keys]. */
function causalMask(first: number, queries: number, keys: number): Node {
	const shape = [queries, keys];
	const along = (axis: number): Node => record(primitives.iota, [], { shape, axis, dtype: 'i32' });
	return greaterEqual(along(0).add(first), along(1));
}

const operation = 'scaledDotProductAttention';

/** The operands of `scaledDotProductAttention`, checked. */
export function checkedAttention(
	query: Operand,
	key: Operand,
	value: Operand,
	options: AttentionOptions | undefined,
): Attention {
	const {
		mask,
		causal = false,
		scale,
	} = checkedOptions(operation, options, ['mask', 'causal', 'scale']);
	checkedBoolean(operation, 'causal', causal);
	const given = mask === undefined ? null : checkedMask(mask);
	const isAdded = given !== null && given.dtype !== 'bool';
	const operands = isAdded ? [query, key, value, given] : [query, key, value];
	const [q, k, v, added] = toNodes(operation, operands).map(toFloating) as [
		Node,
		Node,
		Node,
		Node?,
	]; // as many as were passed
	const scores = scoresOf(q.shape, k.shape, v.shape);
	if (given !== null) checkMask(given.shape, scores);
	const [width = 0] = q.shape.slice(-1);
	// Of no numbers every product is 0, whatever the scale.
	const factor =
		scale === undefined
			? 1 / Math.sqrt(Math.max(width, 1))
			: checkedFinite(operation, 'scale', scale);
	return { q: q.mul(factor), k, v, mask: withRows(added ?? given), causal };
}

/** A mask of at least two axes: those that it lacks lead. */
function withRows(mask: Node | null): Node | null {
	if (mask === null || mask.shape.length >= 2) return mask;
	return reshape(mask, [1, mask.shape[0] ?? 1]);
}

function checkedMask(mask: Operand): Node {
	const node = toNode(operation, mask);
	if (node.dtype !== 'bool' && !isFloating(node.dtype))
		throw new DTypeError(
			`${operation}: the mask is ${node.dtype}${formatShape(node.shape)}; it must be bool, true where a key takes part, or floats that are added to the scores: cast it`,
		);
	return node;
}

/** The shape of the scores, [..., L, S], the leading axes being those of queries and keys. */
function scoresOf(q: Shape, k: Shape, v: Shape): Shape {
	const shapes = `queries ${formatShape(q)}, keys ${formatShape(k)} and values ${formatShape(v)}`;
	const fitting = 'they must be [..., L, E], [..., S, E] and [..., S, Ev]';
	if (Math.min(q.length, k.length, v.length) < 2)
		throw new ShapeError(`${operation}: ${shapes} need two axes each; ${fitting}`);
	const [[l = 0, e] = [], [s = 0, e2] = [], [s2] = []] = [q, k, v].map((shape) => shape.slice(-2));
	if (e !== e2)
		throw new ShapeError(
			`${operation}: ${shapes}: the widths ${e} and ${e2} of queries and keys differ; ${fitting}`,
		);
	if (s !== s2)
		throw new ShapeError(
			`${operation}: ${shapes}: there are ${s} keys and ${s2} values; ${fitting}`,
		);
	const leading = [q, k, v].map((shape) => shape.slice(0, -2));
	broadcastShapes(operation, leading);
	return [...broadcastShapes(operation, leading.slice(0, 2)), l, s];
}

function checkMask(mask: Shape, scores: Shape): void {
	const lead = scores.length - mask.length;
	if (lead < 0 || mask.some((length, i) => length !== 1 && length !== scores[lead + i]))
		throw new ShapeError(
			`${operation}: the mask ${formatShape(mask)} does not broadcast to the scores ${formatShape(scores)}; lengths must be equal or 1, counted from the last axis`,
		);
}
