import { compile, type Node, randomKey, tensor, type Variable } from '@pullback/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	Affine,
	BatchNorm1d,
	Dropout,
	loadState,
	Module,
	meanSquaredError,
	type Rename,
	SGD,
	StateError,
	sequential,
	stateOf,
} from '../../src/index.ts';

const affine = (seed: number): Affine =>
	new Affine({ inputs: 2, outputs: 2, key: randomKey(seed) });

class Net extends Module {
	readonly encoder = sequential(
		affine(1),
		new BatchNorm1d({ channels: 2 }),
		new Dropout({ rate: 0.5, key: randomKey(9) }),
	);
	readonly heads: ReadonlyMap<string, Affine> = new Map([
		['a.b', affine(2)],
		['c', affine(3)],
	]);

	override forward(x: Node): Node {
		return this.encoder.forward(x);
	}
}

const arrays = (state: ReadonlyMap<string, Node>): [string, unknown][] =>
	Array.from(state, ([path, value]) => [path, value.toArray()]);

/** A state of the same names, of other values. */
const others = (state: ReadonlyMap<string, Node>): Map<string, Node> =>
	new Map(Array.from(state, ([path, value]) => [path, value.add(1).cast(value.dtype)]));

/** What loading throws, which must leave the net as it was. */
function errorOf(net: Module<never[], unknown>, load: () => unknown): StateError {
	const before = arrays(stateOf(net));
	try {
		load();
	} catch (error) {
		expect(arrays(stateOf(net))).toEqual(before);
		if (error instanceof StateError) return error;
		throw error;
	}
	throw new Error('the state was loaded');
}

