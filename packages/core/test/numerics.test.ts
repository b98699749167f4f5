import { expect, test } from 'vitest';
import * as core from '../src/index.ts';
import { type DType, grad, type Nested, type Node, tensor, variable } from '../src/index.ts';

const { NaN: nan } = Number;
const inf = Infinity;
const f64 = (data: Nested): Node => tensor(data, { dtype: 'f64' });

/** What a case says of a value or a gradient: the numbers, or `free` where any will do. */
const free = 'free';
type Expected = readonly number[] | number | typeof free;

function same(actual: Node, expected: Expected): void {
	if (expected === free) return;
	const numbers = typeof expected === 'number' ? [expected] : expected;
	const data = [...actual.data()];
	expect(data).toHaveLength(numbers.length);
	for (const [i, x] of data.entries()) {
		const y = numbers[i] ?? nan;
		// Eighths are exact; the others were published with seven digits.
		const digits = Number.isInteger(y * 8) || !Number.isFinite(y) ? 0 : 1e-6;
		if (digits === 0) expect(Object.is(x + 0, y + 0), `${x} at ${i} is ${y}`).toBe(true);
		else expect(Math.abs(x - y)).toBeLessThan(digits);
	}
}

/** A row of the table: what, at which operands, is what, with which gradients of its sum. */
type Case = [
	name: string,
	f: (...xs: Node[]) => Node,
	operands: readonly Nested[],
	value: Expected,
	...gradients: Expected[],
];

const bigger = (x: Node, y: Node): Node => core.maximum(x, y);
const lesser = (x: Node, y: Node): Node => core.minimum(x, y);
const power = (x: Node, y: Node): Node => core.pow(x, y);
const quotient = (x: Node, y: Node): Node => core.div(x, y);

