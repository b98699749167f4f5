const enough = 1e-17;
const switchover = 2.5;

/**
 * The error function, to a few units in the last place of f64. Below the switch-over by the series of
 * Abramowitz & Stegun 7.1.6, all of whose terms are positive; beyond it by the continued fraction 7.1.14 of
 * the complement, from the inside out.
 */
export function erf(x: number): number {
	const magnitude = Math.abs(x);
	if (!(magnitude < 6)) return magnitude >= 6 ? Math.sign(x) : Number.NaN; // erfc(6) < 2^-55
	const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
	if (magnitude < switchover) {
		let term = 2 * x;
		let sum = term;
		for (let n = 1; Math.abs(term) > enough * Math.abs(sum); n++) {
			term *= (2 * x * x) / (2 * n + 1);
			sum += term;
		}
		return scale * sum;
	}
	let tail = magnitude;
	for (let n = 60; n >= 1; n--) tail = magnitude + n / 2 / tail;
	return Math.sign(x) * (1 - scale / tail);
}
