import {
	compile,
	type Node,
	NonFiniteError,
	type Operand,
	randomKey,
	splitKey,
	tensor,
	uniform,
	type Variable,
} from '@pullback/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	Adam,
	Affine,
	type Batch,
	type Callback,
	clipByNorm,
	earlyStopping,
	evaluate,
	F1,
	type FitOptions,
	fit,
	type History,
	Module,
	meanSquaredError,
	type Optimizer,
	type Position,
	R2,
	Relu,
	type Sequential,
	SGD,
	sequential,
	Tanh,
} from '../../src/index.ts';

type Pair = Batch<Node, Node>;

/** A small net, the same for the same seed. */
function netOf(seed: number): Sequential {
	const keys = splitKey(randomKey(seed));
	return sequential(
		new Affine({ inputs: 3, outputs: 4, key: keys.slice(0), dtype: 'f64' }),
		new Tanh(),
		new Affine({ inputs: 4, outputs: 2, key: keys.slice(1), dtype: 'f64' }),
	);
}

/** Batches of the given sizes. */
const batchesOf = (sizes: readonly number[]): Pair[] =>
	sizes.map((size, i) => [
		uniform(randomKey(2 * i), [size, 3], { dtype: 'f64' }),
		uniform(randomKey(2 * i + 1), [size, 2], { dtype: 'f64' }),
	]);

const optimizers: Readonly<Record<string, (all: Variable[]) => Optimizer>> = {
	SGD: (all) => new SGD(all, { learningRate: 0.1 }),
	Adam: (all) => new Adam(all, { learningRate: 0.01 }),
};
const bitsOf = (model: Module): number[][] => model.parameters().map((each) => [...each.data()]);
const quiet = { loss: meanSquaredError, progress: 'none' } as const;

/** Options with an optimiser of a net's parameters. */
const optionsFor = (
	net: Sequential,
	more: Partial<FitOptions<Operand, Operand, Node>> & { readonly epochs: number },
): FitOptions<Operand, Operand, Node> => ({ ...quiet, optimizer: optimizerOf(net), ...more });
const optimizerOf = (net: Sequential): Optimizer =>
	new Adam(net.parameters(), { learningRate: 0.01 });

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
const few = { numRuns: 6 };

describe.each(Object.keys(optimizers))('%s', (name) => {
	const make = optimizers[name] as (all: Variable[]) => Optimizer; // one of its names

	test('fit ends with the bits of steps made one by one', async () => {
		await fc.assert(
			fc.asyncProperty(sizes, fc.nat(3), async (sizes, epochs) => {
				const data = batchesOf(sizes);
				const [own, other] = [netOf(1), netOf(1)];
				const history = await fit(own, data, {
					...quiet,
					optimizer: make(own.parameters()),
					epochs,
				});
				const optimizer = make(other.parameters());
				const step = compile((x: Node, t: Node) =>
					optimizer.minimize(meanSquaredError(other.forward(x, 'train'), t)),
				);
				for (let epoch = 0; epoch < epochs; epoch++) for (const batch of data) step(...batch);
				expect(bitsOf(own)).toEqual(bitsOf(other));
				expect(history.steps).toBe(epochs * sizes.length);
				expect(history.epochs.map(({ epoch }) => epoch)).toEqual([...Array(epochs).keys()]);
				expect(history.ended).toBe('finished');
			}),
			few,
		);
	});

	test('a run that is stopped after any step, and goes on from there, ends with the bits of one that is not', async () => {
		await fc.assert(
			fc.asyncProperty(
				sizes,
				fc.integer({ min: 1, max: 3 }),
				fc.nat(12),
				async (sizes, accumulate, after) => {
					const data = batchesOf(sizes);
					const [own, other] = [netOf(1), netOf(1)];
					const options = { ...quiet, epochs: 3, accumulate };
					const whole = await fit(other, data, { ...options, optimizer: make(other.parameters()) });
					const optimizer = make(own.parameters());
					const stop: Callback = (event) =>
						event.kind === 'step' && event.steps >= after ? 'stop' : undefined;
					const first = await fit(own, data, { ...options, optimizer, callbacks: [stop] });
					const second = await fit(own, data, { ...options, optimizer, start: first.next });
					expect(bitsOf(own)).toEqual(bitsOf(other));
					expect(first.steps + second.steps).toBe(whole.steps);
					expect(second.next).toEqual(whole.next);
				},
			),
			few,
		);
	});
});