const cases: readonly Case[] = [
	['1: relu at 0 and -0', core.relu, [[0, -0]], [0, 0], [0, 0]],
	['2: relu of NaN', core.relu, [nan], nan, free],
	['3: leakyRelu at 0', (x) => core.leakyRelu(x, 0.1), [0], 0, 0.1],
	['4: relu6 at its edges, and at NaN', core.relu6, [[0, 6, nan]], [0, 6, nan], free],
	['4: relu6 at 0 and 6', core.relu6, [[0, 6]], [0, 6], [0, 0]],
	['4: hardtanh at its edges', (x) => core.hardtanh(x), [[-1, 1]], [-1, 1], [0, 0]],
	['4: hardsigmoid at its edges', core.hardsigmoid, [[-3, 3]], [0, 1], [0, 0]],
	['4: hardswish at its edges', core.hardswish, [[-3, 3]], [0, 3], [0, 1]],
	['4: elu at 0', (x) => core.elu(x), [0], 0, 1],
	['5: abs at 0 and -0', core.abs, [[0, -0]], [0, 0], [0, 0]],
	['6: sign of 0 and NaN', core.sign, [[0, nan]], [0, nan], [0, 0]],
	[
		'7: clip at its edges, outside and at NaN',
		(x) => core.clip(x, -1, 1),
		[[-1, 1, 2, nan]],
		[-1, 1, 1, nan],
		[1, 1, 0, 0],
	],
	['8: maximum of equals', bigger, [2, 2], 2, 0.5, 0.5],
	['8: minimum of equals', lesser, [2, 2], 2, 0.5, 0.5],
	[
		'9: maximum with NaN',
		bigger,
		[
			[nan, 1],
			[1, nan],
		],
		[nan, nan],
		free,
		free,
	],
	[
		'9: comparisons with NaN',
		(x) => core.stack([x.less(1), x.greater(1), x.equal(x)]).cast('f64'),
		[nan],
		[0, 0, 0],
		free,
	],
	['10: max with ties', (x) => core.max(x), [[3, 1, 3]], 3, [0.5, 0, 0.5]],
	['11: max along an axis with ties', (x) => core.max(x, 0), [[3, 1, 3]], 3, [1, 0, 0]],
	['11: min along an axis with ties', (x) => core.min(x, -1), [[1, 3, 1]], 1, [1, 0, 0]],
	['11: argmax with ties', (x) => core.argmax(x).cast('f64'), [[1, 3, 3]], 1, [0, 0, 0]],
	['11: max pooling with ties', (x) => core.maxPool1d(x, 3), [[[3, 1, 3]]], 3, [1, 0, 0]],
	['12: max pooling with NaN', (x) => core.maxPool1d(x, 3), [[[1, nan, 3]]], nan, [0, 1, 0]],
	['12: max with NaN', (x) => core.max(x), [[1, nan, 3]], nan, free],
	['13: max of -infinities', (x) => core.max(x), [[-inf, -inf]], -inf, [0.5, 0.5]],
	[
		'13: max pooling of -infinities beside padding',
		(x) => core.maxPool1d(x, 2, { padding: 1 }),
		[[[-inf, -inf]]],
		[-inf, -inf],
		[1, 1],
	],
	['14: sort with ties', (x) => core.sort(x).mul([1, 2, 3]), [[2, 1, 2]], [1, 4, 6], [2, 1, 3]],
	['16: round to even', core.round, [[0.5, 1.5, 2.5, -0.5]], [0, 2, 2, 0], [0, 0, 0, 0]],
	['16: floor and ceil', (x) => x.floor().add(x.ceil()), [[0.5, -1.5]], [1, -3], [0, 0]],
	['17: sqrt at 0 and below', core.sqrt, [[0, -1]], [0, nan], [inf, nan]],
	['17: rsqrt at 0', core.rsqrt, [0], inf, -inf],
	['18: sqrt of a square at 0', (x) => x.mul(x).sqrt(), [0], 0, nan],
	['18: sqrt of a sum of squares at 0', (x) => x.square().sum().sqrt(), [[0, 0]], 0, [nan, nan]],
	['19: the Euclidean norm at 0', (x) => core.norm(x), [[0, 0]], 0, [0, 0]],
	['19: the norm of order 1 at 0', (x) => core.norm(x, { order: 1 }), [[0, 0]], 0, [0, 0]],
	[
		'20: the norm of order infinity',
		(x) => core.norm(x, { order: inf }),
		[[2, -2, 1]],
		2,
		[0.5, -0.5, 0],
	],
	['22: std of constants', (x) => core.std(x), [[3, 3]], 0, [0, 0]],
	['22: std of one element', (x) => core.std(x), [[3]], 0, [0]],
	[
		'23: unbiased variance of one element',
		(x) => core.variance(x, 0, { correction: 1 }),
		[[3]],
		nan,
		free,
	],
	['24: log at 0, -1 and infinity', core.log, [[0, -1, inf]], [-inf, nan, inf], [inf, -1, 0]],
	['24: log1p at -1', core.log1p, [-1], -inf, inf],
	['25: reciprocal at 0 and -0', core.reciprocal, [[0, -0]], [inf, -inf], [-inf, -inf]],
	[
		'26: quotients of 0 and infinity',
		quotient,
		[
			[0, 1, 1],
			[0, 0, inf],
		],
		[nan, inf, 0],
		[inf, inf, 0],
		[nan, -inf, 0],
	],
	[
		'28: where, with its argument made safe',
		(x) => core.where(x.greater(0), core.where(x.greater(0), x, 1).sqrt(), 0),
		[[-1, 0, 4]],
		[0, 0, 2],
		[0, 0, 0.25],
	],
	['30: NaN under a mask', (x) => x.mul(0), [nan], nan, 0],
	['37: atan2 of zeros', core.atan2, [0, 0], 0, free, free],
	['52: asin at 1 and beyond', core.asin, [[1, 1.5]], [Math.PI / 2, nan], [inf, nan]],
	['52: acosh at 1', core.acosh, [1], 0, inf],
	['52: atanh at 1', core.atanh, [1], inf, inf],
	['54: mod takes the sign of the divisor', core.mod, [-5, 3], 1, 1, 2],
	['A3: mod by 0', core.mod, [5, 0], nan, 1, free],
	['A3: floorDivide by 0', core.floorDivide, [5, 0], nan, 0, 0],
	['A4: erfinv at -1 and 1', core.erfinv, [[-1, 1]], [-inf, inf], [inf, inf]],
	['A4: lgamma at 0 and -1', core.lgamma, [[0, -1]], [inf, inf], free],
	['A4: digamma at 0, -0 and -1', core.digamma, [[0, -0, -1]], [-inf, inf, nan], free],
	['31: 0 to the power 0', power, [0, 0], 1, 0, 0],
	[
		'32: 0 to powers',
		power,
		[
			[0, 0, 0],
			[2, -1, 0.5],
		],
		[0, inf, 0],
		[0, -inf, inf],
		free,
	],
	[
		'32: 0 to a power, in the exponent',
		power,
		[
			[0, 0],
			[2, 0.5],
		],
		[0, 0],
		free,
		[0, 0],
	],
	[
		'33: powers of -2',
		power,
		[
			[-2, -2],
			[3, 0.5],
		],
		[-8, nan],
		[12, nan],
		[nan, nan],
	],
	...(
		[
			[0, 1, 0],
			[1, 0, 1],
			[2, 0, 0],
			[0.5, 0, inf],
			[-1, inf, -inf],
		] as const
	).map(
		([k, value, slope]): Case => [
			`34: x to the power ${k} at 0`,
			(x) => x.pow(k),
			[0],
			value,
			slope,
		],
	),
	[
		'35: powers with NaN that are 1',
		power,
		[
			[1, nan],
			[nan, 0],
		],
		[1, 1],
		free,
		free,
	],
	[
		'35: powers with infinity that are 1',
		power,
		[
			[1, -1],
			[inf, -inf],
		],
		[1, 1],
		free,
		free,
	],
	['36: x log x at 0', (x) => x.mul(x.log()), [0], nan, nan],
	['38: products with one zero', (x) => core.prod(x), [[2, 0, 3]], 0, [0, 6, 0]],
	['38: products with two zeros', (x) => core.prod(x), [[0, 0, 3]], 0, [0, 0, 0]],
	[
		'41: logSumExp with -infinity',
		(x) => core.logSumExp(x),
		[[-inf, 0, 1]],
		1.3132617,
		[0, 0.2689414, 0.7310586],
	],
	[
		'41: logSumExp of large numbers',
		(x) => core.logSumExp(x),
		[[1000, 1000]],
		1000.6931472,
		[0.5, 0.5],
	],
	['42: logSumExp of -infinities', (x) => core.logSumExp(x), [[-inf, -inf]], -inf, free],
	['42: logSumExp with infinity', (x) => core.logSumExp(x), [[inf, 0]], inf, free],
	[
		'43: softmax of far numbers',
		(x) => core.softmax(x).mul([1, 2, 3]),
		[[1000, 0, -1000]],
		[1, 0, 0],
		[0, 0, 0],
	],
	['43: softmax under a mask of -infinity', (x) => core.softmax(x), [[0, -inf]], [1, 0], [0, 0]],
	['44: softmax of -infinities', (x) => core.softmax(x), [[-inf, -inf]], [nan, nan], [nan, nan]],
	['44: softmax with infinity', (x) => core.softmax(x), [[inf, 0]], [nan, nan], [nan, nan]],
	['44: softmax with NaN', (x) => core.softmax(x), [[nan, 0]], [nan, nan], [nan, nan]],
	[
		'45: logSoftmax of far numbers',
		(x) => core.logSoftmax(x).mul([0, 1]),
		[[1000, 0]],
		[0, -1000],
		[-1, 1],
	],
	['49: sigmoid far out', core.sigmoid, [[-1000, 1000]], [0, 1], [0, 0]],
	['49: logSigmoid far out', core.logSigmoid, [[-1000, 1000]], [-1000, 0], [1, 0]],
	['49: softplus far out', core.softplus, [[-1000, 1000]], [0, 1000], [0, 1]],
	['49: tanh far out', core.tanh, [[-1000, 1000]], [-1, 1], [0, 0]],
	['49: elu far out', (x) => core.elu(x), [[-1000, 1000]], [-1, 1000], [0, 1]],
	['50: gelu far out', (x) => core.gelu(x), [[1000, -1000]], [1000, 0], [1, 0]],
	[
		'50: gelu by tanh far out',
		(x) => core.gelu(x, 'tanh'),
		[[1000, -1000, 1e200, -1e200]],
		[1000, 0, 1e200, 0],
		[1, 0, 1, 0],
	],
	['50: silu far out', core.silu, [[-1000, -inf]], [0, nan], free],
	['50: mish far out', core.mish, [[1000, -1000]], [1000, 0], [1, 0]],
	['50: hardswish far out', core.hardswish, [[-1000, inf]], [0, inf], [0, 1]],
	['51: exp beyond the largest number', core.exp, [1000], inf, inf],
	['52: sin of infinity', core.sin, [inf], nan, nan],
	['56: of nothing: sum', (x) => core.sum(x), [[]], 0, []],
	['56: of nothing: prod', (x) => core.prod(x), [[]], 1, []],
	['56: of nothing: cumsum', (x) => core.cumsum(x, 0), [[]], [], []],
	['56: of nothing: softmax', (x) => core.softmax(x), [[]], [], []],
	['56: of nothing: concatenate', (x) => core.concatenate([x, [1, 2]]), [[]], [1, 2], []],
	['57: of nothing: mean', (x) => core.mean(x), [[]], nan, []],
	['57: of nothing: variance', (x) => core.variance(x), [[]], nan, []],
	['57: of nothing: logSumExp', (x) => core.logSumExp(x), [[]], -inf, []],
	[
		'60: a length of 1 against an empty axis',
		core.add as (...xs: Node[]) => Node,
		[[1], []],
		[],
		[0],
		[],
	],
	['64: reductions of a scalar along its axes 0 and -1', (x) => x.sum(0).add(x.max(-1)), [2], 4, 2],
	['68: x times x', (x) => x.mul(x), [3], 9, 6],
	[
		'68: x concatenated with itself',
		(x) => core.concatenate([x, x, x.mul(2)]),
		[[1]],
		[1, 1, 2],
		[4],
	],
	[
		'73: x to the fourth, third order',
		(x) => grad(grad(grad(x.pow(4), [x])[0], [x])[0], [x])[0],
		[2],
		48,
		24,
	],
	['73: relu, second order', (x) => grad(core.relu(x), [x])[0], [2], 1, 0],
	[
		'W1: conv1d with stride 2 and "same" padding, whose odd zero is at the end',
		(x, w) => core.conv1d(x as Node, w as Node, { stride: 2, padding: 'same' }), // there are two
		[[[1, 2, 3, 4, 5]], [[[1, 10]]]],
		[21, 43, 5],
		[1, 10, 1, 10, 1],
		[9, 6],
	],
	[
		'W2: convTranspose1d with stride 2 and output padding',
		(x, w) => core.convTranspose1d(x as Node, w as Node, { stride: 2, outputPadding: 1 }), // there are two
		[[[1, 2]], [[[1, 10]]]],
		[1, 10, 2, 20, 0],
		[11, 11],
		[3, 3],
	],
	['W3: maxPool1d with ties', (x) => core.maxPool1d(x, 2), [[[3, 3, 1, 2]]], [3, 2], [1, 0, 0, 1]],
	[
		'W3: maxPool1d of negative numbers beside padding',
		(x) => core.maxPool1d(x, 2, { padding: 1 }),
		[[[-1, -2]]],
		[-1, -2],
		[1, 1],
	],
	['W3: maxPool1d with NaN', (x) => core.maxPool1d(x, 3), [[[1, nan, nan]]], [nan], [0, 1, 0]],
	[
		'W4: avgPool1d beside padding',
		(x) => core.avgPool1d(x, 2, { padding: 1 }),
		[[[2, 4]]],
		[1, 2],
		[0.5, 0.5],
	],
	[
		'W4: avgPool1d beside padding that does not count',
		(x) => core.avgPool1d(x, 2, { padding: 1, countIncludePad: false }),
		[[[2, 4]]],
		[2, 4],
		[1, 1],
	],
	[
		'W5: adaptiveAvgPool1d of 3 to 2',
		(x) => core.adaptiveAvgPool1d(x, 2),
		[[[1, 2, 3]]],
		[1.5, 2.5],
		[0.5, 1, 0.5],
	],
	[
		'W6: interpolate between half-pixel centres',
		(x) => core.interpolate(x, { size: 4, mode: 'linear' }),
		[[[[1, 3]]]],
		[1, 1.5, 2.5, 3],
		[2, 2],
	],
	[
		'W6: interpolate with aligned corners',
		(x) => core.interpolate(x, { size: 3, mode: 'linear', alignCorners: true }),
		[[[[1, 3]]]],
		[1, 2, 3],
		[1.5, 1.5],
	],
	[
		'W7: reflection does not repeat the edge',
		(x) => core.pad(x, [[1, 2]], { mode: 'reflect' }),
		[[1, 2, 3]],
		[2, 1, 2, 3, 2, 1],
		[2, 3, 1],
	],
	[
		'W7: replication',
		(x) => core.pad(x, [[1, 1]], { mode: 'replicate' }),
		[[1, 2, 3]],
		[1, 1, 2, 3, 3],
		[2, 1, 2],
	],
	[
		'W7: wrapping',
		(x) => core.pad(x, [[1, 1]], { mode: 'circular' }),
		[[1, 2, 3]],
		[3, 1, 2, 3, 1],
		[2, 1, 2],
	],
	['W7: negative widths', (x) => core.pad(x, [[-1, 1]]), [[1, 2, 3]], [2, 3, 0], [0, 1, 1]],
	[
		'N6: attention of a query that no key takes part for',
		(q, k, v) =>
			core.scaledDotProductAttention(q as Node, k as Node, v as Node, { mask: [[false, false]] }), // there are three
		[[[1]], [[1], [2]], [[3], [4]]],
		[0],
		[0],
		[0, 0],
		[0, 0],
	],
];

