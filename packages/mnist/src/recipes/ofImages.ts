import type { Node } from '@pullback/core';
import { type Mode, Module, type Sequential } from '@pullback/nn';
import { unitPixels } from '../score.ts';

/** A net, of images as rows of 784 pixels, bytes or numbers from 0 to 1, whatever shape it takes them in. */
export class OfImages extends Module<[x: Node, mode?: Mode]> {
	readonly net: Sequential;
	readonly #imageShape: readonly number[];

	constructor(net: Sequential, imageShape: readonly number[]) {
		super();
		this.net = net;
		this.#imageShape = imageShape;
	}

	override forward(x: Node, mode?: Mode): Node {
		return this.net.forward(unitPixels(x).reshape([-1, ...this.#imageShape]), mode);
	}
}
