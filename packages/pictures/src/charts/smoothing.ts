/** The length of the window, in values, and how steep it falls: those of the book's learning curves. */
const windowLength = 11;
const beta = 2;

/**
 * The curve's mean in a Kaiser window of 11 values around each, with β = 2, as the book smooths its losses. The curve is
 * reflected at its ends; values that are NaN stay so, and count nowhere else.
 */
export function smoothed(values: readonly number[]): number[] {
	const half = (windowLength - 1) / 2;
	const weights = Array.from({ length: windowLength }, (_, i) => kaiser((i - half) / half));
	const at = (i: number): number => {
		if (i < 0) return values[-i] ?? Number.NaN;
		// The last value stands twice, the first once: so are the book's curves reflected.
		return values[i < values.length ? i : 2 * values.length - 1 - i] ?? Number.NaN;
	};
	return values.map((value, i) => {
		if (Number.isNaN(value)) return value;
		let [sum, total] = [0, 0];
		for (const [j, weight] of weights.entries()) {
			const neighbour = at(i + j - half);
			if (Number.isNaN(neighbour)) continue;
			sum += weight * neighbour;
			total += weight;
		}
		return sum / total;
	});
}

/** The window at a place from -1 to 1, but for a factor. */
function kaiser(place: number): number {
	return bessel(beta * Math.sqrt(1 - place * place));
}

/** The modified Bessel function of the first kind of order 0, by its series, which is exact to f64 for arguments up to 2. */
function bessel(x: number): number {
	let [sum, term] = [1, 1];
	for (let k = 1; k < 25; k++) {
		term *= (x / (2 * k)) ** 2;
		sum += term;
	}
	return sum;
}
