import { programs } from '@pullback/verify';
import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import {
	assignAll,
	type Cell,
	type Compile,
	compile,
	compiler,
	type Data,
	type Engine,
	evaluate,
	grad,
	interpreter,
	Late,
	type Node,
	NonFiniteError,
	type Program,
	ready,
	tensor,
	type Variable,
	variable,
} from '../src/index.ts';
import { newWasmEngine } from './compiled.ts';
import { inspected } from './inspected.ts';
import { LateEngine } from './lateEngine.ts';

/** Resolves some milliseconds later. */
const delay = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

const early = /is not there yet.*; await ready\(x\) first/;

/** A value that is not there yet, and its engine. */
function lateNode(): { engine: LateEngine; x: Node } {
	const engine = new LateEngine();
	const x = compiler(engine)((y: Node) => y.mul(2))([1, 2, 3]);
	return { engine, x };
}

/** A Variable whose value is not there yet, and its engine. */
function lateVariable(): { engine: LateEngine; w: Variable } {
	const engine = new LateEngine();
	const w = variable([1, 2, 3], { name: 'w' });
	compiler(engine)(() => w.assign(w.read().mul(2)))();
	return { engine, w };
}

test('what a late engine computed is there after it was awaited, and not before', async () => {
	const { x } = lateNode();
	expect(() => x.data()).toThrow(
		new TypeError(
			'evaluate: the result of a compiled function, f32[3], is not there yet; await ready(x) first',
		),
	);
	await ready(x);
	expect(x.toArray()).toEqual([2, 4, 6]);
});

const looks: Readonly<Record<string, (x: Node | Variable) => unknown>> = {
	item: (x) => x.sum().item(),
	data: (x) => x.data(),
	view: (x) => x.view(),
	toArray: (x) => x.toArray(),
	'JSON.stringify': (x) => JSON.stringify({ x }),
	'an operation that is looked at': (x) => x.exp().sum().toArray(),
	evaluate: (x) => evaluate([x.add(1)]),
	detach: (x) => x.detach(),
	'a function that refers to it': (x) => compile((y: Node) => y.mul(x.stopGradient()))(1),
};

test.each(Object.entries(looks))(
	'%s: too early, that is a TypeError that says what to do; afterwards it works at once',
	async (name, look) => {
		const { x } = lateNode();
		expect(() => look(x)).toThrow(TypeError);
		expect(() => look(x)).toThrow(early);
		await ready(x);
		expect(() => look(x)).not.toThrow();

		const { w } = lateVariable();
		// What a function reads of a Variable is whatever it holds when it runs: an engine that has no late values refuses it.
		expect(() => look(w)).toThrow(TypeError);
		expect(() => look(w)).toThrow(name.startsWith('a function') ? early : /variable w, f32\[3\]/);
		await ready(w);
		expect(() => look(w)).not.toThrow();
	},
);

test('ready of what is computed from late values lets one look at it', async () => {
	const { x } = lateNode();
	const y = x.add(1).sum();
	await ready(y);
	expect(y.item()).toBe(15);
	expect(x.toArray()).toEqual([2, 4, 6]);
});

test('ready of what is there, of what is not computed yet, and of nothing, changes nothing', async () => {
	const sum = tensor([1, 2]).sum();
	const w = variable(3);
	await ready();
	await ready(sum, w, sum);
	expect(sum.value).toBeNull();
	expect([sum.item(), w.item()]).toEqual([3, 3]);
});

test('ready of a symbol, or of what is neither a Node nor a Variable, rejects with a TypeError', async () => {
	const awaited: Promise<void>[] = [];
	const w = variable(1, { name: 'w' });
	compile((x: Node) => {
		awaited.push(ready(x.add(1)), ready(w));
		// Handled below, when the function has been recorded.
		for (const each of awaited) each.catch(() => {});
		return x;
	})(1);
	await expect(awaited[0]).rejects.toThrow(/^ready: input0 is symbolic/);
	await expect(awaited[1]).rejects.toThrow(/^ready: w is symbolic/);
	const wrong: unknown = [tensor(1)];
	await expect(ready(tensor(1), wrong as Node)).rejects.toThrow(
		new TypeError('ready: argument 1 is an Array; it must be a Node or a Variable'),
	);
});

