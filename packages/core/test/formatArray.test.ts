import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatArray } from '../src/graph/formatArray.ts';
import { maximumRank, maximumSize, sizeOf } from '../src/graph/shape.ts';
import { type DType, type Node, tensor } from '../src/index.ts';

const f64 = (numbers: readonly number[]): Node => tensor(numbers, { dtype: 'f64' });
const i32 = (numbers: Parameters<typeof tensor>[0]): Node => tensor(numbers, { dtype: 'i32' });
/** 0, 1, 2, ... in row-major order. */
const counted = (shape: readonly number[], dtype: DType): Node =>
	tensor(
		Float64Array.from({ length: shape.reduce((size, length) => size * length, 1) }, (_, i) => i),
		{ dtype, shape },
	);

/** Arrays, and the lines in which NumPy 2.4.6 shows them: numpy.array2string(array, separator=', '). */
const shownByNumPy: readonly (readonly [make: () => Node, lines: readonly string[]])[] = [
	[() => tensor([1, 2, 3]), ['[1., 2., 3.]']],
	[
		() =>
			tensor([
				[1, 2.5],
				[3, -4],
			]),
		['[[ 1. ,  2.5],', ' [ 3. , -4. ]]'],
	],
	[() => tensor([0.1, 0.2, 0.3]), ['[0.1, 0.2, 0.3]']],
	[() => tensor([1 / 3, 2 / 3, -1 / 7]), ['[ 0.33333334,  0.6666667 , -0.14285715]']],
	[() => f64([1 / 3, 2 / 3, 1e-3]), ['[0.33333333, 0.66666667, 0.001     ]']],
	[() => f64([1 / 3, 200]), ['[  0.33333333, 200.        ]']],
	[() => tensor([0.1, 1.2345678e-5]), ['[1.0000000e-01, 1.2345678e-05]']],
	[() => tensor([16777216, 3]), ['[1.6777216e+07, 3.0000000e+00]']],
	[() => tensor([999999.94, 5000.5]), ['[999999.94,   5000.5 ]']],
	[() => f64([1e7, 12345678.123456789]), ['[10000000.        , 12345678.12345679]']],
	[() => f64([1e22, 5e-324]), ['[1.e+022, 5.e-324]']],
	[() => f64([Number.MAX_VALUE, -1]), ['[ 1.79769313e+308, -1.00000000e+000]']],
	[() => tensor([3.4028235e38, 1.1754944e-38]), ['[3.4028235e+38, 1.1754944e-38]']],
	[() => tensor([1e-45]), ['[1.e-45]']],
	[() => tensor([-0, 0, 1.5]), ['[-0. ,  0. ,  1.5]']],
	[() => f64([0, 0]), ['[0., 0.]']],
	[
		() =>
			i32([
				[1, -20],
				[300, 4],
			]),
		['[[  1, -20],', ' [300,   4]]'],
	],
	[() => i32([-(2 ** 31), 2 ** 31 - 1]), ['[-2147483648,  2147483647]']],
	[() => tensor(Uint8Array.of(0, 255, 7)), ['[  0, 255,   7]']],
	[
		() => counted([2, 2, 2, 2], 'i32'),
		[
			'[[[[ 0,  1],',
			'   [ 2,  3]],',
			'',
			'  [[ 4,  5],',
			'   [ 6,  7]]],',
			'',
			'',
			' [[[ 8,  9],',
			'   [10, 11]],',
			'',
			'  [[12, 13],',
			'   [14, 15]]]]',
		],
	],
	[
		() => counted([60], 'f32'),
		[
			'[ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13., 14.,',
			' 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27., 28., 29.,',
			' 30., 31., 32., 33., 34., 35., 36., 37., 38., 39., 40., 41., 42., 43., 44.,',
			' 45., 46., 47., 48., 49., 50., 51., 52., 53., 54., 55., 56., 57., 58., 59.]',
		],
	],
	[() => counted([1001], 'i32'), ['[   0,    1,    2, ...,  998,  999, 1000]']],
	[
		() => counted([3, 667], 'f32'),
		[
			'[[0.000e+00, 1.000e+00, 2.000e+00, ..., 6.640e+02, 6.650e+02, 6.660e+02],',
			' [6.670e+02, 6.680e+02, 6.690e+02, ..., 1.331e+03, 1.332e+03, 1.333e+03],',
			' [1.334e+03, 1.335e+03, 1.336e+03, ..., 1.998e+03, 1.999e+03, 2.000e+03]]',
		],
	],
	[
		() => counted([2, 20, 30], 'i32'),
		[
			'[[[   0,    1,    2, ...,   27,   28,   29],',
			'  [  30,   31,   32, ...,   57,   58,   59],',
			'  [  60,   61,   62, ...,   87,   88,   89],',
			'  ...,',
			'  [ 510,  511,  512, ...,  537,  538,  539],',
			'  [ 540,  541,  542, ...,  567,  568,  569],',
			'  [ 570,  571,  572, ...,  597,  598,  599]],',
			'',
			' [[ 600,  601,  602, ...,  627,  628,  629],',
			'  [ 630,  631,  632, ...,  657,  658,  659],',
			'  [ 660,  661,  662, ...,  687,  688,  689],',
			'  ...,',
			'  [1110, 1111, 1112, ..., 1137, 1138, 1139],',
			'  [1140, 1141, 1142, ..., 1167, 1168, 1169],',
			'  [1170, 1171, 1172, ..., 1197, 1198, 1199]]]',
		],
	],
	[() => tensor([]), ['[]']],
	[() => tensor([[], []]), ['[]']],
];

