import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	type AttentionOptions,
	grad,
	hvp,
	jvp,
	type Node,
	ready,
	scaledDotProductAttention,
	stack,
	tensor,
	vmap,
	zeros,
} from '../src/index.ts';
import { filled } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import { runs } from './runs.ts';

const inf = Infinity;

type Mask = 'none' | 'truth values' | 'floats';

/** Attention of one example: lengths, numbers and what takes part. */
interface Case {
	readonly queries: number;
	readonly keys: number;
	readonly width: number;
	readonly valueWidth: number;
	readonly mask: Mask;
	readonly causal: boolean;
	readonly scale: number | undefined;
	readonly seed: number;
	readonly dtype: 'f32' | 'f64';
}

const cases: fc.Arbitrary<Case> = fc.record({
	queries: fc.nat(5),
	keys: fc.nat(5),
	width: fc.nat(3),
	valueWidth: fc.nat(3),
	mask: fc.constantFrom<Mask>('none', 'truth values', 'floats'),
	causal: fc.boolean(),
	scale: fc.constantFrom(undefined, 0.5, -1, 0),
	seed: fc.nat(2 ** 31 - 3),
	dtype: fc.constantFrom('f32', 'f64'),
});

interface Operands {
	readonly q: Node;
	readonly k: Node;
	readonly v: Node;
	/** Where a key takes part, 0 or 1; or what is added. */
	readonly mask: Node | null;
}

/** The operands of a case, halves and quarters from -2 to 2, so that both dtypes hold them; every third mask row is closed. */
function operandsOf({ queries, keys, width, valueWidth, mask, seed, dtype }: Case): Operands {
	const numbers = (shape: number[], at: number): Node =>
		filled(shape, 'f64', seed + at)
			.mul(2 / 3)
			.mul(4)
			.round()
			.div(4)
			.cast(dtype)
			.detach();
	const shape = [queries, keys];
	const open = filled(shape, 'f64', seed + 1).greater(-1);
	const closed = tensor(Array.from({ length: queries }, (_, i) => (i + seed) % 3 === 0))
		.cast('bool')
		.reshape([queries, 1]);
	const allowed = open.logicalAnd(closed.logicalNot());
	const added = allowed.cast(dtype).log().add(numbers(shape, 2));
	return {
		q: numbers([queries, width], 0),
		k: numbers([keys, width], 1),
		v: numbers([keys, valueWidth], 2),
		mask: mask === 'none' ? null : (mask === 'floats' ? added : allowed).detach(),
	};
}

const optionsOf = ({ causal, scale }: Case, mask: Node | null): AttentionOptions => ({
	causal,
	...(scale === undefined ? {} : { scale }),
	...(mask === null ? {} : { mask }),
});

const rowsOf = (x: Node): number[][] => {
	const [rows = 0, columns = 0] = x.shape;
	const elements = x.data();
	return Array.from({ length: rows }, (_, i) =>
		Array.from(elements.subarray(i * columns, (i + 1) * columns)),
	);
};

