import { isFloating } from '../graph/dtype.ts';
import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { broadcastShapes, formatShape, maximumSize, type Shape, sizeOf } from '../graph/shape.ts';
import {
	type Attention,
	type AttentionOptions,
	attend,
	checkedAttention,
} from '../ops/attention.ts';
import { concatenate, slice, split } from '../ops/movement.ts';
import type { Operand } from '../ops/operand.ts';
import { pad } from '../ops/padding.ts';
import { primitives } from '../ops/primitives.ts';
import { argument } from './argument.ts';
import { custom } from './custom.ts';
import { jvp } from './forward.ts';
import { vjp } from './grad.ts';

/** Elements of the score matrices, [..., L, S], that are held at once: more are computed by blocks of queries. */
const scoresHeld = 2 ** 22;

/** The most blocks of fewer than `longBlock` queries: each is some 40 Nodes, and 130 with its gradient. */
const maxShortBlocks = 64;
/**
 * Queries of a block where 64 blocks would hold more than 2^22 scores each: so many blocks as are in proportion to the length
 * of a sequence, so that memory is, too.
 */
const longBlock = 256;
/** The most blocks: with their gradients two thirds of the Nodes that `compile` compiles unasked. */
const maxBlocks = 512;

/**
 * softmax(scale q k^T) v along the keys (Vaswani et al. 2017): queries [..., L, E], keys [..., S, E] and values [..., S, Ev]
 * give [..., L, Ev]; leading axes broadcast. As PyTorch's function of that name, but a query that no key takes part for
 * gives 0, and no NaN in any derivative. A mask and `causal` both hold. More than 2^22 scores are computed block by block of
 * queries, one after another, and again for the derivatives, so that a compiled function never holds them all (after Rabe
 * & Staats 2021): of up to 2^28 it holds 2^22, of more those of 256 queries, or of more than 131,072 queries those of a
 * 512th. Throws ShapeError where shapes do not fit, DTypeError for a mask of whole numbers.
 */
export function scaledDotProductAttention(
	query: Operand,
	key: Operand,
	value: Operand,
	options?: AttentionOptions,
): Node {
	const attention = checkedAttention(query, key, value, options);
	const scores = scoresOf(attention);
	const count = blocksOf(scores, scoresHeld);
	checkBlocks(attention, scores, count);
	return count === 1 ? attend(attention) : attendByBlocks(attention, count);
}

function scoresOf({ q, k }: Attention): Shape {
	const lead = broadcastShapes('scaledDotProductAttention', [
		q.shape.slice(0, -2),
		k.shape.slice(0, -2),
	]);
	return [...lead, q.shape.at(-2) ?? 0, k.shape.at(-2) ?? 0];
}

function blocksOf(scores: Shape, held: number): number {
	const queries = scores.at(-2) ?? 0;
	const long = Math.min(Math.floor(queries / longBlock), maxBlocks);
	const most = Math.max(Math.min(maxShortBlocks, queries), long);
	return Math.max(1, Math.min(Math.ceil(sizeOf(scores) / held), most));
}

/** Refuses blocks of more scores than a tensor can have. */
function checkBlocks({ q, k }: Attention, scores: Shape, count: number): void {
	const [queries = 0] = scores.slice(-2);
	const ofBlock = (sizeOf(scores) / queries) * Math.ceil(queries / count);
	if (ofBlock > maximumSize)
		throw new ShapeError(
			`scaledDotProductAttention: one of ${count} blocks of queries ${formatShape(q.shape)} would have ${ofBlock} scores with keys ${formatShape(k.shape)}; it must have at most ${maximumSize}: pass the queries in parts, or fewer keys`,
		);
}

/** Some of the queries, and the keys from the first on that they may see. */
interface Block {
	readonly start: number;
	readonly stop: number;
	readonly keys: number;
}

/**
 * Attention by so many blocks of queries, each of which begins once the one before has ended, forward and back. Every row
 * of scores is whole, so that its softmax is what it is without blocks.
 */
