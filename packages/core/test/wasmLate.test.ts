import { expect, test } from 'vitest';
import { queueBytes } from '../src/wasm/control.ts';
import type { Additions } from '../src/wasm/threads/workerSource.ts';
import {
	inProcess,
	occupying,
	type Trained,
	trainedAlone,
	watched,
	workersWith,
} from './processes.ts';
import { runs } from './runs.ts';

// Threads that fail, and threads that come late.

const alone = trainedAlone();

test('a worker runs what is added to its program, in the order of its moments', () => {
	const post = (moment: string): string =>
		`process.getBuiltinModule('node:worker_threads').parentPort.postMessage('${moment}');`;
	const moments: { readonly [Moment in keyof Required<Additions>]: string } = {
		first: post('first'),
		noticed: post('noticed'),
		found: post('found'),
		making: post('making'),
		joining: post('joining'),
	};
	const code = `
		const engine = compiler(wasmEngine({ threads: 2 }));
		const { step } = net(engine);
		for (let i = 0; i < 2000 && !messages.includes('joining'); i++) {
			step(x);
			if (i % 10 === 0) await rest(1);
		}
		return [...new Set(messages)];
	`;
	expect(inProcess(code, { before: workersWith(moments) })).toEqual(Object.keys(moments));
});

/** Workers that take a chunk of the first run and then do something else; time passes a hundred times as fast. */
const failing = (does: string): string => `
	${workersWith({
		joining: `
			const claims = new BigInt64Array(memory.buffer, queues + ${queueBytes} * thread, 1);
			for (;;) {
				const claim = Atomics.load(claims, 0);
				if (Number(claim >> 32n) !== run || (claim & 0xffffffffn) > 3n) break;
				if (Atomics.compareExchange(claims, 0, claim, claim + 1n) === claim) { ${does} }
			}`,
	})}
	const now = performance.now.bind(performance);
	performance.now = () => 100 * now();
`;

test.each([
	['throws', "throw new Error('on purpose');"],
	['ends its thread', 'process.exit(1);'],
	['hangs', 'Atomics.wait(words, 0, 0);'],
])(
	'a worker that %s in the middle of a run fails the run alone, with a typed error and a notice',
	(_, does) => {
		const code = `
		const engine = compiler(wasmEngine({ threads: 2 }));
		const { parameters, step } = net(engine);
		// The worker may come late to the first runs.
		let error = null;
		for (let i = 0; i < 2000 && error === null; i++) {
			error = told(() => step(x));
			if (i % 10 === 0) await rest(1);
		}
		const lost = told(() => parameters[0].data());
		for (const [i, shape] of [[200, 64], [64], [64, 10], [10]].entries()) parameters[i].assign(numbers(shape, 3 + i).mul(0.1));
		const losses = [];
		for (let i = 0; i < 20; i++) losses.push(step(x).item());
		return { error, lost, again: { losses, bits: parameters.map((p) => Buffer.from(p.data().buffer).toString('base64')) }, fresh: train(engine) };
	`;
		const result = inProcess(code, {
			before: failing(does),
			notices: [/running on one thread from now on/],
		}) as {
			error: { name: string };
			lost: { name: string; message: string };
			again: Trained;
			fresh: Trained;
		};
		expect(result.error?.name).toBe('ThreadError');
		expect(result.lost?.name).toBe('ThreadError');
		expect(result.lost.message).toContain('assign it anew');
		expect(result.again).toEqual(alone);
		expect(result.fresh).toEqual(alone);
	},
);

/**
 * Workers that see memory as long as it was when they last asked, as happens for moments, and that are held up for up to
 * some milliseconds wherever they look at a program.
 */
const heldUp = workersWith({
	first: `
		const { get } = Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, 'buffer');
		let buffer = get.call(memory);
		Object.defineProperty(memory, 'buffer', { get: () => buffer });
		memory.grow = (pages) => {
			const before = WebAssembly.Memory.prototype.grow.call(memory, pages);
			buffer = get.call(memory);
			return before;
		};
		const never = new Int32Array(new SharedArrayBuffer(4));
		const hold = () => { if (Math.random() < 0.3) Atomics.wait(never, 0, 0, 4 * Math.random()); };`,
	noticed: 'hold();',
	found: 'hold();',
	making: 'hold();',
});

