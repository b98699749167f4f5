import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	arange,
	assignAll,
	bernoulli,
	compiler,
	concatenate,
	type DType,
	dtypes,
	type Engine,
	einsum,
	gather,
	grad,
	interpreter,
	Node,
	normal,
	permutation,
	randomBits,
	randomIntegers,
	scatterAdd,
	splitKey,
	stack,
	sum,
	takeAlongAxis,
	tensor,
	uniform,
	type Variable,
	variable,
	zeros,
} from '../src/index.ts';
import {
	awkwardShapes,
	castWithin,
	expectAgreement,
	expectSame,
	filled,
	generator,
	newWasmEngine,
	seeds,
	sizeOf,
} from './compiled.ts';
import { guarded } from './guarded.ts';
import { runs } from './runs.ts';

const engine = guarded(newWasmEngine());

const floats = fc.constantFrom<DType>('f32', 'f64');
const long = fc.oneof(
	{ weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
	{ weight: 3, arbitrary: fc.integer({ min: 21, max: 70 }) },
);

test('products of any sizes, operands transposed or not, in batches or not, are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.record({
				m: long,
				n: long,
				k: long,
				left: fc.boolean(),
				right: fc.boolean(),
				batches: fc.constantFrom<[number[], number[]]>(
					[[], []],
					[[3], [3]],
					[[3], []],
					[[], [2]],
					[
						[2, 3],
						[2, 3],
					],
					[[2, 1], [3]],
					[
						[2, 3],
						[1, 3],
					],
					[[1], [4]],
				),
				dtype: fc.constantFrom<DType>('f32', 'f64', 'i32', 'u8'),
				seed: seeds,
			}),
			({ m, n, k, left, right, batches: [before, after], dtype, seed }) => {
				const x = filled([...before, ...(left ? [k, m] : [m, k])], dtype, seed);
				const y = filled([...after, ...(right ? [n, k] : [k, n])], dtype, seed + 1);
				const f = (x: Node, y: Node): Node[] => {
					const product = (left ? x.transpose() : x).matmul(right ? y.transpose() : y);
					return dtype === 'f32' || dtype === 'f64'
						? [product, ...grad(sum(product.mul(product)), [x, y])]
						: [product];
				};
				// Gradients are products of products: of n, or of m and all that is summed over a batch.
				const terms = Math.max(k, 1) * Math.max(m, n, 1) * Math.max(sizeOf(before), sizeOf(after));
				expectSame(engine, (x, y) => f(x as Node, y as Node), [x, y], { terms, size: 9 });
			},
		),
		runs(40),
	);
});

test('products over a long inner axis are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 9 }),
			fc.integer({ min: 1025, max: 3100 }),
			fc.integer({ min: 1, max: 13 }),
			fc.boolean(),
			floats,
			seeds,
			(m, k, n, transposed, dtype, seed) => {
				const x = filled(transposed ? [k, m] : [m, k], dtype, seed);
				const y = filled([k, n], dtype, seed + 1);
				const f = (x: Node, y: Node): Node => (transposed ? x.transpose() : x).matmul(y);
				expectSame(engine, (x, y) => f(x as Node, y as Node), [x, y], { terms: k, size: 9 });
			},
		),
		runs(6),
	);
});

