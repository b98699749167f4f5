import { identity, type Node, type Operand } from '@pullback/core';
import { checkedList, describe } from '@pullback/core/arguments';
import { type Mode, Module } from './module.ts';

/** Modules one after another. */
export class Sequential extends Module {
	readonly layers: readonly Module[];

	constructor(layers: readonly Module[]) {
		super();
		checkedList('Sequential', 'layers', layers);
		for (let i = 0; i < layers.length; i++)
			if (!(layers[i] instanceof Module))
				throw new TypeError(
					`Sequential: layers[${i}] is ${describe(layers[i])}; it must be a Module`,
				);
		this.layers = [...layers];
	}

	override forward(x: Operand, mode?: Mode): Node {
		return this.layers.reduce((y, layer) => layer.forward(y, mode), identity(x));
	}
}

/** The module that passes its input through all of `layers` in order. */
export function sequential(...layers: readonly Module[]): Sequential {
	return new Sequential(layers);
}