const shown = (node: Node): string => {
	const data = node.view();
	return formatArray(node.shape, node.dtype, (index) => data[index] ?? 0);
};

test('arrays are shown as NumPy shows them', () => {
	for (const [make, lines] of shownByNumPy)
		expect(shown(make()).split('\n'), String(make)).toEqual(lines);
});

test('NaN, the infinities and truth values are in the words of JavaScript, and stand in columns', () => {
	expect(shown(tensor([Number.NaN, -Infinity, -0, 1.5]))).toBe(
		'[      NaN, -Infinity,      -0. ,       1.5]',
	);
	expect(
		shown(
			tensor([
				[true, false],
				[false, true],
			]),
		),
	).toBe('[[ true, false],\n [false,  true]]');
});

test('a number alone has all the digits of its dtype', () => {
	expect(shown(tensor(1 / 3))).toBe('0.33333334');
	expect(shown(tensor(1 / 3, { dtype: 'f64' }))).toBe('0.3333333333333333');
	expect(shown(tensor(5))).toBe('5.');
	expect(shown(tensor(-7, { dtype: 'i32' }))).toBe('-7');
	expect(shown(tensor(1e-7, { dtype: 'f64' }))).toBe('1.e-07');
});

const anyDType = fc.constantFrom<DType[]>('f32', 'f64', 'i32', 'u8', 'bool');
/** Shapes of up to 64 axes and any number of elements up to the most. */
const anyShape = fc
	.array(fc.oneof(fc.nat({ max: 4 }), fc.constantFrom(1, 1, 2, 7, 1000)), {
		maxLength: maximumRank,
		size: 'max',
	})
	.map((lengths) => {
		let size = 1;
		return lengths.map((length) => {
			if (size * length > maximumSize) return 1;
			size *= length;
			return length;
		});
	});

test('of a tensor of any shape, no more than 1000 elements are asked for, all of them its own, and brackets close', () => {
	fc.assert(
		fc.property(anyShape, anyDType, (shape, dtype) => {
			const size = sizeOf(shape);
			let asked = 0;
			const text = formatArray(shape, dtype, (index) => {
				asked++;
				expect(Number.isInteger(index) && index >= 0 && index < size).toBe(true);
				return 1;
			});
			expect(asked).toBeLessThanOrEqual(1000);
			expect(asked).toBeGreaterThanOrEqual(Math.min(size, 1));
			expect(text.split('[')).toHaveLength(text.split(']').length);
		}),
		{
			examples: [
				[new Array(31).fill(2).with(0, 1), 'f32'],
				[new Array(19).fill(3), 'u8'],
				[[1e6, 0], 'f32'],
			],
		},
	);
});

test('what is shown in full is read back as it was, to 8 digits behind the point or in all', () => {
	const element = fc.oneof(
		fc.double({ noNaN: true, noDefaultInfinity: true }),
		fc.double({ min: -100, max: 100, noNaN: true }),
	);
	fc.assert(
		fc.property(
			fc.array(element, { minLength: 1, maxLength: 30 }),
			fc.constantFrom('f32' as const, 'f64' as const),
			(numbers, dtype) => {
				const x = tensor(numbers, { dtype });
				const read = shown(x)
					.replace(/[[\]\s]/g, '')
					.split(',')
					.map(Number);
				expect(read).toHaveLength(numbers.length);
				// Half a unit of the eighth digit, and half of the last of an f32.
				const rounding = dtype === 'f32' ? 2 ** -24 : 2 ** -52;
				for (const [i, y] of [...x.view()].entries())
					if (Number.isFinite(y))
						expect(Math.abs((read[i] ?? 0) - y)).toBeLessThanOrEqual(
							0.5e-8 * Math.max(1, Math.abs(y)) + rounding * Math.abs(y),
						);
					else expect(read[i]).toBe(y);
			},
		),
	);
});

test('elements of a column stand below one another, and no line is longer than 75 characters', () => {
	const row = fc.array(fc.float(), { minLength: 4, maxLength: 4 });
	fc.assert(
		fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
			const lines = shown(tensor(rows)).split('\n');
			const commas = lines.map((line) =>
				[...line.slice(0, -1).matchAll(/,/g)].map(({ index }) => index),
			);
			for (const each of commas) expect(each).toEqual(commas[0]);
			expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(75);
		}),
	);
});