test('products of operands that are views, numbers throughout, or computed are the interpreter’s', () => {
	const forms: readonly ((x: Node) => Node)[] = [
		(x) => x,
		(x) => x.flip(0),
		(x) => x.flip(1),
		(x) => x.slice([null, null, 2]),
		(x) => x.slice([null, null, -1], [1, null]),
		(x) => x.exp(),
		(x) => x.add(1).transpose(),
		(x) => x.onesLike(),
		(x) => x.sum(0, { keepDims: true }).broadcastTo(x.shape),
		(x) => x.sum(1, { keepDims: true }).broadcastTo(x.shape),
		(x) => x.reshape([-1, 2]),
		(x) => x.flatten().reshape(x.shape.toReversed()),
		(x) => concatenate([x, x.neg()], 1),
		(x) =>
			x.pad([
				[1, 1],
				[0, 2],
			]),
		(x) => x.take(tensor([1, 0, 1], { dtype: 'i32' })),
		(x) => x.softmax(1),
		(x) => x.matmul(x.transpose()),
	];
	fc.assert(
		fc.property(
			fc.constantFrom(...forms),
			fc.constantFrom(...forms),
			fc.integer({ min: 2, max: 6 }).map((half) => 2 * half),
			fc.integer({ min: 2, max: 13 }),
			floats,
			seeds,
			(left, right, rows, columns, dtype, seed) => {
				const f = (x: Node, y: Node): Node => {
					const a = left(x);
					const b = right(y);
					// Cut to fit.
					const inner = Math.min(a.shape[1] ?? 0, b.shape[0] ?? 0);
					return a.slice([], [0, inner]).matmul(b.slice([0, inner]));
				};
				const inputs = [
					filled([rows, columns], dtype, seed),
					filled([rows, columns], dtype, seed + 1),
				];
				const both = (x: Node, y: Node): Node[] => [f(x, y), ...grad(f(x, y).tanh().sum(), [x, y])];
				expectSame(engine, (x, y) => both(x as Node, y as Node), inputs, {
					terms: 60 * 60,
					size: 500,
				});
			},
		),
		runs(40),
	);
});

const epilogues: readonly ((z: Node, bias: Node) => Node)[] = [
	(z, b) => z.add(b).relu(),
	(z, b) => z.add(b).gelu(),
	(z, b) => z.mul(b).tanh().add(z),
	(z, b) => z.add(b).softmax(-1),
	(z, b) => z.add(b).logSumExp(-1),
	(z, b) => z.sub(z.mean(-1, { keepDims: true })).mul(b),
	(z, b) => z.add(b).greater(0).cast(z.dtype).mul(z),
	(z, b) => z.argmax(-1).cast(z.dtype).expandDims(-1).add(b),
	(z, b) => z.add(b).transpose().sum(0),
	(z, b) => z.add(b).reshape([-1]).sigmoid(),
	(z, b) => z.add(b).sum(0).add(z),
	(z, b) => z.add(b).matmul(z.add(b).relu().transpose()),
];

test('what follows a product, and its gradients, are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...epilogues),
			fc.tuple(fc.nat(40), fc.nat(12), fc.integer({ min: 1, max: 20 })),
			floats,
			seeds,
			(epilogue, [m, k, n], dtype, seed) => {
				const inputs = [[m, k], [k, n], [n]].map((shape, i) => filled(shape, dtype, seed + i));
				const f = (x: Node, w: Node, b: Node): Node[] => {
					const y = epilogue(x.matmul(w), b);
					return [y, ...grad(y.sin().sum(), [x, w, b])];
				};
				expectSame(engine, (x, w, b) => f(x as Node, w as Node, b as Node), inputs, {
					terms: 60 * 60,
					size: 200,
				});
			},
		),
		runs(40),
	);
});

/** Some of the axes of a shape. */
const axesOf = (rank: number, choice: number): number[] =>
	Array.from({ length: rank }, (_, axis) => axis).filter((axis) => (choice >> axis) % 2 === 1);

const normalizations: readonly ((x: Node, axes: number[]) => Node)[] = [
	(x, axes) => x.sum(axes, { keepDims: true }).add(x),
	(x, axes) => x.mean(axes, { keepDims: true }).sub(x).square().mean(axes),
	(x, axes) => x.logSumExp(axes),
	(x, axes) => x.sub(x.logSumExp(axes, { keepDims: true })).exp(),
	(x, axes) => x.amax(axes, { keepDims: true }).sub(x).exp().sum(axes),
	(x, axes) => {
		const mean = x.mean(axes, { keepDims: true });
		const variance = x.sub(mean).square().mean(axes, { keepDims: true });
		return x.sub(mean).div(variance.add(1e-3).sqrt());
	},
	(x, axes) => x.amax(axes).add(x.amin(axes)).mul(x.sum(axes)),
	(x, axes) => x.transpose().cumsum(0).sum(axes),
	(x, axes) => x.greater(0).any(axes).cast(x.dtype).mul(x.mean(axes)),
];

