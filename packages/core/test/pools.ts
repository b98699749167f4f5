import fc from 'fast-check';
import type { DType, Node, Shape } from '../src/index.ts';
import * as core from '../src/index.ts';
import { filled } from './compiled.ts';
import { indicesOf } from './definitions.ts';

export type Axes = 1 | 2 | 3;
const maxPools = { 1: core.maxPool1d, 2: core.maxPool2d, 3: core.maxPool3d } as const;
export const avgPools = { 1: core.avgPool1d, 2: core.avgPool2d, 3: core.avgPool3d } as const;
export const adaptiveMax = {
	1: core.adaptiveMaxPool1d,
	2: core.adaptiveMaxPool2d,
	3: core.adaptiveMaxPool3d,
} as const;
export const adaptiveAvg = {
	1: core.adaptiveAvgPool1d,
	2: core.adaptiveAvgPool2d,
	3: core.adaptiveAvgPool3d,
} as const;

/** Windows along one axis of `length` elements, each of which has an element of it. */
export interface Along {
	readonly size: number;
	readonly stride: number;
	readonly dilation: number;
	readonly padding: number;
	readonly length: number;
}

export interface Pool {
	readonly axes: readonly Along[];
	readonly ceilMode: boolean;
	readonly lead: readonly number[];
}

/** Where the windows of an axis begin, counted from the first element: PyTorch's rule for how many there are, counted out. */
function startsOf({ size, stride, dilation, padding, length }: Along, ceilMode: boolean): number[] {
	const starts: number[] = [];
	const reach = dilation * (size - 1);
	for (let start = -padding; start + reach < length + padding; start += stride) starts.push(start);
	const next = -padding + starts.length * stride;
	const last = -padding + (starts.length - 1) * stride + reach;
	if (ceilMode && last < length + padding - 1 && next < length) starts.push(next);
	return starts;
}

const places = (start: number, { size, dilation, length }: Along): number[] =>
	Array.from({ length: size }, (_, i) => start + i * dilation).filter(
		(at) => at >= 0 && at < length,
	);

/** Whether there are windows, and each has an element of the input. */
export const hasElements = ({ axes, ceilMode }: Pool): boolean =>
	axes.every((each) => {
		const starts = startsOf(each, ceilMode);
		return starts.length > 0 && starts.every((start) => places(start, each).length > 0);
	});
const along = (dilations: number): fc.Arbitrary<Along> =>
	fc.record({
		size: fc.integer({ min: 1, max: 4 }),
		stride: fc.integer({ min: 1, max: 5 }),
		dilation: fc.integer({ min: 1, max: dilations }),
		padding: fc.nat(2),
		length: fc.integer({ min: 1, max: 7 }),
	});
export const pools = (dilations: number): fc.Arbitrary<Pool> =>
	fc
		.record({
			axes: fc.array(along(dilations), { minLength: 1, maxLength: 3 }),
			ceilMode: fc.boolean(),
			lead: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
		})
		.filter(hasElements);
/** Windows along one axis, of which some may lie between its ends and those of its padding, or between two of their places. */
export const paddedPools: fc.Arbitrary<Pool> = fc.record({
	axes: fc.tuple(
		fc.record({
			size: fc.integer({ min: 1, max: 6 }),
			stride: fc.integer({ min: 1, max: 7 }),
			dilation: fc.integer({ min: 1, max: 8 }),
			padding: fc.nat(14),
			length: fc.integer({ min: 1, max: 9 }),
		}),
	),
	ceilMode: fc.boolean(),
	lead: fc.constant([1]),
});
/** Windows of more than 16 places, along one axis or two, whose sizes are far from each other and from their strides. */
export const largePools: fc.Arbitrary<Pool> = fc
	.record({
		axes: fc.array(
			fc.record({
				size: fc.integer({ min: 5, max: 19 }),
				stride: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 20 })),
				dilation: fc.constantFrom(1, 1, 2),
				padding: fc.nat(4),
				length: fc.integer({ min: 6, max: 30 }),
			}),
			{ minLength: 1, maxLength: 2 },
		),
		ceilMode: fc.boolean(),
		lead: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
	})
	.filter((pool) => sizesOf(pool).reduce((a, b) => a * b, 1) > 16 && hasElements(pool));
