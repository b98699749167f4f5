import { concatenate, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { drawGraph, explainGradient, graphDot } from '../../src/index.ts';

const length = 100_000;

/** Nodes in a chain, each of two operations. */
function chain(): { x: ReturnType<typeof tensor>; y: ReturnType<typeof tensor> } {
	const x = tensor(0.5, { dtype: 'f64' });
	let y = x;
	for (let i = 0; i < length / 2; i++) y = y.sin().add(x);
	return { x, y };
}

/** Seconds of the processor, as a machine has other work, too; of two runs the shorter, as the first is compiled. */
function secondsOf(f: () => unknown): number {
	const runs = [0, 1].map(() => {
		const before = process.cpuUsage();
		f();
		const { user, system } = process.cpuUsage(before);
		return (user + system) / 1e6;
	});
	return Math.min(...runs);
}

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