describe('a state', () => {
	test('is every parameter and buffer by its path, as it was when it was asked for', () => {
		const net = new Net();
		const state = stateOf(net);
		expect([...state.keys()]).toEqual([...net.namedVariables().keys()]);
		const before = arrays(state);
		for (const variable of net.namedVariables().values())
			variable.assign(variable.read().add(1).cast(variable.dtype));
		expect(arrays(state)).toEqual(before);
		expect(arrays(stateOf(net))).not.toEqual(before);
	});

	test('is not changed by a compiled step of training', () => {
		const net = affine(1);
		const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
		const step = compile((x: Node) => {
			const loss = meanSquaredError(net.forward(x), tensor([[1, 2]]));
			optimizer.minimize(loss);
			return loss;
		});
		step(tensor([[1, 2]]));
		const state = stateOf(net);
		const before = arrays(state);
		step(tensor([[1, 2]]));
		step(tensor([[1, 2]]));
		expect(arrays(state)).toEqual(before);
		const after = net.weight.read().toArray();
		expect(after).not.toEqual(before[0]?.[1]);
		loadState(net, state);
		expect(arrays(stateOf(net))).toEqual(before);
	});

	test('loaded makes one net of another, and can be loaded whatever its order', () => {
		const [net, other] = [new Net(), new Net()];
		const state = others(stateOf(other));
		const reversed = new Map([...state].reverse());
		const report = loadState(net, reversed);
		expect(arrays(stateOf(net))).toEqual(arrays(state));
		const paths = [...state.keys()];
		expect(report).toEqual({ loaded: paths, missing: [], unexpected: [], mismatched: [] });
	});

	test('of any names is loaded where they fit, and all that does not is told, or nothing is loaded', () => {
		const paths = [...stateOf(new Net()).keys()];
		const name = fc.oneof(fc.constantFrom(...paths), fc.constantFrom('encoder', 'x', '', 'a.b.c'));
		const shapes = [[], [2], [2, 2], [1, 2]];
		const names = fc.uniqueArray(fc.tuple(name, fc.constantFrom(...shapes), fc.boolean()), {
			selector: ([each]) => each,
		});
		fc.assert(
			fc.property(names, fc.boolean(), (entries, strict) => {
				const net = new Net();
				const own = net.namedVariables();
				const state = new Map(
					entries.map(([path, shape, isFloat]): [string, Node] => [
						path,
						tensor(
							new Float32Array(4).fill(7).slice(
								0,
								shape.reduce((a, b) => a * b, 1),
							),
							{
								shape,
							},
						).cast(isFloat ? 'f32' : 'i32'),
					]),
				);
				const fits = (path: string, value: Node): boolean =>
					own.get(path)?.dtype === value.dtype &&
					String(own.get(path)?.shape) === String(value.shape);
				const missing = [...own.keys()].filter((path) => !state.has(path));
				const unexpected = [...state.keys()].filter((path) => !own.has(path));
				const loaded = [...own.keys()].filter((path) => {
					const value = state.get(path);
					return value !== undefined && fits(path, value);
				});
				const wrong = [...own.keys()].filter((path) => state.has(path) && !loaded.includes(path));
				const expected = { missing, unexpected, loaded };
				const isFine = wrong.length === 0 && (!strict || missing.length + unexpected.length === 0);
				if (isFine) {
					expect(loadState(net, state, { strict })).toMatchObject(expected);
					for (const path of loaded)
						expect([...(own.get(path) as Variable).read().data()]).toContain(7);
					return;
				}
				const { report } = errorOf(net, () => loadState(net, state, { strict }));
				expect(report).toMatchObject(expected);
				expect(report.mismatched.map(({ path }) => path)).toEqual(wrong);
			}),
			{ numRuns: 200 },
		);
	});

	test('that does not fit is told whole, with what was meant', () => {
		const net = affine(1);
		const state = new Map([
			['wieght', tensor([[1, 2]])],
			['bias', tensor([1, 2, 3])],
			['running_mean', tensor(1)],
		]);
		expect(errorOf(net, () => loadState(net, state)).message).toBe(
			[
				'loadState: the state does not fit the module',
				'  missing: weight',
				'  unexpected: wieght (did you mean weight?), running_mean',
				'  of another shape or dtype: bias is f32[3], must be f32[2]',
			].join('\n'),
		);
		const wide = new Map([...stateOf(net)].map(([path, value]) => [path, value.cast('f64')]));
		expect(errorOf(net, () => loadState(net, wide, { strict: false })).message).toContain(
			'weight is f64[2, 2], must be f32[2, 2]',
		);
	});

	test('whose values cannot be computed is not loaded by half', () => {
		const net = affine(1);
		const state = stateOf(net);
		const before = arrays(state);
		const transform = (value: Node, path: string): Node => {
			if (path === 'bias') throw new Error('no bias');
			return value.add(1);
		};
		expect(() => loadState(net, state, { transform })).toThrow('no bias');
		expect(arrays(stateOf(net))).toEqual(before);
	});

	test('is loaded within a compiled function at the end of each run', () => {
		const net = affine(1);
		const [weight, bias] = [
			tensor([
				[1, 2],
				[3, 4],
			]),
			tensor([5, 6]),
		] as [Node, Node];
		const load = compile((w: Node, b: Node) => {
			loadState(
				net,
				new Map([
					['weight', w],
					['bias', b],
				]),
			);
			return w.sum();
		});
		load(weight, bias);
		expect(arrays(stateOf(net))).toEqual([
			['weight', weight.toArray()],
			['bias', bias.toArray()],
		]);
	});
});

describe('a transform', () => {
	test('is given each value with the path that it is for, and gives what is loaded', () => {
		const net = affine(1);
		const state = new Map([
			[
				'w',
				tensor([
					[1, 2],
					[3, 4],
				]),
			],
			['b', tensor([5, 6], { dtype: 'f64' })],
		]);
		loadState(net, state, {
			rename: { w: 'weight', b: 'bias' },
			transform: (value, path) => (path === 'weight' ? value.transpose() : value.cast('f32')),
		});
		expect(arrays(stateOf(net))).toEqual([
			[
				'weight',
				[
					[1, 3],
					[2, 4],
				],
			],
			['bias', [5, 6]],
		]);
	});

	test('must give Nodes', () => {
		const net = affine(1);
		const transform = (() => 1) as never;
		expect(() => loadState(net, stateOf(net), { transform })).toThrow(
			'loadState: transform returned 1 for weight; it must return a Node',
		);
	});
});

