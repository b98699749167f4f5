/** A colour of the screen: red, green and blue from 0 to 255. */
type Color = readonly [red: number, green: number, blue: number];

/** The colours of the most negative number, of zero, and of the most positive one. */
const scales: Readonly<Record<'light' | 'dark', readonly [Color, Color, Color]>> = {
	light: [
		[178, 58, 20],
		[247, 247, 247],
		[24, 88, 168],
	],
	dark: [
		[240, 150, 90],
		[32, 33, 39],
		[120, 180, 250],
	],
};

/**
 * Numbers as the pixels of a canvas, red, green, blue and alpha: the further from zero, the stronger; `largest` and beyond are
 * strongest. What is no number is as zero.
 */
export function heatMap(
	numbers: Float32Array,
	largest: number,
	theme: 'light' | 'dark',
): Uint8ClampedArray<ArrayBuffer> {
	const pixels = new Uint8ClampedArray(4 * numbers.length);
	const [low, zero, high] = scales[theme];
	for (const [i, number] of numbers.entries()) {
		const part = Math.min(Math.abs(number) / largest, 1) || 0;
		const end = number < 0 ? low : high;
		for (let k = 0; k < 3; k++) {
			const from = zero[k] ?? 0;
			pixels[4 * i + k] = from + part * ((end[k] ?? 0) - from);
		}
		pixels[4 * i + 3] = 255;
	}
	return pixels;
}

/** The largest distance from zero. */
export function largestOf(numbers: Float32Array): number {
	let largest = 0;
	for (const number of numbers) largest = Math.max(largest, Math.abs(number));
	return largest;
}
