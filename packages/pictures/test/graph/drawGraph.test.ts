import {
	checkFinite,
	compile,
	grad,
	type Node,
	tensor,
	topologicalOrder,
	variable,
} from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shownNumber } from '../../src/graph/numbers.ts';
import { drawGraph, graphDot } from '../../src/index.ts';
import { elementsOf } from '../wellFormed.ts';
import { graphs, scalarGraphs } from './graphs.ts';

/** Names for the leaves of a graph that are there. */
function namesFor(leaves: readonly Node[], output: Node): Record<string, Node> {
	const order = new Set(topologicalOrder([output]));
	const there = leaves.filter((leaf) => order.has(leaf));
	return Object.fromEntries(there.map((leaf, i) => [`leaf${i}`, leaf]));
}

/** The texts of a part of DOT, without markup. */
function textsIn(dot: string): string[] {
	return dot
		.split(/<[^>]*>/)
		.map((text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))))
		.filter((text) => text.trim() !== '');
}

/** What stands above and below the edge that begins at the shape of a name. */
function writtenAt(dot: string, name: string): { value: string[]; gradient: string[] } {
	const part = new RegExp(`^(part\\d+) \\[.*<B>${name}</B>`, 'm').exec(dot)?.[1];
	const id = new RegExp(`^${part} -> (value\\d+):line`, 'm').exec(dot)?.[1];
	const label = new RegExp(`^${id} \\[.*label=<(.*)>\\]$`, 'm').exec(dot)?.[1] ?? '';
	const [value = '', gradient = ''] = label.split('PORT="line"');
	return {
		value: textsIn(value.slice(0, value.lastIndexOf('<TD'))),
		gradient: textsIn(`<${gradient}`),
	};
}

test('the values above the edges of leaves are theirs, and the gradients below are those of grad', () => {
	fc.assert(
		fc.property(scalarGraphs, ({ leaves, output }) => {
			const names = namesFor(leaves, output);
			const dot = graphDot(output, { names, maxNodes: 1000 });
			const gradients = grad(output, Object.values(names));
			for (const [i, name] of Object.keys(names).entries()) {
				if (names[name] === output) continue;
				const { value, gradient } = writtenAt(dot, name);
				expect(value).toEqual([shownNumber(names[name]?.item() as number)]);
				const slope = gradients[i]?.item() as number;
				// A gradient that no derivative reaches is not drawn, and 0.
				expect(gradient.length === 0 ? '0' : gradient[0]).toBe(shownNumber(slope));
			}
		}),
	);
});

test('drawing changes no Node: what had no value has none, what was made of others still is', () => {
	fc.assert(
		fc.property(graphs, ({ output }) => {
			const order = topologicalOrder([output]);
			const before = order.map(({ value, inputs }) => [value, inputs]);
			const dot = graphDot(output);
			expect(order.map(({ value, inputs }) => [value, inputs])).toEqual(before);
			expect(graphDot(output)).toBe(dot);
		}),
	);
});

test('the Nodes that shapes and boxes tell of are all that there are, however many are folded', () => {
	fc.assert(
		fc.property(scalarGraphs, fc.integer({ min: 3, max: 20 }), ({ output }, maxNodes) => {
			const dot = graphDot(output, { maxNodes, gradientOf: null });
			const told = [...dot.matchAll(/^part\d+ \[(.*)\]$/gm)].map(([, attributes = '']) => {
				const [count] = /[\d,]+ Nodes?/.exec(attributes) ?? [];
				const movements = textsIn(attributes.slice(attributes.indexOf('label=<') + 7)).filter(
					(text) => /^(broadcast|reshape|cast|permute)/.test(text),
				);
				if (count !== undefined) return Number.parseInt(count.replaceAll(',', ''), 10);
				const inChain = movements.join(', ').split(', ').length;
				return attributes.includes('shape=box') && movements.length > 0 ? inChain + 1 : inChain;
			});
			const total = told.reduce((sum, count) => sum + count, 0);
			expect(total).toBe(topologicalOrder([output]).length);
		}),
	);
});

const uglyNames = [
	'"quoted" <b>bold</b> & \'more\'',
	'a\nnew line\tand \\N \\n \\G backslashes',
	'🍎 りんご تفاحة',
	'lone \ud800 half, \u0000 and \u202e turned',
	'<!-- no --> ]]> comment -->',
	'x'.repeat(500),
	'label=<<I>&amp;&#65;',
	'',
];

