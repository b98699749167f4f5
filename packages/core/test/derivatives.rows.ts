import {
	awayFrom,
	type Domain,
	distinctTensors,
	integerTensors,
	nonzero,
	positive,
	real,
	shapes,
	type Tolerance,
	tensors,
} from '@pullback/verify';
import fc from 'fast-check';
import { record } from '../src/graph/node.ts';
import type { Node, Operand } from '../src/index.ts';
import * as core from '../src/index.ts';
import type { operations } from '../src/methods.ts';
import { type PrimitiveName, primitives } from '../src/ops/primitives.ts';
import type { Column } from './matrix.ts';

/** How one operation is checked: on which operands, and what it is applied to. */
export interface Row {
	readonly operands: fc.Arbitrary<readonly Node[]>;
	readonly apply: (...operands: Node[]) => Node;
	/** How far its derivatives may be from the differences. */
	readonly tolerance: Tolerance;
	/** 'smooth': its derivatives are those of differences; 'blocks': they are zero by definition. */
	readonly law: 'smooth' | 'blocks';
	/** What does not apply to it, with the reason. */
	readonly skips?: Readonly<Partial<Record<Column, string>>>;
}

/** What is neither a primitive nor takes a tensor first, but makes a tensor of tensors all the same. */
type Others = 'concatenate' | 'stack' | 'einsum' | 'input' | 'custom';
/** Every name that must have a row; the compiler names the one that is missing. */
export type OperationName = PrimitiveName | keyof typeof operations | Others;

const small = shapes({ maxRank: 2, maxLength: 3 });
/** Shapes with at least one axis and no empty one. */
const solid = shapes({ minRank: 1, maxRank: 2, minLength: 1, maxLength: 3 });

/** A millionth: ten thousand roundings of the derivative, and beyond what the error estimate of differences allows. */
const ordinary: Tolerance = { absolute: 1e-6, relative: 1e-6 };

const smooth = (
	operands: fc.Arbitrary<readonly Node[]>,
	apply: Row['apply'],
	tolerance = ordinary,
): Row => ({ operands, apply, tolerance, law: 'smooth' });
const one = (apply: (x: Node) => Node, domain: Domain = real): Row =>
	smooth(
		small.chain((shape) => fc.tuple(tensors(shape, domain))),
		apply,
	);
const oneSolid = (apply: (x: Node) => Node, domain: Domain = real): Row =>
	smooth(
		solid.chain((shape) => fc.tuple(tensors(shape, domain))),
		apply,
	);
/** Distinct elements, for what depends on their order. */
const ordered = (apply: (x: Node) => Node): Row =>
	smooth(
		solid.chain((shape) => fc.tuple(distinctTensors(shape))),
		apply,
	);

/** Two operands, of which either may be the one that broadcasts. */
const pairs = (left: Domain, right: Domain): fc.Arbitrary<readonly Node[]> =>
	fc
		.tuple(small, fc.constantFrom('both', 'left', 'right'))
		.chain(([shape, wide]) =>
			fc.tuple(
				tensors(wide === 'right' ? shape.slice(1) : shape, left),
				tensors(wide === 'left' ? shape.map(() => 1) : shape, right),
			),
		);
const two = (apply: (x: Node, y: Node) => Node, left: Domain = real, right: Domain = left): Row =>
	smooth(pairs(left, right), (x, y) => apply(x as Node, y as Node)); // pairs has two
const shifted = (x: Node): Node =>
	core.tensor(
		x.view().map((each) => each + 0.05),
		{ shape: x.shape },
	);
/** Operands of which no two elements tie: numbers with an even tenth on one side, an odd one on the other. */
const apart = (apply: (x: Node, y: Node) => Node): Row =>
	smooth(
		solid.chain((shape) => fc.tuple(distinctTensors(shape), distinctTensors(shape).map(shifted))),
		(x, y) => apply(x as Node, y as Node), // there are two
	);
const whether = (f: (x: Node, y: Node) => Node): Row =>
	apart((x, y) => f(x, y).cast(x.dtype).mul(x).add(y));

