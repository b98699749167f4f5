import * as detachment from './eager/detach.ts';
import { Node } from './graph/node.ts';
import { type Looks, looks } from './looks.ts';
import * as activations from './ops/activations.ts';
import * as adaptivePooling from './ops/adaptivePooling.ts';
import * as arithmetic from './ops/arithmetic.ts';
import * as comparison from './ops/comparison.ts';
import * as convolution from './ops/convolution.ts';
import * as creation from './ops/creation.ts';
import * as gridSampling from './ops/gridSample.ts';
import * as indexing from './ops/indexing.ts';
import * as interpolation from './ops/interpolation.ts';
import * as linearAlgebra from './ops/linearAlgebra.ts';
import * as maxPooling from './ops/maxPoolWithIndices.ts';
import * as maxUnpooling from './ops/maxUnpool.ts';
import * as movement from './ops/movement.ts';
import type { Operand } from './ops/operand.ts';
import * as padding from './ops/padding.ts';
import * as pixels from './ops/pixelShuffle.ts';
import * as pooling from './ops/pooling.ts';
import * as reductions from './ops/reductions.ts';
import * as sorting from './ops/sorting.ts';
import * as windowing from './ops/windows.ts';
import { nodeText } from './program/valueText.ts';
import { Variable } from './program/variable.ts';
import { texts } from './texts.ts';
import * as attention from './transforms/attention.ts';

// The one file that knows Nodes, Variables, operations and the engine behind `item`: it gives both their methods, so
// that nothing below need import upwards. Importing it has that effect; package.json says so.

/**
 * Every operation whose first operand is a tensor: each is a function, and a method of Node and Variable. Modules that are
 * spread export nothing else.
 */
export const operations = {
	zerosLike: creation.zerosLike,
	onesLike: creation.onesLike,
	...arithmetic,
	detach: detachment.detach,
	...comparison,
	...activations,
	...reductions,
	...sorting,
	broadcastTo: movement.broadcastTo,
	reshape: movement.reshape,
	flatten: movement.flatten,
	permute: movement.permute,
	transpose: movement.transpose,
	expandDims: movement.expandDims,
	squeeze: movement.squeeze,
	slice: movement.slice,
	flip: movement.flip,
	pad: padding.pad,
	split: movement.split,
	...linearAlgebra,
	...convolution,
	...indexing,
	...pooling,
	...adaptivePooling,
	...maxPooling,
	...maxUnpooling,
	windows: windowing.windows,
	unfold: windowing.unfold,
	fold: windowing.fold,
	scaledDotProductAttention: attention.scaledDotProductAttention,
	...interpolation,
	...gridSampling,
	...pixels,
} as const;

/** The modules of the operations: a property of their type is the function itself, whose documentation methods have so. */
type Functions = typeof activations &
	typeof arithmetic &
	typeof attention &
	typeof comparison &
	typeof convolution &
	typeof creation &
	typeof detachment &
	typeof gridSampling &
	typeof indexing &
	typeof interpolation &
	typeof linearAlgebra &
	typeof maxPooling &
	typeof maxUnpooling &
	typeof movement &
	typeof pooling &
	typeof adaptivePooling &
	typeof padding &
	typeof pixels &
	typeof reductions &
	typeof sorting &
	typeof windowing;

type Methods = MethodsOf<Pick<Functions, keyof typeof operations>>;

type MethodsOf<Functions> = {
	readonly [Name in keyof Functions]: Functions[Name] extends (
		x: Operand,
		...rest: infer Rest
	) => infer Returned
		? (...rest: Rest) => Returned
		: never;
};

declare module './graph/node.ts' {
	interface Node extends Methods, Looks {}
}

declare module './program/variable.ts' {
	interface Variable extends Methods, Looks {}
}

for (const [name, operation] of Object.entries(operations)) {
	const apply = operation as (x: Operand, ...rest: readonly unknown[]) => unknown; // checked by Methods
	const method = {
		[name](this: Node | Variable, ...rest: readonly unknown[]) {
			return apply(this, ...rest);
		},
	};
	give(Node, method);
	give(Variable, method);
}

for (const [name, look] of Object.entries(looks))
	give(Variable, {
		[name](this: Variable) {
			return look.call(this.read());
		},
	});
give(Node, looks);
give(Node, {
	toString(this: Node) {
		return nodeText(this);
	},
});
give(Node, texts);
give(Variable, texts);

function give({ prototype }: typeof Node | typeof Variable, methods: object): void {
	for (const name of Reflect.ownKeys(methods))
		Object.defineProperty(prototype, name, { value: Reflect.get(methods, name) });
}
