import { compile, type Node, tensor } from '@pullback/core';
import { agree, checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as nn from '../../src/index.ts';

const real = fc.oneof(
	fc.integer({ min: -300, max: 300 }).map((n) => n / 64),
	fc.constantFrom(0, 0.5, -0.5, 1, -1, 40, -40, 1e3, -1e3),
);
const share = fc.oneof(
	fc.integer({ min: 0, max: 64 }).map((n) => n / 64),
	fc.constantFrom(0, 1),
);
const sign = fc.constantFrom(1, -1);
const count = fc.nat(6);
const positive = fc.integer({ min: 1, max: 300 }).map((n) => n / 64);
const logarithm = fc.oneof(
	positive.map((x) => -x),
	fc.constantFrom(0, -Infinity),
);

type Options = { readonly reduction?: nn.Reduction };

interface Row {
	readonly name: string;
	readonly operands: readonly fc.Arbitrary<number>[];
	readonly loss: (operands: readonly Node[], options: Options) => Node;
	/** Of one element, in f64. */
	readonly plain: (...numbers: number[]) => number;
	/** Operands inside of one smooth piece. */
	readonly smooth: readonly (readonly number[])[];
}

const row = (
	name: string,
	operands: readonly fc.Arbitrary<number>[],
	loss: (...args: never[]) => Node,
	plain: Row['plain'],
	smooth: Row['smooth'],
	more: object = {},
): Row => ({
	name: Object.keys(more).length === 0 ? name : `${name} ${JSON.stringify(more)}`,
	operands,
	loss: (nodes, options) =>
		Reflect.apply(loss as unknown as (...args: unknown[]) => Node, null, [
			...nodes,
			{ ...more, ...options },
		]),
	plain,
	smooth,
});

/** log(1 + e^x). */
const softplus = (x: number): number =>
	x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
const times = (weight: number, cost: number): number => (weight === 0 ? 0 : weight * cost);
const stirling = (t: number): number =>
	t <= 1 ? 0 : t * Math.log(t) - t + 0.5 * Math.log(2 * Math.PI * t);
const huber = (d: number, delta: number): number =>
	Math.abs(d) <= delta ? (d * d) / 2 : delta * (Math.abs(d) - delta / 2);

const rows: readonly Row[] = [
	row('meanSquaredError', [real, real], nn.meanSquaredError, (y, t) => (y - t) ** 2, [
		[1, 0, -2],
		[3, 0, 5],
	]),
	row('meanAbsoluteError', [real, real], nn.meanAbsoluteError, (y, t) => Math.abs(y - t), [
		[1, 0],
		[3, -2],
	]),
	row('huber', [real, real], nn.huber, (y, t) => huber(y - t, 1), [
		[1, 0, 0],
		[3, 0.5, 0],
	]),
	row(
		'huber',
		[real, real],
		nn.huber,
		(y, t) => huber(y - t, 2),
		[
			[1, 0],
			[3.5, 0.5],
		],
		{ delta: 2 },
	),
	row('smoothL1', [real, real], nn.smoothL1, (y, t) => huber(y - t, 1), [
		[1, 0, 0],
		[3, 0.5, 0],
	]),
	row(
		'smoothL1',
		[real, real],
		nn.smoothL1,
		(y, t) => huber(y - t, 0.25) / 0.25,
		[
			[1, 0],
			[3, 0.1],
		],
		{ beta: 0.25 },
	),
	row(
		'smoothL1',
		[real, real],
		nn.smoothL1,
		(y, t) => Math.abs(y - t),
		[
			[1, 0],
			[3, 0.1],
		],
		{ beta: 0 },
	),
	row(
		'binaryCrossEntropy',
		[share, share],
		nn.binaryCrossEntropy,
		(p, t) => -times(t, Math.log(p)) - times(1 - t, Math.log1p(-p)),
		[
			[0.2, 0.7, 0.5],
			[0, 1, 0.25],
		],
	),
	row(
		'binaryCrossEntropyWithLogits',
		[real, share],
		nn.binaryCrossEntropyWithLogits,
		(x, t) => times(t, softplus(-x)) + times(1 - t, softplus(x)),
		[
			[0, 2, -3],
			[0, 1, 0.25],
		],
	),
	row(
		'klDivergence',
		[logarithm, share],
		nn.klDivergence,
		(q, p) => times(p, Math.log(p) - q),
		[
			[-1, -2],
			[0.25, 0.5],
		],
		{ logTarget: false },
	),
	row(
		'klDivergence',
		[logarithm, logarithm],
		nn.klDivergence,
		(q, p) => times(Math.exp(p), p - q),
		[
			[-1, -2],
			[-0.25, -0.5],
		],
		{ logTarget: true },
	),
	row('hinge', [real, sign], nn.hinge, (y, t) => Math.max(0, 1 - t * y), [
		[0.5, 3],
		[1, 1],
	]),
	row(
		'hingeEmbedding',
		[positive, sign],
		nn.hingeEmbedding,
		(y, t) => (t === 1 ? y : Math.max(0, 2 - y)),
		[
			[0.5, 3],
			[1, -1],
		],
		{ margin: 2 },
	),
	row(
		'marginRanking',
		[real, real, sign],
		nn.marginRanking,
		(a, b, t) => Math.max(0, 0.5 - t * (a - b)),
		[
			[0.5, 3],
			[1, 1],
			[1, -1],
		],
		{ margin: 0.5 },
	),
	row(
		'poissonNegativeLogLikelihood',
		[real.map((x) => Math.min(x, 40)), count],
		nn.poissonNegativeLogLikelihood,
		(y, t) => Math.exp(y) - t * y,
		[
			[0.5, -1],
			[1, 2],
		],
	),
	row(
		'poissonNegativeLogLikelihood',
		[fc.oneof(positive, fc.constant(0)), count],
		nn.poissonNegativeLogLikelihood,
		(y, t) => y - times(t, Math.log(y)) + stirling(t),
		[
			[0.5, 3],
			[0, 2],
		],
		{ logInput: false, full: true },
	),
	row(
		'gaussianNegativeLogLikelihood',
		[real, real, positive],
		nn.gaussianNegativeLogLikelihood,
		(y, t, v) => 0.5 * (Math.log(v) + (y - t) ** 2 / v + Math.log(2 * Math.PI)),
		[
			[0.5, 3],
			[0, 2],
			[1, 0.25],
		],
		{ full: true },
	),
];

const operandsOf = ({ operands }: Row): fc.Arbitrary<number[][]> =>
	fc.array(fc.tuple(...operands), { maxLength: 8 });

const column = (examples: readonly number[][], at: number): Float64Array =>
	Float64Array.from(examples, (example) => example[at] ?? Number.NaN);

const nodesOf = (examples: readonly number[][], { operands }: Row): Node[] =>
	operands.map((_, at) => tensor(column(examples, at)));

/** Of eight terms, each of some roundings. */
const near = { absolute: 1e-13, relative: 1e-13 };

test.each(rows.map((each) => [each.name, each] as const))(
	'%s of each element is that of numbers, and is summed and averaged as such',
	(_, each) => {
		fc.assert(
			fc.property(operandsOf(each), (examples) => {
				const nodes = nodesOf(examples, each);
				const plain = examples.map((example) => each.plain(...example));
				const total = plain.reduce((sum, x) => sum + x, 0);
				const found = [...each.loss(nodes, { reduction: 'none' }).data()];
				expect(found.length).toBe(plain.length);
				// Sums of terms of both signs are as exact as their terms.
				const size = plain.reduce((sum, x) => sum + Math.abs(x), 0);
				const tolerance = Number.isFinite(size) ? { ...near, absolute: 1e-13 * (1 + size) } : near;
				for (const [i, x] of plain.entries())
					expect([x, found[i], agree(found[i] ?? 0, x, tolerance)]).toEqual([x, found[i], true]);
				const sum = each.loss(nodes, { reduction: 'sum' }).item();
				expect(agree(sum, total, tolerance)).toBe(true);
				const mean = each.loss(nodes, {}).item();
				expect(agree(mean, total / plain.length, tolerance)).toBe(true);
			}),
			{ numRuns: 30 },
		);
	},
);

test.each(rows.map((each) => [each.name, each] as const))(
	'%s has right derivatives, first and second, in every operand',
	(_, each) => {
		const nodes = each.smooth.map((numbers) => tensor(Float64Array.from(numbers)));
		const report = checkGradients((...inputs) => each.loss(inputs, {}), nodes, { order: 2 });
		report.assert();
		expect(report.ok).toBe(true);
	},
);

test.each(rows.map((each) => [each.name, each] as const))(
	'%s within compile, and in f32, is what it is outside',
	(_, each) => {
		fc.assert(
			fc.property(operandsOf(each), (examples) => {
				const nodes = nodesOf(examples, each).map((node) => node.cast('f32'));
				const outside = [...each.loss(nodes, { reduction: 'none' }).data()];
				const compiled = compile((...inputs: Node[]) => each.loss(inputs, { reduction: 'none' }));
				const inside = compiled(...nodes);
				expect(inside.dtype).toBe('f32');
				// Of a few operations, whose results are no larger than 1e6.
				for (const [i, x] of inside.data().entries())
					expect(agree(x, outside[i] ?? Number.NaN, { absolute: 1e-5, relative: 1e-5 })).toBe(true);
			}),
			{ numRuns: 5 },
		);
	},
);