/** Attention and the gradient of <cotangent, attention>, by loops. */
function definition(
	c: Case,
	{ q, k, v, mask }: Operands,
	cotangent: Node,
): Readonly<Record<'value' | 'q' | 'k' | 'v' | 'mask', number[][]>> {
	const [qs, ks, vs, cs] = [q, k, v, cotangent].map(rowsOf) as [
		number[][],
		number[][],
		number[][],
		number[][],
	]; // one each
	const masks = mask === null ? null : rowsOf(mask);
	const scale = c.scale ?? (c.width === 0 ? 1 : 1 / Math.sqrt(c.width));
	const nothing = (rows: number, columns: number): number[][] =>
		Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
	const found = {
		value: nothing(c.queries, c.valueWidth),
		q: nothing(c.queries, c.width),
		k: nothing(c.keys, c.width),
		v: nothing(c.keys, c.valueWidth),
		mask: nothing(c.queries, c.keys),
	};
	const at = (rows: number[][], i: number, j: number): number => rows[i]?.[j] ?? Number.NaN;
	const addTo = (rows: number[][], i: number, j: number, x: number): void => {
		const row = rows[i];
		if (row !== undefined) row[j] = (row[j] ?? Number.NaN) + x;
	};
	for (let i = 0; i < c.queries; i++) {
		const weights: number[] = [];
		for (let j = 0; j < c.keys; j++) {
			let product = 0;
			for (let e = 0; e < c.width; e++) product += at(qs, i, e) * at(ks, j, e);
			let score = scale * product;
			if (c.mask === 'floats' && masks !== null) score += at(masks, i, j);
			if (c.mask === 'truth values' && masks !== null && at(masks, i, j) === 0) score = -inf;
			if (c.causal && j > i) score = -inf;
			weights.push(Math.exp(score));
		}
		const total = weights.reduce((sum, weight) => sum + weight, 0);
		if (total === 0) continue;
		const shares = weights.map((weight) => weight / total);
		// The slope of each share, and their mean, which the softmax takes off.
		const slopes = shares.map((_, j) => {
			let slope = 0;
			for (let e = 0; e < c.valueWidth; e++) slope += at(cs, i, e) * at(vs, j, e);
			return slope;
		});
		const mean = slopes.reduce((sum, slope, j) => sum + slope * (shares[j] ?? 0), 0);
		for (const [j, share] of shares.entries()) {
			const slope = share * ((slopes[j] ?? 0) - mean);
			for (let e = 0; e < c.valueWidth; e++) {
				addTo(found.value, i, e, share * at(vs, j, e));
				addTo(found.v, j, e, share * at(cs, i, e));
			}
			for (let e = 0; e < c.width; e++) {
				addTo(found.q, i, e, scale * slope * at(ks, j, e));
				addTo(found.k, j, e, scale * slope * at(qs, i, e));
			}
			addTo(found.mask, i, j, slope);
		}
	}
	return found;
}

/**
 * Scores, up to 16, are off by some 5 roundings of their size, and so the shares by 160 units, relatively, counting the
 * total; gradients by twice that, and they are sums of at most 15 terms of size up to 12.
 */
const units = 500;
const largest = 180;
const unitOf = { f32: 2 ** -24, f64: 2 ** -53 };

function near(found: Node, expected: number[][], dtype: 'f32' | 'f64'): void {
	expect(found.dtype).toBe(dtype);
	const flat = expected.flat();
	const elements = found.data();
	expect(elements).toHaveLength(flat.length);
	for (const [i, y] of flat.entries())
		expect(Math.abs((elements[i] ?? Number.NaN) - y)).toBeLessThanOrEqual(
			units * unitOf[dtype] * largest,
		);
}

forEveryEngine(({ compile, times }) => {
	test('attention and its gradient are those of the definition, whatever is masked', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async (c) => {
				const operands = operandsOf(c);
				const { q, k, v, mask } = operands;
				const cotangent = filled([c.queries, c.valueWidth], c.dtype, c.seed).round().detach();
				const isAdded = c.mask === 'floats' && mask !== null;
				const results = compile((...xs: Node[]) => {
					const [q, k, v, given = mask] = xs as [Node, Node, Node, Node?]; // as many as are passed
					const y = scaledDotProductAttention(q, k, v, optionsOf(c, given));
					return [y, ...grad(y.mul(cotangent).sum(), isAdded ? xs : xs.slice(0, 3))];
				})(...[q, k, v, ...(mask === null ? [] : [mask])]);
				await ready(...results);
				const expected = definition(c, operands, cotangent);
				const names = ['value', 'q', 'k', 'v', 'mask'] as const;
				for (const [i, found] of results.entries())
					near(found, expected[names[i] ?? 'value'], c.dtype);
			}),
			times(30),
		);
	});
});