describe('a rename', () => {
	test('of null takes a name away', () => {
		const net = affine(1);
		const state = new Map([
			...stateOf(net),
			...['a.b', 'a.c', 'd'].map((name) => [name, tensor(1)] as const),
		]);
		const unexpected = (rename: Rename): readonly string[] =>
			loadState(net, state, { strict: false, rename }).unexpected;
		expect(unexpected({ 'a.b': null })).toEqual(['a.c', 'd']);
		expect(unexpected({ a: null })).toEqual(['d']);
		expect(unexpected({ a: null, d: null })).toEqual([]);
		expect(unexpected((name) => (name === 'a.c' ? null : name))).toEqual(['a.b', 'd']);
	});

	/** Loads values by other names into a net, and expects each to be where its path says. */
	const expectLoaded = (names: Readonly<Record<string, string>>, rename: Rename): void => {
		const net = new Net();
		const state = others(stateOf(net));
		const table = new Map(Object.entries(names).map(([name, path]) => [path, name]));
		const given = new Map(Array.from(state, ([path, value]) => [table.get(path) ?? path, value]));
		loadState(net, given, { rename });
		expect(arrays(stateOf(net))).toEqual(arrays(state));
	};

	test('of a path is one of all that it leads to', () => {
		expectLoaded(
			{ 'first.weight': 'encoder.layers.0.weight', 'first.bias': 'encoder.layers.0.bias' },
			{ first: 'encoder.layers.0' },
		);
		expectLoaded({ w: 'heads.c.weight' }, { w: 'heads.c.weight' });
	});

	test('of * keeps the name that stands there', () => {
		expectLoaded(
			{
				'block0.fc.weight': 'encoder.layers.0.weight',
				'x.0.w': 'encoder.layers.0.bias',
				'x.1.w': 'encoder.layers.1.bias',
			},
			{ 'x.*.w': 'encoder.layers.*.bias', 'block0.fc': 'encoder.layers.0' },
		);
		expectLoaded(
			{ 'c.of.heads.bias': 'heads.c.bias' },
			{ '*.of.*': '*.*', 'c.of.heads': 'heads.c' },
		);
	});

	test('of an empty pattern is one of all, and to nothing takes names away at the beginning', () => {
		const net = new Net();
		const state = others(stateOf(net));
		const given = new Map(Array.from(state, ([path, value]) => [`module.${path}`, value]));
		loadState(net, given, { rename: { module: '' } });
		expect(arrays(stateOf(net))).toEqual(arrays(state));
		const head = affine(5);
		const alone = { rename: { '': 'x', weight: 'weight', bias: 'bias' } };
		loadState(head, stateOf(head), alone);
		expect(() => loadState(head, stateOf(head), { rename: { '': 'x' } })).toThrow(
			'missing: weight, bias\n  unexpected: weight',
		);
	});

	test('counts by the most names, then the fewest *, whatever the order', () => {
		const entries: [string, string][] = [
			['a', 'x'],
			['*.b', '*.y'],
			['a.b', 'encoder.layers.0.weight'],
			['a.*', 'z.*'],
		];
		fc.assert(
			fc.property(fc.shuffledSubarray(entries, { minLength: 4 }), (shuffled) => {
				expectLoaded({ 'a.b': 'encoder.layers.0.weight' }, Object.fromEntries(shuffled));
			}),
			{ numRuns: 24 },
		);
	});

	test('of quoted names knows them', () => {
		expectLoaded({ 'head.weight': 'heads."a.b".weight' }, { 'head.weight': 'heads."a.b".weight' });
	});

	test('to the same path is refused, as are other * and what is no path', () => {
		const net = affine(1);
		const load = (rename: unknown): (() => unknown) => {
			const options = { rename } as never;
			return () => loadState(net, stateOf(net), options);
		};
		expect(load({ weight: 'bias' })).toThrow('both become the string "bias"');
		expect(load({ 'a.*': 'b' })).toThrow('there must be as many * in both');
		expect(load({ weight: 1 })).toThrow(
			'rename has 1 for the string "weight"; it must be a path, or null',
		);
		expect(load(() => 1)).toThrow('rename gives 1 for the string "weight"');
		expect(load('weight')).toThrow('it must be a function, or an object of patterns');
	});
});