test('consoles show that a value is not there yet without fetching it, and the value once it is', async () => {
	const { engine, x } = lateNode();
	const sum = x.sum();
	const text = 'not there yet: await ready(x) first';
	expect(String(x)).toBe(`f32[3] constant, ${text}`);
	expect(inspected(sum)).toBe(`f32[] sum, ${text}`);
	expect(inspected(x.reshape([3, 1]))).toContain(text);
	expect(fc.stringify(x)).toContain(text);
	const { engine: other, w } = lateVariable();
	expect(String(w)).toBe(`Variable w: f32[3], ${text}`);
	expect(String(w.read())).toContain(text);
	await Promise.all([engine.idle(), other.idle()]);
	expect([engine.done, engine.fetched, other.done, other.fetched]).toEqual([1, 0, 1, 0]);
	const again = variable(x);
	await ready(x, w);
	expect(String(x)).toBe('f32[3] [2., 4., 6.]');
	expect(String(sum)).toBe('f32[] sum, not computed: toArray() computes it');
	expect(String(w)).toBe('Variable w: f32[3] [2., 4., 6.]');
	expect(String(again.read())).toBe('f32[3] [2., 4., 6.]');
	expect(JSON.parse(JSON.stringify([x, w]))).toEqual([
		[2, 4, 6],
		[2, 4, 6],
	]);
});

test('results pass from function to function of one engine without being fetched, before and after they are there', async () => {
	const engine = new LateEngine();
	const late = compiler(engine);
	const f = late((x: Node) => ({ double: x.mul(2), parts: [x.add(1)] }));
	const g = late(({ a, b }: { a: Node; b: readonly Node[] }) => a.sub(b[0] as Node)); // one is passed
	let x: Node = tensor([1, 2, 3]);
	for (let i = 0; i < 5; i++) {
		const { double, parts } = f(x);
		x = g({ a: double, b: parts });
		if (i === 2) await engine.idle();
	}
	expect([engine.runs, engine.fetched]).toEqual([10, 0]);
	await ready(x);
	expect([x.toArray(), engine.fetched]).toEqual([[-4, -3, -2], 1]);
	const y = f(x).double;
	await Promise.all([ready(y), ready(y)]);
	await ready(y);
	expect([y.toArray(), engine.fetched]).toEqual([[-8, -6, -4], 2]);
	const z = f(y).double;
	await ready(z);
	expect([z.toArray(), engine.sent]).toEqual([[-16, -12, -8], 1]);
});

test('values of many steps stay on the device, and one that is awaited is fetched alone', async () => {
	const engine = new LateEngine();
	const train = (by: Compile): { w: Variable; step: (x: Node) => Node } => {
		const w = variable([1, -2, 3], { name: 'w' });
		const step = by((x: Node) => {
			const loss = w.read().mul(x).square().sum();
			w.assign(w.read().sub(grad(loss, [w])[0].mul(0.1)));
			return loss;
		});
		return { w, step };
	};
	const [own, expected] = [train(compiler(engine)), train(compiler(interpreter))];
	const x = tensor([1, 0.5, -0.25]);
	const [losses, expectedLosses] = [own, expected].map(({ step }) =>
		Array.from({ length: 50 }, () => step(x)),
	) as [Node[], Node[]];
	expect(engine.fetched).toBe(0);
	await ready(own.w);
	expect(own.w.data()).toEqual(expected.w.data());
	expect([engine.runs, engine.fetched]).toEqual([50, 1]);
	await ready(...losses);
	expect(losses.map((loss) => loss.item())).toEqual(expectedLosses.map((loss) => loss.item()));
});

test('what was read of a Variable stays what it was, however many steps follow', async () => {
	const engine = new LateEngine();
	const w = variable(1);
	const step = compiler(engine)(() => w.assign(w.read().mul(2)));
	const read: Node[] = [];
	for (let i = 0; i < 4; i++) {
		read.push(w.read());
		expect(w.read()).toBe(read.at(-1));
		step();
	}
	await ready(...read);
	expect(read.map((each) => each.item())).toEqual([1, 2, 4, 8]);
	expect(() => w.item()).toThrow(early);
	await ready(w);
	expect(w.item()).toBe(16);
});

