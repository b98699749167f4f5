import type { Engine, Node, Shape } from '@pullback/core';
import { deviating, isReflected, sizesOfTerms, units } from '../deviating.ts';
import { factorsOf } from './factors.ts';

/** The largest error of functions that are approximated, in units in the last place. */
const approximationUnits = 4;

/** The smallest single number: twice what is lost of a product below all of them. */
const minSubnormalSingle = 2 ** -149;

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
	return deviating(seed, (node, rounding) => {
		const half = units[node.dtype] / 2;
		if (rounding === 'rounded' || (rounding === 'product' && !fused)) return null;
		if (rounding === 'approximated') {
			const ofValue = 2 * approximationUnits * half;
			return { ofValue, ofTerms: isReflected(node) ? ofValue : 0 };
		}
		if (isExact(node)) return null;
		if (rounding === 'product') return { ofValue: half, ofTerms: 0 };
		// Sums of single numbers are kept in double ones, and rounded once; sums of products may be single throughout.
		const growth = 1 + additionsOf(node) / 16;
		const ofTerms = growth * (rounding === 'multiplied' ? half : units.f64 / 2);
		const isSingle = rounding === 'multiplied' && node.dtype === 'f32';
		const least = isSingle ? additionsOf(node) * minSubnormalSingle : 0;
		return { ofValue: 2 * half, ofTerms, least, overflows: isSingle };
	});
}

/** How many numbers are added up, or multiplied, for one of a result: errors in one direction grow with it. */
function additionsOf(node: Node): number {
	const {
		primitive,
		shape,
		inputs: [x, y],
	} = node;
	if (x === undefined) return 0;
	if (primitive.name === 'convolution') return factorsOf(node);
	if (primitive.name === 'scatterAdd') return y === undefined ? 0 : sizeOf(y.shape);
	if (primitive.name === 'sum') return sizeOf(x.shape) / Math.max(sizeOf(shape), 1);
	return x.shape.at(-1) ?? 1;
}

/**
 * Whether no order of additions rounds: all operands are multiples of one power of 2, and so small that sums and
 * products of them are held to the last digit.
 */
function isExact(node: Node & { readonly dtype: keyof typeof units }): boolean {
	const floating = node.inputs.filter(({ dtype }) => dtype in units);
	const views = floating.map((input) => input.view());
	const maxExact = 2 / units[node.dtype];
	let parts = 1;
	for (const view of views) {
		let each = 1;
		while (each <= 4096 && view.some((x) => !Number.isInteger(x * each))) each *= 8;
		if (each > 4096) return false;
		parts *= each;
	}
	if (node.primitive.name === 'prod' && parts > 1) return false;
	return sizesOfTerms(node)
		.view()
		.every((x) => x * parts < maxExact);
}

function sizeOf(shape: Shape): number {
	return shape.reduce((size, length) => size * length, 1);
}
