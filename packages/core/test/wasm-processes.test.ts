import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { queueBytes } from '../src/wasm/control.ts';

// What an engine does to a process, and a process to an engine, seen in processes of their own on the built package.

const built = new URL('../dist/index.js', import.meta.url).href;

/** What every process can use: a net whose step is worth several threads, and its parameters' bits. */
const setting = `
	const { compile, compiler, grad, interpreter, tensor, variable, wasmEngine } = await import('${built}');
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

interface Circumstances {
	/** Code that runs before the package is loaded. */
	readonly before?: string;
	/** Flags of Node. */
	readonly flags?: readonly string[];
	/** PULLBACK_THREADS; left out, the process decides. */
	readonly threads?: string;
	/** What the developer must be told, and nothing else: what each notice matches. */
	readonly notices?: readonly RegExp[];
}

/** Runs code in a process of its own, which must end by itself, and reads the JSON that it prints. */
function inProcess(
	code: string,
	{ before = '', flags = [], threads = '', notices = [] }: Circumstances = {},
): unknown {
	const source = `${before}\n${setting}\nconst result = await (async () => { ${code} })();\nconsole.log(JSON.stringify(result));`;
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[...flags, '--input-type=module', '--eval', source],
		{
			timeout: 30_000,
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

interface Trained {
	readonly losses: readonly number[];
	readonly bits: readonly string[];
}

const trainedOn = (engine: string): string => `return train(compiler(${engine}));`;
const alone = inProcess(trainedOn('wasmEngine({ threads: 1 })')) as Trained;
const interpreted = inProcess(trainedOn('interpreter')) as Trained;

test('a process that trains on several threads ends by itself, with the bits of one thread', () => {
	expect(inProcess(trainedOn('wasmEngine({ threads: 3 })'))).toEqual(alone);
	expect(alone.losses.at(-1)).toBeLessThan(alone.losses[0] ?? 0);
});

const withoutSharing = 'delete globalThis.SharedArrayBuffer;';
const withoutBuiltins = 'process.getBuiltinModule = undefined;';
const withoutWorkers = `const builtin = process.getBuiltinModule;
	process.getBuiltinModule = (name) => name === 'node:worker_threads'
		? { Worker: class { constructor() { throw new Error('refused'); } } } : builtin.call(process, name);`;

test.each([
	['without SharedArrayBuffer', withoutSharing, [/one thread: SharedArrayBuffer is missing/]],
	['without built-in modules', withoutBuiltins, [/one thread: workers are missing/]],
	['where no worker starts', withoutWorkers, [/fewer threads than asked for: .*refused/]],
])(
	'%s, an engine asked for several threads runs on one, with the same bits',
	(_, before, notices) => {
		expect(inProcess(trainedOn('wasmEngine({ threads: 2 })'), { before, notices })).toEqual(alone);
	},
);

const twice = 'return [train(compile), train(compile)];';

test.each([
	['without SharedArrayBuffer', withoutSharing, /running on one thread: SharedArrayBuffer is/],
	['without built-in modules', withoutBuiltins, /running on one thread: workers are missing/],
	[
		'where no worker starts',
		withoutWorkers,
		/running on fewer threads .*: a worker could not start/,
	],
])('%s, compile that wants several threads runs on one, with one notice', (_, before, notice) => {
	const notices = [notice, /PULLBACK_THREADS=1/].map(({ source }) => source).join('.*');
	expect(inProcess(twice, { before, threads: '3', notices: [new RegExp(notices)] })).toEqual([
		alone,
		alone,
	]);
});

test.each([
	['several threads, which there are,', '', '3'],
	['one thread, without SharedArrayBuffer,', withoutSharing, '1'],
	['one thread, without built-in modules,', withoutBuiltins, '1'],
	['one thread, where no worker starts,', withoutWorkers, '1'],
	['what the machine has, one core, without SharedArrayBuffer,', onCores(1, withoutSharing), ''],
])('compile that wants %s gives no notice', (_, before, threads) => {
	expect(inProcess(twice, { before, threads })).toEqual([alone, alone]);
});

test.each([
	['without SharedArrayBuffer', withoutSharing],
	['where no worker starts', withoutWorkers],
])(
	'%s, compile gives no notice while there is too little work for several threads',
	(_, before) => {
		const code = 'return compile((x) => x.add(1))([1, 2]).toArray();';
		expect(inProcess(code, { before, threads: '3' })).toEqual([2, 3]);
	},
);

/** On a machine of so many cores. */
function onCores(count: number, before: string): string {
	return `${before}
		const module = process.getBuiltinModule;
		process.getBuiltinModule = (name) => name === 'node:os' ? { availableParallelism: () => ${count} } : module.call(process, name);`;
}

test.each([
	['WebAssembly', 'delete globalThis.WebAssembly;', []],
	['WebAssembly', '', ['--jitless']],
	['vectors', 'WebAssembly.validate = () => false;', []],
	[
		'leave to compile WebAssembly',
		"WebAssembly.Module = class { constructor() { throw new Error('refused'); } };",
		[],
	],
])(
	'without %s there is no such engine, and compile is the interpreter, with one notice',
	(_, before, flags) => {
		const code =
			'return { engine: wasmEngine(), losses: [train(compile, 3).losses, train(compile, 2).losses] };';
		const notices = [/interpreting compiled functions, .*, or ask for this by compiler\(interpr/];
		expect(inProcess(code, { before, flags, notices })).toEqual({
			engine: null,
			losses: [interpreted.losses.slice(0, 3), interpreted.losses.slice(0, 2)],
		});
	},
);

test('the interpreter trains as the engine does', () => {
	for (const [i, loss] of alone.losses.entries())
		expect(Math.abs(loss - (interpreted.losses[i] ?? 0))).toBeLessThan(1e-5 * Math.max(1, loss));
});

/** Workers that take a chunk of the first run and then do something else; time passes a hundred times as fast. */
const failing = (does: string): string => `
	const builtin = process.getBuiltinModule;
	const now = performance.now.bind(performance);
	performance.now = () => 100 * now();
	const { Worker } = builtin.call(process, 'node:worker_threads');
	class Failing extends Worker {
		constructor(source, options) {
			const work = 'if (together) together(run, thread);';
			if (!source.includes(work)) throw new Error('the workers work in another way');
			super(source.replace(work, ${JSON.stringify(`
				const claims = new BigInt64Array(memory.buffer, queues + ${queueBytes} * thread, 1);
				for (;;) {
					const claim = Atomics.load(claims, 0);
					if (Number(claim >> 32n) !== run || (claim & 0xffffffffn) > 3n) break;
					if (Atomics.compareExchange(claims, 0, claim, claim + 1n) === claim) { ${does} }
				}
			`)}), options);
		}
	}
	process.getBuiltinModule = (name) => name === 'node:worker_threads' ? { Worker: Failing } : builtin.call(process, name);
