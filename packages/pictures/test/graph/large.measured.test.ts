import { expect, test } from 'vitest';
import { drawGraph, graphDot } from '../../src/index.ts';
import { chain, secondsOf } from './largeGraphs.ts';

test('a chain of 100,000 Nodes is drawn within 2 seconds, folded into one box that says so', async () => {
	const { x, y } = chain();
	let dot = '';
	const seconds = secondsOf(() => {
		dot = graphDot(y, { names: { x, y } });
	});
	expect(dot).toMatch(/49,\d{3} × \((sin \+|\+ sin)\)/);
	expect(seconds).toBeLessThan(2);
	expect(await drawGraph(y, { names: { x, y } })).toMatch(/49,\d{3} × \(/);
});
