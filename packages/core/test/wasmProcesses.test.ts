import { expect, test } from 'vitest';
import { inProcess, type Trained, trainedAlone, trainedOn, watched } from './processes.ts';

const alone = trainedAlone();
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

/** Memories of which there are none that the condition, on `shared` and `maximum`, is true of. */
const refusing = (condition: string): string => `
	const { Memory } = WebAssembly;
	WebAssembly.Memory = class extends Memory {
		constructor({ initial, maximum, shared }) {
			if (${condition}) throw new RangeError('could not allocate memory');
			super({ initial, maximum, shared });
		}
	};
`;

test.each([
	[
		'shared',
		'3',
		'shared',
		/on one thread: there is no room for 4 GiB of addresses .* \(ulimit -v\), or ask/,
	],
	[
		'of more than 1 GiB',
		'3',
		'shared || maximum > 16384',
		/on one thread, in at most 1024 MiB of memory/,
	],
	[
		'of more than 1 GiB',
		'1',
		'maximum > 16384',
		/running in at most 1024 MiB of memory, since there is no room/,
	],
])(
	'where no memory %s can be had, compile that wants %s threads does without, with one notice',
	(_, threads, condition, notice) => {
		const before = refusing(condition);
		expect(inProcess(twice, { before, threads, notices: [notice] })).toEqual([alone, alone]);
	},
);

test('a memory that cannot be shared is no matter for one thread', () => {
	expect(inProcess(twice, { before: refusing('shared'), threads: '1' })).toEqual([alone, alone]);
});

test('a memory that cannot grow to 4 GiB says how far it can, with a typed error', () => {
	const code = `
		const engine = compiler(wasmEngine({ threads: 1 }));
		const refused = told(() => engine((x) => x.broadcastTo([2 ** 28]).add(1))(1));
		return { refused, trained: train(engine) };
	`;
	const notices = [/running in at most 256 MiB of memory/];
	const before = refusing('maximum > 4096');
	expect(inProcess(code, { before, notices })).toEqual({
		refused: {
			name: 'OutOfMemoryError',
			message: expect.stringContaining('of at most 268435456'),
			wanted: expect.any(Number),
			used: expect.any(Number),
		},
		trained: alone,
	});
});

test.each([
	['no memory', refusing('true'), ''],
	['no room for addresses, by ulimit -v,', '', 'ulimit -v 8000000;'],
])(
	'where there is %s there is no such engine, and compile is the interpreter, with one notice',
	(_, before, shell) => {
		const code =
			'return { engine: wasmEngine({ threads: 1 }), shared: wasmEngine({ threads: 2 }), losses: train(compile, 3).losses };';
		const notices = [
			/interpreting compiled functions, .*there is no room .*ulimit -v.*, or ask for/,
		];
		expect(inProcess(code, { before, shell, notices })).toEqual({
			engine: null,
			shared: null,
			losses: interpreted.losses.slice(0, 3),
		});
	},
);

test('PULLBACK_THREADS that is no number of threads is refused by every call, with what it may be, before a thread is started', () => {
	const all = ['0', '-1', 'abc', '1.5', '129', '1e9', 'NaN'];
	const code = `
		return ${JSON.stringify(all)}.map((threads) => {
			process.env.PULLBACK_THREADS = threads;
			const f = compile((x) => x.add(1));
			return [() => f(1), () => f(1), () => wasmEngine(), () => train(compile)].map((each) => told(each));
		});
	`;
	const refused = (threads: string) => ({
		name: 'RangeError',
		message: `PULLBACK_THREADS is ${threads}; it must be a whole number from 1 to 128; leave it out for as many threads as the machine runs at once`,
	});
	expect(inProcess(code)).toEqual(all.map((threads) => Array(4).fill(refused(threads))));
});

test('the interpreter trains as the engine does', () => {
	for (const [i, loss] of alone.losses.entries())
		expect(Math.abs(loss - (interpreted.losses[i] ?? 0))).toBeLessThan(1e-5 * Math.max(1, loss));
});

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

test('a compiled function of more than 100,000 Nodes is interpreted, with one notice that counts them, and others are not', () => {
	/** Code that negates 2 as often as each of these lengths says. */
	const chains = (compile: string, ...lengths: readonly number[]): string => `
		const chain = (length) => ${compile}((x) => {
			let y = x;
			for (let i = 0; i < length; i++) y = y.neg();
			return y;
		})(2).item();
		return [${lengths}].map(chain);
	`;
	const notices = [
		/^pullback: interpreting a compiled function of 120001 Nodes, .*several times.* 6 seconds.*; .*or /,
	];
	expect(inProcess(chains('compile', 100_000 - 1, 120_000, 130_001), { notices })).toEqual([
		-2, 2, -2,
	]);
	// Whoever asks for an engine has it, and no notice.
	expect(inProcess(chains('compiler(wasmEngine())', 120_000))).toEqual([2]);
});