test('reductions over any axes, what is made of them, and gradients are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...normalizations),
			awkwardShapes(0, 4, 3000).filter((shape) => !shape.includes(0)),
			fc.nat(15),
			floats,
			seeds,
			(normalize, shape, choice, dtype, seed) => {
				const axes = axesOf(shape.length, choice);
				const f = (x: Node): Node[] => {
					const y = normalize(x, axes);
					// Whatever the size of y, its rounding changes this slope by no more than its own share.
					return [y, ...grad(y.square().add(1).log().sum(), [x])];
				};
				expectSame(engine, (x) => f(x as Node), [filled(shape, dtype, seed)], {
					terms: sizeOf(shape),
					size: 60,
				});
			},
		),
		runs(70),
	);
});

/** Steps that rearrange a tensor; each takes any shape. */
const movements: readonly ((x: Node, choice: number) => Node)[] = [
	(x, c) => (x.shape.length > 0 ? x.flip(c % x.shape.length) : x),
	(x) => x.transpose(),
	(x, c) => x.permute([...x.shape.keys()].sort((a, b) => ((c >> a) % 3) - ((c >> b) % 3) || a - b)),
	(x) => x.reshape([-1]),
	(x) => (x.shape.length > 1 ? x.reshape(x.shape.toReversed()) : x),
	(x, c) => x.expandDims(c % (x.shape.length + 1)),
	(x, c) => x.slice(...x.shape.map((_, i) => [null, null, [1, 2, -1][(c >> i) % 3] ?? 1] as const)),
	(x, c) => x.pad(x.shape.map((_, i) => [(c >> i) % 2, (c >> (i + 1)) % 2])),
	(x, c) => (x.shape.length > 0 ? concatenate([x, x.neg()], c % x.shape.length) : x),
	(x, c) => stack([x, x.mul(2)], c % (x.shape.length + 1)),
	(x, c) => x.expandDims(0).broadcastTo([1 + (c % 3), ...x.shape]),
	(x) => x.mul(0.5).add(1),
	(x) => x.exp().log1p(),
	(x) => (x.shape.length > 0 ? x.cumsum(-1).mul(0.1) : x),
	(x) => (x.shape.length > 0 ? x.sort(0) : x),
	(x) => x.sub(x.mean()),
];

test('chains of movements, with arithmetic among them, and gradients are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.nat(movements.length - 1), fc.nat(100)), {
				minLength: 1,
				maxLength: 7,
			}),
			awkwardShapes(0, 3, 200),
			floats,
			seeds,
			(steps, shape, dtype, seed) => {
				const f = (x: Node): Node[] => {
					let y = x;
					for (const [step, choice] of steps) {
						const next = movements[step]?.(y, choice) ?? y;
						if (next.shape.length <= 5 && sizeOf(next.shape) <= 3000) y = next;
					}
					return sizeOf(shape) === 0 ? [y] : [y, ...grad(y.sin().sum(), [x])];
				};
				expectSame(engine, (x) => f(x as Node), [filled(shape, dtype, seed)], {
					terms: 3000,
					size: 10,
				});
			},
		),
		runs(90),
	);
});

