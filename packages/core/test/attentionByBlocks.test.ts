import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeOf } from '../src/graph/shape.ts';
import {
	explainPlan,
	grad,
	hvp,
	jvp,
	type Node,
	ready,
	scaledDotProductAttention,
	stack,
	topologicalOrder,
	vmap,
} from '../src/index.ts';
import { type Attention, attend } from '../src/ops/attention.ts';
import { attendByBlocks } from '../src/transforms/attention.ts';
import { filled } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import { runs } from './runs.ts';

interface Case {
	readonly queries: number;
	readonly keys: number;
	readonly blocks: number;
	readonly lead: readonly [number[], number[], number[]];
	/** The mask's dtype, and which of its two last axes are those of the scores, not 1. */
	readonly mask: {
		readonly isAdded: boolean;
		readonly rows: boolean;
		readonly keys: boolean;
	} | null;
	readonly causal: boolean;
	readonly seed: number;
	readonly dtype: 'f32' | 'f64';
}

const cases: fc.Arbitrary<Case> = fc.record({
	queries: fc.nat(6),
	keys: fc.nat(6),
	blocks: fc.integer({ min: 1, max: 4 }),
	lead: fc.constantFrom([[], [], []], [[2], [2], [2]], [[2], [], [1]], [[], [2], []]),
	mask: fc.option(fc.record({ isAdded: fc.boolean(), rows: fc.boolean(), keys: fc.boolean() })),
	causal: fc.boolean(),
	seed: fc.nat(2 ** 31 - 9),
	dtype: fc.constantFrom('f32', 'f64'),
});

/** Its operands, those that one can differentiate in first. */
function operandsOf({ queries, keys, lead, mask, seed, dtype }: Case): Node[] {
	const [q, k, v] = [
		[queries, 2],
		[keys, 2],
		[keys, 3],
	].map((shape, i) =>
		filled([...(lead[i] ?? []), ...shape], dtype, seed + i)
			.div(2)
			.detach(),
	) as [Node, Node, Node]; // one each
	if (mask === null) return [q, k, v];
	const shape = [mask.rows ? queries : 1, mask.keys ? keys : 1];
	const open = filled(shape, 'f64', seed + 3)
		.greater(-1)
		.detach();
	if (!mask.isAdded) return [q, k, v, open];
	return [q, k, v, open.where(filled(shape, dtype, seed + 4), -Infinity).detach()];
}

/** Attention of the operands, by blocks or at once. */
const by =
	(causal: boolean, blocks: number | null) =>
	(...xs: Node[]): Node => {
		const [q, k, v, mask = null] = xs as [Node, Node, Node, Node?]; // as many as are passed
		const attention: Attention = { q, k, v, mask, causal };
		return blocks === null ? attend(attention) : attendByBlocks(attention, blocks);
	};

const isFloating = ({ dtype }: Node): boolean => dtype !== 'bool';

/** The value and derivatives of both modes, of so many orders, in all that is floating. */
const outcome =
	(f: (...xs: Node[]) => Node, order: 1 | 2) =>
	(...xs: Node[]): Node[] => {
		const y = f(...xs);
		const floating = xs.filter(isFloating);
		// A tangent of -Infinity would be NaN times 0.
		const along = floating.map((x) => x.maximum(-3).sin());
		const loss = y.sin().sum();
		const first = [y, jvp(y, floating, along), ...grad(loss, floating)];
		return order === 1 ? first : [...first, ...hvp(loss, floating, along)];
	};

/**
 * Weights are off by some 160 roundings, as `attention.test.ts` says, and each derivative doubles that; what they are sums
 * of is not much larger than they are.
 */
const units = 1000;
const unitOf = { f32: 2 ** -24, f64: 2 ** -53 };

function near(found: Node, expected: Node, dtype: 'f32' | 'f64'): void {
	expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
	const [a, b] = [found.data(), expected.data()];
	let size = 1;
	for (const each of b) size = Math.max(size, Math.abs(each));
	for (const [i, y] of b.entries())
		expect(Math.abs((a[i] ?? Number.NaN) - y)).toBeLessThanOrEqual(units * unitOf[dtype] * size);
}

forEveryEngine(({ compile, times }) => {
	test('by any number of blocks attention and its derivatives are those of all queries at once', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async (c) => {
				const xs = operandsOf(c);
				const found = compile(outcome(by(c.causal, c.blocks), 1))(...xs);
				await ready(...found);
				for (const [i, expected] of outcome(by(c.causal, null), 1)(...xs).entries())
					near(found[i] as Node, expected, c.dtype); // as many
			}),
			times(20),
		);
	});
});

