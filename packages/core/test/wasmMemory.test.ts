import { expect, test } from 'vitest';
import {
	builtCore,
	inProcess,
	occupying,
	type Trained,
	trainedAlone,
	watched,
} from './processes.ts';
import { runs } from './runs.ts';

// What programs and Variables take of an engine's memory, give back, and do without.

const alone = trainedAlone();

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
		const core = await import('${builtCore}');
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
		const core = await import('${builtCore}');
		const engine = wasmEngine({ threads: 1 });
		const f = (x) => x.add(core.uniform(core.randomKey(1), [1000, 1000]).sum(0));
		const x = numbers([1000], 5);
		compiler(engine)((x) => x.add(1))(x);
		const room = occupy(2 ** 21);
		occupyAll();
		heap.free(room);
		const bits = (f) => Buffer.from(f(x).data().buffer).toString('base64');
		return { same: bits(compiler(engine)(f)) === bits(compiler(interpreter)(f)), refused: told(() => compiler(engine)((x) => x.sum())(numbers([1000, 1000], 1))) };
	`;
	expect(inProcess(code, { before: occupying })).toMatchObject({
		same: true,
		refused: { name: 'OutOfMemoryError', wanted: expect.any(Number), used: expect.any(Number) },
	});
});

test('where no memory is left for what other threads need, a program trains on without them, with one notice', () => {
	const code = `
		const engine = wasmEngine({ threads: 2 });
		const { parameters, step } = net(compiler(engine));
		const losses = [step(x).item()];
		occupyAll();
		for (let i = 1; i < 100; i++) losses.push(step(x).item());
		return {
			again: { losses, bits: parameters.map((p) => Buffer.from(p.data().buffer).toString('base64')) },
			alone: train(compiler(wasmEngine({ threads: 1 })), 100),
		};
	`;
	const notices = [/one thread: no memory is left for what other threads need/];
	const { again, alone } = inProcess(code, { before: occupying, notices }) as Record<
		'again' | 'alone',
		Trained
	>;
	expect(again).toEqual(alone);
});

test('programs that lie beyond 2 GiB compute the same', () => {
	const code = `
		const core = await import('${builtCore}');
		first = 2 ** 31;
		const engine = wasmEngine({ threads: 2 });
		const far = compiler(engine);
		const f = (x) => [
			x.sort(1), x.argsort(0), x.cumsum(1), x.flip(), x.pad([[1, 2], [3, 4]]), x.sum(0), x.softmax(1),
			x.take([-1, 0, 3]), x.transpose().matmul(x), x.argmax(0), core.concatenate([x, x.flip(1)]), x.slice([null, null, -2]),
			core.scatterAdd(x.slice([0, 3]), tensor([0, 2, -1], { dtype: 'i32' }), { size: 4 }), core.randomBits(core.randomKey(1), [5]),
		];
		const y = numbers([17, 9], 5);
		const results = far(f)(y).map((each) => Array.from(each.data()));
		const next = occupy(1);
		first = 0;
		const w = compiler(wasmEngine({ threads: 1 }))(f)(y).map((each) => Array.from(each.data()));
		return { same: JSON.stringify(results) === JSON.stringify(w), isFar: next > 2 ** 31, trained: train(far), range: told(() => far((x, i) => x.take(i))(y, tensor(17, { dtype: 'i32' }))) };
	`;
	expect(inProcess(code, { before: occupying })).toMatchObject({
		same: true,
		isFar: true,
		trained: alone,
		range: { name: 'RangeError' },
	});
});

test.each([
	['dropped', ''],
	['kept', 'kept.push(f);'],
])(
	'in one job there can be more programs than memory has room for at once, and they are %s',
	(_, keep) => {
		const code = `
			// A quarter of a GiB is left.
			first = 15 * 2 ** 28;
			const engine = compiler(wasmEngine({ threads: 1 }));
			const large = numbers([2_500_000], 1);
			const sums = new Set();
			const kept = [];
			let wrong = 0;
			// Ten megabytes of an input, and of a result.
			for (let i = 0; i < ${runs(40).numRuns}; i++) {
				let f = engine((x) => x.sum());
				sums.add(f(large).item());
				${keep}
				f = engine((x) => x.broadcastTo([2_500_000]).add(i));
				const data = f(0.5).view();
				if (data[0] !== i + 0.5 || data.at(-1) !== i + 0.5) wrong++;
				${keep}
			}
			const again = kept.slice(0, 20).map((f, i) => i % 2 === 0 ? f(large).item() : f(0.5).view().at(-1));
			return { sums: sums.size, wrong, used: heap.used - first, again: again.filter((x, i) => i % 2 === 0 ? !sums.has(x) : x !== (i - 1) / 2 + 0.5) };
		`;
		const result = inProcess(code, { before: occupying, seconds: 600 }) as { used: number };
		expect(result).toEqual({ sums: 1, wrong: 0, used: expect.any(Number), again: [] });
		expect(result.used).toBeLessThan(2 ** 25);
	},
);