test.each(cases)('row %s', (_, f, operands, value, ...gradients) => {
	const xs = operands.map(f64);
	const y = f(...xs);
	same(y, value);
	const slopes = grad(y.cast('f64').sum(), xs);
	for (const [i, expected] of gradients.entries()) same(slopes[i] as Node, expected); // one for each operand
});

test('row 9, 12: a NaN wins every maximum and minimum, in f32 too', () => {
	const x = tensor([1, nan, 3]);
	for (const y of [x.max(), x.min(), x.amax(0), x.max(0), x.take(x.argmax())])
		expect(y.item()).toBeNaN();
});

test('row 16, 76: the sign of zero is kept', () => {
	const zero = f64(-0);
	for (const y of [
		core.round(f64(-0.5)),
		zero.mul(1),
		zero.reshape([1]),
		f64(0).neg(),
		zero.broadcastTo([2]).slice(1),
		zero.cast('f32'),
	])
		expect(Object.is(y.item(), -0)).toBe(true);
});

test('row 76: subnormal numbers are kept', () => {
	expect(f64(5e-324).mul(1).item()).toBe(5e-324);
	expect(tensor(1.401298464324817e-45).neg().item()).toBe(-1.401298464324817e-45);
});

test('row 27: where passes an exact gradient where its own branch is taken', () => {
	const x = f64([-1, 0, 4]);
	const y = core.where(x.greater(0), x.sqrt(), 0);
	same(y, [0, 0, 2]);
	expect(grad(y.sum(), [x])[0]?.data()[2]).toBe(0.25);
});

