import {
	concatenate,
	grad,
	type Node,
	tensor,
	topologicalOrder,
	type Variable,
	variable,
} from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainGradient, type GradientStep, type Value } from '../../src/index.ts';
import { graphs, scalarGraphs } from '../graph/graphs.ts';
import { elementsOf } from '../wellFormed.ts';

/** Sums of a few terms in other orders differ by no more than a few roundings of their size: 25 Nodes have at most 50 terms. */
const tolerance = 50 * 2 ** -52;

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, size: number): void {
	expect(found.length).toBe(wanted.length);
	for (let i = 0; i < found.length; i++) {
		const [a, b] = [found[i] ?? 0, wanted[i] ?? 0];
		// Infinities of both signs add to NaN in one order, and in another, too.
		if (Number.isFinite(size)) expect(Math.abs(a - b)).toBeLessThanOrEqual(tolerance * size);
		else expect(Number.isFinite(a)).toBe(Number.isFinite(b));
	}
}

function sizeOf(values: readonly Value[]): number {
	return values.reduce((sum, { data }) => sum + Math.max(0, ...Array.from(data, Math.abs)), 0);
}

/** The steps to each input, by its name. */
function byTarget(steps: readonly GradientStep[]): Map<string, GradientStep[]> {
	const found = new Map<string, GradientStep[]>();
	for (const step of steps) found.set(step.to, [...(found.get(step.to) ?? []), step]);
	return found;
}

test('products of local derivatives are the steps, and their sums the gradients, down to that of grad', () => {
	fc.assert(
		fc.property(graphs, fc.nat(), ({ output, nodes }, pick) => {
			const x = nodes[pick % nodes.length] as Node; // in range by the modulus
			const explanation = explainGradient(output, x);
			const [gradient] = grad(output, [x]);
			expect(explanation.gradient.shape).toEqual(x.shape);
			const all = explanation.steps.map(({ product }) => product);
			expectClose(explanation.gradient.data, gradient.data(), sizeOf(all));
			for (const { local, upstream, product } of explanation.steps)
				if (local !== null)
					for (let i = 0; i < product.data.length; i++)
						expect(product.data[i]).toBe((upstream.data[i] ?? 0) * (local.data[i] ?? 0));
			for (const steps of byTarget(explanation.steps).values()) {
				expect(steps.map(({ branch }) => branch)).toEqual(steps.map((_, i) => i + 1));
				for (const { total, branches } of steps) {
					expect(branches).toBe(steps.length);
					const sum = total.data.map((_, i) =>
						steps.reduce((partial, { product }) => partial + (product.data[i] ?? 0), 0),
					);
					expectClose(sum, total.data, sizeOf(steps.map(({ product }) => product)));
				}
			}
		}),
	);
});

test('each step begins where others have led, at y first, and x is where all end', () => {
	fc.assert(
		fc.property(scalarGraphs, fc.nat(), ({ output, leaves }, pick) => {
			const x = leaves[pick % leaves.length] as Node; // in range by the modulus
			const { steps, y, x: end } = explainGradient(output, x);
			const known = new Map<string, readonly number[]>([[y, [1]]]);
			const left = new Set<string>();
			for (const { from, to, upstream, total } of steps) {
				expect([...upstream.data]).toEqual(known.get(from));
				known.set(to, [...total.data]);
				left.add(from);
			}
			expect(left.has(end)).toBe(false);
		}),
	);
});

test('a higher derivative is explained as any other', () => {
	const x = tensor(2, { dtype: 'f64' });
	const y = x.pow(3).add(x.sin().mul(x));
	const [slope] = grad(y, [x]);
	const { gradient } = explainGradient(slope, x);
	// 6x + 2 cos x - x sin x.
	expect(gradient.data[0]).toBeCloseTo(12 + 2 * Math.cos(2) - 2 * Math.sin(2), 12);
	const [second] = grad(slope, [x]);
	expect(gradient.data[0]).toBe(second.item());
});

test('explaining changes no Node', () => {
	fc.assert(
		fc.property(graphs, ({ output, leaves }) => {
			const order = topologicalOrder([output]);
			const before = order.map(({ value, inputs }) => [value, inputs]);
			const first = String(explainGradient(output, leaves[0] as Node)); // there is one
			expect(order.map(({ value, inputs }) => [value, inputs])).toEqual(before);
			expect(String(explainGradient(output, leaves[0] as Node))).toBe(first);
		}),
	);
});