test('gathers, takes and scatters, at the same places too, and gradients are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.record({
				length: fc.integer({ min: 1, max: 9 }),
				picks: fc.nat(11),
				after: fc.integer({ min: 1, max: 6 }),
				byte: fc.boolean(),
				dtype: floats,
				seed: seeds,
			}),
			({ length, picks, after, byte, dtype, seed }) => {
				const draw = generator(seed);
				const indices = Array.from(
					{ length: picks },
					() => Math.floor(draw() * (byte ? length : 2 * length)) - (byte ? 0 : length),
				);
				const i = tensor(byte ? Uint8Array.from(indices) : Int32Array.from(indices));
				const x = filled([length, after], dtype, seed);
				const f = (x: Node, i: Node): Node[] => {
					const doubled = x.mul(2).add(1);
					const columns = doubled.transpose();
					const results = [
						x.gather(i),
						doubled.take(i),
						columns.take(i, 1),
						doubled.take(i.reshape([1, -1])),
						scatterAdd(x.take(i), i, { size: length }),
						scatterAdd(columns.take(i, 1).transpose(), i, { size: length }).mul(x),
						// Another operand at the same indices.
						x.take(i).mul(doubled.flip(0).take(i)),
						takeAlongAxis(x, i.expandDims(1).broadcastTo([picks, after]), 0),
					];
					const total = results.map((y) => y.sin().sum()).reduce((a, b) => a.add(b));
					return [...results, ...grad(total, [x])];
				};
				expectSame(engine, (x, i) => f(x as Node, i as Node), [x, i], { terms: 200, size: 20 });
			},
		),
		runs(50),
	);
});

test('labels pick one element a row, and the gradient reaches that alone', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 20 }),
			fc.integer({ min: 1, max: 12 }),
			floats,
			seeds,
			(rows, classes, dtype, seed) => {
				const draw = generator(seed);
				const labels = Int32Array.from({ length: rows }, () => Math.floor(draw() * classes));
				const f = (x: Node, i: Node): Node[] => {
					const picked = takeAlongAxis(x.logSoftmax(1), i.expandDims(1), 1);
					const hot = x.mul(i.oneHot(classes)).sum(1);
					return [picked, hot, ...grad(picked.mean().neg().add(hot.square().sum()), [x])];
				};
				const inputs = [filled([rows, classes], dtype, seed), tensor(labels)];
				expectSame(engine, (x, i) => f(x as Node, i as Node), inputs, { terms: 12, size: 10 });
			},
		),
		runs(30),
	);
});

test('einsums and their gradients are the interpreter’s', () => {
	const forms = [
		'ij,jk->ik',
		'ij,kj->ik',
		'ji,jk->ik',
		'bij,bjk->bik',
		'bhqd,bhkd->bhqk',
		'ij,ij->',
	];
	fc.assert(
		fc.property(
			fc.constantFrom(...forms),
			fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 8, maxLength: 8 }),
			floats,
			seeds,
			(form, sizes, dtype, seed) => {
				const letters = [...new Set(form.replace(/[^a-z]/g, ''))];
				const shapes = form
					.slice(0, form.indexOf('-'))
					.split(',')
					.map((part) => [...part].map((letter) => sizes[letters.indexOf(letter)] ?? 1));
				const inputs = shapes.map((shape, i) => filled(shape, dtype, seed + i));
				const f = (x: Node, y: Node): Node[] => {
					const z = einsum(form, x, y);
					return [z, ...grad(z.square().sum(), [x, y])];
				};
				expectSame(engine, (x, y) => f(x as Node, y as Node), inputs, { terms: 400, size: 100 });
			},
		),
		runs(30),
	);
});

test('attention over several heads, and its gradients, are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.tuple(
				fc.integer({ min: 1, max: 3 }),
				fc.integer({ min: 1, max: 9 }),
				fc.integer({ min: 1, max: 3 }),
				fc.integer({ min: 1, max: 6 }),
			),
			seeds,
			([batch, length, heads, width], seed) => {
				const size = heads * width;
				const inputs = [
					filled([batch, length, size], 'f64', seed),
					...[1, 2, 3].map((i) => filled([size, size], 'f64', seed + i)),
				];
				const f = (x: Node, q: Node, k: Node, v: Node): Node[] => {
					const split = (y: Node): Node =>
						y.reshape([batch, length, heads, width]).permute([0, 2, 1, 3]);
					const [a, b, c] = [q, k, v].map((w) => split(x.matmul(w))) as [Node, Node, Node]; // three
					const mask = tensor(Array.from({ length }, (_, i) => i)).expandDims(1);
					const hidden = mask.less(mask.transpose());
					const scores = a.matmul(b.transpose()).mul(0.3);
					const y = hidden
						.where(-1e9, scores)
						.softmax(-1)
						.matmul(c)
						.permute([0, 2, 1, 3])
						.reshape([batch, length, size])
						.add(x);
					return [y, ...grad(y.sin().sum(), [x, q, k, v])];
				};
				expectSame(
					engine,
					(x, q, k, v) => f(x as Node, q as Node, k as Node, v as Node),
					inputs,
					// Products of three to four sums of up to 18 terms each of size up to 9.
					{ terms: 1000, size: 3000 },
				);
			},
		),
		runs(15),
	);
});

