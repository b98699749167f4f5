import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	grad,
	type InterpolationMode,
	type InterpolationOptions,
	interpolate,
	type Node,
	ready,
	stack,
	tensor,
	vmap,
	zeros,
} from '../src/index.ts';
import { filled } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import { indicesOf } from './definitions.ts';
import { runs } from './runs.ts';

/** The modes, by how many axes after the first two they are for. */
const modesOf: readonly (readonly InterpolationMode[])[] = [
	[],
	['nearest', 'linear'],
	['nearest', 'bilinear', 'bicubic'],
	['nearest', 'trilinear'],
];

/** An axis and what becomes of it: a length, or a factor of two whole numbers. */
interface Axis {
	readonly from: number;
	readonly size: number;
	readonly factor: readonly [above: number, below: number];
}

interface Case {
	readonly lead: readonly number[];
	readonly axes: readonly Axis[];
	readonly mode: InterpolationMode;
	readonly isScaled: boolean;
	readonly alignCorners: boolean;
	readonly seed: number;
	readonly dtype: 'f32' | 'f64';
}

const axes: fc.Arbitrary<Axis> = fc.record({
	from: fc.integer({ min: 1, max: 4 }),
	size: fc.integer({ min: 1, max: 7 }),
	factor: fc.constantFrom([1, 1], [3, 2], [2, 1], [3, 1], [7, 4]),
});
const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 3 }).chain((rank) =>
	fc.record({
		lead: fc.constantFrom([1, 1], [2, 1], [1, 2], [0, 1]),
		axes: fc.array(axes, { minLength: rank, maxLength: rank }),
		mode: fc.constantFrom(...(modesOf[rank] ?? [])),
		isScaled: fc.boolean(),
		alignCorners: fc.boolean(),
		seed: fc.nat(2 ** 31 - 2),
		dtype: fc.constantFrom('f32', 'f64'),
	}),
);

const optionsOf = ({ axes, mode, isScaled, alignCorners }: Case): InterpolationOptions => ({
	mode,
	...(mode === 'nearest' ? {} : { alignCorners }),
	...(isScaled
		? { scaleFactor: axes.map(({ factor: [above, below] }) => above / below) }
		: { size: axes.map(({ size }) => size) }),
});
const lengthOf = ({ from, size, factor: [above, below] }: Axis, isScaled: boolean): number =>
	isScaled ? Math.floor((from * above) / below) : size;

/** Hat and cubic functions of the distance, which are the weights of what lies there. */
const hat = (distance: number): number => Math.max(0, 1 - Math.abs(distance));
const keys = (distance: number): number => {
	const [t, a] = [Math.abs(distance), -0.75];
	if (t <= 1) return (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1;
	return t < 2 ? a * t ** 3 - 5 * a * t ** 2 + 8 * a * t - 4 * a : 0;
};

/** How much of each old element is in each new one, along an axis. */
function weightsOf(c: Case, axis: Axis): number[][] {
	const { from } = axis;
	const to = lengthOf(axis, c.isScaled);
	const [over, per] = c.isScaled ? [axis.factor[1], axis.factor[0]] : [from, to];
	return Array.from({ length: to }, (_, i) => {
		const weights = new Array<number>(from).fill(0);
		const addTo = (j: number, weight: number): void => {
			const at = Math.min(Math.max(j, 0), from - 1);
			weights[at] = (weights[at] ?? 0) + weight;
		};
		if (c.mode === 'nearest') addTo((i * over - ((i * over) % per)) / per, 1);
		else {
			const aligned = to === 1 ? 0 : (i * (from - 1)) / (to - 1);
			const position = c.alignCorners ? aligned : ((2 * i + 1) * over) / (2 * per) - 0.5;
			const isCubic = c.mode === 'bicubic';
			const at = isCubic ? position : Math.min(Math.max(position, 0), from - 1);
			for (let j = -3; j < from + 3; j++) addTo(j, (isCubic ? keys : hat)(at - j));
		}
		return weights;
	});
}

/** Every element by all weights of all axes, forward or, with old and new exchanged, back. */
function weighed(x: Node, weights: readonly number[][][], lead: readonly number[]): Node {
	const elements = x.data();
	const from = x.shape.slice(2);
	const to = weights.map((rows) => rows.length);
	const size = from.reduce((product, length) => product * length, 1);
	const data = indicesOf([...lead, ...to]).map(([n = 0, c = 0, ...index]) => {
		let sum = 0;
		for (const [k, old] of indicesOf(from).entries()) {
			const weight = index.reduce(
				(w, i, axis) => w * (weights[axis]?.[i]?.[old[axis] ?? 0] ?? 0),
				1,
			);
			sum += weight * (elements[(n * (lead[1] ?? 0) + c) * size + k] ?? 0);
		}
		return sum;
	});
	return tensor(Float64Array.from(data), { shape: [...lead, ...to] });
}

const transposed = (rows: number[][], columns: number): number[][] =>
	Array.from({ length: columns }, (_, j) => rows.map((row) => row[j] ?? 0));

/**
 * Four roundings and a weight's for each of four terms, along three axes, of numbers up to 3 whose weights have a sum of at
 * most 1.5 along an axis in size; gradients have 7 times as many along two.
 */
const units = 32;
const largest = 3 * (7 * 1.5) ** 2;
const unitOf = { f32: 2 ** -24, f64: 2 ** -53 };

function near(found: Node | undefined, expected: Node, dtype: 'f32' | 'f64'): void {
	expect([found?.dtype, found?.shape]).toEqual([dtype, expected.shape]);
	const elements = found?.data() ?? [];
	for (const [i, y] of expected.data().entries())
		expect(Math.abs((elements[i] ?? Number.NaN) - y)).toBeLessThanOrEqual(
			units * unitOf[dtype] * largest,
		);
}

forEveryEngine(({ compile, times }) => {
	test('an image in another size, and its gradient, are those of the weights of distances', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async (c) => {
				const from = c.axes.map((axis) => axis.from);
				const to = c.axes.map((axis) => lengthOf(axis, c.isScaled));
				const x = filled([...c.lead, ...from], c.dtype, c.seed);
				const cotangent = filled([...c.lead, ...to], c.dtype, c.seed + 1);
				const results = compile((x: Node, cotangent: Node) => {
					const y = interpolate(x, optionsOf(c));
					return [y, ...grad(y.mul(cotangent).sum(), [x])];
				})(x, cotangent);
				await ready(...results);
				const weights = c.axes.map((axis) => weightsOf(c, axis));
				near(results[0], weighed(x, weights, c.lead), c.dtype);
				const back = weights.map((rows, axis) => transposed(rows, from[axis] ?? 0));
				near(results[1], weighed(cotangent, back, c.lead), c.dtype);
			}),
			times(30),
		);
	});
});

