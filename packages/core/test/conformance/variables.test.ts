import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	assignAll,
	type Compile,
	compiler,
	concatenate,
	type DType,
	grad,
	interpreter,
	type Node,
	ready,
	tensor,
	type Variable,
	variable,
	zeros,
} from '../../src/index.ts';
import { filled, newWasmEngine, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

const floats = fc.constantFrom<DType>('f32', 'f64');

/** What a step does to three Variables of shape [4, 4], [4, 4] and [4], given an input of shape [4]. */
type Action = (a: Variable, b: Variable, c: Variable, x: Node) => void;

/** What programs do. One factor of a product is bounded, for of values that grow without end no digit of a sine is right. */
const actions: readonly Action[] = [
	// In place, by itself.
	(a) => a.assign(a.read().mul(0.5)),
	(a, _b, _c, x) => a.assign(a.read().mul(0.9).sub(x)),
	// Each from the other.
	(a, b) => {
		const held = a.read();
		a.assign(b);
		b.assign(held);
	},
	(a, b) => {
		const [p, q] = [a.read(), b.read()];
		assignAll([
			[a, q.mul(0.5)],
			[b, p.add(1)],
		]);
	},
	(a, b) => {
		const [p, q] = [a.read().sin(), b.read().cos()];
		a.assign(q);
		b.assign(p);
	},
	// Read after another's update.
	(a, b) => {
		a.assign(a.read().sin());
		b.assign(a.read().add(b));
	},
	(a, b) => {
		const before = a.read();
		a.assign(a.read().sin());
		b.assign(before.add(b).mul(0.5));
	},
	// Views of itself and of another.
	(a) => a.assign(a.read().transpose()),
	(a, b) => a.assign(b.read().transpose()),
	(a, b) => a.assign(b.read().reshape([2, 8]).transpose().reshape([4, 4])),
	(a) => a.assign(a.read().flip(1).mul(0.5)),
	(a, b) => b.assign(a.read().reshape([16]).flip().reshape([4, 4])),
	(a, _b, c) => c.assign(a.read().take(2)),
	(a, _b, c) => a.assign(c.read().expandDims(0).broadcastTo([4, 4])),
	(a, _b, c) => c.assign(a.read().sum(1).mul(0.1)),
	(a) => a.assign(a.read().sub(a.read().mean(0, { keepDims: true }))),
	(a) => a.assign(a.read().softmax(1)),
	(a) => a.assign(a.read().cumsum(0).mul(0.3)),
	(a) => a.assign(a.read().sort(1)),
	(a) => a.assign(concatenate([a.read().slice([1, null]), a.read().slice([0, 1])])),
	(a) =>
		a.assign(
			a
				.read()
				.pad([
					[1, 0],
					[0, 0],
				])
				.slice([0, 4]),
		),
	// Products that read what they update.
	(a, b) => a.assign(a.read().matmul(b.read().tanh()).mul(0.1)),
	(a, b) => b.assign(b.read().sub(a.read().tanh().transpose().matmul(b.read()).mul(0.1))),
	(a, _b, c, x) => c.assign(c.read().sub(x.expandDims(0).matmul(a).reshape([4]).mul(0.1))),
	// Products that are what they update, of others and of themselves.
	(a, b) => a.assign(b.read().tanh().mul(0.2).matmul(b)),
	(a, b) => a.assign(a.read().matmul(b.read().tanh().mul(0.1))),
	(a, b) => b.assign(a.read().tanh().mul(0.1).matmul(b)),
	(a, b) => {
		const product = b.read().tanh().mul(0.2).matmul(a.read().transpose());
		a.assign(product.tanh().mul(0.2).matmul(b));
		b.assign(product);
	},
	// As optimisers do: with momentum, and with two running means.
	(a, b, _c, x) => {
		const [slope] = grad(x.expandDims(0).matmul(a).tanh().sum(), [a]);
		b.assign(b.read().mul(0.9).add(slope));
		a.assign(a.read().sub(b.read().mul(0.1)));
	},
	(a, b, c, x) => {
		const [slope] = grad(x.expandDims(0).matmul(a).add(c).square().sum(), [a]);
		const bounded = slope.tanh();
		b.assign(b.read().mul(0.9).add(bounded.square().mul(0.1)));
		a.assign(a.read().sub(bounded.div(b.read().abs().add(0.1).sqrt()).mul(0.01)));
	},
	// A value of constants or of the input alone, and one that several share.
	(a) => a.assign(a.read().zerosLike().add(0.25)),
	(_a, _b, c, x) => c.assign(x),
	(_a, _b, c, x) => c.assign(x.flip()),
	(a, b) => {
		const shared = a.read().mul(b).tanh();
		a.assign(shared);
		b.assign(shared);
	},
	(a, b) => {
		const shared = a.read().mul(b).tanh();
		a.assign(shared);
		b.assign(shared.transpose());
	},
	(a, b) => {
		const shared = a.read().tanh();
		a.assign(shared);
		b.assign(shared.reshape([16]).reshape([4, 4]));
	},
	// The other way around.
	(a, b, c) => {
		b.assign(a.read().add(c));
		a.assign(b.read().tanh().mul(c));
	},
];

/** Not the engine under test, though it may be of its kind. */
const another = newWasmEngine();

forEveryEngine((tested) => {
	test('compiled = not compiled: Variables updated in place, swapped, read late, assigned views', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(actions.length - 1), fc.boolean()), {
					minLength: 1,
					maxLength: 5,
				}),
				fc.constantFrom('a', 'b', 'both', 'transposed', 'sums'),
				floats,
				seeds,
				(program, looked, dtype, seed) => {
					const use = (compile: Compile): Node[] => {
						const [a, b, c] = [[4, 4], [4, 4], [4]].map((shape, i) =>
							variable(filled(shape, dtype, seed + i), { name: 'abc'[i] ?? '' }),
						) as [Variable, Variable, Variable]; // three
						const f = (x: Node): Node[] => {
							const early = a.read();
							for (const [at, crossed] of program) {
								if (crossed) actions[at]?.(b, a, c, x);
								else actions[at]?.(a, b, c, x);
							}
							if (looked === 'a') return [a.read(), early];
							if (looked === 'b') return [b.read().add(early)];
							if (looked === 'both') return [a.read(), b.read(), c.read()];
							if (looked === 'transposed') return [a.read().transpose(), b.read().reshape([16])];
							return [a.read().sum(), early.sum(), b.read().sum(0)];
						};
						const run = compile(f);
						const seen: Node[] = [];
						for (const i of [7, 8, 9]) seen.push(...run(filled([4], dtype, seed + i)));
						return [...seen, a.read(), b.read(), c.read()];
					};
					return tested.leaves(use);
				},
			),
			tested.times(90),
		);
	});

	test('Variables assigned between runs, by another program or by hand, are read anew', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom('step', 'other', 'hand', 'look'), { minLength: 1, maxLength: 9 }),
				async (events) => {
					const outcome = async (compile: Compile, other: Compile): Promise<unknown[]> => {
						const w = variable([1, 2, 3, 4, 5], { dtype: 'f64' });
						const step = compile((x: Node) => {
							w.assign(w.read().mul(0.5).add(x));
							return w.read().sum();
						});
						const double = other(() => w.assign(w.read().mul(2)));
						const seen: unknown[] = [];
						const look = async (x: Node | Variable): Promise<void> => {
							await ready(x);
							seen.push(x.toArray());
						};
						for (const event of events) {
							if (event === 'step') await look(step(tensor(1, { dtype: 'f64' })));
							else if (event === 'look') await look(w);
							else {
								// What the one engine computes later, the other and operations by hand wait for.
								if (event === 'hand' || other !== compile) await ready(w);
								if (event === 'hand') w.assign(w.read().add(1));
								else double();
							}
						}
						await look(w);
						return seen;
					};
					const interpreted = compiler(interpreter);
					const expected = await outcome(interpreted, interpreted);
					for (const other of [tested.compile, interpreted, compiler(another)])
						expect(await outcome(tested.compile, other)).toEqual(expected);
				},
			),
			tested.times(30),
		);
	});

	test('results may be inputs, constants, Variables and views of them, several times', async () => {
		const outcome = async (compile: Compile): Promise<unknown> => {
			const [v, w] = [variable([1, 2, 3], { name: 'v' }), variable([[4, 5]], { name: 'w' })];
			const fixed = tensor([
				[1, 2],
				[3, 4],
			]);
			const f = compile((x: Node, y: Node) => {
				const early = [v.read(), w.read(), w.read().transpose(), v.read().reshape([3, 1])];
				v.assign(v.read().add(1));
				const double = x.mul(2);
				return {
					inputs: [x, x, x.transpose(), x.reshape([-1]), y],
					constants: [fixed, fixed.transpose(), tensor(7), tensor(7).broadcastTo([2, 2])],
					variables: [...early, v.read(), v.read().flip(), w.read()],
					computed: [double, double, double.reshape([-1]), double.transpose()],
					empty: [x.slice([1, 1]), x.slice([1, 1]).sum(), zeros([0, 3])],
				};
			});
			const seen: unknown[] = [];
			for (const i of [0, 1]) {
				const x = tensor([
					[i, 2, 3],
					[4, 5, 6],
				]);
				for (const [name, nodes] of Object.entries(f(x, tensor(i === 1)))) {
					await ready(...nodes);
					for (const node of nodes) seen.push([name, node.dtype, node.shape, node.toArray()]);
				}
			}
			return seen;
		};
		expect(await outcome(tested.compile)).toEqual(await outcome(compiler(interpreter)));
	});
});
