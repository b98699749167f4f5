import { expect, test, vi } from 'vitest';
import {
	compiler,
	matmul,
	type Node,
	ThreadError,
	variable,
	wasmEngine,
	zeros,
} from '../src/index.ts';
import { control, controlSize } from '../src/wasm/control.ts';
import { names } from '../src/wasm/emit/names.ts';
import { emitProgram } from '../src/wasm/emit/program.ts';
import { Heap } from '../src/wasm/heap.ts';
import { webAssembly } from '../src/wasm/platform.ts';
import { Pool } from '../src/wasm/threads/pool.ts';
import { expectAgreement, filled, newAwakeEngine } from './compiled.ts';
import { planOf } from './plans.ts';

test('a run that waits for a thread that has failed ends with a typed error', () => {
	if (webAssembly === undefined) throw new Error('this environment has no WebAssembly');
	const memory = new webAssembly.Memory({ initial: 1, maximum: 1, shared: true });
	const words = new Int32Array(memory.buffer as ArrayBuffer); // typed arrays take shared buffers too
	const pool = new Pool(memory, new Heap(memory, 65_536, controlSize), 1);
	expect(pool.team.threads).toBe(1);
	const waiting = (): void => pool.run(0, (run) => numbers.push(run) && pool.park(0), 0);
	const numbers: number[] = [];
	expect(waiting).not.toThrow();
	const [first = 0] = numbers;
	// A thread that comes late to a run that is over may fail there.
	words[control.failed / 4] = first;
	expect(waiting).not.toThrow();
	words[control.failed / 4] = first + 2;
	expect(waiting).toThrow(ThreadError);
	expect(numbers).toEqual([first, first + 1, first + 2]);
});

test('a run waits for seconds in which nothing is done, and not while the process is stopped', () => {
	if (webAssembly === undefined) throw new Error('this environment has no WebAssembly');
	const memory = new webAssembly.Memory({ initial: 1, maximum: 1, shared: true });
	const pool = new Pool(memory, new Heap(memory, 65_536, controlSize), 1);
	expect(pool.team.threads).toBe(1);
	const waitingFor = (milliseconds: readonly number[]): void =>
		pool.run(
			0,
			() => {
				let now = 1e6;
				const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
				try {
					pool.park(0);
					for (const each of milliseconds) {
						now += each;
						pool.park(0);
					}
				} finally {
					clock.mockRestore();
				}
			},
			0,
		);
	const hour = 3_600_000;
	expect(() => waitingFor([hour, 10, hour, 10])).not.toThrow();
	expect(() => waitingFor(new Array(9).fill(1000))).not.toThrow();
	expect(() => waitingFor(new Array(12).fill(1000))).toThrow(ThreadError);
});

test.each([false, true])(
	'only a program worth several threads hands out its kernels, where they share memory: %s',
	(shared) => {
		if (webAssembly === undefined) throw new Error('this environment has no WebAssembly');
		const { Instance, Memory, Module } = webAssembly;
		const memory = new Memory({ initial: 1, maximum: 65_536, shared });
		const exportsOfSquare = (size: number): readonly string[] => {
			const plan = planOf((x) => matmul(x as Node, x as Node), zeros([size, size]));
			const { bytes } = emitProgram(plan, () => 0, { shared, fused: false });
			const imports = { [names.engine]: { [names.memory]: memory } };
			return Object.keys(new Instance(new Module(bytes), imports).exports);
		};
		expect(exportsOfSquare(4)).toEqual(['alone']);
		expect(exportsOfSquare(200).length > 1).toBe(shared);
	},
);

test('a Variable whose value was lost can be assigned anew', () => {
	const w = variable([1, 2]);
	w.cell.write(() => {
		throw new ThreadError('lost');
	});
	expect(() => w.data()).toThrow('lost');
	w.assign([3, 4]);
	expect(w.toArray()).toEqual([3, 4]);
});

const algorithms: Readonly<Record<string, (x: Node, indices: Node) => Node>> = {
	sort: (x) => x.sort(),
	argsort: (x) => x.argsort(),
	cumsum: (x) => x.cumsum(-1),
	gather: (x, indices) => x.take(indices),
	'scatter along rows': (x, indices) =>
		x.slice([0, indices.shape[0] ?? 0]).scatterAdd(indices, { size: 50, axis: 0 }),
	'scatter in a batch': (x, indices) =>
		x.reshape([30, 10, 217]).scatterAdd(indices.reshape([30, 10]), { size: 50, axis: 1, batch: 1 }),
};

test.each(Object.entries(algorithms))(
	'an algorithm whose rows threads share has the same bits on any number of them: %s',
	async (_, f) => {
		const x = filled([300, 217], 'f32', 1, 'ties');
		const indices = filled([300], 'u8', 2).cast('i32').mul(49).div(255).cast('i32');
		const engines = await Promise.all([1, 2, 3].map(newAwakeEngine));
		const [alone, ...shared] = engines.map((engine) =>
			compiler(engine)((a: Node, b: Node) => f(a, b)),
		);
		const expected = alone?.(x, indices) as Node; // the first of three
		expectAgreement(expected, f(x, indices), { terms: 300 });
		for (let run = 0; run < 5; run++)
			for (const each of shared) expectAgreement(each(x, indices), expected, { exact: true });
	},
);

test.each([0, -1, 1.5, Number.NaN, 129, 1e9, Infinity])(
	'an engine of %d threads is refused, with how many there may be',
	(threads) => {
		expect(() => wasmEngine({ threads })).toThrow(RangeError);
		expect(() => wasmEngine({ threads })).toThrow(
			`wasmEngine: threads is ${threads}; it must be a whole number from 1 to 128`,
		);
	},
);