test('random numbers are the interpreter’s, to the bit', () => {
	fc.assert(
		fc.property(seeds, seeds, awkwardShapes(0, 3, 500), (a, b, shape) => {
			const f = (key: Node): Node[] => [
				randomBits(key, shape),
				splitKey(key, 3),
				uniform(key, shape),
				randomIntegers(key, shape, { low: -3, high: 11 }),
				bernoulli(key, shape, { p: 0.3 }),
				permutation(key, 13),
			];
			expectSame(engine, (key) => f(key as Node), [tensor(Int32Array.of(a, b))], { exact: true });
			expectSame(engine, (key) => normal(key as Node, shape), [tensor(Int32Array.of(a, b))]);
		}),
		runs(20),
	);
});

test('chains of casts are the interpreter’s, to the bit', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(...dtypes), { minLength: 2, maxLength: 6 }),
			fc.integer({ min: 1, max: 20 }),
			seeds,
			([first = 'f64', ...rest], length, seed) => {
				const f = (x: Node): Node[] => {
					const all = [x];
					for (const dtype of rest) all.push(castWithin(all.at(-1) ?? x, dtype));
					return all;
				};
				const x = filled([length], first, seed, 'special');
				expectSame(engine, (x) => f(x as Node), [x], { exact: true });
			},
		),
		runs(40),
	);
});

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

test('compiled = not compiled: Variables updated in place, swapped, read late, assigned views', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.nat(actions.length - 1), fc.boolean()), {
				minLength: 1,
				maxLength: 5,
			}),
			fc.constantFrom('a', 'b', 'both', 'transposed', 'sums'),
			floats,
			seeds,
			(program, looked, dtype, seed) => {
				const outcome = (compiled: boolean): Node[] => {
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
					const run = compiled ? compiler(engine)(f) : f;
					const seen: Node[] = [];
					for (const i of [7, 8, 9]) seen.push(...run(filled([4], dtype, seed + i)));
					return [...seen, a.read(), b.read(), c.read()];
				};
				const expected = outcome(false);
				const actual = outcome(true);
				expect(actual.length).toBe(expected.length);
				// Fifteen steps whose derivatives are below 10.
				for (const [i, node] of actual.entries())
					expectAgreement(node, expected[i] ?? node, { terms: 1e4, size: 100 });
			},
		),
		runs(90),
	);
});

test('Variables assigned between runs, by another program or by hand, are read anew', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom('step', 'other', 'hand', 'look'), { minLength: 1, maxLength: 9 }),
			(events) => {
				const outcome = (on: Engine, other: Engine): unknown[] => {
					const w = variable([1, 2, 3, 4, 5], { dtype: 'f64' });
					const step = compiler(on)((x: Node) => {
						w.assign(w.read().mul(0.5).add(x));
						return w.read().sum();
					});
					const double = compiler(other)(() => w.assign(w.read().mul(2)));
					const seen: unknown[] = [];
					for (const event of events) {
						if (event === 'step') seen.push(step(tensor(1, { dtype: 'f64' })).item());
						else if (event === 'other') double();
						else if (event === 'hand') w.assign(w.read().add(1));
						else seen.push(w.toArray());
					}
					return [...seen, w.toArray()];
				};
				const expected = outcome(interpreter, interpreter);
				expect(outcome(engine, engine)).toEqual(expected);
				expect(outcome(engine, interpreter)).toEqual(expected);
				expect(outcome(engine, newWasmEngine())).toEqual(expected);
			},
		),
		runs(30),
	);
});