`;

test.each([
	['throws', "throw new Error('on purpose');"],
	['ends its thread', 'process.exit(1);'],
	['hangs', 'Atomics.wait(words, 0, 0);'],
])('a worker that %s in the middle of a run fails the run alone, with a typed error', (_, does) => {
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
	const result = inProcess(code, { before: failing(does) }) as {
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
});

/** Notes every memory that is made, and counts workers. */
const watched = `
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

test.each([
	[1, '', 0],
	[4, '', 3],
	[4, '2', 1],
])(
	'on %i cores, with PULLBACK_THREADS=%s, compile starts %i workers',
	(cores, threads, workers) => {
		const code = 'train(compile, 30); return workers;';
		expect(inProcess(code, { before: onCores(cores, watched), threads })).toBe(workers);
	},
);

test('threads start when there has been much work, and not with the first step', () => {
	const code = `
		const { step } = net(compiler(wasmEngine({ threads: 3 })));
		const counts = [];
		for (let i = 0; i < 30; i++) { step(x); counts.push(workers); }
		return [counts[0], counts.at(-1)];
	`;
	expect(inProcess(code, { before: watched })).toEqual([0, 2]);
});

test('1,000 steps take no more memory and no more threads than the first ten', () => {
	const code = `
		const { step } = net(compiler(wasmEngine({ threads: 3 })));
		const seen = () => ({ size: size(), workers, memories: memories.length, resources: process.getActiveResourcesInfo().length });
		for (let i = 0; i < 10; i++) step(x);
		await rest(100);
		const before = seen();
		for (let i = 0; i < 1000; i++) step(x);
		await rest();
		return { before, after: seen() };
	`;
	const { before, after } = inProcess(code, { before: watched }) as {
		before: Record<string, number>;
		after: Record<string, number>;
	};
	expect(before).toMatchObject({ workers: 2, memories: 1 });
	expect(after).toEqual(before);
});

