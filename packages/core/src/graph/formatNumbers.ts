import type { DType } from './dtype.ts';

/** The largest number of digits after the point, where not all are asked for: NumPy's precision. */
const defaultFractionDigits = 8;
/** The least magnitude that is shown with an exponent, for being large: all below have a digit for every whole number. */
const minLargeMagnitude = { f32: 1e6, f64: 1e8 } as const;
/** The magnitude below which numbers are shown with exponents, for being small. */
const maxSmallMagnitude = 1e-4;
/** The largest ratio between magnitudes that are shown without exponents. */
const maxMagnitudeRatio = 1000;
/** The significant digits that tell every f32 from all others. */
const maxSignificantDigits = 9;

/**
 * The numbers of a tensor as text, aligned at the decimal point, all of one length. Digits and exponents are those that
 * NumPy chooses: the fewest that tell a number from all others of its dtype, at most `maxFractionDigits` of them after the
 * point, and exponents where numbers are large, small, or far apart. NaN and the infinities are in JavaScript's words.
 */
export function formatNumbers(
	numbers: readonly number[],
	dtype: DType,
	maxFractionDigits: number = defaultFractionDigits,
): string[] {
	if (dtype === 'f32' || dtype === 'f64')
		return alignedRight(floats(numbers, dtype, maxFractionDigits));
	return alignedRight(numbers.map((x) => (dtype === 'bool' ? String(x !== 0) : String(x))));
}

/** One element as code: the shortest number that is it once it has the dtype. */
export function formatElement(x: number, dtype: DType): string {
	if (dtype === 'bool') return String(x !== 0);
	if (Object.is(x, -0)) return '-0';
	return String(dtype === 'f32' && Number.isFinite(x) ? Number(shortestText(x, dtype)) : x);
}

/** Floating numbers with their points below one another; NaN and the infinities are not aligned yet. */
function floats(
	numbers: readonly number[],
	dtype: 'f32' | 'f64',
	maxFractionDigits: number,
): string[] {
	const finite = numbers.filter(Number.isFinite);
	const format = needsExponents(finite, dtype)
		? scientific(finite, dtype, maxFractionDigits)
		: positional(finite, dtype, maxFractionDigits);
	return numbers.map((x) => (Number.isFinite(x) ? format(x) : String(x)));
}

function needsExponents(numbers: readonly number[], dtype: 'f32' | 'f64'): boolean {
	const magnitudes = numbers.map(Math.abs).filter((x) => x > 0);
	const [most, least] = [Math.max(0, ...magnitudes), Math.min(Infinity, ...magnitudes)];
	return (
		most >= minLargeMagnitude[dtype] ||
		least < maxSmallMagnitude ||
		most / least > maxMagnitudeRatio
	);
}

function scientific(
	numbers: readonly number[],
	dtype: 'f32' | 'f64',
	maxFractionDigits: number,
): (x: number) => string {
	const shortest = numbers.map((x) => shortestOf(x, dtype));
	const fraction = Math.max(
		0,
		...shortest.map(({ digits }) => Math.min(digits - 1, maxFractionDigits)),
	);
	const exponentDigits = Math.max(
		2,
		...shortest.map(({ exponent }) => `${Math.abs(exponent)}`.length),
	);
	return (x) => {
		const [mantissa = '', exponent = ''] = Math.abs(x).toExponential(fraction).split('e');
		const digits = exponent.slice(1).padStart(exponentDigits, '0');
		return `${signOf(x)}${withPoint(mantissa)}e${exponent[0]}${digits}`;
	};
}

function positional(
	numbers: readonly number[],
	dtype: 'f32' | 'f64',
	maxFractionDigits: number,
): (x: number) => string {
	const format = (x: number): string => {
		const { digits, exponent } = shortestOf(x, dtype);
		const fraction = Math.min(Math.max(digits - 1 - exponent, 0), maxFractionDigits);
		const text = withPoint(Math.abs(x).toFixed(fraction));
		return `${signOf(x)}${text.replace(/0+$/, '')}`;
	};
	const fractions = numbers.map((x) => fractionOf(format(x)).length);
	const longest = Math.max(0, ...fractions);
	return (x) => {
		const text = format(x);
		return text + ' '.repeat(longest - fractionOf(text).length);
	};
}

/** How many digits tell a number from all others of its dtype, and the power of ten of the first. */
function shortestOf(x: number, dtype: 'f32' | 'f64'): { digits: number; exponent: number } {
	const [mantissa = '', exponent] = shortestText(x, dtype).split('e');
	return { digits: mantissa.replace(/[-.]/g, '').length, exponent: Number(exponent) };
}

/** A finite number with an exponent, and the fewest digits that tell it from all others of its dtype. */
function shortestText(x: number, dtype: 'f32' | 'f64'): string {
	if (dtype === 'f64') return x.toExponential();
	let text = '';
	for (let digits = 1; digits <= maxSignificantDigits; digits++) {
		text = x.toExponential(digits - 1);
		if (Math.fround(Number(text)) === x) break;
	}
	return text;
}

function signOf(x: number): string {
	return x < 0 || Object.is(x, -0) ? '-' : '';
}

function withPoint(text: string): string {
	return text.includes('.') ? text : `${text}.`;
}

function fractionOf(text: string): string {
	return text.slice(text.indexOf('.') + 1);
}

function alignedRight(texts: readonly string[]): string[] {
	const longest = Math.max(0, ...texts.map(({ length }) => length));
	return texts.map((text) => text.padStart(longest));
}
