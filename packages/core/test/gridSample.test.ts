import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	type GridSampleOptions,
	grad,
	gridSample,
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

interface Case {
	readonly count: number;
	readonly channels: number;
	readonly height: number;
	readonly width: number;
	readonly rows: number;
	readonly columns: number;
	readonly paddingMode: 'zeros' | 'border';
	readonly alignCorners: boolean;
	readonly seed: number;
	readonly dtype: 'f32' | 'f64';
}

const cases: fc.Arbitrary<Case> = fc.record({
	count: fc.nat(2),
	channels: fc.nat(2),
	height: fc.integer({ min: 1, max: 4 }),
	width: fc.integer({ min: 1, max: 4 }),
	rows: fc.nat(3),
	columns: fc.nat(3),
	paddingMode: fc.constantFrom('zeros', 'border'),
	alignCorners: fc.boolean(),
	seed: fc.nat(2 ** 31 - 4),
	dtype: fc.constantFrom('f32', 'f64'),
});

const optionsOf = ({ paddingMode, alignCorners }: Case): GridSampleOptions => ({
	paddingMode,
	alignCorners,
});

/** Positions from -1.5 to 1.5, none of which is at the edge between two elements: there the derivative jumps. */
const positionsOf = (c: Case): Node =>
	filled([c.count, c.rows, c.columns, 2], 'f64', c.seed)
		.mul(5.33)
		.round()
		.add(0.3125)
		.div(10.66)
		.cast(c.dtype)
		.detach();

/** The value, and the gradients of <cotangent, value>, element by element of the hat functions around all pixels. */
function definition(c: Case, x: Node, grid: Node, cotangent: Node): number[][] {
	const [pixels, positions, slopes] = [x.data(), grid.data(), cotangent.data()];
	const value = new Array<number>(slopes.length).fill(0);
	const ofPixels = new Array<number>(pixels.length).fill(0);
	const ofPositions = new Array<number>(positions.length).fill(0);
	const along = (position: number, length: number): { at: number; step: number } => {
		const step = c.alignCorners ? (length - 1) / 2 : length / 2;
		const at = c.alignCorners ? (position + 1) * step : (position + 1) * step - 0.5;
		if (c.paddingMode === 'zeros') return { at, step };
		return {
			at: Math.min(Math.max(at, 0), length - 1),
			step: at > 0 && at < length - 1 ? step : 0,
		};
	};
	const hat = (d: number): number => Math.max(0, 1 - Math.abs(d));
	const slopeOfHat = (d: number): number => (Math.abs(d) >= 1 ? 0 : -Math.sign(d));
	for (const [i, [n = 0, k = 0, row = 0, column = 0]] of indicesOf(cotangent.shape).entries()) {
		const place = 2 * ((n * c.rows + row) * c.columns + column);
		const across = along(positions[place] ?? Number.NaN, c.width);
		const down = along(positions[place + 1] ?? Number.NaN, c.height);
		const slope = slopes[i] ?? Number.NaN;
		for (const [h = 0, w = 0] of indicesOf([c.height, c.width])) {
			const pixel = ((n * c.channels + k) * c.height + h) * c.width + w;
			const [dx, dy] = [across.at - w, down.at - h];
			const element = pixels[pixel] ?? Number.NaN;
			value[i] = (value[i] ?? 0) + hat(dx) * hat(dy) * element;
			ofPixels[pixel] = (ofPixels[pixel] ?? 0) + hat(dx) * hat(dy) * slope;
			ofPositions[place] =
				(ofPositions[place] ?? 0) + slopeOfHat(dx) * across.step * hat(dy) * element * slope;
			ofPositions[place + 1] =
				(ofPositions[place + 1] ?? 0) + hat(dx) * slopeOfHat(dy) * down.step * element * slope;
		}
	}
	return [value, ofPixels, ofPositions];
}

/**
 * Positions, up to 4, are off by some 3 roundings, and so are shares; products of three, in sums of at most 18 terms of
 * size up to 3 * 3 * 2.
 */
const units = 64;
const largest = 18 * 18;
const unitOf = { f32: 2 ** -24, f64: 2 ** -53 };

function near(found: Node | undefined, expected: readonly number[], dtype: 'f32' | 'f64'): void {
	const elements = found?.data() ?? [];
	expect([found?.dtype, elements.length]).toEqual([dtype, expected.length]);
	for (const [i, y] of expected.entries())
		expect(Math.abs((elements[i] ?? Number.NaN) - y)).toBeLessThanOrEqual(
			units * unitOf[dtype] * largest,
		);
}

forEveryEngine(({ compile, times }) => {
	test('a sampled image, and both gradients, are those of hats around all pixels', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async (c) => {
				const x = filled([c.count, c.channels, c.height, c.width], c.dtype, c.seed + 1);
				const grid = positionsOf(c);
				const cotangent = filled([c.count, c.channels, c.rows, c.columns], c.dtype, c.seed + 2);
				const results = compile((x: Node, grid: Node, cotangent: Node) => {
					const y = gridSample(x, grid, optionsOf(c));
					return [y, ...grad(y.mul(cotangent).sum(), [x, grid])];
				})(x, grid, cotangent);
				await ready(...results);
				for (const [i, expected] of definition(c, x, grid, cotangent).entries())
					near(results[i], expected, c.dtype);
			}),
			times(30),
		);
	});
});