test('programs and Variables that nobody has any more give their memory back', () => {
	const code = `
		const engine = wasmEngine({ threads: 1 });
		const small = compiler(engine)((x) => x.add(1));
		small(1);
		const sizes = [];
		for (let i = 0; i < 100; i++) {
			// A Variable, a constant, an input, an output and a temporary value of 100 KiB each.
			const big = numbers([160, 160], i);
			const w = variable(big);
			const fixed = numbers([160, 160], i + 1);
			const f = compiler(engine)((x) => { w.assign(w.read().add(x).sub(fixed)); return w.read().matmul(x); });
			f(big);
			if (i % 10 === 9) {
				gc();
				await rest(1);
				small(1);
				sizes.push(size());
			}
		}
		return sizes;
	`;
	const sizes = inProcess(code, { before: watched, flags: ['--expose-gc'] }) as number[];
	// Were they kept, it would be 50 MB.
	expect(sizes.at(-1)).toBeLessThanOrEqual(2 * (sizes[0] ?? 0));
	expect(sizes.at(-1)).toBeLessThan(20 * 2 ** 20);
});

test('an engine that nobody has any more ends its threads', () => {
	const code = `
		const some = () => { train(compiler(wasmEngine({ threads: 3 }))); };
		for (let i = 0; i < 5; i++) some();
		const started = workers;
		for (let turn = 0; turn < 100 && ended < started; turn++) { gc(); await rest(20); }
		return { started, ended };
	`;
	expect(inProcess(code, { before: watched, flags: ['--expose-gc'] })).toEqual({
		started: 10,
		ended: 10,
	});
});

test('a program does not keep the inputs of its last run alive', () => {
	const code = `
		const f = compile((x) => x.sum());
		const references = [1, 2, 3].map((seed) => {
			const x = numbers([70, 90], seed);
			f(x).item();
			return new WeakRef(x.view());
		});
		await rest(1);
		gc();
		return references.filter((each) => each.deref() !== undefined).length;
	`;
	expect(inProcess(code, { flags: ['--expose-gc'] })).toBe(0);
});

test('programs that are freed give their memory back', () => {
	const code = `
		const engine = wasmEngine({ threads: 1 });
		let program = null;
		const freeing = compiler({ name: 'freeing', compile: (graph) => (program = engine.compile(graph)) });
		const sizes = [];
		const fixed = numbers([256, 256], 1);
		for (let i = 0; i < 100; i++) {
			freeing((x) => x.exp().matmul(fixed))(fixed);
			program.free();
			program.free();
			sizes.push(size());
		}
		return { sizes, again: told(() => program.run([fixed.data()])) };
	`;
	const { sizes, again } = inProcess(code, { before: watched }) as {
		sizes: number[];
		again: { message: string };
	};
	// Each takes a megabyte.
	expect(sizes.at(-1)).toBe(sizes[9]);
	expect(again.message).toContain('freed');
});