test('losses and metrics are the means over all examples, however they are cut into batches', async () => {
	await fc.assert(
		fc.asyncProperty(sizes, async (sizes) => {
			const data = batchesOf(sizes);
			const net = netOf(1);
			const largest = (y: Node): Node => y.max(-1).mean();
			const found = await evaluate(net, data, { loss: meanSquaredError, metrics: { largest } });
			const each = data.flatMap(([x, t]) =>
				Array.from({ length: (x as Node).shape[0] ?? 0 }, (_, i) => {
					const own = [i, i + 1] as const;
					const y = net.forward((x as Node).slice(own)); // as generated
					return [meanSquaredError(y, (t as Node).slice(own)).item(), y.max().item()]; // as generated
				}),
			);
			const mean = (column: number): number =>
				each.reduce((sum, row) => sum + (row[column] ?? 0), 0) / each.length;
			// Sums of at most 20 terms in f64.
			expect(found.loss).toBeCloseTo(mean(0), 13);
			const { largest: mostly } = found.metrics;
			expect(mostly).toBeCloseTo(mean(1), 13);
		}),
		few,
	);
});

test('what Metrics gather is of all examples of a pass, and of no other', async () => {
	await fc.assert(
		fc.asyncProperty(sizes, async (sizes) => {
			const data = batchesOf(sizes);
			const net = netOf(1);
			const metrics = { r2: new R2(), last: (y: Node) => y.mean() };
			const history = await fit(
				net,
				data,
				optionsFor(net, { epochs: 2, metrics, validation: data }),
			);
			const whole = new R2();
			for (const [x, t] of data) whole.update(net.forward(x), t);
			const { validation } = history.epochs.at(-1) ?? {};
			expect(Object.keys(validation?.metrics ?? {})).toEqual(['r2', 'last']);
			// NaN of one example, which has no variance.
			expect(Object.values(validation?.metrics ?? {})[0]).toBeCloseTo(whole.value().item(), 12);
		}),
		few,
	);
	const net = netOf(1);
	const several = { f1: new F1(2, { average: 'none' }) };
	const run = evaluate(
		net,
		batchesOf([3]).map(([x]): Pair => [x, tensor([[0], [1], [1]], { dtype: 'i32' }).reshape([3])]),
		{
			loss: (y: Node) => y.mean(),
			metrics: several,
		},
	);
	await expect(run).rejects.toThrow('the value of metrics.f1 is [2]; it must be a scalar');
});

test('gradients of several batches are averaged: as one batch of all of their examples', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 1, max: 4 }),
			fc.integer({ min: 1, max: 4 }),
			async (count, size) => {
				const data = batchesOf(Array.from({ length: count }, () => size));
				const [own, other] = [netOf(1), netOf(1)];
				const sgd = (net: Sequential): Optimizer =>
					new SGD(net.parameters(), { learningRate: 0.5 });
				await fit(own, data, { ...quiet, optimizer: sgd(own), epochs: 2, accumulate: count });
				const all = <Index extends 0 | 1>(index: Index): Node =>
					tensor(
						data.flatMap((batch) => (batch[index] as Node).toArray() as number[][]), // as generated
						{ dtype: 'f64' },
					);
				await fit(other, [[all(0), all(1)]], { ...quiet, optimizer: sgd(other), epochs: 2 });
				// Two steps, of sums of at most 16 terms of size 1, in f64.
				for (const [i, parameter] of own.parameters().entries())
					for (const [j, value] of parameter.data().entries())
						expect(value).toBeCloseTo(other.parameters()[i]?.data()[j] ?? Number.NaN, 13);
			},
		),
		few,
	);
});