const thirds: Domain = awayFrom([-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3]);
const gammaDomain: Domain = [
	[-0.85, -0.65],
	[-0.35, -0.2],
	[0.7, 3],
];
/** Dividends and divisors whose quotients are not near to whole numbers. */
const dividends = small.chain((shape) =>
	fc
		.tuple(tensors(shape, awayFrom([-3, -2, -1, 0, 1, 2, 3])), fc.constantFrom(-1, 1))
		.map(([x, y]) => [x, core.full(x.shape, y, { dtype: 'f64' })]),
);
const axisOf = (x: Node): number => Math.floor(x.shape.length / 2);
const matrices = fc
	.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(3), fc.integer({ min: 1, max: 2 }))
	.chain(([m, k, n]) => fc.tuple(tensors([m, k]), tensors([k, n])));
const batched = fc.nat(2).chain((k) => fc.tuple(tensors([2, 2, k]), tensors([1, k, 2])));
/** Images and kernels that fit, groups of one or two channels, no batch or no output channel among them; few of many axes. */
const imagesAndKernels = (rank: number, most = rank < 3 ? 2 : 1): fc.Arbitrary<readonly Node[]> =>
	fc
		.record({
			images: fc.nat(most),
			groups: fc.integer({ min: 1, max: 2 }),
			channels: fc.nat(most),
			outputs: fc.nat(most),
			sizes: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: rank, maxLength: rank }),
			longer: fc.array(fc.nat(rank < 3 ? 3 : 1), { minLength: rank, maxLength: rank }),
		})
		.chain(({ images, groups, channels, outputs, sizes, longer }) =>
			fc.tuple(
				tensors([images, groups, channels, ...sizes.map((size, i) => 2 * size + (longer[i] ?? 0))]),
				tensors([groups, outputs, channels, ...sizes]),
			),
		);
/** Of the same as convolutions take them. */
const grouped =
	(apply: (x: Node, w: Node, groups: number) => Node): Row['apply'] =>
	(x, w) => {
		if (x === undefined || w === undefined) throw new Error('two operands');
		const [batch = 0, groups = 1, channels = 0, ...lengths] = x.shape;
		const [, outputs = 0, , ...sizes] = w.shape;
		return apply(
			x.reshape([batch, groups * channels, ...lengths]),
			w.reshape([groups * outputs, channels, ...sizes]),
			groups,
		);
	};
/** Of the same, channels of images as outputs of kernels: what a transposed convolution takes. */
const groupedBack =
	(apply: (x: Node, w: Node, groups: number) => Node): Row['apply'] =>
	(x, w) => {
		if (x === undefined || w === undefined) throw new Error('two operands');
		const [batch = 0, groups = 1, channels = 0, ...lengths] = x.shape;
		const [, outputs = 0, , ...sizes] = w.shape;
		const order = [0, 2, 1, ...sizes.map((_, axis) => 3 + axis)];
		return apply(
			x.reshape([batch, groups * channels, ...lengths]),
			w.permute(order).reshape([groups * channels, outputs, ...sizes]),
			groups,
		);
	};
const vectors = fc.nat(3).chain((n) => fc.tuple(tensors([n]), tensors([n])));
const indexed = fc
	.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2), fc.nat(3))
	.chain(([length, after, picks]) =>
		fc.tuple(tensors([length, after]), integerTensors([picks], -length, length - 1)),
	);
const key = core.randomKey(1);
const parts = fc
	.tuple(fc.nat(2), fc.nat(2), fc.nat(2))
	.chain(([a, b, columns]) => fc.tuple(tensors([a, columns]), tensors([b, columns])));
/** [batch, channels, rows, columns] or without batch, in which windows of 2x2 fit that are up to 2 apart, and their places too. */
const images = fc
	.tuple(
		fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
		fc.integer({ min: 3, max: 5 }),
		fc.integer({ min: 3, max: 4 }),
	)
	.chain(([lead, rows, columns]) => fc.tuple(tensors([...lead, rows, columns])));
