import { compile, grad, type Node, tensor, topologicalOrder, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeGraph, explainGradient } from '../../src/index.ts';
import { graphs, scalarGraphs } from '../graph/graphs.ts';

const isNumber = ({ primitive, shape }: Node): boolean =>
	primitive.name === 'constant' && shape.length === 0;

test('every Node is described once, inputs before users, by a name that no other has but numbers', () => {
	fc.assert(
		fc.property(graphs, ({ output }) => {
			const described = describeGraph(output);
			expect(described.map(({ node }) => node)).toEqual(topologicalOrder([output]));
			const names = described.filter(({ node }) => !isNumber(node)).map(({ name }) => name);
			expect(new Set(names).size).toBe(names.length);
			const nameOf = new Map(described.map(({ node, name }) => [node, name]));
			for (const { node, rules } of described)
				expect(rules.map(({ to }) => to)).toEqual(node.inputs.map((input) => nameOf.get(input)));
		}),
	);
});

test('gradients are those of grad, and where it has none there is none', () => {
	fc.assert(
		fc.property(scalarGraphs, ({ output, leaves }) => {
			const gradients = grad(output, leaves);
			const described = new Map(describeGraph(output).map((each) => [each.node, each]));
			for (const [i, leaf] of leaves.entries()) {
				const found = described.get(leaf);
				if (found === undefined || found.gradient === '') {
					expect(gradients[i]?.item()).toBe(0);
					continue;
				}
				// Four digits are written.
				const wanted = gradients[i]?.item() ?? NaN;
				if (!Number.isFinite(wanted)) expect(found.gradient).toBe(String(wanted));
				else
					expect(Math.abs(Number(found.gradient) - wanted)).toBeLessThanOrEqual(
						1e-3 * Math.abs(wanted),
					);
			}
		}),
	);
});

test('describing changes no Node', () => {
	fc.assert(
		fc.property(graphs, ({ output }) => {
			const order = topologicalOrder([output]);
			const before = order.map(({ value, inputs }) => [value, inputs]);
			describeGraph(output);
			expect(order.map(({ value, inputs }) => [value, inputs])).toEqual(before);
		}),
	);
});

test('a Node in words: name, formula, type, value, gradient and rules', () => {
	const w = variable([1, 2, 3, 4, 5], { name: 'w' });
	const x = tensor([[1, 2]], { dtype: 'f64' });
	const y = w.read().square().sum().cast('f64').mul(x.sum());
	const all = describeGraph(y, { names: { x, y } });
	const called = new Map(all.map(({ node, ...words }) => [words.name, words]));
	expect(called.get('w')).toEqual({
		name: 'w',
		expression: 'variable',
		type: 'f32[5]',
		value: 'norm 7.416',
		gradient: 'norm 44.5',
		rules: [],
	});
	expect(called.get('x')).toMatchObject({ type: 'f64[1, 2]', gradient: 'norm 77.78' });
	const last = all.at(-1);
	expect(last).toMatchObject({ name: 'y', type: 'f64[]', value: '165', gradient: '1' });
	expect(last?.expression).toBe(last?.rules.map(({ to }) => to).join(' × '));
	expect(last?.rules.map(({ isFactor }) => isFactor)).toEqual([true, true]);
	// Of what is no scalar there are no gradients.
	expect(describeGraph(w.read().exp()).every(({ gradient }) => gradient === '')).toBe(true);
});

test('what has no value is described without', () => {
	let values: readonly string[] = [];
	const f = compile((x: Node) => {
		const y = x.exp().mul(2);
		values = describeGraph(y).map(({ value, gradient }) => `${value}${gradient}`);
		return y;
	});
	f(tensor(1));
	expect(values).toEqual(['', '', '2', '']);
});

test('the steps of an explanation lead along Nodes of the graph, and each has its lines in the text', () => {
	fc.assert(
		fc.property(scalarGraphs, fc.nat(), ({ output, leaves }, pick) => {
			const x = leaves[pick % leaves.length] as Node; // in range by the modulus
			const explanation = explainGradient(output, x);
			const members = new Set(topologicalOrder([output]));
			const { head, steps, text } = explanation;
			expect(text.split('\n')[0]).toBe(head);
			const rows = text.replaceAll(/ {2,}/g, '\n').split('\n');
			for (const step of steps) {
				expect(members.has(step.node)).toBe(true);
				expect(step.node.inputs).toContain(step.input);
				expect(step.operation).toBe(step.node.primitive.name);
				if (steps.length <= 40)
					for (const line of explanation.linesOf(step)) expect(rows).toContain(line);
			}
		}),
	);
	const x = tensor(1);
	expect(() => explainGradient(x, x).linesOf(1 as never)).toThrow(
		'linesOf: the step is 1; it must be one of the steps',
	);
});
