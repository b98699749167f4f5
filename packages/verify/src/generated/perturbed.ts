import {
	apply,
	type Cell,
	type Data,
	type Engine,
	type Node,
	type ParamsOf,
	type PrimitiveName,
	type Shape,
	tensor,
	topologicalOrder,
} from '@pullback/core';

/**
 * How a primitive's value may differ between engines. 'same': not at all, to the bit. 'added': as sums in another
 * order do; 'multiplied': as sums of products, which may be single on the way; 'product': as a product that is not
 * rounded by itself, where the engine multiplies and adds at once; 'approximated': as functions do that are computed
 * by approximation.
 */
type Rounding = 'same' | 'added' | 'multiplied' | 'product' | 'approximated';

const roundings: { readonly [Name in PrimitiveName]: Rounding } = {
	constant: 'same',
	variable: 'same',
	input: 'same',
	iota: 'same',
	add: 'same',
	mul: 'product',
	div: 'same',
	neg: 'same',
	exp: 'approximated',
	expm1: 'approximated',
	log: 'approximated',
	log1p: 'approximated',
	sqrt: 'same',
	sin: 'approximated',
	cos: 'approximated',
	tanh: 'approximated',
	erf: 'approximated',
	pow: 'approximated',
	abs: 'same',
	sign: 'same',
	floor: 'same',
	ceil: 'same',
	round: 'same',
	maximum: 'same',
	minimum: 'same',
	stopGradient: 'same',
	checkFinite: 'same',
	after: 'same',
	less: 'same',
	lessEqual: 'same',
	equal: 'same',
	logicalAnd: 'same',
	logicalOr: 'same',
	logicalNot: 'same',
	where: 'same',
	cast: 'same',
	sum: 'added',
	max: 'same',
	min: 'same',
	prod: 'added',
	cumsum: 'added',
	argmax: 'same',
	argmin: 'same',
	argsort: 'same',
	sort: 'same',
	broadcast: 'same',
	reshape: 'same',
	permute: 'same',
	slice: 'same',
	pad: 'same',
	flip: 'same',
	concatenate: 'same',
	matmul: 'multiplied',
	gather: 'same',
	scatterAdd: 'added',
	randomBits: 'same',
	custom: 'same',
};

/** Half a unit in the last place, as a share of the number. */
const unit = { f32: 2 ** -24, f64: 2 ** -53 } as const;
/** Functions that are approximated are right to so many units in the last place. */
const approximation = 4;

/** Whether an engine promises the bits of single products, or multiplies and adds with one rounding. */
export interface PerturbationOptions {
	readonly seed: number;
	readonly fused: boolean;
}

/**
 * An engine that errs at random by what engines may: each value that is not the same on all of them is moved up or
 * down by as much as it may be off. Where such runs agree to the bit, so must every engine; where they differ, they
 * show by how much values may, as no bound of the whole graph could.
 */
export function perturbing({ seed, fused }: PerturbationOptions): Engine {
	let state = seed;
	/**
	 * From -1 to 1, by a counter that is hashed (Ettinger's mulberry32). Not either of the two, for errors of one size
	 * cancel each other; and not the same for two functions, for so do those of one and of what it is given by another.
	 */
	const share = (): number => {
		state = (state + 0x6d2b_79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return (mixed ^ (mixed >>> 14)) / 2 ** 31;
	};
	return {
		name: 'perturbing',
		compile({ inputs, outputs, updates }) {
			const roots = [...outputs, ...updates.map(({ value }) => value)];
			const order = topologicalOrder(roots, ({ value }) => value !== null);
			return {
				free() {},
				run(values) {
					const known = new Map<Node, Node>();
					for (const [i, input] of inputs.entries())
						known.set(input, leaf(input, values[i] as Data)); // one for each
					const current = (node: Node): Node => known.get(node) ?? node;
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
						known.set(node, perturbed(exact, share, fused));
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

function leaf({ shape, dtype }: Node, data: Data): Node {
	return tensor(data, { shape, dtype });
}

/** A Node's value, moved by as much as it may be off. */
function perturbed(node: Node, share: () => number, fused: boolean): Node {
	if (node.dtype !== 'f32' && node.dtype !== 'f64') return node;
	const own = unit[node.dtype];
	const rounding = roundings[node.primitive.name as PrimitiveName]; // Nodes are made of the table's primitives
	if (rounding === 'same' || (rounding === 'product' && !fused)) return node;
	if (rounding !== 'approximated' && isExact(node)) return node;
	const data = node.data();
	// Sums of single numbers are kept in double ones, and rounded once; sums of products may be single throughout.
	const growth = 1 + additionsOf(node) / 16;
	const [ofValue, ofSize] =
		rounding === 'approximated'
			? [2 * approximation * own, 0]
			: rounding === 'multiplied'
				? [2 * own, growth * own]
				: rounding === 'product'
					? [own, 0]
					: [2 * own, growth * unit.f64];
	const sizes = ofSize === 0 ? data : magnitude(node).view();
	const overflows = rounding === 'multiplied' && node.dtype === 'f32' ? overflowing(node) : null;
	for (let i = 0; i < data.length; i++) {
		const x = data[i] as number; // in range
		const by = ofValue * Math.abs(x) + ofSize * Math.abs(sizes[i] as number); // as long
		if (overflows?.(i)) data[i] = Number.NaN;
		else if (by > 0 && by < Infinity) data[i] = x + share() * by;
	}
	return leaf(node, data);
}

/** The largest single number. */
const largestSingle = (2 - 2 ** -23) * 2 ** 127;

/** Whether what an element of f32 is the sum of may overflow on the way, where products are single: then it may be anything. */
function overflowing({ primitive, params, inputs }: Node): (i: number) => boolean {
	const finite = inputs.map((input) => {
		const data = Float64Array.from(input.view(), (x) => (Number.isFinite(x) ? Math.abs(x) : 0));
		return tensor(data, { shape: input.shape });
	});
	const sizes = apply(primitive, finite, params).view();
	return (i) => (sizes[i] ?? 0) > largestSingle;
}

/** How many numbers are added up, or multiplied, for one of a result: errors in one direction grow with it. */
function additionsOf({ primitive, shape, inputs: [x, y] }: Node): number {
	if (x === undefined) return 0;
	if (primitive.name === 'scatterAdd') return y === undefined ? 0 : sizeOf(y.shape);
	if (primitive.name === 'sum') return sizeOf(x.shape) / Math.max(sizeOf(shape), 1);
	return x.shape.at(-1) ?? 1;
}

/** The same of the magnitudes of the operands: what sums were added up of. */
function magnitude({ primitive, inputs, params }: Node): Node {
	return apply(
		primitive,
		inputs.map((input) => (input.dtype in unit ? input.abs() : input)),
		params,
	);
}

/**
 * Whether no order of additions rounds: all operands are multiples of one power of 2, and so small that sums and
 * products of them are held to the last digit.
 */
function isExact(node: Node): boolean {
	const floating = node.inputs.filter(({ dtype }) => dtype === 'f32' || dtype === 'f64');
	const views = floating.map((input) => input.view());
	const largest = 1 / unit[node.dtype as 'f32' | 'f64']; // asked of these alone
	let parts = 1;
	for (const view of views) {
		let each = 1;
		while (each <= 4096 && view.some((x) => !Number.isInteger(x * each))) each *= 8;
		if (each > 4096) return false;
		parts *= each;
	}
	if (node.primitive.name === 'prod' && parts > 1) return false;
	return magnitude(node)
		.view()
		.every((x) => x * parts < largest);
}

function sizeOf(shape: Shape): number {
	return shape.reduce((size, length) => size * length, 1);
}
