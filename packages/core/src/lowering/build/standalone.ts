import type { Node } from '../../graph/node.ts';
import { type Shape, sizeOf, stridesOf } from '../../graph/shape.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { ExpressionBuilder, loadOf } from '../expressions/expressionBuilder.ts';
import type { Affine, Buffer, Expression } from '../ir/expression.ts';
import { type Kernel, type RowKernel, stageOf } from '../ir/kernel.ts';
import { identityMap } from '../nodes/indexMap.ts';
import { baseOf } from '../nodes/kinds.ts';
import { ruleOf } from '../nodes/rules.ts';
import { collapse } from './collapse.ts';
import type { KernelContext } from './context.ts';
import { convolutionKernel } from './convolution.ts';

/** Rows that are sorted at once: enough for many threads to share, and no more memory than a few rows take. */
const maxParts = 32;

/** The kernels of a Node that shares none: written in parts, or by an algorithm of its own. */
export function standaloneKernels(node: Node, context: KernelContext): Kernel[] {
	const { buffers } = context;
	const output = buffers.of(node);
	const rule = ruleOf(node);
	const held = (input: Node | undefined): Buffer => {
		if (input === undefined) throw new Error(`internal: ${node.primitive.name} without input`);
		return buffers.of(baseOf(input));
	};
	const [x, y] = node.inputs;
	if (rule.kind === 'along') {
		const length = x?.shape.at(-1) ?? 1;
		const rows = length === 0 ? 0 : sizeOf(x?.shape ?? []) / length;
		const input = held(x);
		if (rule.algorithm === 'cumsum') return [{ kind: 'cumsum', input, output, rows, length }];
		const parts = Math.max(1, Math.min(rows, maxParts));
		const scratch = buffers.make('i32', 2 * length * parts);
		return [{ kind: rule.algorithm, input, output, parts, scratch, rows, length }];
	}
	if (rule.kind === 'convolution') return [convolutionKernel(node, context)];
	if (rule.kind === 'scatterAdd' && x && y) {
		const { axis, batch } = node.params as ParamsOf<'scatterAdd'>; // by its rule
		const { shape, dtype } = node;
		const accumulator = context.target.accumulators[dtype];
		return [
			{
				kind: 'scatterAdd',
				updates: held(x),
				indices: held(y),
				sums: accumulator === dtype ? output : buffers.make(accumulator, sizeOf(shape)),
				output,
				batch: sizeOf(shape.slice(0, batch)),
				before: sizeOf(shape.slice(batch, axis)),
				length: shape[axis] ?? 0,
				picks: sizeOf(y.shape.slice(batch)),
				after: sizeOf(shape.slice(axis + 1)),
			},
		];
	}
	if (node.primitive === primitives.pad && x) {
		const { low, interior } = node.params as ParamsOf<'pad'>; // of a pad
		const strides = stridesOf(node.shape);
		const offset = low.reduce((at, index, axis) => at + index * (strides[axis] ?? 0), 0);
		const steps = strides.map((stride, axis) => stride * ((interior[axis] ?? 0) + 1));
		const zero: Expression = { kind: 'number', dtype: node.dtype, value: 0 };
		const whole = low.findIndex((_, axis) => x.shape[axis] !== node.shape[axis]);
		if (
			sizeOf(node.shape.slice(0, whole)) >= context.target.sharing.rows &&
			sizeOf(node.shape.slice(whole)) <= context.target.sharing.rowElements
		)
			return [padded(x, output, { offset, strides: steps }, zero, whole, context)];
		return [
			...storing(node.shape, output, { offset: 0, strides }, zero, context),
			...part(x, output, { offset, strides: steps }, context),
		];
	}
	if (node.primitive === primitives.concatenate) {
		const { axis } = node.params as ParamsOf<'concatenate'>; // of a concatenation
		const strides = stridesOf(node.shape);
		let start = 0;
		return node.inputs.flatMap((input) => {
			const offset = start * (strides[axis] ?? 0);
			start += input.shape[axis] ?? 0;
			return part(input, output, { offset, strides }, context);
		});
	}
	throw new Error(`internal: ${node.primitive.name} has no kernels`);
}

/**
 * Blocks of zeros, one for each index of the first `outer` axes, which are not padded, and right after each a Node's elements
 * within it, while it is in the first-level cache.
 */
function padded(
	node: Node,
	output: Buffer,
	at: Affine,
	zero: Expression,
	outer: number,
	context: KernelContext,
): RowKernel {
	const rows = node.shape.slice(0, outer);
	const block = output.size / sizeOf(rows);
	const zeros = { offset: 0, strides: [...stridesOf(rows).map((stride) => stride * block), 1] };
	const value = elementOf(node, context);
	return {
		kind: 'rows',
		rows,
		after: [],
		segments: [
			{
				kind: 'loops',
				lanes: 'inner',
				stages: [
					stageOf([block], [], [{ buffer: output, at: zeros, value: zero }]),
					stageOf(node.shape.slice(outer), [], [{ buffer: output, at, value }]),
				],
			},
		],
	};
}

/** Writes a Node's elements to a part of a buffer. */
function part(node: Node, output: Buffer, at: Affine, context: KernelContext): Kernel[] {
	const value = elementOf(node, context);
	return storing(node.shape, output, at, value, context).map((kernel) => ({
		...kernel,
		part: true,
	}));
}

/** A Node's element, in loops over its axes. */
function elementOf(node: Node, { materialized, buffers }: KernelContext): Expression {
	const rank = node.shape.length;
	const builder = new ExpressionBuilder(rank, materialized, (each, map) =>
		loadOf(each, map, rank, (base) => buffers.of(base)),
	);
	return builder.at(node, identityMap(node.shape));
}

function storing(
	shape: Shape,
	buffer: Buffer,
	at: Affine,
	value: Expression,
	{ target }: KernelContext,
): RowKernel[] {
	return collapse(
		{
			kind: 'rows',
			rows: shape.slice(0, -1),
			after: [],
			segments: [
				{
					kind: 'loops',
					lanes: 'inner',
					stages: [stageOf(shape.slice(-1), [], [{ buffer, at, value }])],
				},
			],
		},
		target,
	);
}
