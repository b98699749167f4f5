import type { DType, Node, Operand } from '@pullback/core';
import { checkedFunction } from '@pullback/core/arguments';
import type { Initializer } from '../../initializers/initializer.ts';
import { heInitializer } from '../../initializers/initializers.ts';
import type { Mode } from '../../modules/mode.ts';
import { Module } from '../../modules/module.ts';
import { activated } from '../activated.ts';
import { Affine } from '../affine.ts';
import type { Dropout } from '../dropout.ts';

/** What a FeedForward is made of. */
export interface FeedForwardOptions {
	readonly width: number;
	readonly hidden: number;
	/** Of the two weights. */
	readonly keys: Node;
	/** He's initialisation if left out. */
	readonly weight?: Initializer;
	readonly activation: (x: Node) => Node;
	readonly dropout: Dropout | null;
	readonly dtype: DType;
}

/** Two affine maps with an activation between them, of each token by itself. */
export class FeedForward extends Module {
	readonly expand: Affine;
	readonly contract: Affine;
	/** What stands between the maps. */
	readonly dropout: Dropout | null;
	readonly #activation: (x: Node) => Node;

	constructor(options: FeedForwardOptions) {
		super();
		const { width, hidden, keys, weight = heInitializer, activation, dropout, dtype } = options;
		const map = (inputs: number, outputs: number, index: number): Affine =>
			new Affine({ inputs, outputs, key: keys.slice(index), weight, dtype });
		this.expand = map(width, hidden, 0);
		this.contract = map(hidden, width, 1);
		this.#activation = checkedFunction('FeedForward', 'activation', activation);
		this.dropout = dropout;
	}

	override forward(x: Operand, mode: Mode = 'evaluate'): Node {
		const expanded = activated('FeedForward', this.#activation, this.expand.forward(x));
		return this.contract.forward(this.dropout?.forward(expanded, mode) ?? expanded);
	}
}