test('Variables are made of late values, assigned them, and swapped, without a wait', async () => {
	const { engine, x } = lateNode();
	const [a, b, c] = [variable([0, 0, 0]), variable([5, 6, 7]), variable(x)];
	a.assign(x);
	assignAll([
		[a, b],
		[b, a],
	]);
	expect(engine.fetched).toBe(0);
	await ready(b, c);
	expect([a, b, c].map((each) => each.toArray())).toEqual([
		[5, 6, 7],
		[2, 4, 6],
		[2, 4, 6],
	]);
	expect(() => a.assign(lateNode().x.add(1))).toThrow(early);
	expect(a.toArray()).toEqual([5, 6, 7]);
});

const others: readonly (readonly [string, () => Engine<Data | Late>])[] = [
	['the interpreter', () => interpreter],
	['WebAssembly', () => newWasmEngine()],
	['another late engine', () => new LateEngine()],
];

test.each(others)('%s refuses late values of others until they are there', async (_, make) => {
	const engine = make();
	const other = compiler(engine);
	const { x } = lateNode();
	const { w } = lateVariable();
	const seen = variable(0);
	const f = other((y: Node) => {
		seen.assign(seen.read().add(1));
		return y.add(1);
	});
	const g = other(() => {
		seen.assign(seen.read().add(1));
		return w.read().add(1);
	});
	f([1, 2, 3]);
	expect(() => f(x)).toThrow(TypeError);
	expect(() => f(x)).toThrow(
		`compile: the result of a compiled function, f32[3], is not there yet, and no value of the engine ${engine.name}; await ready(x) first`,
	);
	expect(() => g()).toThrow(TypeError);
	expect(() => g()).toThrow(early);
	await ready(x, w, seen);
	expect(seen.item()).toBe(1);
	const [y, z] = [f(x), g()];
	await ready(y, z, seen);
	expect([y.toArray(), z.toArray(), seen.item()]).toEqual([[3, 5, 7], [3, 5, 7], 3]);
});

test('engines take turns over a Variable where each value is awaited before another engine reads it', async () => {
	const w = variable([1, 2]);
	const engines = [new LateEngine(), newWasmEngine(), interpreter, new LateEngine()];
	const steps = engines.map((engine: Engine<Data | Late>) =>
		compiler(engine)(() => w.assign(w.read().mul(3).add(1))),
	);
	for (const at of [0, 1, 2, 3, 0, 0, 2, 1, 3, 1]) {
		await ready(w);
		steps[at]?.();
	}
	await ready(w);
	expect(w.toArray()).toEqual([1, 2].map((x) => 3 ** 10 * x + (3 ** 10 - 1) / 2));
});

test('a failed run rejects what depends on it, refuses steps once it is known, and nothing else', async () => {
	const lost = new Error('the device was lost');
	const engine = new LateEngine({ failureOf: (run) => (run === 3 ? lost : null) });
	const late = compiler(engine);
	const [w, time, other] = [variable(1), variable(0), variable(5)];
	const step = late((x: Node) => {
		w.assign(w.read().mul(x));
		time.assign(time.read().add(1));
		return w.read();
	});
	const elsewhere = late(() => other.assign(other.read().add(1)));
	const after = late((x: Node) => x.add(1));
	const results = [2, 3, 4].map((x) => step(x)) as [Node, Node, Node];
	elsewhere();
	const dependent = after(results[2]);
	const readBefore = w.read();
	// Not known yet: it is begun, and fails with the rest.
	const begun = step(5);
	await ready(results[0], results[1], other);
	expect([results[0].item(), results[1].item(), other.item()]).toEqual([2, 6, 6]);
	for (const each of [results[2], dependent, readBefore, begun, w, time, results[2].add(1)])
		await expect(ready(each)).rejects.toBe(lost);
	for (const refused of [
		() => step(6),
		() => after(results[2]),
		() => other.assign(results[2]),
		() => w.item(),
		() => results[2].item(),
		() => JSON.stringify(time),
		() => time.read(),
		() => late(() => results[2].add(1))(),
	])
		expect(refused).toThrow(lost);
	expect(String(w)).toBe('Variable variable: f32[], no value: the device was lost');
	expect(String(results[2])).toBe('f32[] constant, no value: the device was lost');
	const { runs } = engine;
	elsewhere();
	expect(engine.runs).toBe(runs + 1);
	w.assign(7);
	time.assign(3);
	const again = step(2);
	await ready(again, w, time, other);
	expect([again.item(), w.item(), time.item(), other.item()]).toEqual([14, 14, 4, 7]);
});