test('gradients are what their function makes of them before a step', async () => {
	const net = netOf(1);
	const before = bitsOf(net).flat();
	const optimizer = new SGD(net.parameters(), { learningRate: 1 });
	await fit(net, batchesOf([4]), {
		...quiet,
		optimizer,
		epochs: 1,
		gradients: (all) => clipByNorm(all, 1e-3),
	});
	const moved = bitsOf(net)
		.flat()
		.map((value, i) => value - (before[i] ?? 0));
	expect(Math.hypot(...moved)).toBeCloseTo(1e-3, 12);
});

test('a model is told to train in steps, and to evaluate where it is validated', async () => {
	const modes: unknown[] = [];
	class Told extends Module {
		readonly affine = new Affine({ inputs: 3, outputs: 2, key: randomKey(1), dtype: 'f64' });
		override forward(x: Node, mode?: unknown): Node {
			modes.push(mode);
			return this.affine.forward(x);
		}
	}
	const model = new Told();
	const history = await fit(model, batchesOf([2]), {
		...quiet,
		optimizer: new SGD(model.parameters(), { learningRate: 0.1 }),
		epochs: 2,
		validation: batchesOf([3, 1]),
	});
	expect(new Set(modes)).toEqual(new Set(['train', 'evaluate']));
	const after = await evaluate(model, batchesOf([3, 1]), { loss: meanSquaredError });
	expect(history.epochs.at(-1)?.validation).toEqual(after);
});

test('timers run while a model is trained, and a signal ends the run after the step at hand', async () => {
	const net = netOf(1);
	const controller = new AbortController();
	setTimeout(() => controller.abort(), 50);
	const options = optionsFor(net, { epochs: 1e9, signal: controller.signal });
	const history = await fit(net, batchesOf([1, 2]), options);
	expect(history.ended).toBe('aborted');
	expect(history.steps).toBeGreaterThan(0);
	// A signal that has aborted before the first step leaves all as it is.
	const before = bitsOf(net);
	const none = await fit(net, batchesOf([1]), options);
	expect(none).toEqual({ epochs: [], steps: 0, next: { epoch: 0, batch: 0 }, ended: 'aborted' });
	expect(bitsOf(net)).toEqual(before);
});

test('data may come from an iterator of each epoch, at once or later, and no further than it is asked for', async () => {
	const data = batchesOf([2, 1]);
	const asked: number[] = [];
	async function* later(epoch: number): AsyncGenerator<Pair> {
		for (const batch of data) {
			asked.push(epoch);
			await Promise.resolve();
			yield batch;
		}
	}
	const [own, other] = [netOf(1), netOf(1)];
	await fit(own, later, optionsFor(own, { epochs: 2 }));
	await fit(other, new Set(data), optionsFor(other, { epochs: 2 }));
	expect(bitsOf(own)).toEqual(bitsOf(other));
	expect(asked).toEqual([0, 0, 1, 1]);
});

test('an iterator is let go of where a run ends within an epoch, or a step throws', async () => {
	let released = 0;
	function* data(): Generator<Pair> {
		try {
			yield* batchesOf([2, 1, 3]);
		} finally {
			released++;
		}
	}
	const net = netOf(1);
	await fit(net, data, optionsFor(net, { epochs: 3, callbacks: [() => 'stop'] }));
	expect(released).toBe(1);
	const fails = fit(
		net,
		data,
		optionsFor(net, {
			epochs: 3,
			callbacks: [
				() => {
					throw new Error('mine');
				},
			],
		}),
	);
	await expect(fails).rejects.toThrow('mine');
	expect(released).toBe(2);
});

