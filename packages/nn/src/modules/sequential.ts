import { Node, type Operand } from '@pullback/core';
import { checkedList, describe, toNode } from '@pullback/core/arguments';
import { within } from './errorPath.ts';
import type { LengthsBetween, Misfit } from './lengths.ts';
import type { Mode } from './mode.ts';
import { type AnyModule, Module } from './module.ts';

/** A step of a sequence: a Module of one input and a mode, or a function of one, a Node unless its type says otherwise. */
export type Layer = AnyModule | ((x: Node) => unknown) | CallableFunction;

type InputOf<Step> = Step extends (x: infer X) => unknown
	? X
	: Step extends Module<[x: infer X, mode?: Mode], unknown>
		? X
		: never;

type OutputOf<Step> = Step extends (x: never) => infer Y
	? Y
	: Step extends Module<never[], infer Y>
		? Y
		: never;

/** What a sequence takes: what its first layer does, and any operand where that is a Node. */
export type SequenceInput<Layers extends readonly unknown[]> = Layers extends readonly []
	? Operand
	: Node extends InputOf<Layers[0]>
		? InputOf<Layers[0]> | Operand
		: InputOf<Layers[0]>;

/** What a sequence returns: what its last layer does. */
export type SequenceOutput<Layers extends readonly unknown[]> = Layers extends readonly []
	? Node
	: Layers extends readonly [...unknown[], infer Last]
		? OutputOf<Last>
		: OutputOf<Layers[number]>;

/** For each layer, what the one before it returns; for the first, a Node. */
type Given<Layers extends readonly unknown[]> = readonly [
	Node,
	...{ readonly [Index in keyof Layers]: OutputOf<Layers[Index]> },
];

/**
 * Layers of which each takes what the one before it returns, and the first a Node or what is no operand; and that of the
 * length that it returns, where both are known.
 */
export type Fitting<Layers extends readonly unknown[]> = {
	readonly [Index in keyof Layers]: Index extends keyof Given<Layers>
		? Fits<Index, Given<Layers>[Index], InputOf<Layers[Index]>> extends true
			? MisfitAt<Index, Layers>
			: Taking<Given<Layers>[Index]>
		: unknown;
};

type MisfitAt<
	Index extends keyof Layers,
	Layers extends readonly unknown[],
> = Index extends keyof LengthsBetween<Layers>
	? Misfit<Layers[Index], LengthsBetween<Layers>[Index]>
	: unknown;

type Fits<Index, Value, Input> = [Input] extends [never]
	? false
	: Value extends Input
		? true
		: Index extends '0'
			? Input extends Operand
				? false
				: true
			: false;

type Taking<X> = Module<[x: X, mode?: Mode], unknown> | ((x: X) => unknown);

/** Modules and functions one after another. `sequential` makes one, and finds out the types. */
export class Sequential<
	Input = Operand,
	Output = Node,
	const Layers extends readonly Layer[] = readonly Layer[],
> extends Module<[x: Input, mode?: Mode], Output> {
	readonly layers: Layers;

	constructor(layers: Layers) {
		super();
		checkedList('Sequential', 'layers', layers);
		for (let i = 0; i < layers.length; i++) {
			const layer: unknown = layers[i];
			if (isModuleClass(layer))
				throw new TypeError(
					`Sequential: layers[${i}] is the class ${layer.name}; make a layer of it by new ${layer.name}`,
				);
			if (!(layer instanceof Module) && typeof layer !== 'function')
				throw new TypeError(
					`Sequential: layers[${i}] is ${describe(layer)}; it must be a Module or a function`,
				);
		}
		this.layers = [...layers] as readonly Layer[] as Layers; // a copy of them
	}

	/** What the last layer makes of what the one before it made of ..., of `x`. Modules are told the mode, functions are not. */
	override forward(x: Input, mode?: Mode): Output {
		let value: unknown = isTensor(x) ? toNode('Sequential', x) : x;
		for (const [i, layer] of this.layers.entries()) {
			// The types of the layers say that each takes what the one before it returns.
			if (layer instanceof Module) value = layer.forward(value as never, mode as never);
			else value = within(layer, () => (layer as (x: unknown) => unknown)(value));
			if (value === undefined)
				throw new TypeError(
					`Sequential: layers[${i}] returned nothing; it must return what comes after it`,
				);
		}
		return value as Output; // of the last layer
	}
}

/**
 * The module that passes its input through all of `layers` in order: Modules of one input, and functions of one such as
 * `x => x.relu()`. The first is given any operand as a Node. A layer that takes another length than the one before it
 * returns is a type error where both are known to types, as in `new Affine({ inputs: 784, outputs: 100, key })`. What
 * functions close over is none of its parameters.
 */
export function sequential<const Layers extends readonly Layer[] & Fitting<Layers>>(
	...layers: Layers
): Sequential<SequenceInput<Layers>, SequenceOutput<Layers>, Layers> {
	return new Sequential(layers);
}

/** Whether a value is for `toNode` to take or refuse, and not for a first layer of lists or objects. */
function isTensor(x: unknown): x is Operand {
	if (!Array.isArray(x))
		return !isObject(x) || x instanceof Node || ArrayBuffer.isView(x) || 'read' in x;
	let item: unknown = x;
	// An array that holds itself is left to `toNode`, which counts.
	for (let depth = 0; Array.isArray(item) && depth < 100; depth++) item = item[0];
	return Array.isArray(item) || !isObject(item);
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

function isModuleClass(value: unknown): value is { readonly name: string } {
	return typeof value === 'function' && value.prototype instanceof Module;
}
