import { allocate, type Data } from '../graph/dtype.ts';
import { Late } from '../graph/late.ts';
import type { Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import type { ParamsOf, PrimitiveName } from '../ops/primitives.ts';
import { arrived } from '../program/late.ts';
import { refuseSymbol } from '../program/symbols.ts';
import { convolution } from './convolution.ts';
import * as elementwise from './elementwise.ts';
import * as indexing from './indexing.ts';
import { first, type Kernel } from './kernel.ts';
import { matmul } from './matmul.ts';
import * as movement from './movement.ts';
import { randomBits } from './random.ts';
import * as reductions from './reductions.ts';

const constant: Kernel<ParamsOf<'constant'>> = (_, node, { data }) =>
	data instanceof Late ? arrived('evaluate', node, data) : data;

const symbolic: Kernel<{ readonly name: string }> = (_, __, { name }) =>
	refuseSymbol('evaluate', name);

const variable: Kernel<ParamsOf<'variable'>> = (_, node, { name, late }) =>
	late === undefined ? refuseSymbol('evaluate', name) : arrived('evaluate', node, late);

const iota: Kernel<ParamsOf<'iota'>> = (_, __, { shape, dtype, axis }) => {
	const out = allocate(dtype, sizeOf(shape));
	const inner = sizeOf(shape.slice(axis + 1));
	const length = shape[axis] ?? 1;
	for (let i = 0; i < out.length; i++) out[i] = Math.floor(i / inner) % length;
	return out;
};

const same: Kernel<unknown> = (inputs) => first(inputs);

/** What every primitive means; leaving one out does not compile. */
const kernels: { readonly [Name in PrimitiveName]: Kernel<ParamsOf<Name>> } = {
	...elementwise,
	...movement,
	...reductions,
	...indexing,
	matmul,
	convolution,
	randomBits,
	iota,
	constant,
	input: symbolic,
	variable,
	stopGradient: same,
	after: same,
	custom: same,
};

/** Computes a Node from its inputs' values. */
export function compute(node: Node, inputs: readonly Data[]): Data {
	const kernel = kernels[node.primitive.name as PrimitiveName] as Kernel<unknown>; // Nodes are made of the table's primitives
	return kernel(inputs, node, node.params);
}