test('by blocks both modes are the differences’, to second order, and vmap is the stack of those at once', () => {
	fc.assert(
		fc.property(cases, (drawn) => {
			const [queries, keys] = [drawn.queries % 4, drawn.keys % 4];
			const small: Case = { ...drawn, queries, keys, lead: [[], [], []], dtype: 'f64' };
			// The differences of what is added to -Infinity are not numbers.
			const xs = operandsOf(small).map((x) => (isFloating(x) ? x.maximum(-3).detach() : x));
			const f = by(small.causal, small.blocks);
			checkGradients(f, xs, { order: 2 }).assert();
			const others = xs.map((x) => x.flip());
			const batch = xs.map((x, i) => stack([x, others[i] as Node])); // as many
			const mapped = vmap(outcome(f, 2))(...batch);
			const whole = outcome(by(small.causal, null), 2);
			const each = [whole(...xs), whole(...others)];
			for (const [i, found] of mapped.entries())
				near(found, stack(each.map((of) => of[i] as Node)), 'f64'); // as many
		}),
		runs(5),
	);
});

test('by blocks a plan holds a block’s scores, not all of them, forward and back', () => {
	for (const causal of [false, true]) {
		const xs = [1, 2, 3].map((seed) => filled([512, 16], 'f32', seed));
		const temporaries = (blocks: number | null, isBack: boolean): number => {
			const f = by(causal, blocks);
			const run = (...xs: Node[]): Node[] => {
				const y = f(...xs);
				return isBack ? grad(y.sin().sum(), xs) : [y];
			};
			return explainPlan(run)(...xs).memory.temporaries;
		};
		for (const isBack of [false, true]) {
			// Half, as some four blocks' worth of queries, keys, values and their gradients are held, too.
			const [whole, parts] = [temporaries(null, isBack), temporaries(8, isBack)];
			expect(parts).toBeLessThan(whole / 2);
		}
	}
});

test('of more than 2^28 scores no Node of twice as long a sequence is more than twice as large, forward and back', () => {
	const largestOf = (length: number): number => {
		const xs = [1, 2, 3].map((seed) => filled([length, 1], 'f32', seed));
		const y = scaledDotProductAttention(...(xs as [Node, Node, Node])); // three
		const sizes = topologicalOrder([y, ...grad(y.sum(), xs)]).map(({ shape }) => sizeOf(shape));
		return sizes.reduce((a, b) => Math.max(a, b));
	};
	expect(largestOf(2 ** 14)).toBe(2 ** 22);
	expect(largestOf(2 ** 15)).toBe(2 ** 23);
});

test('more than 2^22 scores are computed by blocks, of any length by few Nodes, with the same result', () => {
	const primitivesOf = (y: Node): string[] =>
		topologicalOrder([y]).map(({ primitive }) => primitive.name);
	const attention = (length: number): Node => {
		const [q, k, v] = [1, 2, 3].map((seed) => filled([length, 1], 'f32', seed)) as [
			Node,
			Node,
			Node,
		]; // one each
		return scaledDotProductAttention(q, k, v, { causal: true });
	};
	expect(primitivesOf(attention(2 ** 11))).not.toContain('custom');
	// 64 blocks at the most, or as many as there are 256 queries, or 512, of some 45 Nodes each.
	for (const [length, blocks] of [
		[2 ** 11 + 1, 64],
		[2 ** 14, 64],
		[2 ** 15, 128],
		[2 ** 17, 512],
	] as const) {
		const names = primitivesOf(attention(length));
		expect(names).toContain('custom');
		expect(names.length).toBeLessThan(blocks * 50);
	}
	expect(() => attention(2 ** 20)).toThrow(
		'scaledDotProductAttention: one of 512 blocks of queries [1048576, 1] would have 2147483648 scores with keys [1048576, 1]; it must have at most 2147483647: pass the queries in parts, or fewer keys',
	);
	const xs = [1, 2, 3].map((seed) => filled([2100, 2], 'f32', seed));
	const [q, k, v] = xs as [Node, Node, Node]; // three
	const whole = attend({ q, k, v, mask: null, causal: false });
	near(scaledDotProductAttention(q, k, v, { scale: 1 }), whole, 'f32');
});