test('both modes are the differences’, to second order, in images and positions, and vmap is the stack', () => {
	fc.assert(
		fc.property(cases, (c) => {
			const small = { ...c, count: 1, channels: 1, rows: 1, columns: 2, dtype: 'f64' } as const;
			const xs = [filled([1, 1, c.height, c.width], 'f64', c.seed), positionsOf(small)];
			const f = (...[x, grid]: Node[]): Node => gridSample(x as Node, grid as Node, optionsOf(c)); // there are two
			checkGradients(f, xs, { order: 2 }).assert();
			const others = xs.map((each) => each.flip());
			const batch = xs.map((each, i) => stack([each, others[i] as Node])); // as many
			expect(vmap(f)(...batch).toArray()).toEqual(stack([f(...xs), f(...others)]).toArray());
		}),
		runs(8),
	);
});

test('beyond the image there is 0, or the border, however far, and NaN where a position is', () => {
	const x = tensor([1, 2, 3, 4], { shape: [1, 1, 2, 2] });
	const far = [-1e30, -Infinity, 1e30, Infinity];
	const grid = tensor([...far, Number.NaN].map((at) => [at, -0.5])).reshape([1, 1, 5, 2]);
	for (const [paddingMode, expected] of [
		['zeros', [0, 0, 0, 0, Number.NaN]],
		['border', [1, 1, 2, 2, Number.NaN]],
	] as const) {
		const y = gridSample(x, grid, { paddingMode });
		expect(Array.from(y.data())).toEqual(expected);
		const [slope] = grad(y.slice(0, 0, 0, [0, 4]).sum(), [grid]);
		for (const each of slope.slice(0, 0, [0, 4], 0).data()) expect(Math.abs(each)).toBe(0);
	}
});

// Printed by torch.nn.functional.grid_sample of PyTorch 1.13.0a0, in double precision; gradients for the numbers from 1 on
// as cotangents.
test('published figures: PyTorch samples so', () => {
	const f64 = { dtype: 'f64' } as const;
	const elements = [0.5, -1, 2, 0.25, 3, 1.5, -0.75, 4, -2, 0, 1, -1.25];
	const x = tensor(elements, { ...f64, shape: [1, 1, 3, 4] });
	const positions = [-1, -1, 0.1, -0.3, 0.95, 0.2, 1.3, 0.4, -0.6, 1, 5, -0.1];
	const grid = tensor(positions, { ...f64, shape: [1, 2, 3, 2] });
	const figures: [GridSampleOptions, number[], number[]][] = [
		[
			{},
			[0.125, 0.45375, 1.455, 0, -0.7, 0],
			[0.5, 0.375, 0.45, -3.525, -14.55, -14.175, 0, 0, 10, 10.5, 0, 0],
		],
		[
			{ alignCorners: true },
			[0.5, 0.31125, 2.69875, 1.045, -0.8, 0],
			[-2.25, 2.5, -2.025, -1.825, 15.075, -14.175, -11.4, -11.55, 15, 4, 0, 0],
		],
		[
			{ paddingMode: 'border' },
			[0.5, 0.45375, 2.425, 0.85, -1.4, 3.4375],
			[0, 0, 0.45, -3.525, 0, -23.625, 0, -31.5, 20, 0, 0, 33.75],
		],
		[
			{ paddingMode: 'border', alignCorners: true },
			[0.5, 0.31125, 2.69875, 1.9, -0.8, 3.625],
			[0, 0, -2.025, -1.825, 15.075, -14.175, 0, -21, 15, 0, 0, 22.5],
		],
	];
	for (const [options, value, slope] of figures) {
		const y = gridSample(x, grid, options);
		near(y, value, 'f64');
		const cotangent = tensor([1, 2, 3, 4, 5, 6]).reshape(y.shape);
		near(grad(y.mul(cotangent).sum(), [grid])[0], slope, 'f64');
	}
});

test('what does not fit is refused with both shapes', () => {
	const fits = '; they must be [N, C, H, W] and [N, Ho, Wo, 2]';
	for (const [image, grid] of [
		[
			[2, 3, 3],
			[2, 1, 1, 2],
		],
		[
			[2, 1, 3, 3],
			[2, 1, 1, 3],
		],
		[
			[2, 1, 3, 3],
			[1, 1, 1, 2],
		],
	] as const)
		expect(() => gridSample(zeros(image), zeros(grid))).toThrow(
			`gridSample: images [${image.join(', ')}] and positions [${grid.join(', ')}] do not fit${fits}`,
		);
	expect(() => gridSample(zeros([1, 1, 0, 3]), zeros([1, 1, 1, 2]))).toThrow('have no elements');
	const misspelt: object = { padding: 'border' };
	expect(() => gridSample(zeros([1, 1, 3, 3]), zeros([1, 1, 1, 2]), misspelt)).toThrow(
		'did you mean paddingMode?',
	);
});