test('a Variable assigned after a run was begun that fails keeps what it was assigned', async () => {
	const engine = new LateEngine({ failureOf: () => new Error('lost') });
	const w = variable(1);
	compiler(engine)(() => w.assign(w.read().add(1)))();
	w.assign(9);
	await engine.idle();
	await ready(w);
	expect([engine.done, w.item()]).toEqual([1, 9]);
});

test('an index out of range is the interpreter’s error, and comes late', async () => {
	const engine = new LateEngine();
	const take = compiler(engine)((i: Node) => tensor([1, 2]).take(i));
	const [wrong, right] = [take(tensor(5, { dtype: 'i32' })), take(tensor(1, { dtype: 'i32' }))];
	await expect(ready(wrong)).rejects.toThrow(RangeError);
	await ready(right);
	expect(right.item()).toBe(2);
});

test("check: 'finite' rejects with a NonFiniteError whatever depends on what is not finite", async () => {
	const engine = new LateEngine();
	const w = variable([1, 2]);
	const step = compiler(engine)(
		(x: Node) => {
			w.assign(w.read().mul(x).log());
			return x.sum();
		},
		{ check: 'finite' },
	);
	const fine = step(1);
	await ready(fine, w);
	const [, second] = [Math.log(1), Math.fround(Math.log(2))];
	expect([fine.item(), w.item === undefined, w.data()[1]]).toEqual([1, false, second]);
	const wrong = step(0);
	await expect(ready(w)).rejects.toThrow(NonFiniteError);
	await expect(ready(wrong)).rejects.toThrow(NonFiniteError);
	expect(() => step(1)).toThrow(NonFiniteError);
	w.assign([1, 1]);
	const again = step(2);
	await ready(again, w);
	expect(w.data()).toEqual(Float32Array.of(Math.log(2), Math.log(2)));
});

test('a NonFiniteError that a late engine throws at once is told in its words', () => {
	const engine = new LateEngine();
	const step = compiler({
		name: 'hasty',
		compile(graph) {
			const program = engine.compile(graph);
			const isChecked = graph.outputs.some(({ primitive }) => primitive.name === 'checkFinite');
			return {
				run(values) {
					if (isChecked) throw new NonFiniteError('checkFinite: element 0 is NaN');
					return program.run(values);
				},
				free: () => {},
			};
		},
	})((x: Node) => x.log(), { check: 'finite' });
	expect(() => step(-1)).toThrow(new NonFiniteError('checkFinite: element 0 is NaN'));
});

test('a failure that nobody awaits ends nothing', async () => {
	const unhandled: unknown[] = [];
	const note = (error: unknown): void => {
		unhandled.push(error);
	};
	process.on('unhandledRejection', note);
	try {
		const engine = new LateEngine({ failureOf: () => new Error('lost') });
		const w = variable(1);
		const step = compiler(engine)((x: Node) => {
			w.assign(w.read().add(x));
			return x.mul(2);
		});
		const first = step(1);
		step(first);
		w.read();
		void new Late(() => Promise.reject(new Error('none'))).arrival();
		new Late(async () => Float32Array.of(1)).fail(new Error('none'));
		await engine.idle();
		// Node tells of rejections when microtasks have run.
		await delay(5);
		expect(engine.done).toBe(2);
		await expect(Promise.all([ready(first), ready(w)])).rejects.toThrow('lost');
		await delay(5);
	} finally {
		process.off('unhandledRejection', note);
	}
	expect(unhandled).toEqual([]);
});