test('a worker that comes late to a run finds nothing wrong, whatever its memory holds by then', () => {
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
	expect(inProcess(code, { before: watched })).toEqual(expected);
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

/** Compiles, and does not run, what takes an input of so many f32: memory that is asked for and never touched. */
const claiming = `
	const claim = (engine, length) => {
		let input = null;
		compiler({ name: 'looking', compile: (graph) => { input = graph.inputs[0]; return interpreter.compile(graph); } })((x) => x)(1);
		const { Node } = core;
		const big = new Node(input.primitive, [], { ...input.params, shape: [length] });
		return engine.compile({ inputs: [big], outputs: [big.sum()], updates: [] });
	};
`;

test.each([1, 2])(
	'memory past 4 GiB is refused with what was wanted, on %d threads, and the engine goes on',
	(threads) => {
		const code = `
		const core = await import('${built}');
		${claiming}
		const engine = wasmEngine({ threads: ${threads} });
		const before = train(compiler(engine));
		return { before, refused: told(() => claim(engine, 2 ** 30)), again: told(() => claim(engine, 2 ** 30)), after: train(compiler(engine)) };
	`;
		const { before, refused, again, after } = inProcess(code) as {
			before: Trained;
			refused: { name: string; message: string; wanted: number; used: number };
			again: unknown;
			after: Trained;
		};
		expect(refused.name).toBe('OutOfMemoryError');
		expect(refused.wanted).toBeGreaterThanOrEqual(2 ** 32);
		expect(refused.message).toContain(`${refused.wanted} bytes wanted`);
		expect(refused.message).toContain(`${refused.used} in use`);
		expect(again).toEqual(refused);
		expect([before, after]).toEqual([alone, alone]);
	},
);

test('what depends on no input is computed even where the memory that is left cannot hold it', () => {
	const code = `
		const core = await import('${built}');
		${claiming}
		const engine = wasmEngine({ threads: 1 });
		const held = claim(engine, 2 ** 30 - 2 ** 19);
		const f = (x) => x.add(core.uniform(core.randomKey(1), [1000, 1000]).sum(0));
		const x = numbers([1000], 5);
		const [bits, refused] = [(f) => Buffer.from(f(x).data().buffer).toString('base64'), told(() => claim(engine, 10 ** 6))];
		return { same: bits(compiler(engine)(f)) === bits(compiler(interpreter)(f)), held: typeof held.run, refused };
	`;
	expect(inProcess(code)).toMatchObject({
		same: true,
		held: 'function',
		refused: { name: 'OutOfMemoryError' },
	});
});

test('where no memory is left for what other threads need, a program trains on without them', () => {
	const code = `
		const core = await import('${built}');
		${claiming}
		const engine = wasmEngine({ threads: 2 });
		const { parameters, step } = net(compiler(engine));
		const losses = [step(x).item()];
		const held = [];
		for (let length = 2 ** 30; length >= 1; length /= 2)
			while (told(() => held.push(claim(engine, length))) === null);
		for (let i = 1; i < 100; i++) losses.push(step(x).item());
		return {
			again: { losses, bits: parameters.map((p) => Buffer.from(p.data().buffer).toString('base64')) },
			alone: train(compiler(wasmEngine({ threads: 1 })), 100),
			held: held.length > 0,
		};
	`;
	const result = inProcess(code) as { again: Trained; alone: Trained; held: boolean };
	expect(result.held).toBe(true);
	expect(result.again).toEqual(result.alone);
});

test('programs that lie beyond 2 GiB compute the same', () => {
	const code = `
		const core = await import('${built}');
		${claiming}
		const engine = wasmEngine({ threads: 2 });
		const held = claim(engine, 2 ** 29);
		const far = compiler(engine);
		const f = (x) => [
			x.sort(1), x.argsort(0), x.cumsum(1), x.flip(), x.pad([[1, 2], [3, 4]]), x.sum(0), x.softmax(1),
			x.take([-1, 0, 3]), x.transpose().matmul(x), x.argmax(0), core.concatenate([x, x.flip(1)]), x.slice([null, null, -2]),
			core.scatterAdd(x.slice([0, 3]), tensor([0, 2, -1], { dtype: 'i32' }), { size: 4 }), core.randomBits(core.randomKey(1), [5]),
		];
		const y = numbers([17, 9], 5);
		const results = far(f)(y).map((each) => Array.from(each.data()));
		const w = compiler(wasmEngine({ threads: 1 }))(f)(y).map((each) => Array.from(each.data()));
		return { same: JSON.stringify(results) === JSON.stringify(w), held: typeof held.run, trained: train(far), range: told(() => far((x, i) => x.take(i))(y, 17)) };
	`;
	expect(inProcess(code)).toMatchObject({
		same: true,
		held: 'function',
		trained: alone,
	});
});