describe('what is masked', () => {
	const hidden = fc.record({
		queries: fc.integer({ min: 1, max: 4 }),
		keys: fc.integer({ min: 1, max: 4 }),
		isAdded: fc.boolean(),
		seed: fc.nat(2 ** 31 - 9),
	});

	test('changes no bit of the result, and has the gradient 0', () => {
		fc.assert(
			fc.property(hidden, ({ queries, keys, isAdded, seed }) => {
				const at = (shape: number[], more: number): Node => filled(shape, 'f64', seed + more);
				const open = at([keys], 0).greater(0);
				const mask = isAdded ? open.cast('f64').log().detach() : open;
				const [q, k, v] = [at([queries, 3], 1), at([keys, 3], 2), at([keys, 2], 3)];
				const outcome = (k: Node, v: Node): Node[] => {
					const y = scaledDotProductAttention(q, k, v, { mask });
					return [y, ...grad(y.sin().sum(), [q, k, v])];
				};
				const shown = open.expandDims(1);
				const other = (x: Node, more: number): Node =>
					shown.where(x, at([...x.shape], more).mul(100));
				const [first, second] = [outcome(k, v), outcome(other(k, 4), other(v, 5))];
				expect(second.map((each) => each.toArray())).toEqual(first.map((each) => each.toArray()));
				for (const slope of first.slice(2))
					for (const element of shown.where(0, slope).data()) expect(Math.abs(element)).toBe(0);
			}),
		);
	});

	test('gives 0 where it is all, and no NaN in any derivative of first and second order', () => {
		fc.assert(
			fc.property(hidden, ({ queries, keys, isAdded, seed }) => {
				const at = (shape: number[], more: number): Node => filled(shape, 'f64', seed + more);
				const xs = [at([queries, 2], 1), at([keys, 2], 2), at([keys, 2], 3)];
				if (isAdded) xs.push(zeros([queries, keys], { dtype: 'f64' }).sub(inf).detach());
				const allowed = zeros([queries, keys], { dtype: 'bool' });
				const [q, k, v, mask = allowed] = xs as [Node, Node, Node, Node?]; // as many as there are
				const us = xs.map((x, i) => at([...x.shape], 10 + i));
				const y = scaledDotProductAttention(q, k, v, { mask });
				const loss = y.add(1).square().sum();
				const all = [y, jvp(y, xs, us), ...grad(loss, xs), ...hvp(loss, xs, us)];
				for (const each of all)
					for (const element of each.data()) expect(Math.abs(element)).toBe(0);
			}),
		);
	});
});

test('a causal mask is that of query i seeing keys up to i, and holds together with another', () => {
	fc.assert(
		fc.property(fc.nat(4), fc.nat(4), fc.nat(2 ** 31 - 9), (queries, keys, seed) => {
			const [q, k, v] = [
				[queries, 2],
				[keys, 2],
				[keys, 1],
			].map((shape, i) => filled(shape, 'f64', seed + i)) as [Node, Node, Node]; // one each
			const other = filled([queries, keys], 'bool', seed);
			const before = tensor(
				Array.from({ length: queries * keys }, (_, at) => at % keys <= Math.floor(at / keys)),
			)
				.cast('bool')
				.reshape([queries, keys]);
			const attend = (options: AttentionOptions): unknown =>
				scaledDotProductAttention(q, k, v, options).toArray();
			expect(attend({ causal: true })).toEqual(attend({ mask: before }));
			expect(attend({ causal: true, mask: other })).toEqual(
				attend({ mask: before.logicalAnd(other) }),
			);
		}),
	);
});

test('leading axes broadcast, and each example of a batch is alone', () => {
	fc.assert(
		fc.property(
			fc.nat(2 ** 31 - 9),
			fc.constantFrom<[number[], number[], number[], number[]]>(
				[[2, 3], [3], [], [2, 1]],
				[[2, 1], [1, 3], [2, 3], []],
				[[], [2, 3], [2, 3], [2, 3]],
			),
			(seed, [a, b, c, d]) => {
				const q = filled([...a, 2, 3], 'f64', seed);
				const k = filled([...b, 4, 3], 'f64', seed + 1);
				const v = filled([...c, 4, 1], 'f64', seed + 2);
				const mask = filled([...d, 2, 4], 'bool', seed + 3);
				const y = scaledDotProductAttention(q, k, v, { mask });
				const wide = (x: Node): Node => x.broadcastTo([2, 3, ...x.shape.slice(-2)]);
				const each = Array.from({ length: 6 }, (_, i) => {
					const [q1, k1, v1, mask1] = [q, k, v, mask].map((x) =>
						wide(x).slice(Math.floor(i / 3), i % 3),
					) as [Node, Node, Node, Node]; // one each
					return scaledDotProductAttention(q1, k1, v1, { mask: mask1 });
				});
				expect(y.toArray()).toEqual(stack(each).reshape([2, 3, 2, 1]).toArray());
			},
		),
		runs(20),
	);
});

