import {
	type DType,
	expandDims,
	formatShape,
	type Node,
	type Operand,
	type Shape,
	ShapeError,
	scaledDotProductAttention,
	splitKey,
	transpose,
} from '@pullback/core';
import {
	checkedBoolean,
	checkedNode,
	checkedObject,
	checkedOptions,
	checkedShape,
	describe,
	toNode,
} from '@pullback/core/arguments';
import type { Initializer } from '../../initializers/initializer.ts';
import { uniformInitializer } from '../../initializers/initializers.ts';
import { xavierUniformInitializer } from '../../initializers/scaled.ts';
import { checkedMode, type Mode } from '../../modules/mode.ts';
import { Module } from '../../modules/module.ts';
import { Affine } from '../affine.ts';
import { checkedFloating, checkedLength } from '../layerArguments.ts';
import { checkTokens } from '../positions/positions.ts';
import { RotaryPositions } from '../positions/rotary.ts';
import {
	type CachedOutput,
	checkedCache,
	extended,
	type KeyValueCache,
	noTokens,
	seenBy,
} from './keyValueCache.ts';

/** What an attention of several heads is made of. */
export interface MultiHeadAttentionOptions {
	/** The length of the last axis of queries and outputs, of all heads together. */
	readonly width: number;
	/** The number of heads, which divides the width. */
	readonly heads: number;
	/** The key of the initial weights. */
	readonly key: Operand;
	/** The length of the last axis of the keys; the width if left out. */
	readonly keyWidth?: number;
	/** The length of the last axis of the values; the width if left out. */
	readonly valueWidth?: number;
	/** Whether each of the four products has a bias, which starts at 0; true if left out. */
	readonly bias?: boolean;
	/**
	 * How the four weights start. If left out, queries, keys and values uniform by Xavier's rule, the output uniform between
	 * -1 / sqrt(width) and 1 / sqrt(width), as PyTorch has them where the widths differ.
	 */
	readonly weight?: Initializer;
	/** Rotates the queries and keys of each head by their positions; none if left out. */
	readonly rotary?: RotaryPositions;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/** What takes part in an attention. */
export interface AttentionInputs {
	/**
	 * Truth values, true where a key takes part, or floats that are added to the scores: [queries, keys], or with the leading
	 * axes of the input, [..., queries, keys], the same for all heads; or with an axis for them too, [..., heads, queries,
	 * keys]. Lengths may be 1. A query that no key takes part for gives the output's bias.
	 */
	readonly mask?: Operand;
	/** Whether query i sees the keys up to i alone; false if left out. */
	readonly causal?: boolean;
}

/** What takes part in an attention to other tokens than its own. */
export interface CrossAttentionInputs extends AttentionInputs {
	/** What is attended to, [..., keys, keyWidth]; the queries themselves if left out. */
	readonly keys?: Operand;
	/** What is gathered of them, [..., keys, valueWidth]; the keys if left out. */
	readonly values?: Operand;
}

/** Keys and values of all heads, each [..., heads, keys, width of a head]. */
export type ProjectedKeys = Pick<KeyValueCache, 'keys' | 'values'>;

/**
 * Attention of several heads (Vaswani et al. 2017): queries [..., queries, width] give [..., queries, width]. Queries, keys
 * and values are mapped by a weight each, cut into heads, attended to by `scaledDotProductAttention`, put together and
 * mapped by the output's weight. As PyTorch's, without dropout of attention weights: the rows of its `in_proj_weight` are,
 * transposed, `queries.weight`, `keys.weight` and `values.weight`, and its `out_proj` is `output`. Throws ShapeError where
 * shapes do not fit, RangeError where the heads do not divide the width.
 */
export class MultiHeadAttention extends Module<
	[x: Operand, mode?: Mode, given?: CrossAttentionInputs],
	Node
> {
	readonly heads: number;
	readonly queries: Affine;
	readonly keys: Affine;
	readonly values: Affine;
	readonly output: Affine;
	readonly rotary: RotaryPositions | null;

	constructor(options: MultiHeadAttentionOptions) {
		super();
		const name = 'MultiHeadAttention';
		const given = {
			...checkedOptions(name, options, [
				'width',
				'heads',
				'key',
				'keyWidth',
				'valueWidth',
				'bias',
				'weight',
				'rotary',
				'dtype',
			]),
		} as MultiHeadAttentionOptions; // what is left out is refused below
		const { width, heads, key, keyWidth = width, valueWidth = width } = given;
		const { bias = true, weight, rotary = null, dtype = 'f32' } = given;
		for (const [option, length] of Object.entries({ width, heads, keyWidth, valueWidth }))
			checkedLength(name, option, length);
		if (width % heads !== 0)
			throw new RangeError(
				`${name}: heads is ${heads}; it must divide the width, ${width}, without rest`,
			);
		checkedBoolean(name, 'bias', bias);
		checkedFloating(name, dtype);
		if (rotary !== null && !(rotary instanceof RotaryPositions))
			throw new TypeError(`${name}: rotary is ${describe(rotary)}; it must be a RotaryPositions`);
		if (rotary !== null && (width / heads) % 2 !== 0)
			throw new RangeError(
				`${name}: heads is ${heads}, each ${width / heads} wide; to be rotated in pairs their width must be even`,
			);
		const ownKeys = splitKey(key, 4);
		const projection = (index: number, inputs: number, start: Initializer): Affine =>
			new Affine({
				inputs,
				outputs: width,
				key: ownKeys.slice(index),
				weight: weight ?? start,
				bias,
				dtype,
			});
		const xavier = xavierUniformInitializer();
		const bound = 1 / Math.sqrt(width);
		this.heads = heads;
		this.queries = projection(0, width, xavier);
		this.keys = projection(1, keyWidth, xavier);
		this.values = projection(2, valueWidth, xavier);
		this.output = projection(3, width, uniformInitializer(-bound, bound));
		this.rotary = rotary;
	}

	override forward(x: Operand, mode: Mode = 'evaluate', given?: CrossAttentionInputs): Node {
		checkedMode('MultiHeadAttention', mode);
		const { keys, values, mask, causal } = checkedOptions('MultiHeadAttention', given, [
			'keys',
			'values',
			'mask',
			'causal',
		]);
		const others = keys ?? x;
		const inputs = { ...(mask === undefined ? {} : { mask }), causal: causal ?? false };
		return this.attend(x, this.project(others, values ?? others), inputs);
	}

	/** What attention needs of keys and values, for more than one call with them. */
	project(keys: Operand, values: Operand): ProjectedKeys {
		const [k, v] = [this.keys.forward(tokens(keys)), this.values.forward(tokens(values))];
		return { keys: this.#rotated(inHeads(k, this.heads), 0), values: inHeads(v, this.heads) };
	}

	/** Attention to keys and values that were projected before. */
	attend(x: Operand, projected: ProjectedKeys, given?: AttentionInputs): Node {
		const { keys, values } = {
			...checkedObject('MultiHeadAttention', 'the projected keys', projected),
		} as ProjectedKeys; // what is left out is refused below
		checkedNode('MultiHeadAttention', 'projected keys', keys);
		checkedNode('MultiHeadAttention', 'projected values', values);
		const { mask, causal = false } = checkedOptions('MultiHeadAttention', given, [
			'mask',
			'causal',
		]);
		const queries = this.#queriesOf(x, 0);
		const rank = Math.max(queries.shape.length, keys.shape.length) - 1;
		const own = mask === undefined ? {} : { mask: maskOfHeads(mask, rank) };
		return this.#outputOf(scaledDotProductAttention(queries, keys, values, { ...own, causal }));
	}

	/** A cache for texts of up to `capacity` tokens, with the leading axes of the inputs. */
	emptyCache(leading: Shape, capacity: number): KeyValueCache {
		const { shape, dtype } = this.keys.weight;
		const axes = checkedShape('emptyCache', leading);
		checkedLength('emptyCache', 'capacity', capacity);
		const width = (shape[1] ?? 0) / this.heads;
		return noTokens([...axes, this.heads, capacity, width], dtype === 'f64' ? 'f64' : 'f32');
	}

	/**
	 * The outputs for further tokens x [..., tokens, width], and the cache with them: what causal attention of all tokens so
	 * far gives for these. A cache that would overflow is a RangeError when it is computed.
	 */
	forwardCached(x: Operand, cache: KeyValueCache): CachedOutput<KeyValueCache> {
		const node = tokens(x);
		const values = inHeads(this.values.forward(node), this.heads);
		const before = checkedCache(cache, values);
		const keys = inHeads(this.keys.forward(node), this.heads);
		const next = extended(before, this.#rotated(keys, before.length), values);
		const queries = this.#queriesOf(node, before.length);
		const [count = 0] = queries.shape.slice(-2);
		const [capacity = 0] = next.keys.shape.slice(-2);
		const mask = seenBy(count, before.length, capacity);
		const attended = scaledDotProductAttention(queries, next.keys, next.values, { mask });
		return { outputs: this.#outputOf(attended), cache: next };
	}

	#queriesOf(x: Operand, offset: Operand): Node {
		return this.#rotated(inHeads(this.queries.forward(tokens(x)), this.heads), offset);
	}

	#rotated(x: Node, offset: Operand): Node {
		return this.rotary === null ? x : this.rotary.forward(x, 'evaluate', { offset });
	}

	#outputOf(attended: Node): Node {
		const together = transpose(attended, -3, -2);
		const [heads = 0, width = 0] = together.shape.slice(-2);
		return this.output.forward(together.reshape([...together.shape.slice(0, -2), heads * width]));
	}
}

/** An operand that must be [..., tokens, width]. */
function tokens(x: Operand): Node {
	const node = toNode('MultiHeadAttention', x);
	checkTokens('MultiHeadAttention', node.shape);
	return node;
}

/** [..., tokens, width] as [..., heads, tokens, width / heads]. */
function inHeads(x: Node, heads: number): Node {
	const [width = 0] = x.shape.slice(-1);
	return transpose(x.reshape([...x.shape.slice(0, -1), heads, width / heads]), -3, -2);
}

/** A mask for scores of `rank` axes beside that of the heads, which it may have or not. */
function maskOfHeads(mask: Operand, rank: number): Node {
	const node = toNode('MultiHeadAttention', mask);
	if (node.shape.length > rank + 1)
		throw new ShapeError(
			`MultiHeadAttention: the mask ${formatShape(node.shape)} has ${node.shape.length} axes; it must have up to ${rank}, or ${rank + 1} with one for the heads`,
		);
	return node.shape.length > 2 && node.shape.length <= rank ? expandDims(node, -3) : node;
}
