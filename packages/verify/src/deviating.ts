import {
	apply,
	type Cell,
	type Data,
	type ElementwiseName,
	type Engine,
	type Node,
	type ParamsOf,
	type PrimitiveName,
	tensor,
	topologicalOrder,
} from '@pullback/core';
import { roundedOf } from './roundedOf.ts';

/**
 * What rounds in a primitive. 'exact': nothing, as its elements are those of operands, or whole numbers. 'rounded': its
 * result, to the nearest number. 'product': the same, unless an engine multiplies and adds at once. 'approximated': a
 * function that is computed by approximation. 'added': a sum, in an order that is the engine's. 'multiplied': a sum of
 * products, each of which rounds.
 */
export type Rounding = 'exact' | 'rounded' | 'product' | 'approximated' | 'added' | 'multiplied';

/** Of all but transcendental functions, which are approximated. */
const roundings: {
	readonly [Name in Exclude<PrimitiveName, ElementwiseName<'transcendental'>>]: Rounding;
} = {
	constant: 'exact',
	variable: 'exact',
	input: 'exact',
	iota: 'exact',
	add: 'rounded',
	mul: 'product',
	div: 'rounded',
	neg: 'exact',
	sqrt: 'rounded',
	mod: 'rounded',
	floorDivide: 'exact',
	pow: 'approximated',
	abs: 'exact',
	sign: 'exact',
	floor: 'exact',
	ceil: 'exact',
	round: 'exact',
	maximum: 'exact',
	minimum: 'exact',
	stopGradient: 'exact',
	checkFinite: 'exact',
	after: 'exact',
	less: 'exact',
	lessEqual: 'exact',
	equal: 'exact',
	logicalAnd: 'exact',
	logicalOr: 'exact',
	logicalNot: 'exact',
	where: 'exact',
	cast: 'rounded',
	sum: 'added',
	max: 'exact',
	min: 'exact',
	prod: 'added',
	cumsum: 'added',
	argmax: 'exact',
	argmin: 'exact',
	argsort: 'exact',
	sort: 'exact',
	broadcast: 'exact',
	reshape: 'exact',
	permute: 'exact',
	slice: 'exact',
	pad: 'exact',
	flip: 'exact',
	windows: 'exact',
	concatenate: 'exact',
	matmul: 'multiplied',
	convolution: 'multiplied',
	gather: 'exact',
	scatterAdd: 'added',
	randomBits: 'exact',
	custom: 'exact',
};

/** A unit in the last place, as a share of the number. */
export const units: { readonly f32: number; readonly f64: number } = {
	f32: 2 ** -23,
	f64: 2 ** -52,
};

/** The smallest normal numbers: the last places of smaller ones are as far apart as theirs. */
export const minNormal: typeof units = { f32: 2 ** -126, f64: 2 ** -1022 };

/** By how much the elements of a Node may be off, at most: shares of their own size, and of that of what they are sums of. */
export interface Deviation {
	readonly ofValue: number;
	readonly ofTerms: number;
	/** By how much any element may be off, however small it is: what is lost of products that are no normal numbers. */
	readonly least?: number;
	/** Whether products are single, so that a sum may overflow on the way and be anything. */
	readonly overflows?: boolean;
}

/** The deviation of a floating Node of which something rounds; null where it has none. */
export type DeviationOf = (
	node: Node & { readonly dtype: keyof typeof units },
	rounding: Exclude<Rounding, 'exact'>,
) => Deviation | null;

/**
 * An engine that errs at random: the interpreter, but every element that may be off is moved, up or down, by up to as much
 * as it may. How far apart its runs are tells what becomes of small errors, cancellation included. With `constants`, those
 * of f32 err, too, as they were rounded from what was written, unless they have few digits.
 */
export function deviating(
	seed: number,
	deviationOf: DeviationOf,
	{ constants = false }: { readonly constants?: boolean } = {},
): Engine {
	// Not the same for two functions: what one errs by the other would make good.
	const share = shares(seed);
	return {
		name: 'deviating',
		compile({ inputs, outputs, updates }) {
			const roots = [...outputs, ...updates.map(({ value }) => value)];
			const order = topologicalOrder(roots, ({ value }) => value !== null);
			return {
				free() {},
				run(values) {
					const known = new Map<Node, Node>();
					for (const [i, input] of inputs.entries())
						known.set(input, leaf(input, values[i] as Data)); // one for each
					const current = (node: Node): Node => {
						const found = known.get(node);
						if (found !== undefined) return found;
						const own = constants ? movedConstant(node, share) : node;
						known.set(node, own);
						return own;
					};
					for (const node of order) {
						if (known.has(node)) continue;
						if (node.primitive.name === 'variable') {
							const { cell } = node.params as ParamsOf<'variable'>; // of a variable
							known.set(node, leaf(node, (cell as Cell).read())); // Variables keep their value in a Cell
							continue;
						}
						if (node.inputs.length === 0) continue;
						const operands = node.inputs.map(current);
						const exact = apply(node.primitive, operands, node.params);
						known.set(node, moved(exact, share, deviationOf));
					}
					const results = roots.map((root) => current(root).data());
					for (const [i, { cell }] of updates.entries())
						cell.write(results[outputs.length + i] as Data); // one for each
					return results.slice(0, outputs.length);
				},
			};
		},
	};
}