/** Strides and dilations of 1 and 2 in every combination, by the lengths of an image. */
const spreads = ({ shape }: Node): readonly [number[], number[]] => {
	const [rows = 0, columns = 0] = shape.slice(-2);
	return [
		[1 + (rows % 2), 1 + (columns % 2)],
		[1 + (columns % 2), 2 - (rows % 2)],
	];
};
/** [batch, channels, ...] or without batch, of 1 to 3 spatial axes, of which neither rests of 1 nor none are rare. */
const pooled = (
	axes: number,
	elements: (shape: readonly number[]) => fc.Arbitrary<Node>,
): fc.Arbitrary<readonly Node[]> =>
	fc
		.tuple(
			fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
			fc.array(fc.integer({ min: 2, max: 6 - axes }), {
				minLength: axes,
				maxLength: axes,
			}),
		)
		.chain(([lead, lengths]) => fc.tuple(elements([...lead, ...lengths])));
/** Of elements of which no two tie. */
const largest = (axes: number, apply: (x: Node) => Node): Row =>
	smooth(pooled(axes, distinctTensors), (x) => apply(x as Node).square()); // pooled has one
const average = (axes: number, apply: (x: Node) => Node): Row =>
	smooth(pooled(axes, tensors), (x) => apply((x as Node).square())); // pooled has one

/** Columns of windows of 2x2: of an image of 2 rows, padded by 1 on both sides. */
const folded = [
	{ sizes: [2, 4], stride: 1, count: 9 },
	{ sizes: [2, 5], stride: 2, count: 4 },
	{ sizes: [2, 7], stride: [1, 3], count: 6 },
] as const;
const columns = fc
	.tuple(fc.nat(2), fc.constantFrom(...folded))
	.chain(([batch, { count }]) => fc.tuple(tensors([batch, 4, count])));
const folds = (x: Node): (typeof folded)[number] => {
	const found = folded.find(({ count }) => count === x.shape[2]);
	if (found === undefined) throw new Error('no such columns');
	return found;
};
const held = {
	f32: core.variable(2, { name: 'held', dtype: 'f32' }),
	f64: core.variable(2, { name: 'held', dtype: 'f64' }),
};
const stated = core.custom<readonly [Node, Node]>({
	forward: (x, y) => x.mul(y.sin()),
	vjp: (cotangent, [x, y]) => [cotangent.mul(y.sin()), cotangent.mul(x).mul(y.cos())],
});
/** An image of one channel. */
const imagesOfOneChannel = fc
	.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
	.chain((shape) => fc.tuple(tensors([1, 1, ...shape])));
/** Positions across images of up to three elements, away from their centres, where derivatives jump. */
const between: Domain = [
	[-0.4, -0.1],
	[0.1, 0.4],
	[0.75, 0.95],
];
const list = (...operands: Node[]): readonly Operand[] => operands;

