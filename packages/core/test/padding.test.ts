import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	grad,
	type Node,
	type PadMode,
	type PadOptions,
	pad,
	ready,
	ShapeError,
	stack,
	tensor,
	vmap,
	zeros,
} from '../src/index.ts';
import { filled } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import { indicesOf } from './definitions.ts';
import { runs } from './runs.ts';

const modes: readonly PadMode[] = ['constant', 'reflect', 'replicate', 'circular'];

/** An axis of some length, and what is done to it. */
interface Axis {
	readonly length: number;
	readonly low: number;
	readonly high: number;
	readonly interior: number;
}

interface Case {
	/** The axes in front, which are left alone. */
	readonly lead: readonly number[];
	readonly axes: readonly Axis[];
	readonly mode: PadMode;
	readonly value: number;
	readonly seed: number;
	readonly dtype: 'f32' | 'f64' | 'i32';
}

const cases: fc.Arbitrary<Case> = fc.record({
	lead: fc.array(fc.nat(2), { maxLength: 1 }),
	axes: fc.array(
		fc.record({
			length: fc.nat(4),
			low: fc.integer({ min: -2, max: 4 }),
			high: fc.integer({ min: -2, max: 4 }),
			interior: fc.nat(2),
		}),
		{ maxLength: 2 },
	),
	mode: fc.constantFrom(...modes),
	value: fc.constantFrom(0, 3, -0),
	seed: fc.nat(2 ** 31 - 1),
	dtype: fc.constantFrom('f32', 'f64', 'i32'),
});

const shapeOf = ({ lead, axes }: Case): number[] => [...lead, ...axes.map(({ length }) => length)];
const widthsOf = ({ axes }: Case): [number, number][] => axes.map(({ low, high }) => [low, high]);
const optionsOf = ({ mode, value, axes }: Case): PadOptions =>
	mode === 'constant' ? { value, interior: axes.map(({ interior }) => interior) } : { mode };

/** Where each element of the padded axis comes from, -1 for the value; null where there is no such axis. */
function sources(mode: PadMode, { length, low, high, interior }: Axis): number[] | null {
	let places = Array.from({ length }, (_, i) => i);
	if (mode === 'constant')
		places = places.flatMap((i) => (i === 0 ? [i] : [...new Array<number>(interior).fill(-1), i]));
	if (Math.max(-low, 0) + Math.max(-high, 0) > places.length) return null;
	places = places.slice(Math.max(-low, 0), places.length - Math.max(-high, 0));
	const count = places.length;
	const at = (i: number): number | undefined => {
		if (mode === 'constant') return places[i] ?? -1;
		if (mode === 'replicate') return places[Math.min(Math.max(i, 0), count - 1)];
		if (mode === 'circular') return places[i < 0 ? i + count : i >= count ? i - count : i];
		return places[i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i];
	};
	const padded: number[] = [];
	for (let i = -Math.max(low, 0); i < count + Math.max(high, 0); i++) {
		const source = at(i);
		if (source === undefined) return null;
		padded.push(source);
	}
	return padded;
}

/** For each element of the result, the place in x that it comes from, -1 for the value; null where there is no result. */
function definition(c: Case): { readonly shape: number[]; readonly from: number[] } | null {
	const shape = shapeOf(c);
	const all = [
		...c.lead.map((length) => Array.from({ length }, (_, i) => i)),
		...c.axes.map((axis) => sources(c.mode, axis)),
	];
	const known = all.filter((list) => list !== null);
	if (known.length < all.length) return null;
	const padded = known.map((list) => list.length);
	const from = indicesOf(padded).map((index) =>
		index.reduce((at, i, axis) => {
			const source = known[axis]?.[i] ?? -1;
			return at < 0 || source < 0 ? -1 : at * (shape[axis] ?? 0) + source;
		}, 0),
	);
	return { shape: padded, from };
}

forEveryEngine(({ compile, times }) => {
	test('each element is the one that the mode names, and its gradient adds up there', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async (c) => {
				const x = filled(shapeOf(c), c.dtype, c.seed).round().detach();
				const expected = definition(c);
				if (expected === null) {
					expect(() => pad(x, widthsOf(c), optionsOf(c))).toThrow(ShapeError);
					return;
				}
				const { shape, from } = expected;
				// Whole numbers, so that sums are exact.
				const cotangent = filled(shape, c.dtype, c.seed + 1)
					.round()
					.detach();
				const isFloating = c.dtype !== 'i32';
				const results = compile((x: Node, cotangent: Node) => {
					const y = pad(x, widthsOf(c), optionsOf(c));
					return isFloating ? [y, ...grad(y.mul(cotangent).sum(), [x])] : [y];
				})(x, cotangent);
				await ready(...results);
				const [y, slope] = results;
				expect([y?.shape, y?.dtype]).toEqual([shape, c.dtype]);
				const [elements, cotangents] = [x.data(), cotangent.data()];
				// Of whole numbers there is one 0.
				const value = isFloating ? c.value : c.value + 0;
				expect(Array.from(y?.data() ?? [])).toEqual(
					from.map((at) => (at < 0 ? value : elements[at])),
				);
				if (slope === undefined) return;
				const sums = new Array<number>(elements.length).fill(0);
				for (const [i, at] of from.entries())
					if (at >= 0) sums[at] = (sums[at] ?? 0) + (cotangents[i] ?? 0);
				expect(Array.from(slope.data(), (sum) => sum + 0)).toEqual(sums.map((sum) => sum + 0));
			}),
			times(200),
		);
	});
});