test('values of a program that was freed meanwhile still come', async () => {
	const engine = new LateEngine();
	const programs: Program<Data | Late>[] = [];
	const late = compiler({
		name: 'kept',
		takes: (value) => engine.takes(value),
		compile: (graph) => {
			const program = engine.compile(graph);
			programs.push(program);
			return program;
		},
	});
	const w = variable(1);
	const x = late((y: Node) => {
		w.assign(w.read().add(y));
		return y.mul(3);
	})(2);
	for (const program of programs) program.free();
	await ready(x, w);
	expect([x.item(), w.item()]).toEqual([6, 3]);
});

test('a late value fetches once, and brings what it should or an error', async () => {
	let fetched = 0;
	const value = new Late(async () => Float32Array.of(++fetched));
	expect([value.data, value.failure, fetched]).toEqual([null, null, 0]);
	expect(await Promise.all([value.arrival(), value.arrival()])).toEqual([
		Float32Array.of(1),
		Float32Array.of(1),
	]);
	value.fail(new Error('too late to fail'));
	expect([value.data, value.failure, fetched]).toEqual([Float32Array.of(1), null, 1]);

	const failed = new Late(async () => Float32Array.of(1));
	const coming = failed.arrival();
	failed.fail(new Error('first'));
	failed.fail(new Error('second'));
	await expect(coming).rejects.toThrow('first');
	await expect(failed.arrival()).rejects.toThrow('first');
	expect(failed.data).toBeNull();

	const nothing = (): Promise<Data> => Promise.resolve([1] as unknown as Data); // as an engine in JavaScript may
	await expect(new Late(nothing).arrival()).rejects.toThrow(
		'Late: fetch brought an Array; it must be a promise of a typed array that holds the dtype',
	);
	const throwing = (): Promise<Data> => {
		throw new Error('at once');
	};
	await expect(new Late(throwing).arrival()).rejects.toThrow('at once');
});

test('engines without late values have the types that they had', () => {
	expectTypeOf(interpreter).toEqualTypeOf<Engine>();
	expectTypeOf<ReturnType<Program['run']>>().toEqualTypeOf<Data[]>();
	expectTypeOf<ReturnType<Cell['read']>>().toEqualTypeOf<Data>();
	expectTypeOf<Engine>().toExtend<Engine<Data | Late>>();
	expectTypeOf<Engine<Data | Late>>().not.toExtend<Engine>();
});

/** Whether two values have the same bits, those of NaN aside. */
function areSame(a: Node, b: Node): boolean {
	const [x, y] = [a.view(), b.view()];
	return x.length === y.length && x.every((each, i) => Object.is(each, y[i]));
}

/** That random programs, and one behind the other, have the interpreter's values. */
async function programsAgree(newEngine: () => Engine<Data | Late>): Promise<void> {
	await fc.assert(
		fc.asyncProperty(programs(), async (program) => {
			const [late, reference] = [compiler(newEngine()), compiler(interpreter)];
			const outcome = (by: Compile): Node[] => {
				const f = by((...inputs: Node[]) => program.run(...inputs));
				const g = by((x: Node) => x.mul(x).add(0.5));
				const first = f(...program.inputs);
				return [first, g(first), g(g(first)), f(...program.inputs)];
			};
			const [own, expected] = [outcome(late), outcome(reference)];
			await ready(...own);
			for (const [i, each] of own.entries())
				if (!areSame(each, expected[i] as Node))
					throw new Error(`value ${i}: ${each} and ${expected[i]}`); // as many
		}),
	);
}

/** One thing done to two Variables. */
type Event = 'step' | 'chain' | 'read' | 'swap' | 'assign' | 'ready' | 'wait';
const kinds: readonly Event[] = ['step', 'chain', 'read', 'swap', 'assign', 'ready', 'wait'];