export const floats = fc.constantFrom<DType>('f32', 'f64');
/** What the winner of a window is told by: equals, NaN in a third of all places, infinities and both zeros, or -Infinity alone. */
export const contests = fc.constantFrom(
	'ties' as const,
	'NaN' as const,
	'special' as const,
	'low' as const,
);
type Contest = typeof contests extends fc.Arbitrary<infer Filling> ? Filling : never;
export function contested(shape: Shape, dtype: DType, seed: number, contest: Contest): Node {
	if (contest === 'low') return core.full(shape, -Infinity, { dtype });
	if (contest !== 'NaN') return filled(shape, dtype, seed, contest);
	const isHole = filled(shape, 'u8', seed + 3, 'ties').equal(0);
	return core.where(isHole, Number.NaN, filled(shape, dtype, seed, 'ties')).detach();
}
export const fillings = fc.constantFrom('ties' as const, 'special' as const, 'ordinary' as const);

export const axesOf = ({ axes }: Pool): Axes => axes.length as Axes; // as generated
export const shapeOf = ({ lead, axes }: Pool): number[] => [
	...lead,
	...axes.map(({ length }) => length),
];
export const sizesOf = ({ axes }: Pool): number[] => axes.map(({ size }) => size);
export const optionsOf = ({
	axes,
	ceilMode,
}: Pool): { stride: number[]; padding: number[]; ceilMode: boolean } => ({
	stride: axes.map(({ stride }) => stride),
	padding: axes.map(({ padding }) => padding),
	ceilMode,
});
export const maxOf =
	(pool: Pool) =>
	(x: Node): Node =>
		maxPools[axesOf(pool)](x, sizesOf(pool), {
			...optionsOf(pool),
			dilation: pool.axes.map(({ dilation }) => dilation),
		});
export const avgOf =
	(pool: Pool, countIncludePad: boolean) =>
	(x: Node): Node =>
		avgPools[axesOf(pool)](x, sizesOf(pool), { ...optionsOf(pool), countIncludePad });

/** For each element of the result: the elements of x in its window in row-major order, and by how much they are divided. */
interface Window {
	readonly elements: readonly number[];
	readonly inPadding: number;
}

export function windowsOf(pool: Pool): { readonly shape: number[]; readonly windows: Window[] } {
	const { axes, lead, ceilMode } = pool;
	const starts = axes.map((each) => startsOf(each, ceilMode));
	const shape = [...lead, ...starts.map(({ length }) => length)];
	const windows = indicesOf(shape).map((index) => {
		let rows = [index.slice(0, lead.length).reduce((at, i, axis) => at * (lead[axis] ?? 0) + i, 0)];
		let inPadding = 1;
		for (const [axis, each] of axes.entries()) {
			const start = starts[axis]?.[index[lead.length + axis] ?? 0] ?? 0;
			const own = places(start, each);
			rows = rows.flatMap((at) => own.map((place) => at * each.length + place));
			inPadding *= Math.min(start + each.size, each.length + each.padding) - start;
		}
		return { elements: rows, inPadding };
	});
	return { shape, windows };
}

/** The first of the largest, and the first NaN if there is one. */
export function winner(data: ArrayLike<number>, elements: readonly number[]): number {
	let best = elements[0] ?? -1;
	for (const at of elements) {
		const [x, largest] = [data[at] ?? 0, data[best] ?? 0];
		if (Number.isNaN(largest)) return best;
		if (Number.isNaN(x) || x > largest) best = at;
	}
	return best;
}

/** Cells of an adaptive pooling along one axis. */
export const cells = fc.record({
	length: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(4, 6, 8)),
	count: fc.oneof(fc.integer({ min: 1, max: 11 }), fc.constantFrom(1, 2, 4)),
});
export const adaptive = fc.record({
	axes: fc
		.array(cells, { minLength: 1, maxLength: 3 })
		.filter(
			(axes) => axes.reduce((size, { length, count }) => size * Math.max(length, count), 1) <= 300,
		),
	lead: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
});
type Adaptive = typeof adaptive extends fc.Arbitrary<infer Case> ? Case : never;

export const cellsOf = ({ axes, lead }: Adaptive): readonly (readonly number[])[] =>
	indicesOf([...lead, ...axes.map(({ count }) => count)]).map((index) => {
		let all = [index.slice(0, lead.length).reduce((at, i, axis) => at * (lead[axis] ?? 0) + i, 0)];
		for (const [axis, { length, count }] of axes.entries()) {
			const i = index[lead.length + axis] ?? 0;
			const own: number[] = [];
			for (let at = 0; at < length; at++)
				// From floor(i n / m) to before ceil((i + 1) n / m), in whole numbers.
				if ((at + 1) * count > i * length && at * count < (i + 1) * length) own.push(at);
			all = all.flatMap((at) => own.map((place) => at * length + place));
		}
		return all;
	});