test('a run that no longer improves stops after its patience, with the best of what it had', async () => {
	const net = netOf(1);
	const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
	const losses = [5, 6, 3, 4, 3, Number.NaN, 2];
	const states: number[][][] = [];
	const history = await fit(net, batchesOf([3]), {
		...quiet,
		optimizer,
		epochs: 20,
		callbacks: [
			(event) => {
				if (event.kind === 'epoch') states.push(bitsOf(net));
			},
			earlyStopping({
				patience: 2,
				monitor: ({ epoch }) => losses[epoch] ?? 0,
				restore: net,
			}),
		],
	});
	// The best is the third, and three after it bring nothing.
	expect(history.epochs.length).toBe(6);
	expect(history.ended).toBe('stopped');
	expect(bitsOf(net)).toEqual(states[2]);
});

test('a run that is stopped after any epoch, and gone on with by others, stops where one does that is not', async () => {
	const losses = [5, 6, 3, 4, 3, Number.NaN, 2, 1];
	const makers = () => {
		const net = netOf(1);
		const monitor = ({ epoch }: { readonly epoch: number }): number => losses[epoch] ?? 0;
		return {
			net,
			optimizer: new SGD(net.parameters(), { learningRate: 0.1 }),
			early: earlyStopping({ patience: 2, monitor, restore: net }),
		};
	};
	type Made = ReturnType<typeof makers>;
	const run = ({ net, optimizer, early }: Made, more: readonly Callback[], start?: Position) =>
		fit(net, batchesOf([3]), {
			...quiet,
			optimizer,
			epochs: 20,
			callbacks: [early, ...more],
			...(start && { start }),
		});
	const whole = makers();
	await run(whole, []);
	// The best is the third, and three after it bring nothing.
	for (let epochs = 1; epochs < 6; epochs++) {
		const [first, second] = [makers(), makers()];
		const stop: Callback = (event) =>
			event.kind === 'epoch' && event.record.epoch === epochs - 1 ? 'stop' : undefined;
		const { next } = await run(first, [stop]);
		for (const part of ['net', 'optimizer', 'early'] as const) {
			const saved = first[part].namedVariables();
			for (const [name, to] of second[part].namedVariables())
				to.assign(saved.get(name)?.read() ?? Number.NaN);
		}
		const { epochs: rest } = await run(second, [], next);
		expect(rest.at(-1)?.epoch).toBe(5);
		expect(bitsOf(second.net)).toEqual(bitsOf(whole.net));
	}
});

test('a loss that is no finite number ends the run; where that is checked, before the parameters change', async () => {
	const spoilt: Pair[] = [
		[tensor([[Number.NaN, 1, 1]], { dtype: 'f64' }), tensor([[1, 1]], { dtype: 'f64' })],
	];
	const net = netOf(1);
	const before = bitsOf(net);
	const checked = fit(net, spoilt, optionsFor(net, { epochs: 1, check: 'finite' }));
	await expect(checked).rejects.toThrow(NonFiniteError);
	expect(bitsOf(net)).toEqual(before);
	await expect(fit(net, spoilt, optionsFor(net, { epochs: 1 }))).rejects.toThrow(
		/loss of batch 0 in epoch 0 is NaN/,
	);
});

test('callbacks are told every step and epoch in order, and the end', async () => {
	const net = netOf(1);
	const told: string[] = [];
	await fit(
		net,
		batchesOf([1, 2, 1]),
		optionsFor(net, {
			epochs: 2,
			accumulate: 2,
			callbacks: [
				async (event) => {
					await Promise.resolve();
					told.push(`${event.kind} ${event.next.epoch}:${event.next.batch}`);
				},
			],
		}),
	);
	expect(told).toEqual([
		'step 0:2',
		'step 0:3',
		'epoch 1:0',
		'step 1:2',
		'step 1:3',
		'epoch 2:0',
		'end 2:0',
	]);
});

