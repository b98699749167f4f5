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
	if (Number.isFinite(a) && Number.isFinite(b))
		return Math.abs(a - b) <= allowance(a, b, tolerance);
	return Object.is(a, b);
}