/**
 * Numbers from -1 to 1, by a counter that is hashed (Ettinger's mulberry32). Not either of the two, for errors of one size
 * cancel each other.
 */
function shares(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b_79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return (mixed ^ (mixed >>> 14)) / 2 ** 31;
	};
}

function leaf({ shape, dtype }: Node, data: Data): Node {
	return tensor(data, { shape, dtype });
}

function moved(node: Node, share: () => number, deviationOf: DeviationOf): Node {
	const rounding: Rounding =
		roundings[node.primitive.name as keyof typeof roundings] ?? 'approximated'; // Nodes are made of the table's primitives
	if (rounding === 'exact' || !isFloating(node)) return node;
	const deviation = deviationOf(node, rounding);
	if (deviation === null) return node;
	const { ofValue, ofTerms, least = 0, overflows = false } = deviation;
	const data = node.data();
	const sizes = ofTerms === 0 ? data : sizesOfTerms(node).view();
	const rounded = roundedOf(node);
	// What the sizes hold, and by far, no part of them exceeds.
	const isLost = overflows && !sizes.every((x) => x < maxSingle / 2) ? overflowing(node) : null;
	for (let i = 0; i < data.length; i++) {
		if (rounded !== null && rounded[i] === 0) continue;
		if (isLost?.(i)) {
			data[i] = Number.NaN;
			continue;
		}
		const x = data[i] as number; // in range
		const size = x === 0 ? 0 : Math.max(Math.abs(x), minNormal[node.dtype]);
		const by = ofValue * size + ofTerms * Math.abs(sizes[i] as number) + least; // as long
		if (by > 0 && by < Infinity) data[i] = x + share() * by;
	}
	return leaf(node, data);
}

/** The largest single number. */
const maxSingle = (2 - 2 ** -23) * 2 ** 127;

/** Whether what an element is the sum of is more than single numbers hold. */
function overflowing({ primitive, params, inputs }: Node): (i: number) => boolean {
	const finite = inputs.map((input) => {
		const data = Float64Array.from(input.view(), (x) => (Number.isFinite(x) ? Math.abs(x) : 0));
		return tensor(data, { shape: input.shape });
	});
	const sizes = apply(primitive, finite, params).view();
	return (i) => (sizes[i] ?? 0) > maxSingle;
}

/** Numbers of more binary digits than these were rounded when they became single. */
const fewDigits = 2 ** 12;

function movedConstant(node: Node, share: () => number): Node {
	if (node.dtype !== 'f32' || node.primitive.name !== 'constant') return node;
	const data = node.data();
	let isSame = true;
	for (let i = 0; i < data.length; i++) {
		const x = data[i] as number; // in range
		if (!Number.isFinite(x) || Number.isInteger(x * fewDigits)) continue;
		data[i] = x + share() * units.f32 * Math.abs(x);
		isSame = false;
	}
	return isSame ? node : leaf(node, data);
}

/**
 * Functions whose values at negative numbers are differences, by reflection, and the least size of the terms of these:
 * near a zero nothing better is known than to digits of the terms.
 */
const reflected: { readonly [Name in ElementwiseName<'transcendental'>]?: number } = {
	lgamma: 1,
	digamma: 4,
};

/** Whether a function's values may be differences of larger numbers. */
export function isReflected({ primitive }: Node): boolean {
	return primitive.name in reflected;
}

/** The same of the magnitudes of the operands: what sums are added up of; 0 where a function is no difference. */
export function sizesOfTerms({ primitive, inputs, params }: Node): Node {
	const magnitudes = inputs.map((input) => (input.dtype in units ? input.abs() : input));
	const sizes = apply(primitive, magnitudes, params);
	const least = reflected[primitive.name as keyof typeof reflected]; // undefined of others
	const [x] = inputs;
	if (least === undefined || x === undefined) return sizes;
	return x.less(0).where(sizes.abs().maximum(least), 0);
}

function isFloating(node: Node): node is Node & { readonly dtype: keyof typeof units } {
	return node.dtype in units;
}
