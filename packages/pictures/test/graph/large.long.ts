import { concatenate, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { explainGradient, graphDot } from '../../src/index.ts';
import { chain, length, secondsOf } from './largeGraphs.ts';

test('the gradient through a chain of 100,000 Nodes is explained within 4 seconds', () => {
	const { x, y } = chain();
	let text = '';
	const seconds = secondsOf(() => {
		text = String(explainGradient(y, x));
	});
	expect(text).toContain('steps ...');
	expect(seconds).toBeLessThan(4);
});

test('graphs of 100,000 Nodes that are wide rather than long are drawn within 4 seconds', () => {
	const x = tensor([1], { dtype: 'f64' });
	const all = Array.from({ length }, () => x.sin());
	const wide = [
		concatenate(all, 0),
		concatenate(
			Array.from({ length }, () => x),
			0,
		),
	];
	for (const y of wide) {
		let dot = '';
		expect(secondsOf(() => (dot = graphDot(y.sum())))).toBeLessThan(4);
		expect(dot).toMatch(/100,000 (times|values)|99,\d{3} values/);
	}
});