test('row 29: where of exp and 1 + x', () => {
	const x = f64([100, 1000]);
	const y = core.where(x.lessEqual(0), x.exp(), x.add(1));
	same(y, [101, 1001]);
	const [first, second] = grad(y.sum(), [x])[0]?.data() ?? [];
	expect(first).toBe(1);
	expect(Number.isNaN(second) || second === 1).toBe(true);
});

test('row 21: the norm of large f32 has a finite gradient', () => {
	const x = tensor([3e20, 4e20]);
	const y = core.norm(x);
	expect([inf, tensor(5e20).item()]).toContain(y.item());
	for (const slope of grad(y, [x])[0]?.data() ?? [nan]) expect(Number.isFinite(slope)).toBe(true);
});

test('row 51: exp overflows f32 at 89, expm1 and log1p are exact near 0', () => {
	expect(core.exp(tensor(89)).item()).toBe(inf);
	for (const f of [core.expm1, core.log1p]) {
		expect(Math.abs(f(f64(1e-12)).item() / 1e-12 - 1)).toBeLessThan(1e-12);
		expect(grad(f(f64(1e-12)), [f64(1)])).toHaveLength(1);
	}
	expect(core.expm1(f64(1e-12)).item()).toBe(Math.expm1(1e-12));
});

test('row 58: the largest, smallest and their places of nothing are errors', () => {
	for (const f of [core.max, core.min, core.amax, core.argmax, core.argmin])
		expect(() => f([])).toThrow(/empty/);
	expect(() => core.amax(core.zeros([2, 0]), 1)).toThrow('axis 1 of [2, 0] is empty');
	expect(core.amax(core.zeros([2, 0]), 0).shape).toEqual([0]);
});