test.each(modes)(
	'%s: both modes are the differences’, to second order, and vmap is the stack',
	(mode) => {
		fc.assert(
			fc.property(fc.nat(2 ** 31 - 1), fc.nat(1), fc.nat(2), (seed, low, high) => {
				const x = filled([2, 3], 'f64', seed);
				const f = (x: Node): Node => pad(x.square(), [[low, high]], { mode });
				checkGradients(f, [x], { order: 2 }).assert();
				const each = [x, x.add(1)];
				expect(vmap(f)(stack(each)).toArray()).toEqual(stack(each.map(f)).toArray());
			}),
			runs(5),
		);
	},
);

// Printed by torch.nn.functional.pad of PyTorch 1.13.0a0 for the numbers from 1 to 12 as 3 rows; its gradients for the
// numbers from 1 on as cotangents.
test('published figures: PyTorch pads so', () => {
	const x = tensor(
		Array.from({ length: 12 }, (_, i) => i + 1),
		{ shape: [1, 1, 3, 4] },
	);
	const figures: [PadOptions, [number, number][], number[], number[]][] = [
		[
			{ mode: 'reflect' },
			[
				[1, -1],
				[-1, 2],
			],
			[6, 7, 8, 7, 6, 2, 3, 4, 3, 2, 6, 7, 8, 7, 6],
			[0, 16, 16, 8, 0, 32, 32, 16, 0, 0, 0, 0],
		],
		[
			{ mode: 'replicate' },
			[
				[1, -1],
				[-1, 2],
			],
			[2, 3, 4, 4, 4, 2, 3, 4, 4, 4, 6, 7, 8, 8, 8],
			[0, 7, 9, 39, 0, 11, 12, 42, 0, 0, 0, 0],
		],
		[
			{ mode: 'circular' },
			[
				[1, -1],
				[-1, 2],
			],
			[6, 7, 8, 6, 7, 2, 3, 4, 2, 3, 6, 7, 8, 6, 7],
			[0, 15, 17, 8, 0, 30, 34, 16, 0, 0, 0, 0],
		],
		[
			{ value: 7.5 },
			[
				[1, -1],
				[-1, 2],
			],
			[7.5, 7.5, 7.5, 7.5, 7.5, 2, 3, 4, 7.5, 7.5, 6, 7, 8, 7.5, 7.5],
			[0, 6, 7, 8, 0, 11, 12, 13, 0, 0, 0, 0],
		],
		[
			{ mode: 'reflect' },
			[
				[2, 0],
				[1, 2],
			],
			[
				10, 9, 10, 11, 12, 11, 10, 6, 5, 6, 7, 8, 7, 6, 2, 1, 2, 3, 4, 3, 2, 6, 5, 6, 7, 8, 7, 6,
				10, 9, 10, 11, 12, 11, 10,
			],
			[16, 53, 38, 19, 32, 106, 76, 38, 32, 106, 76, 38],
		],
	];
	for (const [options, widths, value, slope] of figures) {
		const y = pad(x, widths, options);
		expect(Array.from(y.data())).toEqual(value);
		const cotangent = tensor(value.map((_, i) => i + 1)).reshape(y.shape);
		expect(Array.from(grad(y.mul(cotangent).sum(), [x])[0].data())).toEqual(slope);
	}
});

test('what cannot be padded is refused with its shape', () => {
	const x = zeros([2, 3]);
	const refused = (widths: [number, number][], options?: PadOptions): (() => Node) => {
		return () => pad(x, widths, options);
	};
	expect(refused([[0, 3]], { mode: 'reflect' })).toThrow(
		"pad: width 3 at axis 1 of [2, 3], of which 3 elements are left; mode 'reflect' takes at most 2",
	);
	expect(refused([[4, 0]], { mode: 'circular' })).toThrow("mode 'circular' takes at most 3");
	expect(refused([[-3, 1]], { mode: 'replicate' })).toThrow("mode 'replicate' takes at most 0");
	expect(refused([[-2, -2]])).toThrow(
		'pad: widths [-2, -2] cut 4 elements off axis 1 of [2, 3], which has 3',
	);
	// The shape that was passed, however far padding had come.
	expect(
		refused(
			[
				[1, 1],
				[1, -4],
			],
			{ mode: 'replicate' },
		),
	).toThrow('pad: widths [1, -4] cut 4 elements off axis 1 of [2, 3], which has 3');
	expect(() => pad(zeros([3], { dtype: 'u8' }), [[1, 1]], { value: -1 })).toThrow(
		'pad: -1 does not fit dtype u8',
	);
	expect(
		refused([
			[0, 0],
			[0, 0],
			[0, 0],
		]),
	).toThrow('pad: got 3 pairs of widths for [2, 3], which has 2 axes');
	expect(refused([[1, 1]], { mode: 'reflect', value: 1 })).toThrow(
		"pad: value is for mode 'constant', and the mode is 'reflect'",
	);
	const misspelt: object = { mode: 'edge' };
	expect(refused([[1, 1]], misspelt)).toThrow(
		'it must be one of constant, reflect, replicate, circular',
	);
});
