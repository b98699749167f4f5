import { checkedBoolean, checkedFinite, checkedOptions } from '../graph/arguments.ts';
import { isFloating } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { broadcastShapes, formatShape, type Shape } from '../graph/shape.ts';
import { exp } from './arithmetic.ts';
import { greaterEqual, logicalAnd, where } from './comparison.ts';
import { arange } from './creation.ts';
import { matmul } from './linearAlgebra.ts';
import { expandDims, transpose } from './movement.ts';
import { type Operand, toFloating, toNode, toNodes } from './operand.ts';
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

/**
 * softmax(scale q k^T) v along the keys (Vaswani et al. 2017): queries [..., L, E], keys [..., S, E] and values [..., S, Ev]
 * give [..., L, Ev]; leading axes broadcast. As PyTorch's function of that name, but a query that no key takes part for
 * gives 0, and no NaN in any derivative. A mask and `causal` both hold. Throws ShapeError where shapes do not fit,
 * DTypeError for a mask of whole numbers.
 */
export function scaledDotProductAttention(
	query: Operand,
	key: Operand,
	value: Operand,
	options?: AttentionOptions,
): Node {
	const { q, k, v, allowed, added } = checkedAttention(query, key, value, options);
	const products = matmul(q, transpose(k));
	const biased = added === null ? products : products.add(added);
	if (k.shape.at(-2) === 0) return matmul(biased, v);
	const scores = allowed === null ? biased : where(allowed, biased, -Infinity);
	const peak = amax(scores, -1, { keepDims: true }).stopGradient();
	// Where nothing takes part the peak is -Infinity, and its difference to itself would be NaN.
	const weights = exp(scores.sub(where(peak.equal(-Infinity), 0, peak)));
	const total = sum(weights, -1, { keepDims: true });
	// Divided last: the quotients are L Ev, not L S.
	return matmul(weights, v).div(where(total.equal(0), 1, total));
}

/** What attention computes with: all of one floating dtype, and the mask as part of the scores. */
interface Attention {
	/** The queries, multiplied by the scale. */
	readonly q: Node;
	readonly k: Node;
	readonly v: Node;
	/** Where keys take part, if not everywhere. */
	readonly allowed: Node | null;
	/** What is added to the scores, if anything. */
	readonly added: Node | null;
}

const operation = 'scaledDotProductAttention';

function checkedAttention(
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
	const [q, k, v, added = null] = toNodes(operation, operands).map(toFloating) as [
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
	const before = causal ? causalMask(scores) : null;
	const masked = isAdded ? null : given;
	const allowed =
		masked === null || before === null ? (masked ?? before) : logicalAnd(masked, before);
	return { q: q.mul(factor), k, v, allowed, added };
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

/** Whether a key is no later than the query: [L, S]. */
function causalMask(scores: Shape): Node {
	const [queries = 0, keys = 0] = scores.slice(-2);
	const places = (count: number): Node => arange(0, count, 1, { dtype: 'i32' });
	return greaterEqual(expandDims(places(queries), 1), places(keys));
}
