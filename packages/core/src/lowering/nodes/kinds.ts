import { isFloating } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { type Shape, sizeOf } from '../../graph/shape.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import type { Cell } from '../../program/engine.ts';
import { ruleOf } from './rules.ts';

/** Whether a Node's elements lie in memory before the program begins. */
export function isLeaf(node: Node): boolean {
	return ruleOf(node).kind === 'leaf';
}

/** Whether a Node is a reshape that merges axes: no map says where its elements are, only memory is the same. */
export function isAlias({ primitive, shape, inputs: [input] }: Node): boolean {
	return primitive === primitives.reshape && input !== undefined && !hasPartsOf(shape, input.shape);
}

/** Whether axes are those of another shape, or parts of them; those of length 1 do not count. */
function hasPartsOf(parts: Shape, whole: Shape): boolean {
	if (whole.includes(0)) return true;
	let at = 0;
	for (const length of whole) {
		let product = 1;
		while (product < length && at < parts.length) product *= parts[at++] as number; // at is in range
		if (product !== length) return false;
	}
	return true;
}

/** Whether a Node is a reshape to axes that are not its input's one by one, but for those of length 1. */
function isReshaped({ primitive, shape, inputs: [input] }: Node): boolean {
	return (
		primitive === primitives.reshape &&
		input !== undefined &&
		!(hasPartsOf(shape, input.shape) && hasPartsOf(input.shape, shape))
	);
}

/** The Node whose memory holds the elements of `node`: what it is a reshape of, or itself. */
export function baseOf(node: Node): Node {
	let holder = node;
	while (isReshaped(holder)) {
		const [input] = holder.inputs;
		if (input === undefined) throw new Error('internal: a view without input');
		holder = input;
	}
	return holder;
}

/** The Node at the end of a chain of views that keep the direction of every axis. */
export function viewBase(node: Node): Node {
	let base = node;
	while (ruleOf(base).kind === 'view' && !isAlias(base) && base.primitive !== primitives.flip) {
		const [input] = base.inputs;
		if (input === undefined) throw new Error('internal: a view without input');
		base = input;
	}
	return base;
}

/** Whether a Node is a view that has elements of its input several times. */
export function isCopying({ primitive, shape, inputs: [input] }: Node): boolean {
	return (
		input !== undefined &&
		(primitive === primitives.broadcast || primitive === primitives.windows) &&
		sizeOf(shape) > sizeOf(input.shape)
	);
}

/** The number that all elements of a Node are, if it is a view of a constant of one element; else null. */
export function splatOf(node: Node): number | null {
	let at: Node | undefined = node;
	while (at !== undefined && ruleOf(at).kind === 'view') at = at.inputs[0];
	return at?.primitive === primitives.constant && at.value?.length === 1
		? (at.value[0] ?? null)
		: null;
}

/** The cell of a Variable's leaf. */
export function cellOf(node: Node): Cell | null {
	if (node.primitive !== primitives.variable) return null;
	return (node.params as ParamsOf<'variable'>).cell as Cell; // Variables keep their value in a Cell
}

/** The base of the Node that must have been computed before `node`, although none of its elements is read; else null. */
export function controlDependencyOf(node: Node): Node | null {
	const awaited = ruleOf(node).kind === 'after' ? node.inputs[1] : undefined;
	return awaited === undefined ? null : baseOf(awaited);
}

/** Whether a Node takes floating numbers to whole ones, which not all have. */
export function isCheckedCast({ primitive, dtype, inputs: [x] }: Node): boolean {
	if (primitive !== primitives.cast || x === undefined || !isFloating(x.dtype)) return false;
	return dtype === 'i32' || dtype === 'u8';
}

/** Whether a scatter adds at most one update to each element, so that it is a choice between that and 0. */
export function isOneHotScatter(node: Node): boolean {
	const { axis, batch } = node.params as { readonly axis: number; readonly batch: number }; // of a scatterAdd
	const [updates, indices] = node.inputs;
	if (updates === undefined || indices === undefined)
		throw new Error('internal: a scatter without inputs');
	return axis === batch && indices.shape.length === batch;
}

/** Whether a Node divides whole numbers, which have no quotient by 0. */
export function isWholeQuotient({ primitive, dtype }: Node): boolean {
	return (
		(primitive === primitives.mod || primitive === primitives.floorDivide) && !isFloating(dtype)
	);
}
