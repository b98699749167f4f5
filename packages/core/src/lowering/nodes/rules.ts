import type { Node } from '../../graph/node.ts';
import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { ParamsOf, PrimitiveName } from '../../ops/primitives.ts';
import { elementCosts } from '../ir/elementCosts.ts';
import type { ElementOperation, ReductionOperation } from '../ir/expression.ts';
import { type AxisIndex, added, type IndexMap, origin, scaled } from './indexMap.ts';

/** How a primitive becomes part of kernels. */
export type Rule<Params> =
	/** A value from outside. */
	| { readonly kind: 'leaf' }
	/** The position along an axis. */
	| { readonly kind: 'iota' }
	/** Its first input, unchanged. */
	| { readonly kind: 'same' }
	/** Its first input, in memory, where it is checked. */
	| { readonly kind: 'checked' }
	/** Its first input, once the second is there. */
	| { readonly kind: 'after' }
	/** An operation on the elements at one position, which cost as much as `cost` additions. */
	| { readonly kind: 'element'; readonly operation: ElementOperation; readonly cost: number }
	/** Elements of its input elsewhere; null if no map says where. */
	| { readonly kind: 'view'; map(map: IndexMap, params: Params, node: Node): IndexMap | null }
	| {
			readonly kind: 'reduction';
			readonly operation: ReductionOperation;
			/** The axes of the input that are reduced. */
			axes(params: Params, input: Shape): readonly number[];
	  }
	| { readonly kind: 'matmul' }
	| { readonly kind: 'convolution' }
	| { readonly kind: 'gather' }
	| { readonly kind: 'scatterAdd' }
	| { readonly kind: 'random' }
	/** Written part by part into memory of its own. */
	| { readonly kind: 'regions' }
	/** An algorithm of its own along the last axis. */
	| { readonly kind: 'along'; readonly algorithm: 'sort' | 'argsort' | 'cumsum' };

const elements = Object.fromEntries(
	Object.entries(elementCosts).map(([operation, cost]) => [
		operation,
		{ kind: 'element', operation, cost },
	]),
) as { readonly [Operation in ElementOperation]: Rule<unknown> }; // a rule for each key
const alongLast = (operation: ReductionOperation): Rule<unknown> => ({
	kind: 'reduction',
	operation,
	axes: (_, input) => [input.length - 1],
});
const overAxes = (operation: ReductionOperation): Rule<{ readonly axes: readonly number[] }> => ({
	kind: 'reduction',
	operation,
	axes: ({ axes }) => axes,
});
const leaf: Rule<unknown> = { kind: 'leaf' };
const same: Rule<unknown> = { kind: 'same' };

/** Every primitive; leaving one out does not compile. */
const rules: { readonly [Name in PrimitiveName]: Rule<ParamsOf<Name>> } = {
	constant: leaf,
	variable: leaf,
	input: leaf,
	iota: { kind: 'iota' },
	stopGradient: same,
	custom: same,
	after: { kind: 'after' },
	checkFinite: { kind: 'checked' },

	...elements,

	broadcast: {
		kind: 'view',
		map: (map, { axes }) => map.filter((_, axis) => !axes.includes(axis)),
	},
	permute: {
		kind: 'view',
		map: (map, { order }) => {
			const moved = new Array<AxisIndex>(map.length).fill(origin);
			for (let axis = 0; axis < order.length; axis++)
				moved[order[axis] as number] = map[axis] ?? origin; // axis is in range
			return moved;
		},
	},
	slice: {
		kind: 'view',
		map: (map, { start, step }) =>
			map.map((index, i) => scaled(index, step[i] ?? 1, start[i] ?? 0)),
	},
	flip: {
		kind: 'view',
		map: (map, { axes }, { shape }) =>
			map.map((index, i) => (axes.includes(i) ? scaled(index, -1, (shape[i] ?? 0) - 1) : index)),
	},
	reshape: { kind: 'view', map: reshapeMap },
	windows: {
		kind: 'view',
		map: (map, { size, stride, dilation }) => {
			const lead = map.length - 2 * size.length;
			const moved = size.map((_, axis) => {
				const place = scaled(map[lead + axis] ?? origin, dilation[axis] ?? 1, 0);
				const number = map[lead + size.length + axis] ?? origin;
				return added(place, scaled(number, stride[axis] ?? 1, 0));
			});
			return [...map.slice(0, lead), ...moved];
		},
	},

	sum: overAxes('sum'),
	max: overAxes('max'),
	min: overAxes('min'),
	prod: alongLast('prod'),
	argmax: alongLast('argmax'),
	argmin: alongLast('argmin'),

	matmul: { kind: 'matmul' },
	convolution: { kind: 'convolution' },
	gather: { kind: 'gather' },
	scatterAdd: { kind: 'scatterAdd' },
	randomBits: { kind: 'random' },
	pad: { kind: 'regions' },
	concatenate: { kind: 'regions' },
	sort: { kind: 'along', algorithm: 'sort' },
	argsort: { kind: 'along', algorithm: 'argsort' },
	cumsum: { kind: 'along', algorithm: 'cumsum' },
};

/** The rule of a Node's primitive. */
export function ruleOf(node: Node): Rule<unknown> {
	return rules[node.primitive.name as PrimitiveName] as Rule<unknown>; // Nodes are made of the table's primitives
}

/** Axes may be split, and those of length 1 come and go; an index along one of several merged would need a division. */
function reshapeMap(map: IndexMap, _: unknown, node: Node): IndexMap | null {
	const from = node.inputs[0]?.shape ?? [];
	const to = node.shape;
	if (sizeOf(from) === 0) return from.map(() => origin);
	const result: AxisIndex[] = [];
	let at = 0;
	for (const length of from) {
		let index = origin;
		for (let rest = length; rest > 1; at++) {
			const part = to[at] ?? 0;
			if (part === 1) continue;
			rest /= part;
			if (!Number.isInteger(rest)) return null;
			index = added(index, scaled(map[at] ?? origin, rest, 0));
		}
		result.push(index);
	}
	return result;
}
