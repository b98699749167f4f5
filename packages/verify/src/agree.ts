import { checkedNumber, checkedOptions } from '@pullback/core/arguments';

/** How far two numbers may lie apart: by the sum of an absolute part and a share of the greater. */
export interface Tolerance {
	readonly absolute: number;
	readonly relative: number;
}

/** The distance that is allowed between two finite numbers. */
export function allowance(a: number, b: number, { absolute, relative }: Tolerance): number {
	return absolute + relative * Math.max(Math.abs(a), Math.abs(b));
}

/** Whether two numbers are equal within a tolerance. NaN agrees with NaN alone, and infinity with itself alone. */
export function agree(a: number, b: number, tolerance: Tolerance): boolean {
	checkedTolerance('agree', tolerance);
	checkedNumber('agree', 'a', a);
	checkedNumber('agree', 'b', b);
	return areClose(a, b, tolerance);
}

/** `agree` within a tolerance that was computed, and may be NaN where the numbers are. */
export function areClose(a: number, b: number, tolerance: Tolerance): boolean {
	if (Number.isFinite(a) && Number.isFinite(b))
		return Math.abs(a - b) <= allowance(a, b, tolerance);
	return Object.is(a, b);
}

/** A tolerance that allows at least as much as equality does. */
export function checkedTolerance(operation: string, tolerance: Tolerance): Tolerance {
	const { absolute, relative } = checkedOptions(operation, tolerance, ['absolute', 'relative']);
	for (const [name, part] of [
		['absolute', absolute],
		['relative', relative],
	] as const)
		if (!(checkedNumber(operation, name, part) >= 0))
			throw new RangeError(`${operation}: ${name} is ${part}; it must be a number from 0`);
	return tolerance;
}
