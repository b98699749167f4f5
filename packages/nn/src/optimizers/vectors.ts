// L-BFGS passes over vectors of all parameters four times for each change that it remembers: loops that call no function and
// allocate nothing.

/** Numbers of several tensors in one vector. */
export function flat(parts: readonly ArrayLike<number>[]): Float64Array {
	const vector = new Float64Array(parts.reduce((total, { length }) => total + length, 0));
	let taken = 0;
	for (const part of parts) {
		vector.set(part, taken);
		taken += part.length;
	}
	return vector;
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
	for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + factor * (other[i] ?? 0);
}

/** The scalar product. */
export function dot(a: Float64Array, b: Float64Array): number {
	let total = 0;
	for (let i = 0; i < a.length; i++) total += (a[i] ?? 0) * (b[i] ?? 0);
	return total;
}

/** The largest magnitude of an element. */
export function largest(x: Float64Array): number {
	return x.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
}

/** The sum of magnitudes. */
export function sumOf(x: Float64Array): number {
	return x.reduce((total, each) => total + Math.abs(each), 0);
}