const refusals: readonly [string, (x: Node, i: Node) => Node][] = [
	['gather', (x, i) => gather(x, i)],
	['take along the last axis', (x, i) => x.take(i, 1)],
	['computed index', (x, i) => x.mul(2).take(i.add(1).sub(1))],
	['index of an index', (x, i) => x.take(tensor([0, 1, 2, 2], { dtype: 'i32' }).take(i))],
	['scatterAdd', (x, i) => scatterAdd(x.slice([0, 1]), i.reshape([1]), { size: 3 })],
	['takeAlongAxis', (x, i) => takeAlongAxis(x, i.reshape([1, 1]), 0)],
	['one label', (x, i) => x.mul(i.reshape([1]).oneHot(3))],
	['a power of whole numbers', (_, i) => tensor([2, 3], { dtype: 'i32' }).pow(i)],
	['a byte below 0', (_, i) => i.cast('f64').mul(0.9).cast('u8')],
	['NaN as a whole number', (_, i) => i.cast('f32').sqrt().cast('i32')],
	[
		'beyond 32 bits',
		(_, i) =>
			i
				.cast('f32')
				.mul(2 ** 29)
				.expandDims(0)
				.broadcastTo([3])
				.cast('i32'),
	],
];

test.each(refusals)(
	'%s: what is out of range is refused in the words of the interpreter, and no Variable changes',
	(_, apply) => {
		fc.assert(
			fc.property(fc.integer({ min: -9, max: 9 }), fc.boolean(), (index, used) => {
				const outcome = (on: Engine): unknown => {
					const w = variable(filled([3, 3], 'f64', 1), { name: 'w' });
					const v = variable([1, 2, 3], { name: 'v' });
					const step = compiler(on)((x: Node, i: Node) => {
						const y = apply(used ? w.read() : x, i)
							.cast('f64')
							.sum();
						w.assign(
							w
								.read()
								.mul(0.5)
								.add(used ? y : 1),
						);
						v.assign(v.read().add(1));
						return y;
					});
					const seen: unknown[] = [];
					for (const i of [0, index, 1]) {
						let result: unknown;
						try {
							const y = step(filled([3, 3], 'f64', 5), tensor(i, { dtype: 'i32' }));
							result = Math.round(1e9 * y.item());
						} catch (error) {
							result = String(error);
						}
						seen.push(
							result,
							v.toArray(),
							Array.from(w.data(), (x) => Math.round(1e9 * x)),
						);
					}
					return seen;
				};
				expect(outcome(engine)).toEqual(outcome(interpreter));
			}),
			runs(12),
		);
	},
);

test('a number that only rounding takes out of range is refused as what it is', () => {
	const x = filled([1000], 'f32', 1);
	const square = (on: Engine): number => compiler(on)((y: Node) => y.matmul(y))(x).item();
	const [exact, distance] = [square(interpreter), square(engine) - square(interpreter)];
	expect(distance).not.toBe(0);
	const factor = (1.5 / distance) * 2 ** 31;
	const f = (y: Node): Node => y.matmul(y).sub(exact).mul(factor).cast('i32');
	expect(compiler(interpreter)(f)(x).item()).toBe(0);
	expect(() => compiler(engine)(f)(x)).toThrow(
		/^compile: a number that is cast .* just out of range as compiled/,
	);
});

test('constant indices out of range are refused too', () => {
	for (const index of [[3], [-4], [0, 5]]) {
		const f = (x: Node): Node => x.take(tensor(index, { dtype: 'i32' }));
		expectSame(engine, (x) => f(x as Node), [filled([3], 'f64', 1)]);
	}
});

