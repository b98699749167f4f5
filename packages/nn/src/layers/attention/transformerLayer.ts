import type { Operand } from '@pullback/core';
import { type Node, relu, splitKey } from '@pullback/core';
import { checkedBoolean, checkedFinite, checkedOptions, toNode } from '@pullback/core/arguments';
import { checkedMode, type Mode } from '../../modules/mode.ts';
import { Module } from '../../modules/module.ts';
import { Dropout } from '../dropout.ts';
import { checkedFloating, checkedLength } from '../layerArguments.ts';
import { LayerNorm } from '../layerNorm.ts';
import { checkTokens } from '../positions/positions.ts';
import { FeedForward } from './feedForward.ts';
import { MultiHeadAttention, type MultiHeadAttentionOptions } from './multiHeadAttention.ts';

/** What a layer of a transformer is made of. */
export interface TransformerLayerOptions
	extends Pick<
		MultiHeadAttentionOptions,
		'width' | 'heads' | 'key' | 'weight' | 'rotary' | 'dtype'
	> {
	/** The width between the two maps of the feed-forward net; 2048 if left out. */
	readonly feedForward?: number;
	/** What is taken between them; relu if left out. */
	readonly activation?: (x: Node) => Node;
	/** Whether inputs are normalised before each sub-layer, instead of sums after it; false if left out. */
	readonly normFirst?: boolean;
	/** Added to the variances; 1e-5 if left out. */
	readonly epsilon?: number;
	/** The share of elements that become 0 at the end of each sub-layer and between the two maps; 0 if left out. */
	readonly dropout?: number;
}

/** The names of the options of these layers. */
export const layerOptions = [
	'width',
	'heads',
	'key',
	'weight',
	'rotary',
	'dtype',
	'feedForward',
	'activation',
	'normFirst',
	'epsilon',
	'dropout',
] as const;

/** What the layers of encoders and decoders share: attention to their own tokens, and a feed-forward net of each. */
export abstract class TransformerLayer<Inputs extends readonly unknown[]> extends Module<
	Inputs,
	Node
> {
	readonly attention: MultiHeadAttention;
	readonly attentionNorm: LayerNorm;
	readonly feedForward: FeedForward;
	readonly feedForwardNorm: LayerNorm;
	/** What stands at the end of each sub-layer. */
	readonly dropout: Dropout | null;
	readonly normFirst: boolean;

	constructor(options: TransformerLayerOptions) {
		super();
		const { name } = new.target;
		const given = {
			...checkedOptions(name, options, layerOptions),
		} as TransformerLayerOptions; // what is left out is refused below
		const { width, heads, key, weight, rotary, dtype = 'f32', activation = relu } = given;
		const { feedForward = 2048, normFirst = false, epsilon = 1e-5, dropout = 0 } = given;
		checkedLength(name, 'width', width);
		checkedLength(name, 'feedForward', feedForward);
		checkedBoolean(name, 'normFirst', normFirst);
		checkedFloating(name, dtype);
		checkedFinite(name, 'dropout', dropout);
		const keys = splitKey(key, keyCount);
		const start = weight === undefined ? {} : { weight };
		this.attention = new MultiHeadAttention({
			width,
			heads,
			key: keys.slice(0),
			...start,
			...(rotary === undefined ? {} : { rotary }),
			dtype,
		});
		this.attentionNorm = new LayerNorm({ shape: width, epsilon, dtype });
		this.dropout = dropout === 0 ? null : new Dropout({ rate: dropout, key: keys.slice(1) });
		this.feedForward = new FeedForward({
			width,
			hidden: feedForward,
			keys: keys.slice([2, 4]),
			...start,
			activation,
			dropout: this.dropout,
			dtype,
		});
		this.feedForwardNorm = new LayerNorm({ shape: width, epsilon, dtype });
		this.normFirst = normFirst;
	}

	/** x through sub-layers, one after another, the feed-forward net last. */
	protected through(
		x: Operand,
		mode: Mode,
		...sublayers: readonly (readonly [norm: LayerNorm, f: (x: Node) => Node])[]
	): Node {
		const { name } = this.constructor;
		checkedMode(name, mode);
		const node = toNode(name, x);
		checkTokens(name, node.shape, this.attention.queries.weight.shape[0]);
		const last = (y: Node): Node => this.feedForward.forward(y, mode);
		const all = [...sublayers, [this.feedForwardNorm, last] as const];
		return all.reduce((y, [norm, f]) => {
			const change = f(this.normFirst ? norm.forward(y) : y);
			const sum = y.add(this.dropout?.forward(change, mode) ?? change);
			return this.normFirst ? sum : norm.forward(sum);
		}, node);
	}
}

/** The number of keys that one is split into: of the attention, the dropout, the two maps, and what a subclass adds. */
const keyCount = 5;

/** The key of what a subclass adds. */
export function ownKey(key: Operand): Node {
	return splitKey(key, keyCount).slice(keyCount - 1);
}
