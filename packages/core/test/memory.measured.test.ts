import { expect, test } from 'vitest';
import { compiler } from '../src/index.ts';
import { newWasmEngine } from './compiled.ts';
import { inProcess, watched } from './processes.ts';
import { images, labels, net } from './twoLayerNet.ts';

// What memory a process takes.

test('1,000 training steps leave no memory behind', () => {
	const step = compiler(newWasmEngine(2))(net().step);
	for (let i = 0; i < 100; i++) step(images, labels);
	const before = process.memoryUsage().rss;
	for (let i = 0; i < 1000; i++) step(images, labels);
	// The inputs alone are 313 kB: one copy a step that was kept would be 313 MB.
	expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
});

test('a program of many phases takes at most one and a half times the memory of one thread on two', () => {
	const on = (threads: number): { megabytes: number; workers: number; sum: number } => {
		// Each product needs all rows of the one before.
		const code = `
			const w = variable(numbers([64, 64], 1));
			const f = compiler(wasmEngine({ threads: ${threads} }))((x) => {
				for (let i = 0; i < 400; i++) x = w.read().matmul(x).tanh();
				return x.sum();
			});
			let sum = 0;
			for (let turn = 0; turn < 4; turn++) {
				sum = f(numbers([64, 64], turn)).item();
				await rest(50);
			}
			return { megabytes: process.resourceUsage().maxRSS / 1024, workers, sum };
		`;
		return inProcess(code, { before: watched }) as ReturnType<typeof on>;
	};
	const [one, two] = [on(1), on(2)];
	expect([one.workers, two.workers]).toEqual([0, 1]);
	expect(two.sum).toBe(one.sum);
	expect(two.megabytes).toBeLessThan(1.5 * one.megabytes);
});
