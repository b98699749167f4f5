import type { Fault } from './fault.ts';
import type { Pass } from './passes.ts';

/**
 * Undoes, where they lie, the filters of a pass that begins at `start` (PNG specification, chapter 9): each byte was stored
 * as its difference from what the bytes to the left (a), above (b) and above to the left (c) foretell.
 */
export function unfilter(
	bytes: Uint8Array,
	start: number,
	{ height, rowBytes }: Pass,
	pixelBytes: number,
	fault: Fault,
): void {
	for (let row = 0; row < height; row++) {
		const at = start + row * (1 + rowBytes);
		const from = at + 1;
		const end = from + rowBytes;
		const up = row === 0 ? 0 : 1 + rowBytes;
		// Every index is within the pass; outside of the picture, what foretells is 0.
		const left = (i: number) => (i - from < pixelBytes ? 0 : (bytes[i - pixelBytes] as number));
		const above = (i: number) => (up === 0 ? 0 : (bytes[i - up] as number));
		const corner = (i: number) =>
			up === 0 || i - from < pixelBytes ? 0 : (bytes[i - up - pixelBytes] as number);
		const filter = bytes[at];
		switch (filter) {
			case 0:
				break;
			case 1:
				for (let i = from; i < end; i++) bytes[i] = (bytes[i] as number) + left(i);
				break;
			case 2:
				for (let i = from; i < end; i++) bytes[i] = (bytes[i] as number) + above(i);
				break;
			case 3:
				for (let i = from; i < end; i++)
					bytes[i] = (bytes[i] as number) + ((left(i) + above(i)) >> 1);
				break;
			case 4:
				for (let i = from; i < end; i++)
					bytes[i] = (bytes[i] as number) + paeth(left(i), above(i), corner(i));
				break;
			default:
				throw fault(`found filter ${filter} of row ${row} of a pass, needed 0 to 4`);
		}
	}
}

/** Of left, above and corner, the one next to left + above - corner; the first of those that are equally near. */
function paeth(a: number, b: number, c: number): number {
	const [fromA, fromB] = [Math.abs(b - c), Math.abs(a - c)];
	const fromC = Math.abs(a + b - 2 * c);
	if (fromA <= fromB && fromA <= fromC) return a;
	return fromB <= fromC ? b : c;
}
