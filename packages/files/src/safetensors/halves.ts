/** Formats of 16 bits in which f32's numbers can be stored. */
export type ShortFloat = 'f16' | 'bf16';

/**
 * f32's numbers as the nearest ones of 16 bits, of two equally near the even one (IEEE 754); NaN has no payload.
 * `refuse` is told the index of one that is finite and too large.
 */
export function shortened(
	elements: Float32Array,
	format: ShortFloat,
	refuse: (index: number) => never,
): Uint8Array {
	const bits = new Uint32Array(elements.buffer, elements.byteOffset, elements.length);
	const bytes = new Uint8Array(2 * elements.length);
	const view = new DataView(bytes.buffer);
	const round = format === 'f16' ? toHalf : toUpperHalf;
	const infinity = format === 'f16' ? 0x7c00 : 0x7f80;
	for (let i = 0; i < bits.length; i++) {
		const number = bits[i] as number; // i is in range
		const magnitude = number & 0x7fffffff;
		const rounded = magnitude > f32Infinity ? infinity | (infinity >> 1) : round(magnitude);
		if (rounded === infinity && magnitude < f32Infinity) refuse(i);
		view.setUint16(2 * i, ((number >>> 16) & 0x8000) | (rounded & 0x7fff), true);
	}
	return bytes;
}

/** The bits of f32's Infinity, beyond which there are NaNs. */
const f32Infinity = 0x7f800000;

/** A number without its sign, as bfloat16. */
function toUpperHalf(magnitude: number): number {
	return roundedShift(magnitude, 16);
}

/** A number without its sign, as IEEE 754's binary16: 5 bits of exponent and 10 of fraction. */
function toHalf(magnitude: number): number {
	const exponent = (magnitude >>> 23) - 112;
	if (exponent >= 31) return 0x7c00;
	if (exponent > 0) return roundedShift(magnitude - (112 << 23), 13);
	// Below the normal numbers, whose leading 1 is not written: there it is.
	const shift = 14 - exponent;
	return shift > 24 ? 0 : roundedShift((magnitude & 0x7fffff) | 0x800000, shift);
}

/** number / 2^shift, rounded to the nearest whole number, of two to the even one. A carry goes into the exponent. */
function roundedShift(number: number, shift: number): number {
	const floor = number >>> shift;
	const rest = number & ((1 << shift) - 1);
	const half = 1 << (shift - 1);
	return rest > half || (rest === half && (floor & 1) === 1) ? floor + 1 : floor;
}