test('row 59: a product over nothing is zeros', () => {
	const [x, y] = [core.zeros([2, 0], { dtype: 'f64' }), core.zeros([0, 3], { dtype: 'f64' })];
	expect(core.matmul(x, y).toArray()).toEqual([
		[0, 0, 0],
		[0, 0, 0],
	]);
	expect(grad(core.matmul(x, y).sum(), [x, y]).map(({ shape }) => shape)).toEqual([
		[2, 0],
		[0, 3],
	]);
});

test('row 60: shapes that do not broadcast are both named', () => {
	expect(() => core.add(core.zeros([3]), core.zeros([0]))).toThrow(
		'add: cannot broadcast [3] with [0]',
	);
});

test.each([
	[
		[2, 1],
		[1, 3],
	],
	[[], [2, 3]],
	[[1, 1], [2]],
	[[3], [2, 3]],
])('row 61: a gradient has the shape of its own operand: %j with %j', (a, b) => {
	const [x, y] = [core.ones(a, { dtype: 'f64' }), core.ones(b, { dtype: 'f64' })];
	const z = x.add(y);
	const [dx, dy] = grad(z.sum(), [x, y]);
	const count = z.data().length;
	expect([dx.shape, dy.shape]).toEqual([a, b]);
	for (const [slope, own] of [
		[dx, x],
		[dy, y],
	] as const)
		for (const each of slope.data()) expect(each).toBe(count / own.data().length);
});