test('of a tensor without elements nothing is loaded, even before its first one', () => {
	const x = filled([1, 0, 9, 9], 'f64', 1);
	for (const axis of [0, 1, 2, 3])
		expectSame(engine, (y) => (y as Node).flip(axis).add(1), [x], { exact: true });
});

test('long tensors, beyond what one row of a loop holds, are the interpreter’s', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(4095, 4097, 8191, 8192, 8193, 12_289, 20_003),
			fc.constantFrom<DType>('f32', 'f64', 'i32', 'u8', 'bool'),
			seeds,
			(length, dtype, seed) => {
				const f = (x: Node): Node[] => [
					x.flip(),
					x.slice([null, null, -3]),
					x.pad([[3, 5]]),
					concatenate([x, x.flip()]),
					x.cast('f64').mul(arange(0, length, 1, { dtype: 'f64' })),
					x.expandDims(1).broadcastTo([length, 3]),
					x.expandDims(0).broadcastTo([3, length]).transpose(),
					x.take(arange(0, length, 1, { dtype: 'i32' }).mul(-1).sub(1)),
					x.cast('i32').add(1).reshape([-1]),
					x.cast('f64').sum(),
					x.argmax(),
					x.cast('f32').cumsum(0),
				];
				const x = filled([length], dtype, seed);
				expectSame(engine, (x) => f(x as Node), [x], { terms: length, size: 300 });
			},
		),
		runs(6),
	);
});

test('results may be inputs, constants, Variables and views of them, several times', () => {
	const outcome = (on: Engine): unknown => {
		const [v, w] = [variable([1, 2, 3], { name: 'v' }), variable([[4, 5]], { name: 'w' })];
		const fixed = tensor([
			[1, 2],
			[3, 4],
		]);
		const f = compiler(on)((x: Node, y: Node) => {
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
		const lists = (node: unknown): unknown =>
			node instanceof Node
				? [node.dtype, node.shape, node.toArray()]
				: Object.values(node as object).map(lists); // arrays and plain objects of Nodes
		return [0, 1].map((i) =>
			lists(
				f(
					tensor([
						[i, 2, 3],
						[4, 5, 6],
					]),
					tensor(i === 1),
				),
			),
		);
	};
	expect(outcome(engine)).toEqual(outcome(interpreter));
});

test('long sums in f32 keep their accuracy', () => {
	const sumOf = (x: Node): number => compiler(engine)((x: Node) => x.sum())(x).item();
	const tenths = tensor(new Float32Array(10_000_000).fill(0.1));
	expect(Math.abs(sumOf(tenths) - 1e6)).toBeLessThan(1);
	const count = 2 ** 24 + 1000;
	expect(sumOf(tensor(new Float32Array(count).fill(1)))).toBe(count);
	const draw = generator(1);
	const far = tensor(Float32Array.from({ length: 1_000_000 }, () => 1e4 + Math.sqrt(12) * draw()));
	const variance = compiler(engine)((x: Node) => x.variance())(far).item();
	const exact = far.cast('f64').variance().item();
	expect(Math.abs(variance / exact - 1)).toBeLessThan(1e-3);
});

test('a long chain, a wide fan-in and many parts compile, and compute the same', () => {
	const chain = (x: Node): Node => {
		let y = x;
		for (let i = 0; i < 1500; i++) y = i % 3 === 0 ? y.mul(0.999) : y.add(x.mul(0.001));
		return y;
	};
	const doubling = (x: Node): Node => {
		let y = x;
		for (let i = 0; i < 60; i++) y = y.add(y);
		return y;
	};
	const wide = (x: Node): Node => stack(Array.from({ length: 500 }, (_, i) => x.mul(i))).sum(0);
	for (const f of [chain, doubling, wide])
		expectSame(
			engine,
			(x) => [f(x as Node), ...grad(f(x as Node).sum(), [x as Node])],
			[filled([5], 'f64', 1)],
			{ terms: 1500, size: 500 },
		);
});
