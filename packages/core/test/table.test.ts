import { expect, expectTypeOf, test } from 'vitest';
import type { Node, Tuple } from '../src/graph/node.ts';
import type { operations } from '../src/methods.ts';
import { elementwise } from '../src/ops/families.ts';
import {
	type ElementwiseName,
	type ParamsOf,
	type PrimitiveName,
	primitives,
} from '../src/ops/primitives.ts';
import type { Kernel } from '../src/reference/kernel.ts';

type Kernels = { readonly [Name in PrimitiveName]: Kernel<ParamsOf<Name>> };

test('every primitive stands under its own name', () => {
	for (const [name, primitive] of Object.entries(primitives)) expect(primitive.name).toBe(name);
});

test('every elementwise primitive is an operation, but what only derivatives are made of', () => {
	expectTypeOf<Exclude<ElementwiseName, keyof typeof operations>>().toEqualTypeOf<'zeta'>();
});

test('an engine without a kernel for a primitive does not compile', () => {
	expectTypeOf<Omit<Kernels, 'tanh'>>().not.toExtend<Kernels>();
	expectTypeOf<Kernels>().toExtend<Kernels>();
});

test('a kernel for other parameters than the primitive’s does not compile', () => {
	expectTypeOf<Kernel<{ readonly axis: string }>>().not.toExtend<Kernels['concatenate']>();
});

test('a derivative that forgets one of its inputs does not compile', () => {
	expectTypeOf<readonly [Node]>().not.toExtend<Tuple<Node, 2>>();
	expectTypeOf<readonly [Node, Node]>().toExtend<Tuple<Node, 2>>();
	// @ts-expect-error multiplication has two partial derivatives
	elementwise<2>('mul', 'numeric', ([_, y]) => [y]);
});