test('progress is told on a stream: a line for each epoch', async () => {
	const net = netOf(1);
	const written: string[] = [];
	const progress = { write: (text: string) => written.push(text) };
	const metrics = { largest: (y: Node) => y.max() };
	const history: History = await fit(net, batchesOf([2]), {
		...optionsFor(net, { epochs: 2, validation: batchesOf([1]), metrics }),
		progress,
	});
	expect(written).toHaveLength(2);
	const [first] = history.epochs;
	const { loss, metrics: own, validation } = first ?? {};
	const digits = (numbers: Readonly<Record<string, number>> = {}): string[] =>
		Object.values(numbers).map((number) => number.toPrecision(4));
	// On a busy machine an epoch may take seconds.
	expect(written[0]?.replace(/\d+ s\n$/, '0 s\n')).toBe(
		`epoch 1/2  loss ${loss?.toPrecision(4)}  largest ${digits(own)}  validation loss ${validation?.loss.toPrecision(4)}  validation largest ${digits(validation?.metrics)}  0 s\n`,
	);
});

test.each<[string, (net: Sequential) => Promise<unknown>]>([
	[
		'data is 3; it must be an array of batches',
		(net) => fit(net, 3 as never, optionsFor(net, { epochs: 1 })),
	],
	[
		'data has no batch in epoch 0; there must be one',
		(net) => fit(net, [], optionsFor(net, { epochs: 1 })),
	],
	[
		'data has no batch in epoch 1',
		(net) => fit(net, batchesOf([2]).values(), optionsFor(net, { epochs: 2 })),
	],
	[
		'batch 0 of data is 7; it must be a pair',
		(net) => fit(net, [7] as never, optionsFor(net, { epochs: 1 })),
	],
	['epochs is -1', (net) => fit(net, batchesOf([1]), optionsFor(net, { epochs: -1 }))],
	[
		'accumulate is 0',
		(net) => fit(net, batchesOf([1]), optionsFor(net, { epochs: 1, accumulate: 0 })),
	],
	[
		'model is 1; it must be a Module',
		(net) => fit(1 as never, batchesOf([1]), optionsFor(net, { epochs: 1 })),
	],
	[
		'optimizer is an Object; it must be an Optimizer',
		(net) => fit(net, batchesOf([1]), optionsFor(net, { epochs: 1, optimizer: {} as never })),
	],
	[
		"progress is the string \"loud\"; it must be 'auto', 'none', or a stream",
		(net) => fit(net, batchesOf([1]), optionsFor(net, { epochs: 1, progress: 'loud' as never })),
	],
	[
		'loss returned [1, 2]; it must return a scalar',
		(net) => fit(net, batchesOf([1]), optionsFor(net, { epochs: 1, loss: (y) => y })),
	],
	[
		'metrics.best is 1',
		(net) =>
			fit(net, batchesOf([1]), optionsFor(net, { epochs: 1, metrics: { best: 1 as never } })),
	],
	['there is no option los', (net) => evaluate(net, batchesOf([1]), { los: 1 } as never)],
])('what cannot be trained is refused: %s', async (message, run) => {
	await expect(run(netOf(1))).rejects.toThrow(message);
});

test('of a model with several inputs a batch holds lists or objects of tensors', async () => {
	class Sum extends Module<[x: { a: Node; b: Node }], Node> {
		readonly affine = new Affine({ inputs: 2, outputs: 1, key: randomKey(1) });
		override forward({ a, b }: { a: Node; b: Node }): Node {
			return this.affine.forward(a.add(b));
		}
	}
	const model = new Sum();
	const history = await fit(
		sequential(model, new Relu()),
		[[{ a: tensor([[1, 2]]), b: tensor([[3, 4]]) }, tensor([[5]])]],
		{
			loss: meanSquaredError,
			optimizer: new SGD(model.parameters(), { learningRate: 0.01 }),
			epochs: 3,
			progress: 'none',
		},
	);
	expect(history.steps).toBe(3);
});