test('chapter 5: apples and oranges in columns', async () => {
	const [apple, apples, orange, oranges, tax] = [100, 2, 150, 3, 1.1].map((x) =>
		tensor(x, { dtype: 'f64' }),
	) as [Node, Node, Node, Node, Node];
	const price = apple.mul(apples).add(orange.mul(oranges)).mul(tax);
	const explanation = explainGradient(price, apple, {
		names: { apple, apples, orange, oranges, tax, price },
	});
	expect(`${explanation}`).toBe(
		[
			'∂price/∂apple = 2.2',
			'',
			'step                 local derivative        running product',
			'price = v2 × tax     ∂price/∂v2: tax = 1.1   ∂price/∂v2: 1 × 1.1 = 1.1',
			'v2 = v1 + 450        ∂v2/∂v1: 1              ∂price/∂v1: 1.1 × 1 = 1.1',
			'v1 = apple × apples  ∂v1/∂apple: apples = 2  ∂price/∂apple: 1.1 × 2 = 2.2',
		].join('\n'),
	);
	const svg = await explanation.svg();
	expect(elementsOf(svg)[0]).toBe('svg');
	for (const product of ['1 × 1.1 = 1.1', '1.1 × 1 = 1.1', '1.1 × 2 = 2.2'])
		expect(svg).toContain(`>${product}<`);
	expect(svg).toContain('<title>Chain rule of ∂price/∂apple</title>');
});

test('paths that meet are numbered, and summed', () => {
	const x = tensor(3, { dtype: 'f64' });
	const text = String(explainGradient(x.mul(x), x));
	expect(text).toContain('∂y/∂x, 1 of 2: 1 × 3 = 3');
	expect(text).toContain('∂y/∂x, 2 of 2: 1 × 3 = 3');
	expect(text).toContain('∂y/∂x, sum of 2: 6');
	const fourth = String(explainGradient(x.mul(x.mul(x.mul(x))), x));
	expect(fourth.match(/∂y\/∂x, \d of 4: 1?\d*/g)?.length).toBe(4);
	expect(fourth).toContain('∂y/∂x, sum of 4: 108');
});

test('the picture begins at x, however that was made, and has no gradients beside the way', async () => {
	const [z, w] = [tensor(0.5, { dtype: 'f64' }), tensor(3, { dtype: 'f64' })];
	const x = z.exp();
	const y = x.mul(w.sqrt());
	const svg = await explainGradient(y, x, { names: { x, y } }).svg();
	expect(svg).not.toContain('>exp<');
	expect(svg).not.toContain('>√<');
	expect(svg.match(/font-style="italic"/g)?.length).toBe(2);
});

test('where no derivative passes, the gradient is zero, and that is said', async () => {
	const [x, z] = [tensor([1, 2]), tensor(2)];
	const rounded = z.round();
	for (const [y, at] of [
		[z.exp(), x],
		[rounded, z],
		[z.stopGradient().exp(), z],
	] as const) {
		const explanation = explainGradient(y, at);
		expect([...explanation.gradient.data]).toEqual([...at.data()].map(() => 0));
		expect(explanation.text).toMatch(/no derivative passes from y to x$/);
		expect(elementsOf(await explanation.svg())[0]).toBe('svg');
	}
	expect(String(explainGradient(z, z))).toBe('∂y/∂y = 1: they are the same');
});

test('large tensors are told by shape and norm, and long chains by their ends', () => {
	const w = variable(tensor(Array.from({ length: 100 }, () => 0.5)), { name: 'w' });
	const text = String(explainGradient(w.read().tanh().sum(), w));
	expect(text).toContain('∂y/∂w = f32[100], norm 7.864');
	let y: Node = tensor(0.5, { dtype: 'f64' });
	const x = y;
	for (let i = 0; i < 300; i++) y = y.sin();
	const lines = String(explainGradient(y, x)).split('\n');
	expect(lines.length).toBeLessThan(60);
	expect(lines.join('\n')).toContain('... 260 steps ...');
});

test('Variables of one name are told apart, and of many operands the first are written', () => {
	const parts = Array.from({ length: 1000 }, () => variable([1, 2], { name: 'w' }));
	const y = concatenate(parts, 0).sum();
	const text = String(explainGradient(y, parts[999] as Variable)); // there is one
	expect(text).toContain('concatenate(w₂, w₃, w₄, w₅, w₆, w₇, ... 994 more)');
	expect(text.split('\n')[0]).toBe('∂y/∂w = [1, 1]');
});

test('what cannot be explained is refused in words', () => {
	const x = tensor([1, 2]);
	expect(() => explainGradient(x, x)).toThrow(
		/explainGradient: y has shape \[2\]; it must be a scalar/,
	);
	expect(() => explainGradient(x.sum(), tensor([1], { dtype: 'i32' }))).toThrow(/x is i32\[1\]/);
	expect(() => explainGradient(x.sum(), 3 as never)).toThrow(
		/x is 3; it must be a Node or a Variable/,
	);
	expect(() => explainGradient(x.sum(), x, { names: { z: tensor(1) } })).toThrow(
		/"z" names a Node/,
	);
});
