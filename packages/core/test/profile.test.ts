import { expect, test } from 'vitest';
import {
	compiler,
	type Engine,
	grad,
	interpreter,
	matmul,
	type Node,
	normal,
	profile,
	randomKey,
	variable,
	wasmEngine,
	zeros,
} from '../src/index.ts';
import { inspected } from './inspected.ts';

const wasm = wasmEngine({ threads: 1 }) as Engine; // where these tests run there is WebAssembly
const engines = [wasm, interpreter];
const x = normal(randomKey(3), [24, 32]);

/** A step that changes a Variable, and whose loss depends on it. */
function training() {
	const w = variable(normal(randomKey(1), [32, 16]), { name: 'w' });
	const count = variable(0, { dtype: 'i32' });
	const step = (input: Node): { loss: Node; count: Node } => {
		const loss = matmul(input, w).tanh().square().mean();
		const [slope] = grad(loss, [w]);
		w.assign(w.read().sub((slope as Node).mul(0.5))); // one
		count.assign(count.read().add(1));
		return { loss, count: count.read() };
	};
	return { w, count, step };
}

test.each(engines)(
	'profiling with $name changes no Variable, and results are those of one run',
	(engine) => {
		const { w, count, step } = training();
		const before = w.data();
		const { results, runs } = profile(step, { engine, runs: 20 })(x);
		expect(runs).toBe(20);
		expect([count.item(), String(w.data())]).toEqual([0, String(before)]);
		const once = compiler(engine)(step)(x);
		expect([results.loss.item(), results.count.item()]).toEqual([once.loss.item(), 1]);
		expect(count.item()).toBe(1);
	},
);

test.each(engines)(
	'of $name: shares add up to 1, rates are work by time, the table names each kernel once',
	(engine) => {
		const found = profile(training().step, { engine, runs: 10 })(x);
		const { kernels, microseconds } = found;
		const sum = (of: (kernel: (typeof kernels)[number]) => number): number =>
			kernels.reduce((total, kernel) => total + of(kernel), 0);
		// Each share is rounded once.
		expect(Math.abs(sum(({ share }) => share) - 1)).toBeLessThan(kernels.length * Number.EPSILON);
		expect(sum((kernel) => kernel.microseconds)).toBe(microseconds);
		for (const kernel of kernels) {
			expect(kernel.sites.length).toBeGreaterThan(0);
			if (kernel.microseconds > 0)
				expect(kernel.gigaflops).toBeCloseTo(kernel.operations / (1000 * kernel.microseconds), 6);
		}
		const text = String(found);
		expect(inspected(found)).toBe(text);
		const [, table = ''] = text.split('\n\n');
		for (const { name } of kernels)
			expect(table.match(new RegExp(`\\b${name}\\b`, 'g'))).toHaveLength(1);
	},
);

test('the kernel that does nearly all of the work takes nearly all of the time', () => {
	const work = (y: Node): Node[] => [matmul(y, y), y.slice([0, 4]).add(1)];
	const { kernels } = profile(work, { engine: wasm, runs: 5 })(zeros([400, 400]));
	const slowest = kernels.reduce((a, b) => (a.share > b.share ? a : b));
	expect(slowest.text).toContain(' by ');
	expect(slowest.share).toBeGreaterThan(0.5);
});

test('a run that fails, fails, and no Variable changes', () => {
	const count = variable(0);
	const f = (y: Node): Node => {
		count.assign(1);
		return y.log();
	};
	const run = profile(f, { engine: wasm, check: 'finite', runs: 1 });
	expect(() => run(zeros([2]))).toThrow(
		/^profile: log made infinity at element 0 .*profile\.test\.ts/,
	);
	expect(() =>
		profile((y: Node) => y.cast('i32'), { engine: wasm, runs: 1 })([1, Infinity]),
	).toThrow(/cast/);
	expect(count.item()).toBe(0);
});

test('runs are counted from 1 to 100,000', () => {
	for (const runs of [0, -1, 1.5, 100_001, Number.NaN])
		expect(() => profile((y: Node) => y, { runs })).toThrow(/^profile: runs is .* whole number/);
});