/** All that a history of two Variables made, as values that may come later. */
async function history(by: Compile, length: number, events: readonly Event[]): Promise<Node[]> {
	const elements = (from: number): Node =>
		tensor(Float32Array.from({ length }, (_, i) => from + i / 8));
	const [a, b] = [variable(elements(1)), variable(elements(-2))];
	const made: Node[] = [elements(0.5)];
	const step = by((x: Node) => {
		const before = a.read();
		a.assign(b.read().mul(0.5).add(x));
		b.assign(before.sub(x));
		return [a.read().add(b), before];
	});
	for (const event of events) {
		const last = made.at(-1) as Node; // there is one from the start
		if (event === 'step') made.push(...step(elements(made.length)));
		if (event === 'chain') made.push(...step(last));
		if (event === 'read') made.push(a.read());
		if (event === 'swap')
			assignAll([
				[a, b],
				[b, a],
			]);
		if (event === 'assign') b.assign(last);
		if (event === 'ready') await ready(a);
		if (event === 'wait') await delay(2);
	}
	return [...made, a.read(), b.read()];
}

/** That whatever is done to Variables leaves what the interpreter leaves. */
async function historiesAgree(newEngine: () => Engine<Data | Late>): Promise<void> {
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(0, 1, 3),
			fc.array(fc.constantFrom(...kinds), { maxLength: 12 }),
			async (length, events) => {
				const own = await history(compiler(newEngine()), length, events);
				const expected = await history(compiler(interpreter), length, events);
				await ready(...own);
				for (const [i, each] of own.entries())
					if (!areSame(each, expected[i] as Node))
						throw new Error(`value ${i}: ${each} and ${expected[i]}`); // as many
			},
		),
	);
}

/** Engines with one fault each. */
const faulty: Readonly<Record<string, () => Engine<Data | Late>>> = {
	'values off in the seventh digit': () => ({
		name: 'inaccurate',
		compile(graph) {
			const program = interpreter.compile(graph);
			return {
				run: (values) =>
					program
						.run(values as readonly Data[]) // takes no other
						.map((data) => new Late(async () => data.map((x) => x * (1 + 2 ** -22)))),
				free: () => {},
			};
		},
	}),
	'cells read and written when the timer goes off': () => ({
		name: 'tardy',
		compile(graph) {
			const program = interpreter.compile(graph);
			return {
				run(values) {
					const all = delay(1).then(() => program.run(values as readonly Data[])); // takes no other
					all.catch(() => {});
					return graph.outputs.map((_, i) => new Late(async () => (await all)[i] as Data)); // as many
				},
				free: () => {},
			};
		},
	}),
	'assignments forgotten': () => {
		const engine = new LateEngine();
		return {
			name: 'forgetful',
			takes: (value) => engine.takes(value),
			compile: (graph) => engine.compile({ ...graph, updates: [] }),
		};
	},
	'assignments made one after another, each seen by the next': () => {
		const engine = new LateEngine();
		return {
			name: 'hasty',
			takes: (value) => engine.takes(value),
			compile(graph) {
				const parts = [
					{ ...graph, updates: [] },
					...graph.updates.map((update) => ({ ...graph, outputs: [], updates: [update] })),
				].map((part) => engine.compile(part));
				return {
					run: (values) => parts.flatMap((part) => part.run(values)),
					free: () => {},
				};
			},
		};
	},
	'results of all runs kept in one place, which the next run overwrites': () => ({
		name: 'in place',
		compile(graph) {
			const program = interpreter.compile(graph);
			let newest: Data[] = [];
			return {
				run(values) {
					newest = program.run(values as readonly Data[]); // takes no other
					return newest.map((_, i) => new Late(async () => newest[i] as Data)); // as many
				},
				free: () => {},
			};
		},
	}),
};

test('a random program has the interpreter’s bits, awaited or passed on', async () => {
	await programsAgree(() => new LateEngine());
});

test('Variables that are stepped, read, swapped and assigned in any order hold the interpreter’s bits', async () => {
	await historiesAgree(() => new LateEngine());
});

test.each(Object.entries(faulty))(
	'an engine with a fault breaks one of these laws: %s',
	async (_, newEngine) => {
		const usual = fc.readConfigureGlobal();
		// That is enough to know: what breaks it need not be shrunk.
		fc.configureGlobal({ ...usual, endOnFailure: true });
		try {
			const outcomes = await Promise.allSettled([
				programsAgree(newEngine),
				historiesAgree(newEngine),
			]);
			expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
		} finally {
			fc.configureGlobal(usual);
		}
	},
);