test.each(['right', 'down'] as const)(
	'names are drawn as text, whatever they hold, where a graph leads %s',
	async (direction) => {
		const leaves = uglyNames.map((name) => variable(2, { name }).read());
		const [first, ...rest] = leaves.map((leaf) => leaf.exp()) as [Node, ...Node[]];
		const y = rest.reduce((sum, node) => sum.add(node), first);
		const names = new Map(uglyNames.map((name, i) => [`${name}'`, [first, ...rest][i] as Node])); // as many
		const svg = await drawGraph(y, {
			names,
			direction,
			title: uglyNames.join(),
		});
		expect(elementsOf(svg)).toContain('text');
		const shown = svg.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&gt;', '>');
		const text = shown.replaceAll('&amp;', '&');
		expect(text).toContain('>"quoted" <b>bold</b> & \'more\'<');
		expect(text).toContain('>a\\nnew line\\u0009and \\N \\n \\G backslash…<');
		expect(text).toContain('>🍎 りんご تفاحة<');
		expect(text).toContain('>lone \\ud800 half, \\u0000 and \\u202e tur…<');
		expect(text).toContain('><!-- no --> ]]> comment --><');
		expect(text).toContain(`>${'x'.repeat(39)}…<`);
		expect(text).toContain('>label=<<I>&amp;&#65;<');
	},
);

test('pictures are well-formed, accessible, and have the colours of their theme alone', async () => {
	const x = tensor([[1, 2, 3]]);
	const y = x.exp().sum();
	for (const theme of ['auto', 'light', 'dark'] as const) {
		const svg = await drawGraph(y, { theme });
		expect(elementsOf(svg).slice(0, 2)).toEqual(['svg', 'title']);
		expect(svg).toMatch(/^<svg [^>]*role="img"/);
		expect(svg.includes('prefers-color-scheme')).toBe(theme === 'auto');
		expect(svg.includes('var(--')).toBe(theme === 'auto');
		expect(svg).toContain('<title>Computation graph of output: 3 Nodes<');
	}
	expect(await drawGraph(y, { theme: 'light' })).not.toBe(await drawGraph(y, { theme: 'dark' }));
});

test('a picture of random graphs is well-formed, and the same again', async () => {
	await fc.assert(
		fc.asyncProperty(graphs, async ({ output, nodes }) => {
			const outputs = [output, nodes[0] as Node]; // there is one
			const svg = await drawGraph(outputs, { gradientOf: output, maxNodes: 20 });
			expect(elementsOf(svg)[0]).toBe('svg');
			expect(await drawGraph(outputs, { gradientOf: output, maxNodes: 20 })).toBe(svg);
		}),
		{ numRuns: 3 },
	);
});

test('chapter 5: the price of two apples is drawn with its derivatives', () => {
	const [apple, apples, tax] = [100, 2, 1.1].map((x) => tensor(x, { dtype: 'f64' })) as [
		Node,
		Node,
		Node,
	];
	const price = apple.mul(apples).mul(tax);
	const dot = graphDot(price, { names: { apple, apples, tax, price } });
	expect(writtenAt(dot, 'apple')).toEqual({ value: ['100'], gradient: ['2.2'] });
	expect(writtenAt(dot, 'apples')).toEqual({ value: ['2'], gradient: ['110'] });
	expect(writtenAt(dot, 'tax')).toEqual({ value: ['1.1'], gradient: ['200'] });
});

test('a number that is not finite is drawn where a check would refuse it', () => {
	const y = checkFinite(tensor(-1).log());
	expect(() => y.add(1).item()).toThrow();
	expect(graphDot(y.mul(2))).toContain('NaN');
});

test('symbols of functions that are traced have dtypes and shapes', () => {
	let dot = '';
	compile((x: Node) => {
		const y = x.mul(2).sum();
		dot = graphDot(y);
		return y;
	})(tensor([1, 2]));
	expect(dot).toContain('f32[2]');
	expect(dot).not.toContain('<I>');
});

test('what depends on nothing that is drawn has no gradients to draw', () => {
	const [x, z] = [tensor(1), tensor(2)];
	expect(() => graphDot(x.exp(), { gradientOf: z.exp() })).toThrow(
		/depends on no Node of the graph/,
	);
	expect(() => graphDot(x.exp(), { names: { z } })).toThrow(/"z" names a Node that is no part/);
});

test('the mark of each Node is at one shape', async () => {
	await fc.assert(
		fc.asyncProperty(scalarGraphs, fc.constantFrom(3, 10, 1000), async ({ output }, maxNodes) => {
			const order = topologicalOrder([output]);
			const marks = new Map(order.map((node, i) => [node, `node-${i}`]));
			const svg = await drawGraph(output, { marks, maxNodes });
			const found = Array.from(svg.matchAll(/ data-nodes="([^"]*)"/g), ([, words = '']) =>
				words.split(' '),
			);
			expect(found.flat().sort()).toEqual([...marks.values()].sort());
		}),
		{ numRuns: 20 },
	);
});

test('marks are words, or refused', async () => {
	const x = tensor(2);
	for (const mark of ['', 'a b', '"', '<'])
		await expect(drawGraph(x.exp(), { marks: new Map([[x, mark]]) })).rejects.toThrow(
			/^drawGraph: a mark is /,
		);
	expect(await drawGraph(x.exp(), { marks: new Map() })).not.toContain('data-nodes');
});