test('mapped over a batch, with a mask for each or one for all, it is the stack, as are its gradients', () => {
	fc.assert(
		fc.property(fc.nat(2 ** 31 - 9), fc.boolean(), fc.boolean(), (seed, causal, shared) => {
			const q = filled([2, 3, 2], 'f64', seed);
			const k = filled([2, 4, 2], 'f64', seed + 1);
			const v = filled([2, 4, 2], 'f64', seed + 2);
			const mask = filled(shared ? [3, 4] : [2, 3, 4], 'bool', seed + 3);
			const outcome = (q: Node, k: Node, v: Node, mask: Node): Node[] => {
				const y = scaledDotProductAttention(q, k, v, { mask, causal });
				return [y, ...grad(y.sin().sum(), [q, k, v])];
			};
			const inAxes = [0, 0, 0, shared ? null : 0];
			const mapped = vmap(outcome, { inAxes })(q, k, v, mask);
			const each = [0, 1].map((i) =>
				outcome(q.slice(i), k.slice(i), v.slice(i), shared ? mask : mask.slice(i)),
			);
			for (const [i, found] of mapped.entries())
				expect(found.toArray()).toEqual(stack(each.map((of) => of[i] as Node)).toArray()); // as many
		}),
		runs(20),
	);
});

test('both modes are the differences’, to second order, in queries, keys, values and an added mask', () => {
	fc.assert(
		fc.property(
			fc.record({
				queries: fc.nat(2),
				keys: fc.nat(3),
				isAdded: fc.boolean(),
				causal: fc.boolean(),
				seed: fc.nat(2 ** 31 - 9),
			}),
			({ queries, keys, isAdded, causal, seed }) => {
				const at = (shape: number[], more: number): Node => filled(shape, 'f64', seed + more);
				const xs = [at([queries, 2], 0), at([keys, 2], 1), at([keys, 2], 2)];
				const allowed = filled([queries, keys], 'bool', seed);
				if (isAdded) xs.push(at([queries, keys], 3));
				checkGradients(
					(...xs) => {
						const [q, k, v, mask = allowed] = xs as [Node, Node, Node, Node?]; // as many as are passed
						return scaledDotProductAttention(q, k, v, { mask, causal });
					},
					xs,
					{ order: 2 },
				).assert();
			},
		),
		runs(8),
	);
});

test('scores of any size give what the largest of them gives, and no overflow', () => {
	const q = tensor([[1, 0]]);
	const k = tensor([
		[1e30, 0],
		[2e30, 5],
		[-3e38, 0],
	]);
	const y = scaledDotProductAttention(q, k, tensor([[1], [2], [3]]), { scale: 1 });
	expect(y.toArray()).toEqual([[2]]);
	expect(grad(y.sum(), [k])[0].toArray()).toEqual([
		[0, 0],
		[0, 0],
		[0, 0],
	]);
});

