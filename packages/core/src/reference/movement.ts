import { allocate, type Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { type Shape, sizeOf, stridesOf } from '../graph/shape.ts';
import type { ParamsOf } from '../ops/primitives.ts';
import { first, type Kernel } from './kernel.ts';

/** Where the elements of a block lie in an array: `start`, and the distance between neighbours on each axis. */
interface Layout {
	readonly start: number;
	readonly strides: readonly number[];
}

/** Copies a block of `shape` from one layout to another, the last axis in a plain loop. */
function copyBlock(shape: Shape, out: Data, to: Layout, x: Data, from: Layout): void {
	const rank = shape.length;
	if (sizeOf(shape) === 0) return;
	const last = rank - 1;
	const length = shape[last] ?? 1;
	const outStep = to.strides[last] ?? 1;
	const step = from.strides[last] ?? 1;
	const index = new Int32Array(Math.max(last, 0));
	let outAt = to.start;
	let at = from.start;
	for (;;) {
		if (outStep === 1 && step === 1 && length >= 16) out.set(x.subarray(at, at + length), outAt);
		else
			for (let i = 0, o = outAt, s = at; i < length; i++, o += outStep, s += step) out[o] = x[s]!;
		let axis = last - 1;
		for (; axis >= 0; axis--) {
			outAt += to.strides[axis]!;
			at += from.strides[axis]!;
			if (++index[axis]! < shape[axis]!) break;
			outAt -= to.strides[axis]! * shape[axis]!;
			at -= from.strides[axis]! * shape[axis]!;
			index[axis] = 0;
		}
		if (axis < 0) return;
	}
}

/** The node's elements, picked from x by strides. */
function picked(node: Node, x: Data, from: Layout): Data {
	const out = allocate(node.dtype, sizeOf(node.shape));
	copyBlock(node.shape, out, { start: 0, strides: stridesOf(node.shape) }, x, from);
	return out;
}

/** x with the axes in another order. */
export function permuted(x: Data, shape: Shape, order: readonly number[], out: Data): void {
	const strides = stridesOf(shape);
	const newShape = order.map((axis) => shape[axis]!);
	copyBlock(newShape, out, { start: 0, strides: stridesOf(newShape) }, x, {
		start: 0,
		strides: order.map((axis) => strides[axis]!),
	});
}

const inputShape = (node: Node): Shape => node.inputs[0]?.shape ?? [];

export const broadcast: Kernel<ParamsOf<'broadcast'>> = (inputs, node, { shape, axes }) => {
	const own = stridesOf(inputShape(node)).values();
	const x = first(inputs);
	if (x.length === 1) return allocate(node.dtype, sizeOf(shape)).fill(x[0]!);
	const strides = shape.map((_, axis) => (axes.includes(axis) ? 0 : (own.next().value ?? 0)));
	return picked(node, x, { start: 0, strides });
};

export const reshape: Kernel<unknown> = (inputs) => first(inputs);

export const permute: Kernel<ParamsOf<'permute'>> = (inputs, node, { order }) => {
	const out = allocate(node.dtype, sizeOf(node.shape));
	permuted(first(inputs), inputShape(node), order, out);
	return out;
};

export const slice: Kernel<ParamsOf<'slice'>> = (inputs, node, { start, step }) => {
	const strides = stridesOf(inputShape(node));
	return picked(node, first(inputs), {
		start: start.reduce((at, index, axis) => at + index * strides[axis]!, 0),
		strides: strides.map((stride, axis) => stride * step[axis]!),
	});
};

export const pad: Kernel<ParamsOf<'pad'>> = (inputs, node, { low, interior }) => {
	const shape = inputShape(node);
	const out = allocate(node.dtype, sizeOf(node.shape));
	const strides = stridesOf(node.shape);
	const to = {
		start: low.reduce((at, index, axis) => at + index * strides[axis]!, 0),
		strides: strides.map((stride, axis) => stride * (interior[axis]! + 1)),
	};
	copyBlock(shape, out, to, first(inputs), { start: 0, strides: stridesOf(shape) });
	return out;
};

export const windows: Kernel<ParamsOf<'windows'>> = (inputs, node, { size, stride, dilation }) => {
	const strides = stridesOf(inputShape(node));
	const own = strides.splice(strides.length - size.length);
	return picked(node, first(inputs), {
		start: 0,
		strides: [
			...strides,
			...own.map((each, axis) => each * dilation[axis]!),
			...own.map((each, axis) => each * stride[axis]!),
		],
	});
};

export const flip: Kernel<ParamsOf<'flip'>> = (inputs, node, { axes }) => {
	const { shape } = node;
	const strides = stridesOf(shape);
	return picked(node, first(inputs), {
		start: axes.reduce((at, axis) => at + Math.max(shape[axis]! - 1, 0) * strides[axis]!, 0),
		strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
	});
};

export const concatenate: Kernel<ParamsOf<'concatenate'>> = (inputs, node, { axis }) => {
	const out = allocate(node.dtype, sizeOf(node.shape));
	const inner = sizeOf(node.shape.slice(axis + 1));
	const outer = sizeOf(node.shape.slice(0, axis));
	const row = inner * node.shape[axis]!;
	let start = 0;
	for (const x of inputs) {
		const run = outer === 0 ? 0 : x.length / outer;
		if (run === 1) for (let o = 0; o < outer; o++) out[start + o * row] = x[o]!;
		else
			for (let o = 0; o < outer; o++) out.set(x.subarray(o * run, (o + 1) * run), start + o * row);
		start += run;
	}
	return out;
};
