import type { Node, Operand, Shape } from '@pullback/core';
import type { Mode } from '../../modules/mode.ts';
import type { CachedOutput, KeyValueCache } from './keyValueCache.ts';
import type { AttentionInputs } from './multiHeadAttention.ts';
import { TransformerLayer } from './transformerLayer.ts';

/**
 * A layer of a transformer's encoder (Vaswani et al. 2017): x [..., tokens, width] plus its attention to itself, then plus
 * a feed-forward net of each token, each sum normalised. With `causal` or a cache it is a layer of a GPT. As PyTorch's,
 * whose `self_attn`, `linear1`, `linear2`, `norm1` and `norm2` are `attention`, `feedForward.expand`,
 * `feedForward.contract`, `attentionNorm` and `feedForwardNorm`; but weights of attention are not dropped, and nothing is
 * unless told. Throws ShapeError where shapes do not fit, RangeError where the heads do not divide the width.
 */
export class TransformerEncoderLayer extends TransformerLayer<
	[x: Operand, mode?: Mode, given?: AttentionInputs]
> {
	override forward(x: Operand, mode: Mode = 'evaluate', given?: AttentionInputs): Node {
		return this.through(x, mode, [
			this.attentionNorm,
			(y) => this.attention.forward(y, mode, given),
		]);
	}

	/** A cache for texts of up to `capacity` tokens, with the leading axes of the inputs. */
	emptyCache(leading: Shape, capacity: number): KeyValueCache {
		return this.attention.emptyCache(leading, capacity);
	}

	/** What `MultiHeadAttention.forwardCached` is, of the whole layer: causal, token by token. */
	forwardCached(
		x: Operand,
		cache: KeyValueCache,
		mode: Mode = 'evaluate',
	): CachedOutput<KeyValueCache> {
		let next = cache;
		const attend = (y: Node): Node => {
			const attended = this.attention.forwardCached(y, cache);
			next = attended.cache;
			return attended.outputs;
		};
		const outputs = this.through(x, mode, [this.attentionNorm, attend]);
		return { outputs, cache: next };
	}
}
