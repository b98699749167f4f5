/** The least and the greatest that a logarithmic axis shows for numbers between these; for none, such as losses have. */
export function logRange(low: number | null, high: number | null): [number, number] {
	const isPositive = low !== null && high !== null && low > 0 && high < Infinity;
	return isPositive ? [0.8 * low, 1.25 * high] : [0.1, 3];
}

/** Marks of a logarithmic axis from `low` to `high`: 1, 2 and 5 times each power of ten. */
export function logTicks(low: number, high: number): number[] {
	const ticks: number[] = [];
	for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
		for (const digit of [1, 2, 5]) {
			// Not by a product, which is 0.30000000000000004 and the like.
			const tick = Number(`${digit}e${power}`);
			if (tick >= low && tick <= high) ticks.push(tick);
		}
	return ticks;
}