test('the nearest are elements themselves, of any dtype and of any value', () => {
	const x = tensor([[[Number.NaN, -0, Infinity]]]);
	expect(interpolate(x, { scaleFactor: 2 }).toArray()).toEqual([
		[[Number.NaN, Number.NaN, -0, -0, Infinity, Infinity]],
	]);
	const whole = tensor([[[1, 2, 3]]], { dtype: 'i32' });
	const y = interpolate(whole, { size: 5 });
	expect([y.dtype, y.toArray()]).toEqual(['i32', [[[1, 1, 2, 2, 3]]]]);
});

test('a NaN is seen by its neighbours alone', () => {
	const x = tensor([[[1, 2, 3, Number.NaN, 5, 6, 7, 8]]]);
	const y = interpolate(x, { size: 16, mode: 'linear' }).data();
	expect(Array.from(y, (each) => Number.isNaN(each)).flatMap((is, i) => (is ? [i] : []))).toEqual([
		5, 6, 7, 8,
	]);
});

test.each([
	[[1, 2, 3], { size: 5, mode: 'linear' }],
	[[1, 1, 3, 2], { size: [2, 3], mode: 'bilinear', alignCorners: true }],
	[[1, 1, 3, 2], { scaleFactor: 2, mode: 'bicubic' }],
	[[1, 1, 2, 2, 1], { size: 3, mode: 'trilinear' }],
	[[1, 1, 2, 2], { scaleFactor: 2 }],
] as [number[], InterpolationOptions][])(
	'of %j by %j both modes are the differences’, to second order, and vmap is the stack',
	(shape, options) => {
		fc.assert(
			fc.property(fc.nat(2 ** 31 - 2), (seed) => {
				const x = filled(shape, 'f64', seed);
				const f = (x: Node): Node => interpolate(x.square(), options);
				checkGradients(f, [x], { order: 2 }).assert();
				const each = [x, filled(shape, 'f64', seed + 1)];
				expect(vmap(f)(stack(each)).toArray()).toEqual(stack(each.map(f)).toArray());
			}),
			runs(3),
		);
	},
);

