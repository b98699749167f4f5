import { type Node, randomKey, relu, tensor, topologicalOrder } from '@pullback/core';
import { Affine, halfSquaredError, Module, Relu, sequential } from '@pullback/nn';
import { expect, test } from 'vitest';
import { type Box, graphDot, recordCalls } from '../../src/index.ts';

const net = sequential(
	new Affine({ inputs: 2, outputs: 3, key: randomKey(0) }),
	relu,
	sequential(new Relu(), new Affine({ inputs: 3, outputs: 1, key: randomKey(1) })),
);
const x = tensor([[1, 2]]);
const lossOf = (box: Box): Node => {
	const y = net.forward(x);
	return box('loss <&>', () => halfSquaredError(y, [[1]]));
};

/** How many Nodes the boxes of some DOT tell of, by their titles. */
function boxesIn(dot: string): Map<string, number> {
	return new Map(
		[...dot.matchAll(/^part\d+ \[shape=box.*<B>(.*)<\/B>.*>([\d,]+) Nodes?</gm)].map(
			([, title = '', count = '']) => [title, Number(count.replaceAll(',', ''))],
		),
	);
}

function clustersIn(dot: string): number {
	return dot.match(/^subgraph cluster/gm)?.length ?? 0;
}

test('every Node that a module records in a call belongs to the innermost module that did', () => {
	const { outputs, callOf } = recordCalls(net, lossOf);
	const paths = new Set<string>();
	for (const node of topologicalOrder(outputs)) {
		const call = callOf.get(node);
		if (call === undefined) expect(node.inputs.length).toBe(0);
		else paths.add(call.path);
	}
	expect(paths).toEqual(
		new Set(['', 'layers.0', 'layers.2.layers.0', 'layers.2.layers.1', 'loss <&>']),
	);
});

test('modules are closed boxes that count their Nodes, and open where they are asked to', () => {
	const recorded = recordCalls(net, lossOf);
	const closed = graphDot(recorded);
	expect([...boxesIn(closed).keys()].sort()).toEqual([
		'layers.0',
		'layers.2',
		'loss &#60;&#38;&#62;',
	]);
	expect(clustersIn(closed)).toBe(1);
	expect(closed).toContain('9 parameters');
	const one = graphDot(recorded, { open: ['layers.2.layers.1'] });
	expect([...boxesIn(one).keys()].sort()).toEqual([
		'layers.0',
		'layers.2.layers.0',
		'loss &#60;&#38;&#62;',
	]);
	expect(clustersIn(one)).toBe(3);
	const open = graphDot(recorded, { open: true });
	expect(boxesIn(open).size).toBe(0);
	expect(clustersIn(open)).toBe(6);
});

test('a module that is called again has a box for each call, which says which it is', () => {
	const layer = new Affine({ inputs: 2, outputs: 2, key: randomKey(0) });
	const recorded = recordCalls(layer, () => layer.forward(layer.forward(x)).sum());
	const dot = graphDot(recorded);
	expect(dot).toContain('Affine, call 1 of 2');
	expect(dot).toContain('Affine, call 2 of 2');
});

test('repeated calls are one box that says how many', () => {
	class Deep extends Module {
		readonly layer = new Affine({ inputs: 2, outputs: 2, key: randomKey(0) });
		override forward(): Node {
			let y: Node = x;
			for (let i = 0; i < 50; i++) y = this.layer.forward(y);
			return y.sum();
		}
	}
	const deep = new Deep();
	const dot = graphDot(
		recordCalls(deep, () => deep.forward()),
		{ maxNodes: 20 },
	);
	expect(dot).toContain('50 × (Affine)');
});

test('a call that threw, and was caught, has no part in what comes after it', () => {
	class Failing extends Module {
		override forward(): Node {
			throw new RangeError('no');
		}
	}
	class Catching extends Module {
		readonly failing = new Failing();
		override forward(): Node {
			try {
				return this.failing.forward();
			} catch {
				return x.exp();
			}
		}
	}
	const catching = new Catching();
	const { outputs, callOf } = recordCalls(catching, (box) => {
		expect(() => catching.failing.forward()).toThrow(RangeError);
		expect(() => box('box', () => catching.failing.forward())).toThrow(RangeError);
		return catching.forward().sin();
	});
	const [sine] = outputs as readonly [Node]; // one
	expect(callOf.get(sine)).toBeUndefined();
	expect(callOf.get(sine.inputs[0] as Node)?.path).toBe('');
	expect(callOf.get(sine.inputs[0] as Node)?.outer).toBeNull();
});

test('a path of no module is refused, and the nearest named', () => {
	const recorded = recordCalls(net, lossOf);
	expect(() => graphDot(recorded, { open: ['layers.3'] })).toThrow(
		/graphDot: open holds the string "layers.3"; did you mean layers\.\d\?/,
	);
	expect(() => graphDot(recorded.outputs, { open: ['layers.0'] })).toThrow(
		/the graph has no modules/,
	);
});
