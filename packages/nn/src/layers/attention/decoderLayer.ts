import type { Node, Operand } from '@pullback/core';
import { checkedObject, checkedOptions, toNode } from '@pullback/core/arguments';
import type { Mode } from '../../modules/mode.ts';
import { LayerNorm } from '../layerNorm.ts';
import { checkTokens } from '../positions/positions.ts';
import type { CachedOutput, KeyValueCache } from './keyValueCache.ts';
import {
	type AttentionInputs,
	MultiHeadAttention,
	type ProjectedKeys,
} from './multiHeadAttention.ts';
import {
	layerOptions,
	ownKey,
	TransformerLayer,
	type TransformerLayerOptions,
} from './transformerLayer.ts';

/** What a TransformerDecoderLayer is made of. */
export interface TransformerDecoderLayerOptions extends TransformerLayerOptions {
	/** The length of the last axis of the memory; the width if left out. */
	readonly memoryWidth?: number;
}

/** What takes part in the attentions of a decoder's layer. */
export interface DecoderInputs extends AttentionInputs {
	/** Which tokens of the memory take part, as `mask` says it of the layer's own. */
	readonly memoryMask?: Operand;
}

// A type and no interface, so that compiled functions take and return it.
/** What a decoder's layer keeps of the tokens so far, and of the memory. */
export type DecoderCache = {
	readonly own: KeyValueCache;
	/** The memory's keys and values, projected once. */
	readonly memory: ProjectedKeys;
};

/**
 * A layer of a transformer's decoder (Vaswani et al. 2017): x [..., tokens, width] plus its attention to itself, plus that
 * to a memory [..., tokens of it, memoryWidth], plus a feed-forward net of each token, each sum normalised. It is causal
 * where told, as PyTorch's, whose `self_attn`, `multihead_attn`, `linear1`, `linear2`, `norm1`, `norm2` and `norm3` are
 * `attention`, `crossAttention`, `feedForward.expand`, `feedForward.contract`, `attentionNorm`, `crossAttentionNorm` and
 * `feedForwardNorm`; but weights of attention are not dropped, and nothing is unless told. A rotation is of the tokens
 * alone, not of the memory. Throws ShapeError where shapes do not fit, RangeError where the heads do not divide the width.
 */
export class TransformerDecoderLayer extends TransformerLayer<
	[x: Operand, memory: Operand, mode?: Mode, given?: DecoderInputs]
> {
	readonly crossAttention: MultiHeadAttention;
	readonly crossAttentionNorm: LayerNorm;

	constructor(options: TransformerDecoderLayerOptions) {
		const name = 'TransformerDecoderLayer';
		const { memoryWidth, ...rest } = {
			...checkedOptions(name, options, [...layerOptions, 'memoryWidth']),
		} as TransformerDecoderLayerOptions; // the others are checked as those of any layer
		super(rest);
		const { width, heads, key, weight, dtype = 'f32', epsilon = 1e-5 } = rest;
		this.crossAttention = new MultiHeadAttention({
			width,
			heads,
			keyWidth: memoryWidth ?? width,
			valueWidth: memoryWidth ?? width,
			key: ownKey(key),
			...(weight === undefined ? {} : { weight }),
			dtype,
		});
		this.crossAttentionNorm = new LayerNorm({ shape: width, epsilon, dtype });
	}

	override forward(
		x: Operand,
		memory: Operand,
		mode: Mode = 'evaluate',
		given?: DecoderInputs,
	): Node {
		const { memoryMask, mask, causal } = checkedOptions('TransformerDecoderLayer', given, [
			'mask',
			'causal',
			'memoryMask',
		]);
		const own = { ...(mask === undefined ? {} : { mask }), causal: causal ?? false };
		const remembered = memoryMask === undefined ? {} : { mask: memoryMask };
		return this.through(
			x,
			mode,
			[this.attentionNorm, (y) => this.attention.forward(y, mode, own)],
			[
				this.crossAttentionNorm,
				(y) => this.crossAttention.forward(y, mode, { keys: this.#checked(memory), ...remembered }),
			],
		);
	}

	/** A cache for texts of up to `capacity` tokens that remember `memory`, which gives the leading axes. */
	emptyCache(memory: Operand, capacity: number): DecoderCache {
		const node = this.#checked(memory);
		const projected = this.crossAttention.project(node, node);
		const own = this.attention.emptyCache(projected.keys.shape.slice(0, -3), capacity);
		return { own, memory: projected };
	}

	/** What `MultiHeadAttention.forwardCached` is, of the whole layer: causal, token by token. */
	forwardCached(
		x: Operand,
		cache: DecoderCache,
		mode: Mode = 'evaluate',
		given?: Pick<DecoderInputs, 'memoryMask'>,
	): CachedOutput<DecoderCache> {
		const { memoryMask } = checkedOptions('forwardCached', given, ['memoryMask']);
		const remembered = memoryMask === undefined ? {} : { mask: memoryMask };
		const { own, memory } = {
			...checkedObject('forwardCached', 'the cache', cache),
		} as DecoderCache; // what is left out is refused by the attentions
		let next = own;
		const attend = (y: Node): Node => {
			const attended = this.attention.forwardCached(y, own);
			next = attended.cache;
			return attended.outputs;
		};
		const outputs = this.through(
			x,
			mode,
			[this.attentionNorm, attend],
			[this.crossAttentionNorm, (y) => this.crossAttention.attend(y, memory, remembered)],
		);
		return { outputs, cache: { own: next, memory } };
	}

	/** A memory that must be [..., tokens of it, memoryWidth]. */
	#checked(memory: Operand): Node {
		const node = toNode('TransformerDecoderLayer', memory);
		checkTokens('TransformerDecoderLayer', node.shape, this.crossAttention.keys.weight.shape[0]);
		return node;
	}
}