test.each([
	['comes late to a run', ''],
	['is held up in every run', heldUp],
])('a worker that %s finds nothing wrong, whatever its memory holds by then', (_, late) => {
	const code = `
		const engine = wasmEngine({ threads: 4 });
		let program = null;
		const freeing = compiler({ name: 'freeing', compile: (graph) => (program = engine.compile(graph)) });
		const small = freeing((x) => x.add(1));
		small(1);
		const errors = [];
		// So much work that workers start.
		freeing((x) => x.matmul(x))(numbers([320, 320], 1));
		const noise = tensor(Int32Array.from({ length: 60_000 }, (_, i) => Math.imul(i, 0x9e3779b1)));
		for (let i = 0; i < 40; i++) {
			const { step } = net(freeing);
			const kept = told(() => step(x));
			if (kept !== null) errors.push(kept);
			program.free();
			small(1);
			small(1);
			// What comes where the freed program lay.
			freeing((x) => x.add(noise))(noise);
			program.free();
			small(1);
			// Workers take a while to start: the first time it is here that they see the run.
			if (i % 4 === 0) await rest(i === 0 ? 150 : i);
		}
		await rest(100);
		return { errors, trained: train(compiler(engine)), workers, ended };
	`;
	const expected = { errors: [], trained: alone, workers: 3, ended: 0 };
	expect(inProcess(code, { before: watched + late })).toEqual(expected);
});

test('memory that grows while workers wait and work does not disturb them', () => {
	const code = `
		const engine = compiler(wasmEngine({ threads: 3 }));
		const { step } = net(engine);
		const kept = [];
		for (let i = 0; i < 15; i++) {
			step(x);
			// Two megabytes more, and a program that lies behind them.
			const big = numbers([512, 512], i);
			kept.push(engine((y) => y.mul(2)));
			kept.at(-1)(big);
			if (i % 3 === 0) await rest(2);
			kept.push(train(engine, 2).bits);
		}
		return new Set(kept.filter((each) => typeof each !== 'function').map(String)).size;
	`;
	expect(inProcess(code, { before: watched })).toBe(1);
});

/** Trains new programs, each of which lies in memory that has just been made. */
const growing = (threads: number, turns: number, last: number): string => `
	const bits = new Set();
	// Of an engine that nobody has any more the threads end.
	const engines = [];
	for (let turn = 0; turn < ${turns}; turn++) {
		engines.push(wasmEngine({ threads: ${threads} }));
		const engine = compiler(engines.at(-1));
		// So much work that workers start.
		engine((x) => x.matmul(x))(numbers([320, 320], 1));
		await rest(100);
		const kept = [];
		for (let bytes = 2 ** 20; bytes < ${last}; bytes *= 1.3) {
			occupy(Math.round(bytes));
			const { step, parameters } = net(engine);
			for (let i = 0; i < 3; i++) step(x);
			bits.add(Buffer.from(parameters[0].data().buffer).toString('base64'));
			kept.push(step);
			if (kept.length % 4 === 0) await rest(5);
		}
	}
	await rest(50);
	return { bits: bits.size, ended, engines: engines.map(({ name }) => name).length };
`;

/** No run has failed, and no worker has ended. */
const fine = { bits: 1, ended: 0, engines: expect.any(Number) };

test('nothing that a worker reads late, or in memory grown since, fails a run', () => {
	const code = growing(4, runs(3).numRuns, 2 ** 27);
	expect(inProcess(code, { before: watched + heldUp + occupying, seconds: 3600 })).toEqual(fine);
}, 3_600_000);

test('more threads than cores, and memory that grows between runs: no run fails', () => {
	// All engines are there at once: of 300, which have 7,200 threads, memory is full.
	const code = growing(24, Math.min(runs(1).numRuns, 50), 2 ** 26);
	expect(inProcess(code, { before: watched + occupying, seconds: 3600 })).toEqual(fine);
}, 3_600_000);

test('a worker that cannot make a program ends with a notice, and fails no run', () => {
	const before = workersWith({ making: "throw new RangeError('no room');" });
	const code = `
		const engine = compiler(wasmEngine({ threads: 3 }));
		const { step } = net(engine);
		for (let i = 0; i < 500; i++) {
			step(x);
			if (i % 10 === 0) await rest(2);
		}
		return train(engine);
	`;
	const notices = [/fewer threads than asked for: a worker has ended \(no room\)/];
	expect(inProcess(code, { before, notices })).toEqual(alone);
});