// Printed by torch.nn.functional.interpolate of PyTorch 1.13.0a0, in double precision; gradients for the numbers from 1 on
// as cotangents.
test('published figures: PyTorch interpolates so', () => {
	const elements = [0.5, -1, 2, 0.25, 3, 1.5, -0.75, 4, -2, 0, 1, -1.25];
	const x = tensor(elements, { dtype: 'f64', shape: [1, 1, 3, 4] });
	const cube = tensor([0, 1, 4, 9, 16, 25, 36, 49], { dtype: 'f64', shape: [1, 1, 2, 2, 2] });
	const figures: [Node, InterpolationOptions, number[], number[] | null][] = [
		[
			x,
			{ size: [5, 3] },
			[0.5, -1, 2, 0.5, -1, 2, 3, 1.5, -0.75, 3, 1.5, -0.75, -2, 0, 1],
			[5, 7, 9, 0, 17, 19, 21, 0, 13, 14, 15, 0],
		],
		[
			x,
			{ scaleFactor: [1.5, 2.3] },
			[
				0.5, 0.5, 0.5, -1, -1, 2, 2, 0.25, 0.25, 0.5, 0.5, 0.5, -1, -1, 2, 2, 0.25, 0.25, 3, 3, 3,
				1.5, 1.5, -0.75, -0.75, 4, 4, -2, -2, -2, 0, 0, 1, 1, -1.25, -1.25,
			],
			[39, 36, 44, 52, 60, 45, 49, 53, 87, 63, 67, 71],
		],
		[
			x,
			{ mode: 'bilinear', scaleFactor: 1.4 },
			[
				0.5, -0.3571428571428571, -0.14285714285714257, 2, 0.7499999999999998, 1.9285714285714284,
				1.0714285714285714, 0.4285714285714285, 0.42857142857142866, 1.8316326530612248,
				1.5714285714285707, 1.2857142857142854, 0.693877551020408, -0.24999999999999978,
				1.7142857142857144, -2, -0.8571428571428572, 0.2857142857142858, 1, -0.6071428571428574,
			],
			[
				5.714285714285714, 7.448979591836735, 12.346938775510203, 6.632653061224491,
				16.6734693877551, 17.08163265306122, 23.795918367346935, 11.734693877551022,
				27.89795918367347, 27.183673469387752, 36.14285714285714, 17.346938775510207,
			],
		],
		[
			x,
			{ mode: 'bilinear', size: [2, 7], alignCorners: true },
			[0.5, -0.25, -1, 0.5, 2, 1.125, 0.25, -2, -1, 0, 0.5, 1, -0.125, -1.25],
			[2, 6, 10, 10, 0, 0, 0, 0, 12.5, 20, 24, 20.5],
		],
		[
			x,
			{ mode: 'bicubic', size: [4, 3] },
			[
				0.04665332370334278, 0.5761489868164062, 0.35757686473705286, 2.3903906080457893,
				-0.06818389892578125, 2.757123452645761, 1.4673762851291228, 0.10814666748046875,
				2.0692165516040935, -2.057205906620731, 0.9780654907226562, -1.210393693712022,
			],
			[
				1.2063485604745368, 2.025083188657405, 2.4964463975694464, 3.4713406032986116,
				5.559147587528933, 6.254139087818282, 6.737338595920145, 7.881015353732639,
				9.639596444589118, 10.176796242042816, 10.64815945095487, 11.904588487413196,
			],
		],
		[
			x,
			{ mode: 'bicubic', size: [2, 5], alignCorners: true },
			[
				0.5, -0.9765625, 0.5234375, 1.919921875, 0.25, -2, -0.55859375, 0.8984375, 0.595703125,
				-1.25,
			],
			[
				1.171875, 3.1171875, 5.0859375, 5.625, 0, 0, 0, 0, 6.8359375, 9.953125, 11.921875,
				11.2890625,
			],
		],
		[
			cube,
			{ mode: 'trilinear', size: 3 },
			[
				0, 0.5, 1, 2, 3.5, 5, 4, 6.5, 9, 8, 10.5, 13, 14, 17.5, 21, 20, 24.5, 29, 16, 20.5, 25, 26,
				31.5, 37, 36, 42.5, 49,
			],
			null,
		],
	];
	for (const [image, options, value, slope] of figures) {
		const y = interpolate(image, options);
		near(y, tensor(value, { dtype: 'f64' }).reshape(y.shape), 'f64');
		if (slope === null) continue;
		const cotangent = tensor(value.map((_, i) => i + 1)).reshape(y.shape);
		const [found] = grad(y.mul(cotangent).sum(), [image]);
		near(found, tensor(slope, { dtype: 'f64' }).reshape(image.shape), 'f64');
	}
});

test('what cannot be interpolated is refused with its shape', () => {
	const x = zeros([1, 2, 3, 4]);
	const refused = (options: InterpolationOptions, of = x): (() => Node) => {
		return () => interpolate(of, options);
	};
	expect(refused({ size: 2, mode: 'linear' })).toThrow(
		"interpolate: mode 'linear' is for 1 axes after the first two, [1, 2, 3, 4] has 2: pass [N, C, ...]",
	);
	expect(refused({ size: 2 }, zeros([3, 4]))).toThrow("mode 'nearest' is for 1 to 3 axes");
	expect(refused({ size: 2 }, zeros([1, 1, 0]))).toThrow('[1, 1, 0] has an empty axis');
	expect(refused({})).toThrow('interpolate: got neither size nor scaleFactor');
	expect(refused({ size: 2, scaleFactor: 2 })).toThrow(
		'interpolate: got both size and scaleFactor',
	);
	expect(refused({ size: [2] })).toThrow('size [2] has 1 numbers for 2 axes');
	expect(refused({ size: 0 })).toThrow('a size is 0');
	expect(refused({ scaleFactor: 0.3 })).toThrow(
		'scaleFactor 0.3 leaves nothing of axis 2 of [1, 2, 3, 4]',
	);
	expect(refused({ size: 2, alignCorners: true })).toThrow('alignCorners is for other modes');
	const misspelt: object = { size: 2, align: true };
	expect(refused(misspelt)).toThrow('did you mean alignCorners?');
});