export function attendByBlocks(attention: Attention, count: number): Node {
	const { q, k, v, mask, causal } = attention;
	const [queries, keys] = [q.shape.at(-2) ?? 0, k.shape.at(-2) ?? 0];
	const blocks = Array.from({ length: count }, (_, i): Block => {
		const [start, stop] = [i, i + 1].map((at) => Math.floor((at * queries) / count)) as [
			number,
			number,
		]; // of two
		return { start, stop, keys: causal ? Math.min(stop, keys) : keys };
	});
	const operands = mask === null ? [q, k, v] : [q, k, v, mask];
	const parted = operands.map((_, i): Parted => {
		if (i === 0) return { rows: true, keys: null };
		if (i < 3) return { rows: false, keys: -2 };
		return { rows: mask?.shape.at(-2) !== 1, keys: mask?.shape.at(-1) === 1 ? null : -1 };
	});
	const partsOf = (xs: readonly Node[], block: Block): Node[] =>
		xs.map((x, i) => partOf(x, parted[i] ?? whole, block));
	const attendTo = (parts: readonly Node[], { start }: Block): Node => {
		const [q, k, v, mask = null] = parts as readonly [Node, Node, Node, Node?]; // as many as operands
		return attend({ q, k, v, mask, causal }, start);
	};
	const rule = custom<readonly Node[]>({
		forward: (...xs) => {
			const done: Node[] = [];
			for (const block of blocks)
				done.push(attendTo(late(partsOf(xs, block), done.slice(-1)), block));
			return concatenate(done, -2);
		},
		vjp: (cotangent, xs) => {
			const moving = xs.filter(isDifferentiable);
			const found = moving.map((): Node[] => []);
			// From the last on, which sees the most keys.
			for (const block of blocks.toReversed()) {
				const before = found.flatMap((slopes) => slopes.slice(0, 1));
				const parts = late(partsOf(xs, block), before).map(apart);
				const [slope] = late([partOf(cotangent, rowsAlone, block)], before) as [Node]; // as many as were passed
				const slopes = vjp(attendTo(parts, block), slope, parts.filter(isDifferentiable));
				for (const [i, list] of found.entries())
					addSlope(list, slopes[i] as Node, parted[i] ?? whole); // a mask comes last, if it is differentiable
			}
			const slopes = found.map((list, i) => wholeOf(list, parted[i] ?? whole, keys));
			return xs.map((_, i) => slopes[i] ?? null);
		},
		jvp: (tangents, xs) => {
			const done: Node[] = [];
			for (const block of blocks) {
				const before = done.slice(-1);
				const parts = late(partsOf(xs, block), before).map(apart);
				const along = tangents.map((each, i) =>
					each === null
						? null
						: (late([partOf(each, parted[i] ?? whole, block)], before)[0] ?? null),
				);
				const moving = parts.filter((_, i) => along[i]);
				done.push(
					jvp(
						attendTo(parts, block),
						moving,
						along.filter((each) => each !== null),
					),
				);
			}
			return concatenate(done, -2);
		},
	});
	return rule(...operands);
}

/** Which axes of an operand follow the block: its rows, the last but one, and the one that runs over keys. */
interface Parted {
	readonly rows: boolean;
	readonly keys: -1 | -2 | null;
}

const whole: Parted = { rows: false, keys: null };
const rowsAlone: Parted = { rows: true, keys: null };

function partOf(x: Node, { rows, keys }: Parted, block: Block): Node {
	const ranges = x.shape.map((): [number?, number?] => []);
	if (rows) ranges[x.shape.length - 2] = [block.start, block.stop];
	if (keys !== null) ranges[x.shape.length + keys] = [0, block.keys];
	return slice(x, ...ranges);
}

/**
 * Puts the derivative in a part of an operand before those in later rows, or adds it to the sum of those in the same ones,
 * whose first keys it is for: at once, so that no more than the sum is held.
 */
function addSlope(slopes: Node[], slope: Node, { rows, keys }: Parted): void {
	const [sum] = slopes;
	if (rows || sum === undefined) {
		slopes.unshift(slope);
		return;
	}
	const seen = keys === null ? 0 : (slope.shape.at(keys) ?? 0);
	if (keys === null || seen === sum.shape.at(keys)) slopes[0] = sum.add(slope);
	else {
		const [first, others] = split(sum, [seen, (sum.shape.at(keys) ?? 0) - seen], keys) as [
			Node,
			Node,
		]; // two
		slopes[0] = concatenate([first.add(slope), others], keys);
	}
}

/** The derivative in an operand, from what `addSlope` has put together: 0 for keys that no block sees. */
function wholeOf(slopes: readonly Node[], { rows, keys }: Parted, count: number): Node {
	const long = slopes.map((slope) => {
		if (keys === null) return slope;
		const missing: [number, number] = [0, count - (slope.shape.at(keys) ?? 0)];
		return pad(slope, keys === -2 ? [missing, [0, 0]] : [missing]);
	});
	return rows ? concatenate(long, -2) : (long[0] as Node); // the sum
}

/** The same values once others are there, so that not all blocks are computed at the same time. */
function late(xs: readonly Node[], others: readonly Node[]): Node[] {
	return xs.map((x) =>
		others.reduce((sofar, other) => record(primitives.after, [sofar, other], null), x),
	);
}

/** A Node of its own, in which one can differentiate. */
function apart(x: Node): Node {
	return argument('scaledDotProductAttention', x);
}

function isDifferentiable({ dtype }: Node): boolean {
	return isFloating(dtype);
}