// Printed by torch._C._nn._scaled_dot_product_attention of PyTorch 1.13.0a0, in double precision.
test('published figures: attention and its gradients of PyTorch', () => {
	const f64 = { dtype: 'f64' } as const;
	const xs = [
		tensor([0.5, -1, 2, 0.25, -0.75, 1.5], { ...f64, shape: [3, 2] }),
		tensor([1, 0, -0.5, 2, 0.25, -1.25, 1.5, 0.75], { ...f64, shape: [4, 2] }),
		tensor([1, 2, -1, 0, -3, 0.5, 4, 1, 0.25, -2, 0.5, 3], { ...f64, shape: [4, 3] }),
	];
	const [q, k, v] = xs as [Node, Node, Node]; // three
	const mask = [
		[true, false, true, true],
		[false, true, false, false],
		[true, true, true, false],
	];
	const figures: [AttentionOptions, number[], number[]][] = [
		[
			{},
			[
				1.8968702399575075, 1.0207185776147003, 0.4436311476328438, -0.6697647924998018,
				0.7766495732234346, 1.6210902539927339, -0.03789819523946916, -2.419317086417957,
				0.6228107378671885,
			],
			[
				0.5080467902898529, 0.6325495922758556, -0.33532772750988377, -0.816254690713206,
				-0.4127770402494234, 0.34118780792167425,
			],
		],
		[
			{ causal: true },
			[
				1, 2, -1, 0.8541797500063807, 1.2708987500319033, -0.781269625009571, 0.12985698834684664,
				-2.6689119711433618, 0.41956653304511565,
			],
			[0, 0, 0.1412173742031139, -0.18828983227081852, -0.24056325583470883, 0.3075860500574019],
		],
		[
			{ mask },
			[
				1.9731197940125642, 1.1823416512788585, 0.44136525734417176, 0, -3, 0.5,
				0.12985698834684664, -2.6689119711433618, 0.41956653304511565,
			],
			[0.5384379719716393, 0.8554155806720017, 0, 0, -0.24056325583470883, 0.3075860500574019],
		],
		[
			{ mask: [[0.5, -1, -inf, 2]] },
			[
				-1.266833036544199, 0.8322116076902732, 2.0237170810973626, -1.7305400297155107,
				0.6197151185365539, 2.6412761457912617, -1.1171559703790082, -0.5151733028960815,
				1.876822601901884,
			],
			[
				-0.21929163084448303, -0.3641509697368057, -0.11395649020750019, -0.18440190881138474,
				0.4653002164223453, -0.5257017895459062,
			],
		],
	];
	for (const [options, value, slope] of figures) {
		const y = scaledDotProductAttention(q, k, v, options);
		near(y, [value], 'f64');
		near(grad(y.sin().sum(), [q])[0], [slope], 'f64');
	}
});

test('what does not fit is refused with its shapes', () => {
	const [q, k, v] = [zeros([2, 3]), zeros([4, 3]), zeros([4, 5])];
	const attend =
		(...args: Parameters<typeof scaledDotProductAttention>): (() => Node) =>
		() =>
			scaledDotProductAttention(...args);
	const name = 'scaledDotProductAttention: ';
	expect(attend(zeros([3]), k, v)).toThrow(
		`${name}queries [3], keys [4, 3] and values [4, 5] need two axes each`,
	);
	expect(attend(q, zeros([4, 2]), v)).toThrow(
		`${name}queries [2, 3], keys [4, 2] and values [4, 5]: the widths 3 and 2 of queries and keys differ; they must be [..., L, E], [..., S, E] and [..., S, Ev]`,
	);
	expect(attend(q, k, zeros([6, 5]))).toThrow('there are 4 keys and 6 values');
	expect(attend(q, k, v, { mask: zeros([2, 5], { dtype: 'bool' }) })).toThrow(
		`${name}the mask [2, 5] does not broadcast to the scores [2, 4]`,
	);
	expect(attend(q, k, v, { mask: zeros([7, 2, 4], { dtype: 'bool' }) })).toThrow('[7, 2, 4]');
	expect(attend(q, k, v, { mask: zeros([2, 4], { dtype: 'i32' }) })).toThrow(
		`${name}the mask is i32[2, 4]; it must be bool`,
	);
	expect(attend(zeros([2, 2, 3]), zeros([3, 4, 3]), v)).toThrow(`${name}cannot broadcast`);
	const misspelt: object = { isCausal: true };
	expect(attend(q, k, v, misspelt)).toThrow('did you mean causal?');
});