test('row 62: indices and classes out of range, and fractions, are errors', () => {
	const x = f64([1, 2, 3]);
	const index = (i: number): Node => tensor([i], { dtype: 'i32' });
	for (const i of [3, -4]) {
		expect(() => x.take(index(i)).item()).toThrow(
			`index ${i} at position 0 of indices [1] is out of range for length 3`,
		);
		expect(() => x.takeAlongAxis(index(i), 0).item()).toThrow(RangeError);
		expect(() => core.scatterAdd([1], index(i), { size: 3 }).view()).toThrow(RangeError);
		expect(() => core.oneHot(index(i), 3).view()).toThrow(RangeError);
	}
	expect(() => core.oneHot(index(-1), 3).view()).toThrow(
		'index -1 at position 0 of indices [1] is out of range for length 3; it must be from 0 to 2',
	);
	expect(() => x.take([0.5])).toThrow('take: 0.5 does not fit dtype i32');
	expect(() => x.take(f64([0]))).toThrow('take: indices are f64, must be i32 or u8');
});

test('row 63: repeated indices add up, negative ones count from the end', () => {
	const x = f64([1, 2, 3]);
	const y = x.take([0, 0, 2]);
	same(y, [1, 1, 3]);
	same(grad(y.sum(), [x])[0], [2, 0, 1]);
	same(x.take([-1]), 3);
});

test('row 70: a gradient needs a scalar', () => {
	expect(() => grad(core.zeros([32, 10]), [])).toThrow(
		'grad: needs a scalar, got shape [32, 10]; sum it, or pass a cotangent to vjp',
	);
});

test('row 71: a gradient may be taken twice, and does not add up', () => {
	const x = f64(3);
	const y = x.square();
	expect([grad(y, [x])[0]?.item(), grad(y, [x])[0]?.item()]).toEqual([6, 6]);
});

test('row 72: what the caller writes to afterwards does not reach the graph', () => {
	const data = Float64Array.of(1, 2);
	const x = tensor(data);
	const y = x.square();
	data[0] = 100;
	const seen = x.data();
	seen[1] = 100;
	same(y, [1, 4]);
	same(grad(y.sum(), [x])[0], [2, 4]);
	const w = variable(3, { dtype: 'f64' });
	const loss = w.read().square();
	const [slope] = grad(loss, [w]);
	w.assign(5);
	expect(slope?.item()).toBe(6);
});