/** A row for every operation. */
export const rows: { readonly [Name in OperationName]: Row } = {
	// Leaves: constants for differentiation, wherever they stand.
	constant: one((x) => x.mul(core.tensor(2, { dtype: x.dtype }))),
	variable: one((x) => x.mul(x.dtype === 'f32' ? held.f32 : held.f64)),
	input: one((x) => core.vmap((each: Node) => each.square(), { inAxes: 0 })(x.expandDims(0))),
	iota: {
		...one((x) => {
			const flat = x.flatten();
			return flat.mul(core.arange(0, flat.shape[0], 1, { dtype: x.dtype }));
		}),
		skips: { f32: '`arange` counts in f64 and rounds once' },
	},
	zerosLike: one((x) => x.add(x.zerosLike())),
	onesLike: one((x) => x.mul(x.onesLike())),
	randomBits: one((x) =>
		x.mul(
			core
				.randomBits(key, x.shape)
				.cast(x.dtype)
				.mul(2 ** -31),
		),
	),

	// Elementwise.
	add: two(core.add),
	sub: two(core.sub),
	mul: two(core.mul),
	div: two(core.div, real, nonzero),
	neg: one(core.neg),
	reciprocal: one(core.reciprocal, nonzero),
	square: one(core.square),
	sqrt: one(core.sqrt, positive),
	rsqrt: one(core.rsqrt, positive),
	exp: one(core.exp),
	expm1: one(core.expm1),
	log: one(core.log, positive),
	log1p: one(core.log1p, [[-0.8, 3]]),
	sin: one(core.sin),
	cos: one(core.cos),
	tanh: one(core.tanh),
	erf: one(core.erf),
	tan: one(core.tan, [[-1.3, 1.3]]),
	asin: one(core.asin, [[-0.9, 0.9]]),
	acos: one(core.acos, [[-0.9, 0.9]]),
	atan: one(core.atan),
	atan2: two(core.atan2, nonzero),
	sinh: one(core.sinh),
	cosh: one(core.cosh),
	asinh: one(core.asinh),
	acosh: one(core.acosh, [[1.2, 3]]),
	atanh: one(core.atanh, [[-0.8, 0.8]]),
	exp2: one(core.exp2),
	log2: one(core.log2, positive),
	log10: one(core.log10, positive),
	erfinv: one(core.erfinv, [[-0.8, 0.8]]),
	// Their derivatives branch at 1/2 and halfway between negative whole numbers, near to which they have poles.
	lgamma: one(core.lgamma, gammaDomain),
	digamma: one(core.digamma, gammaDomain),
	zeta: one((x) => record(primitives.zeta, [x.zerosLike().add(3), x], null), positive),
	mod: smooth(dividends, (x, y) => core.mod(x as Node, y as Node)), // dividends has two
	floorDivide: smooth(
		dividends,
		(x, y) => core.floorDivide(x as Node, y as Node).mul(x as Node), // the same
	),
	// Its rule branches where the exponent changes sign, for the sake of powers of 0.
	pow: two(core.pow, positive, nonzero),
	abs: one(core.abs, nonzero),
	sign: one((x) => x.sign().mul(x), nonzero),
	floor: one((x) => x.floor().mul(x), thirds),
	ceil: one((x) => x.ceil().mul(x), thirds),
	round: one((x) => x.round().mul(x), thirds),
	maximum: apart(core.maximum),
	minimum: apart(core.minimum),
	clip: one((x) => core.clip(x, -1, 2), awayFrom([-1, 2])),
	cast: {
		...one((x) => x.cast('f64').square()),
		skips: {
			f32: 'it changes the dtype; from f64 to f64 it is nothing, and its derivatives have a test of their own',
		},
	},
	identity: one(core.identity),
	after: two((x, y) => record(primitives.after, [x, y.sin()], null).square()),
	checkFinite: one((x) => x.checkFinite().square()),
	stopGradient: { ...one((x) => x.stopGradient().square()), law: 'blocks' },
	detach: { ...one((x) => x.detach().square()), law: 'blocks' },
	less: whether(core.less),
	lessEqual: whether(core.lessEqual),
	greater: whether(core.greater),
	greaterEqual: whether(core.greaterEqual),
	equal: whether(core.equal),
	notEqual: whether(core.notEqual),
	isNaN: one((x) => x.isNaN().cast(x.dtype).add(x)),
	isFinite: one((x) => x.isFinite().cast(x.dtype).mul(x)),
	logicalAnd: whether((x, y) => x.less(y).logicalAnd(x.less(0))),
	logicalOr: whether((x, y) => x.less(y).logicalOr(x.less(0))),
	logicalXor: whether((x, y) => x.less(y).logicalXor(x.less(0))),
	logicalNot: whether((x, y) => x.less(y).logicalNot()),
	where: apart((x, y) => core.where(x.less(y), x.square(), y.sin())),

	// Activations.
	relu: one(core.relu, nonzero),
	leakyRelu: one((x) => core.leakyRelu(x, 0.2), nonzero),
	elu: one((x) => core.elu(x, 1.5), nonzero),
	gelu: one(core.gelu),
	sigmoid: one(core.sigmoid),
	logSigmoid: one(core.logSigmoid),
	softplus: one(core.softplus),
	silu: one(core.silu),
	mish: one(core.mish),
	hardtanh: one((x) => core.hardtanh(x, -1, 0.5), awayFrom([-1, 0.5])),
	relu6: one((x) => core.relu6(x.mul(3)), awayFrom([0, 2])),
	hardsigmoid: one((x) => core.hardsigmoid(x.mul(2)), awayFrom([-1.5, 1.5])),
	hardswish: one((x) => core.hardswish(x.mul(2)), awayFrom([-1.5, 1.5])),
	softmin: oneSolid((x) => x.softmin(axisOf(x))),
	glu: oneSolid((x) => core.concatenate([x, x.square()], axisOf(x)).glu(axisOf(x))),
	step: one((x) => x.step().mul(x), nonzero),

	// Reductions.
	sum: oneSolid((x) => x.square().sum(axisOf(x))),
	prod: one((x) => x.prod(x.shape.length === 0 ? undefined : 0)),
	mean: oneSolid((x) => x.square().mean(axisOf(x), { keepDims: true })),
	// The primitives of these names are amax and amin; the operations follow the first of equals alone.
	max: ordered((x) => {
		const y = x.square().add(x.mul(3));
		return y.max(axisOf(x)).mul(y.amax(axisOf(x)));
	}),
	min: ordered((x) => x.min(0).mul(x.amin(0))),
	amax: ordered((x) => x.amax(axisOf(x)).square()),
	amin: ordered((x) => x.amin().square()),
	any: ordered((x) => x.greater(0).any(0).cast(x.dtype).add(x.sum(0))),
	all: ordered((x) => x.greater(0).all(0).cast(x.dtype).add(x.sum(0))),
	argmax: ordered((x) => x.argmax(0).cast(x.dtype).add(x.sum(0))),
	argmin: ordered((x) => x.argmin(0).cast(x.dtype).add(x.sum(0))),
	cumsum: oneSolid((x) => x.square().cumsum(axisOf(x))),
	variance: smooth(
		fc.tuple(fc.integer({ min: 2, max: 4 }), fc.nat(2)).chain((shape) => fc.tuple(tensors(shape))),
		(x) => x.variance(0, { correction: 1 }),
	),
	std: smooth(
		fc
			.tuple(fc.integer({ min: 2, max: 4 }), fc.nat(2))
			.chain((shape) => fc.tuple(distinctTensors(shape))),
		(x) => x.std(0),
	),
	norm: oneSolid((x) => core.stack([2, 3, 1].map((order) => x.norm({ order }))), nonzero),
	logSumExp: oneSolid((x) => x.logSumExp(axisOf(x))),
	softmax: oneSolid((x) => x.softmax(axisOf(x))),
	logSoftmax: oneSolid((x) => x.logSoftmax(axisOf(x))),
	sort: ordered((x) => x.sort(0).square()),
	argsort: ordered((x) => x.argsort(0).cast(x.dtype).add(x)),

	// Movement.
	broadcast: smooth(
		solid.chain((shape) => fc.tuple(tensors(shape))),
		(x) =>
			x
				.expandDims(1)
				.broadcastTo([2, x.shape[0] ?? 0, 2, ...x.shape.slice(1)])
				.square(),
	),
	broadcastTo: one((x) => x.broadcastTo([2, ...x.shape]).square()),
	reshape: one((x) => x.square().reshape([...x.shape, 1])),
	flatten: one((x) => x.flatten().sin()),
	permute: one((x) => x.permute([...x.shape.keys()].reverse()).sin()),
	transpose: one((x) => x.transpose().sin()),
	expandDims: one((x) => x.expandDims(0).sin()),
	squeeze: one((x) => x.expandDims(0).squeeze(0).sin()),
	slice: oneSolid((x) => x.slice([null, null, -2]).square()),
	flip: one((x) => x.flip().sin()),
	pad: one((x) =>
		x.square().pad(
			x.shape.map(() => [1, 2]),
			{ value: 3, interior: x.shape.map(() => 1) },
		),
	),
	concatenate: smooth(parts, (...xs) => core.concatenate([...list(...xs), xs[0] as Node]).square()), // parts has two
	stack: smooth(vectors, (...xs) => core.stack(list(...xs), 1).square()),
	windows: smooth(images, (x) => {
		const [stride, dilation] = spreads(x as Node); // images has one
		return core.windows(x as Node, [2, 2], { stride, dilation }).square(); // the same
	}),
	unfold: smooth(images, (x) => {
		const [stride, dilation] = spreads(x as Node); // images has one
		return core.unfold(x as Node, 2, { stride, dilation, padding: [1, 0] }).sin(); // the same
	}),
	fold: smooth(columns, (x) => {
		const { sizes, stride } = folds(x as Node); // columns has one
		return core.fold((x as Node).square(), sizes, 2, { stride, padding: [1, 0] }); // the same
	}),
	split: oneSolid((x) => (x.split(x.shape[0] ?? 1)[0] as Node).square()), // at least one part

	// Products.
	matmul: smooth(fc.oneof(matrices, batched), (x, y) => core.matmul(x as Node, y as Node)), // both have two
	convolution: smooth(imagesAndKernels(1), (x, w) =>
		record(primitives.convolution, [x as Node, w as Node], {
			stride: [2],
			dilation: [2],
			first: 'channels',
		}),
	), // imagesAndKernels has two
	conv1d: smooth(
		imagesAndKernels(1),
		grouped((x, w, groups) => core.conv1d(x, w, { groups, stride: 2, padding: [[1, 0]] })),
	),
	conv2d: smooth(
		imagesAndKernels(2),
		grouped((x, w, groups) => core.conv2d(x, w, { groups, dilation: [1, 2], padding: 'same' })),
	),
	conv3d: smooth(
		imagesAndKernels(3),
		grouped((x, w, groups) => core.conv3d(x, w, { groups, stride: [1, 2, 1] })),
	),
	convTranspose1d: smooth(
		imagesAndKernels(1),
		groupedBack((x, w, groups) =>
			core.convTranspose1d(x, w, { groups, stride: 2, padding: [[1, 0]], outputPadding: 1 }),
		),
	),
	convTranspose2d: smooth(
		imagesAndKernels(2),
		groupedBack((x, w, groups) =>
			core.convTranspose2d(x, w, { groups, dilation: [1, 2], stride: [2, 1] }),
		),
	),
	convTranspose3d: smooth(
		imagesAndKernels(3),
		groupedBack((x, w, groups) => core.convTranspose3d(x, w, { groups })),
	),
	dot: smooth(vectors, (x, y) => core.dot(x as Node, y as Node)), // vectors has two
	outer: smooth(vectors, (x, y) => core.outer(x as Node, y as Node)), // vectors has two
	einsum: smooth(matrices, (x, y) => core.einsum('ij,jk->ki', x as Node, y as Node)), // matrices has two

	// Pooling.
	maxPool1d: largest(1, (x) => core.maxPool1d(x, 2, { padding: 1 })),
	maxPool2d: largest(2, (x) => core.maxPool2d(x, 2, { stride: 1 })),
	maxPool3d: largest(3, (x) => core.maxPool3d(x, 2)),
	avgPool1d: average(1, (x) => core.avgPool1d(x, 2, { padding: 1, countIncludePad: false })),
	avgPool2d: average(2, (x) => core.avgPool2d(x, 2, { stride: 1 })),
	avgPool3d: average(3, (x) => core.avgPool3d(x, 2)),
	adaptiveMaxPool1d: largest(1, (x) => core.adaptiveMaxPool1d(x, 2)),
	adaptiveMaxPool2d: largest(2, (x) => core.adaptiveMaxPool2d(x, 2)),
	adaptiveMaxPool3d: largest(3, (x) => core.adaptiveMaxPool3d(x, 2)),
	maxPool1dWithIndices: largest(1, (x) => core.maxPool1dWithIndices(x, 2, { padding: 1 })[0]),
	maxPool2dWithIndices: largest(2, (x) => core.maxPool2dWithIndices(x, 2, { stride: 1 })[0]),
	maxPool3dWithIndices: largest(3, (x) => core.maxPool3dWithIndices(x, 2)[0]),
	adaptiveMaxPool1dWithIndices: largest(1, (x) => core.adaptiveMaxPool1dWithIndices(x, 2)[0]),
	adaptiveMaxPool2dWithIndices: largest(2, (x) => core.adaptiveMaxPool2dWithIndices(x, 2)[0]),
	adaptiveMaxPool3dWithIndices: largest(3, (x) => core.adaptiveMaxPool3dWithIndices(x, 2)[0]),
	maxUnpool1d: largest(1, (x) => {
		const [values, indices] = core.maxPool1dWithIndices(x, 2);
		return core.maxUnpool1d(values, indices, 2, { outputSize: x.shape.slice(-1) });
	}),
	maxUnpool2d: largest(2, (x) => {
		const [values, indices] = core.maxPool2dWithIndices(x, 2);
		return core.maxUnpool2d(values, indices, 2, { outputSize: x.shape.slice(-2) });
	}),
	maxUnpool3d: largest(3, (x) => {
		const [values, indices] = core.maxPool3dWithIndices(x, 2);
		return core.maxUnpool3d(values, indices, 2, { outputSize: x.shape.slice(-3) });
	}),
	adaptiveAvgPool1d: average(1, (x) => core.adaptiveAvgPool1d(x, 2)),
	adaptiveAvgPool2d: average(2, (x) => core.adaptiveAvgPool2d(x, 2)),
	adaptiveAvgPool3d: average(3, (x) => core.adaptiveAvgPool3d(x, 2)),
	// Images.
	interpolate: {
		...smooth(
			fc
				.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 }))
				.chain((shape) => fc.tuple(tensors([1, 1, ...shape]))),
			(x) => core.interpolate((x as Node).sin(), { size: 4, mode: 'bilinear' }), // images are one
		),
		skips: { f32: 'positions are counted in f64, and what is between them rounded once' },
	},
	gridSample: smooth(
		imagesOfOneChannel.chain(([x]) => fc.tuple(fc.constant(x), tensors([1, 1, 2, 2], between))),
		(x, grid) => core.gridSample(x as Node, grid as Node), // there are two
	),
	pixelShuffle: smooth(
		fc.tuple(fc.nat(2), fc.nat(2)).chain((shape) => fc.tuple(tensors([4, ...shape]))),
		(x) => core.pixelShuffle(x as Node, 2).sin(), // there is one
	),
	pixelUnshuffle: smooth(
		fc.tuple(fc.nat(2), fc.nat(2)).chain(([h, w]) => fc.tuple(tensors([1, 2 * h, 2 * w]))),
		(x) => core.pixelUnshuffle(x as Node, 2).sin(), // there is one
	),

	// Attention.
	scaledDotProductAttention: smooth(
		fc.tuple(fc.nat(3), fc.nat(3)).chain(([l, s]) => fc.tuple(tensors([l, 2]), tensors([s, 2]))),
		(x, y) =>
			core.scaledDotProductAttention(x as Node, y as Node, (y as Node).sin(), { causal: true }), // there are two
	),

	// Indexing.
	gather: smooth(indexed, (x, indices) => (x as Node).square().gather(indices as Node)), // indexed has two
	take: smooth(indexed, (x, indices) => (x as Node).sin().take(indices as Node)), // indexed has two
	takeAlongAxis: smooth(
		indexed,
		(x, indices) => (x as Node).square().takeAlongAxis((indices as Node).expandDims(1), 0), // indexed has two
	),
	scatterAdd: smooth(
		fc
			.tuple(fc.nat(3), fc.nat(2))
			.chain(([picks, after]) => fc.tuple(tensors([picks, after]), integerTensors([picks], -3, 2))),
		(x, indices) => (x as Node).sin().scatterAdd(indices as Node, { size: 3 }), // there are two
	),
	oneHot: smooth(
		fc.nat(3).chain((n) => fc.tuple(tensors([n, 3]), integerTensors([n], 0, 2))),
		(x, labels) =>
			(x as Node).square().mul((labels as Node).oneHot(3, { dtype: (x as Node).dtype })), // there are two
	),
	custom: smooth(
		small.chain((shape) => fc.tuple(tensors(shape), tensors(shape))),
		(x, y) => stated(x as Node, y as Node), // there are two
	),
};
