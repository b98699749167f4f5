/** Numbers of several tensors in one vector. */
export function flat(parts: readonly ArrayLike<number>[]): Float64Array {
	return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}

/** A point at a distance along a direction. */
export function moved(
	start: Float64Array,
	direction: Float64Array,
	distance: number,
): Float64Array {
	return start.map((each, i) => each + distance * (direction[i] ?? 0));
}

/** Adds a multiple of another vector to one. */
export function add(to: Float64Array, other: Float64Array, factor: number): void {
	for (const [i, each] of other.entries()) to[i] = (to[i] ?? 0) + factor * each;
}

/** The scalar product. */
export function dot(a: Float64Array, b: Float64Array): number {
	return a.reduce((total, each, i) => total + each * (b[i] ?? 0), 0);
}

/** The largest magnitude of an element. */
export function largest(x: Float64Array): number {
	return x.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
}

/** The sum of magnitudes. */
export function sumOf(x: Float64Array): number {
	return x.reduce((total, each) => total + Math.abs(each), 0);
}
