import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { bundled } from '../../../testing/bundled.ts';
import type { Additions } from '../src/wasm/threads/workerSource.ts';

// Processes of their own on the built package: what an engine does to them, and they to an engine.

/** The address of the built package, bundled. */
export const builtCore: string = bundled('packages/core', 'index').href;

/** What every process can use: a net whose step is worth several threads, and its parameters' bits. */
const setting = `
	const { compile, compiler, grad, interpreter, tensor, variable, wasmEngine } = await import('${builtCore}');
	const numbers = (shape, seed, dtype = Float32Array) => tensor(
		dtype.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 12.9898 + seed)),
		{ shape },
	);
	const [x, target] = [numbers([96, 200], 1), numbers([96, 10], 2)];
	const net = (compile) => {
		const parameters = [[200, 64], [64], [64, 10], [10]].map((shape, i) => variable(numbers(shape, 3 + i).mul(0.1)));
		const [w1, b1, w2, b2] = parameters;
		const step = compile((x) => {
			const loss = x.matmul(w1).add(b1).tanh().matmul(w2).add(b2).sub(target).square().mean();
			for (const [i, slope] of grad(loss, parameters).entries())
				parameters[i].assign(parameters[i].read().sub(slope.mul(0.1)));
			return loss;
		});
		return { parameters, step };
	};
	const train = (compile, steps = 20) => {
		const { parameters, step } = net(compile);
		const losses = [];
		for (let i = 0; i < steps; i++) losses.push(step(x).item());
		return { losses, bits: parameters.map((p) => Buffer.from(p.data().buffer).toString('base64')) };
	};
	const told = (f) => { try { f(); return null; } catch (error) { return { name: error.name, message: error.message, wanted: error.wanted, used: error.used }; } };
	/** Lets workers start and finalizers run. */
	const rest = (ms = 0) => new Promise((done) => setTimeout(done, ms));
`;

export interface Circumstances {
	/** Code that runs before the package is loaded. */
	readonly before?: string;
	/** Flags of Node. */
	readonly flags?: readonly string[];
	/** PULLBACK_THREADS; left out, the process decides. */
	readonly threads?: string;
	/** What the developer must be told, and nothing else: what each notice matches. */
	readonly notices?: readonly RegExp[];
	/** How long it may take. */
	readonly seconds?: number;
	/** Commands of a shell that come before it. */
	readonly shell?: string;
}

/** Runs code in a process of its own, which must end by itself, and reads the JSON that it prints. */
export function inProcess(
	code: string,
	{
		before = '',
		flags = [],
		threads = '',
		notices = [],
		seconds = 30,
		shell = '',
	}: Circumstances = {},
): unknown {
	const source = `${before}\n${setting}\nconst result = await (async () => { ${code} })();\nconsole.log(JSON.stringify(result));`;
	const { status, stdout, stderr } = spawnSync(
		'sh',
		['-c', `${shell} exec "$@"`, 'sh', process.execPath, ...flags, '--input-type=module', '-'],
		{
			input: source,
			timeout: 1000 * seconds,
			encoding: 'utf8',
			env: { ...process.env, NODE_OPTIONS: '', PULLBACK_THREADS: threads },
		},
	);
	const told = stderr.split('\n').filter((line) => line.startsWith('pullback:'));
	expect({ status, told, stderr }).toEqual({
		status: 0,
		told: notices.map((notice) => expect.stringMatching(notice)),
		stderr: expect.any(String), // shown when the rest is wrong
	});
	return JSON.parse(stdout);
}

/** Losses, and parameters' bits. */
export interface Trained {
	readonly losses: readonly number[];
	readonly bits: readonly string[];
}

/** Code that trains on an engine. */
export const trainedOn = (engine: string): string => `return train(compiler(${engine}));`;

/** What one thread makes of it. */
export function trainedAlone(): Trained {
	return inProcess(trainedOn('wasmEngine({ threads: 1 })')) as Trained; // what `train` returns
}

/** Notes every memory that is made, and counts workers. */
export const watched = `
	const memories = [];
	const { Memory } = WebAssembly;
	WebAssembly.Memory = class extends Memory { constructor(limits) { super(limits); memories.push(this); } };
	const size = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
	let workers = 0;
	const builtin = process.getBuiltinModule;
	const { Worker } = builtin.call(process, 'node:worker_threads');
	let ended = 0;
	class Counted extends Worker { constructor(...all) { super(...all); workers++; this.on('exit', () => ended++); } }
	process.getBuiltinModule = (name) => name === 'node:worker_threads' ? { Worker: Counted } : builtin.call(process, name);
`;

/** Has the workers of a process run statements in addition to their program; `messages` are those that they post. */
export const workersWith = (additions: Additions): string => `const messages = []; {
	const { workerSource, workerSourceWith } = await import('${bundled('packages/core', 'wasm/threads/workerSource')}');
	const builtin = process.getBuiltinModule;
	const { Worker } = builtin.call(process, 'node:worker_threads');
	class Changed extends Worker {
		constructor(source, options) {
			if (source !== workerSource) throw new Error('not the program of a worker');
			super(workerSourceWith(${JSON.stringify(additions)}), options);
			this.on('message', (message) => messages.push(message));
		}
	}
	process.getBuiltinModule = (name) => name === 'node:worker_threads' ? { Worker: Changed } : builtin.call(process, name);
}`;

/** Has a process take memory of the engine used last that no program can be moved out of: `occupy(bytes)`, which may throw. */
export const occupying: string = `
	const { Heap } = await import('${bundled('packages/core', 'wasm/heap')}');
	const { allocate } = Heap.prototype;
	let heap = null;
	let first = 0;
	Heap.prototype.allocate = function (bytes) {
		if (heap !== this && first > 0) allocate.call(this, first);
		heap = this;
		return allocate.call(this, bytes);
	};
	const occupy = (bytes) => allocate.call(heap, bytes);
	/** Occupies all that there is. */
	const occupyAll = () => {
		for (let bytes = 2 ** 31; bytes >= 64; bytes /= 2) while (told(() => occupy(bytes)) === null);
	};
`;