test('row 75: long f32 sums of ones are exact, and a variance far from 0 is accurate', () => {
	const count = 2 ** 24 + 1000;
	expect(core.ones([count]).sum().item()).toBe(count);
	const x = core.normal(core.randomKey(1), [100_000], { mean: 1e4 });
	const exact = core.variance(x.cast('f64')).item();
	expect(Math.abs(core.variance(x).item() / exact - 1)).toBeLessThan(1e-3);
});

test.each([
	[[2 ** 31]],
	[[2 ** 16, 2 ** 16]],
	[[2 ** 27, 2 ** 26]],
	[[-1]],
	[[1.5]],
	[[nan]],
	[[2 ** 53, 0]],
])('row 77: a tensor of shape %j is refused wherever it is asked for', (shape) => {
	const key = core.randomKey(1);
	for (const make of [
		() => core.zeros(shape),
		() => core.full(shape, 1),
		() => core.broadcastTo(1, shape),
		() => core.uniform(key, shape),
		() => core.randomBits(key, shape),
	])
		expect(make).toThrow(core.ShapeError);
});

test('row 77: a tensor of too many elements is refused however it comes about', () => {
	const long = core.zeros([2 ** 16]);
	for (const make of [
		() => long.outer(long),
		() => long.expandDims(1).add(long),
		() => long.pad([[0, 2 ** 31]]),
		() => core.concatenate(Array.from({ length: 2 ** 15 }, () => long)),
		() => core.matmul(long.expandDims(1), long.expandDims(0)),
	])
		expect(make).toThrow(core.ShapeError);
});

test('row 79: gradients in whole numbers and truth values are refused, and none flows through them', () => {
	for (const dtype of ['i32', 'u8', 'bool'] as const) {
		const x = tensor([1, 0], { dtype });
		expect(() => grad(x.cast('f64').sum(), [x])).toThrow(
			`grad: xs[0] is ${dtype}[2]; gradients need f32 or f64`,
		);
	}
	const x = f64([1.5, 2.5]);
	same(grad(x.cast('i32').cast('f64').sum(), [x])[0], [0, 0]);
});

test('row 79: operations refuse the dtypes they do not have', () => {
	const words: [() => Node, string][] = [
		[() => core.neg(tensor([true])), 'neg: got dtype bool, needs a numeric dtype; cast it first'],
		[() => core.sub(tensor([true]), tensor([true])), 'neg: got dtype bool'],
		[
			() => core.uniform(core.randomKey(1), [2], { dtype: 'i32' }),
			'uniform: got dtype i32, needs f32 or f64',
		],
	];
	for (const [make, message] of words) expect(make).toThrow(message);
});

test('whole numbers become f32 where an operation needs fractions, and keep their dtype where not', () => {
	const x = tensor([1, 2], { dtype: 'i32' });
	const dtypes: [Node, DType][] = [
		[x.div(2), 'f32'],
		[x.exp(), 'f32'],
		[x.mean(), 'f32'],
		[x.sum(), 'i32'],
		[x.mul(3), 'i32'],
		[x.floor(), 'i32'],
		[x.relu(), 'i32'],
		[tensor([true, true]).sum(), 'i32'],
		[tensor([true]).add(tensor([true])), 'bool'],
	];
	for (const [node, dtype] of dtypes) expect(node.dtype).toBe(dtype);
});

test('row A5: indices of max pooling are those of the first of equals, never of padding, and of the first NaN', () => {
	const indicesOf = (x: readonly number[], padding = 0): unknown =>
		core.maxPool1dWithIndices([[...x]], 4, { padding })[1].toArray();
	expect(indicesOf([1, 3, 3, 2])).toEqual([[1]]);
	expect(indicesOf([1, nan, 3, nan])).toEqual([[1]]);
	expect(indicesOf([-Infinity, -Infinity, -Infinity], 1)).toEqual([[0]]);
});

test('row W3: a window of padding alone is an error', () => {
	expect(() => core.maxPool1d([[1, 2, 3, 4]], 2, { padding: 2 })).toThrow(/maxPool1d/);
});
