import { expect, test } from 'vitest';
import {
	concatenate,
	gather,
	grad,
	type Node,
	normal,
	type Result,
	randomKey,
	softmax,
	tensor,
	variable,
	zeros,
} from '../src/index.ts';
import { printPlan } from '../src/lowering/ir/printPlan.ts';
import { expectSame, newWasmEngine } from './compiled.ts';
import { planOf } from './plans.ts';

/** The plan of a function of such inputs, as text. */
function textOf(f: (...inputs: Node[]) => Result, ...inputs: readonly Node[]): string {
	return printPlan(planOf(f, ...inputs));
}

test('a chain of elementwise operations with a broadcast is one loop, and flat where it can be', () => {
	expect(
		textOf(
			(x, b) =>
				x
					?.add(b as Node)
					.mul(2)
					.relu(),
			zeros([3, 4]),
			zeros([4]),
		),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows [3]
		    for [4]
		      t2[4r + i] = where(lessEqual(mul(add(input0[4r + i], input1[i]), 2), 0), 0, mul(add(input0[4r + i], input1[i]), 2))
		memory 64 bytes: t2 0+64"
	`);
	expect(textOf((x) => x?.mul(3).exp().sub(1), zeros([3, 4, 5]))).toMatchInlineSnapshot(`
		"phase 0
		  rows []
		    for [60]
		      t1[i] = add(exp(mul(input0[i], 3)), -1)
		memory 256 bytes: t1 0+256"
	`);
});

test('what depends on no input is computed once, but not what would be copies of it', () => {
	// Its key is a part of another.
	const noise = normal(randomKey(1), [3, 2]);
	expect(textOf((x) => x?.add(noise.transpose()), zeros([2, 3]))).toMatchInlineSnapshot(`
		"phase 0
		  rows [2]
		    for [3]
		      t2[3r + i] = add(input0[3r + i], constant1[r + 2i])
		memory 64 bytes: t2 0+64"
	`);
	const [rows, columns] = [tensor([[1], [2], [3]]), tensor([1, 2])];
	expect(textOf((x) => x?.add(rows.mul(columns)), zeros([3, 2]))).toMatchInlineSnapshot(`
		"phase 0
		  rows [3]
		    for [2]
		      t3[2r + i] = add(input0[2r + i], mul(constant1[r], constant2[i]))
		memory 64 bytes: t3 0+64"
	`);
});

test('the last columns are packed along the inner axis where they would leave half of a vector empty', () => {
	const product = (x?: Node, w?: Node): Node => (x as Node).matmul(w as Node);
	expect(textOf(product, zeros([8, 8]), zeros([8, 10]))).toMatchInlineSnapshot(`
		"phase 0
		  pack t2 = input1[10k + n], 8 by 10, 2 of them along
		phase 1
		  rows [8]
		    t3 = input0[8r + k] by packed t2, 8 by 10
		memory 832 bytes: t2 0+448, t3 448+384"
	`);
});

test('a softmax is three passes over a row in one kernel', () => {
	expect(textOf((x) => x?.softmax(-1), zeros([3, 10]))).toMatchInlineSnapshot(`
		"phase 0
		  rows [3]
		    for [10]
		      max0 = max of input0[10r + i]
		    for [10]
		      sum1 = sum of exp(add(input0[10r + i], neg(max0)))
		      t1[10r + i] = exp(add(input0[10r + i], neg(max0)))
		    for [10]
		      t2[10r + i] = div(t1[10r + i], sum1)
		memory 192 bytes: t1 0+192, t2 0+192"
	`);
});

test('bias and relu follow a product in the kernel of its rows', () => {
	expect(
		textOf(
			(x, w, b) =>
				x
					?.matmul(w as Node)
					.add(b as Node)
					.relu(),
			zeros([8, 5]),
			zeros([5, 6]),
			zeros([6]),
		),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows [8]
		    t2 = input0[5r + k] by input1[6k + n], 5 by 6
		    for [6]
		      t4[6r + i] = where(lessEqual(add(t2[6r + i], input3[i]), 0), 0, add(t2[6r + i], input3[i]))
		memory 256 bytes: t2 0+256, t4 0+256"
	`);
});

test('bias, relu and pooling follow a convolution of many images in the kernel of these, where its result lies', () => {
	expect(
		textOf(
			(x, w, b) =>
				(x as Node)
					.conv2d(w as Node, { bias: b as Node })
					.relu()
					.maxPool2d(2),
			zeros([40, 1, 10, 10]),
			zeros([6, 1, 3, 3]),
			zeros([6]),
		),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows [40]
		    t2 = input1[9o + 3k0 + k1] by input0[100r + 10k0 + k1 + 10p0 + p1], [1] times 6 by [3, 3] by windows [8, 8]
		    for [6, 64]
		      t5[384r + 64i + j] = where(lessEqual(add(t2[384r + 64i + j], input4[i]), 0), 0, add(t2[384r + 64i + j], input4[i]))
		    for [24, 4]
		      t6[96r + 4i + j] = maximum(maximum(maximum(t5[384r + 16i + 2j], t5[384r + 16i + 2j + 1]), t5[384r + 16i + 2j + 8]), t5[384r + 16i + 2j + 9])
		memory 150720 bytes: t3 0+73792, t2 73792+61504, t6 135296+15424, t5 73792+61504"
	`);
});

test('of a few images, threads share the positions of each, so that a convolution is a kernel of its own', () => {
	const plan = planOf(
		(x, w) => (x as Node).conv2d(w as Node).relu(),
		zeros([2, 1, 10, 10]),
		zeros([6, 1, 3, 3]),
	);
	expect(plan.phases.flat().map(({ kind }) => kind)).toEqual(['convolution', 'rows']);
});

test('the derivative of relu asks its result where that is stored, and keeps nothing of what it was computed of', () => {
	const text = textOf(
		(x, w, b) => {
			const y = (x as Node)
				.matmul(w as Node)
				.add(b as Node)
				.relu();
			return grad(
				y
					.matmul((w as Node).transpose())
					.square()
					.sum(),
				[w as Node, b as Node],
			);
		},
		zeros([8, 5]),
		zeros([5, 6]),
		zeros([6]),
	);
	// Once for the value, of the sum; all else asks the value.
	expect(text.match(/lessEqual\(add/g)).toHaveLength(1);
	expect(text).toMatch(/where\(lessEqual\(t\d+\[[^\]]*\], 0\), 0, t\d+/);
});

test('a layer norm is one kernel of rows', () => {
	expect(
		textOf(
			(x, scale, shift) => {
				if (!x || !scale || !shift) return;
				const deviation = x.sub(x.mean(-1, { keepDims: true }));
				const spread = deviation.square().mean(-1, { keepDims: true }).add(1e-5).rsqrt();
				return deviation.mul(spread).mul(scale).add(shift);
			},
			zeros([4, 16]),
			zeros([16]),
			zeros([16]),
		),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows [4]
		    for [16]
		      sum0 = sum of input0[16r + i]
		    for [16]
		      sum1 = sum of mul(add(input0[16r + i], neg(div(sum0, 16))), add(input0[16r + i], neg(div(sum0, 16))))
		    for [16]
		      t3[16r + i] = add(mul(mul(add(input0[16r + i], neg(div(sum0, 16))), div(1, sqrt(add(div(sum1, 16), 0.000009999999747378752)))), input1[i]), input2[i])
		memory 320 bytes: t3 0+320"
	`);
});

test('gradient descent changes a Variable where it lies', () => {
	const w = variable(zeros([5, 6]));
	expect(
		textOf((slope) => w.assign(w.read().sub((slope as Node).mul(0.1))), zeros([5, 6])),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows []
		    for [30]
		      variable0[i] = sub(variable0[i], mul(input1[i], 0.10000000149011612))
		memory 0 bytes: "
	`);
});

test('Adam changes the weights and both running means where they lie', () => {
	const [w, m, v] = [variable(zeros([30])), variable(zeros([30])), variable(zeros([30]))];
	expect(
		textOf(
			(slope) => {
				const g = slope as Node;
				m.assign(m.read().mul(0.9).add(g.mul(0.1)));
				v.assign(v.read().mul(0.999).add(g.square().mul(0.001)));
				w.assign(w.read().sub(m.read().div(v.read().sqrt().add(1e-8)).mul(0.01)));
			},
			zeros([30]),
		),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows []
		    for [30]
		      variable0[i] = add(mul(variable0[i], 0.8999999761581421), mul(input3[i], 0.10000000149011612))
		phase 1
		  rows []
		    for [30]
		      variable1[i] = add(mul(variable1[i], 0.9990000128746033), mul(mul(input3[i], input3[i]), 0.0010000000474974513))
		      variable2[i] = sub(variable2[i], mul(div(variable0[i], add(sqrt(add(mul(variable1[i], 0.9990000128746033), mul(mul(input3[i], input3[i]), 0.0010000000474974513))), 9.99999993922529e-9)), 0.009999999776482582))
		memory 0 bytes: "
	`);
});

test('a Variable that others still read is changed after them', () => {
	const [a, b] = [variable(zeros([8])), variable(zeros([8]))];
	expect(
		textOf(() => {
			const held = a.read();
			a.assign(b.read().neg());
			b.assign(held.neg());
		}),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows []
		    for [8]
		      t1[i] = neg(variable0[i])
		phase 1
		  rows []
		    for [8]
		      variable0[i] = neg(variable2[i])
		phase 2
		  rows []
		    for [8]
		      variable2[i] = t1[i]
		memory 64 bytes: t1 0+64"
	`);
});

test('indices are checked before anything is gathered, or a Variable changed', () => {
	const w = variable(zeros([5]));
	expect(
		textOf(
			(x, i) => {
				w.assign(w.read().add(1));
				return gather(x as Node, i as Node);
			},
			zeros([4, 3]),
			tensor([0, 3], { dtype: 'i32' }),
		),
	).toMatchInlineSnapshot(`
		"phase 0
		  check input1 from -4 to 3
		phase 1
		  rows [2]
		    for [3]
		      t3[3r + i] = input2[i + 3 * minimum(maximum(where(less(input1[r], 0), add(input1[r], 4), input1[r]), 0), 3)]
		  rows []
		    for [5]
		      variable0[i] = add(variable0[i], 1)
		memory 64 bytes: t3 0+64"
	`);
});

test('floating numbers that become whole are stored and checked, before a Variable changes', () => {
	const w = variable(zeros([5], { dtype: 'i32' }));
	expect(
		textOf((x) => w.assign(w.read().add((x as Node).neg().cast('i32'))), zeros([5])),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows []
		    for [5]
		      t0[i] = neg(input1[i])
		      t3[i] = add(variable2[i], i32(neg(input1[i])))
		phase 1
		  check t0 from -2147483648 to 2147483647
		phase 2
		  rows []
		    for [5]
		      variable2[i] = t3[i]
		memory 128 bytes: t0 0+64, t3 64+64"
	`);
});

test('a concatenation and a padding are written part by part', () => {
	expect(
		textOf(
			(x, y) => [
				concatenate([x as Node, (y as Node).neg()]),
				x?.pad([
					[1, 0],
					[0, 2],
				]),
			],
			zeros([2, 3]),
			zeros([1, 3]),
		),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows []
		    for [6]
		      t0[i] = input1[i]
		  rows []
		    for [3]
		      t0[i + 6] = neg(input2[i])
		  rows []
		    for [15]
		      t3[i] = 0
		phase 1
		  rows [2]
		    for [3]
		      t3[5r + i + 5] = input1[3r + i]
		memory 192 bytes: t3 0+128, t0 128+64"
	`);
});

test('a chain of layers takes the memory of two values, however long it is', () => {
	const layers = (count: number): number => {
		const text = textOf(
			(x) => {
				let y = x as Node; // the only input
				for (let i = 0; i < count; i++) y = y.sub(y.amax(1, { keepDims: true })).exp();
				return y;
			},
			zeros([32, 64]),
		);
		return Number(text.match(/memory (\d+) bytes/)?.[1]);
	};
	expect(layers(40)).toBe(layers(4));
	expect(layers(4)).toBeLessThanOrEqual(2 * (32 * 64 * 4 + 64));
});

test('a sum of everything large is one of rows, which threads share, and one of their sums', () => {
	expect(textOf((x) => x?.exp().sum(), zeros([128, 1024]))).toMatchInlineSnapshot(`
		"phase 0
		  rows [128]
		    for [1024]
		      sum0 = sum of f64(exp(input0[1024r + i]))
		    for []
		      t1[r] = sum0
		phase 1
		  rows []
		    for [128]
		      sum1 = sum of t1[i]
		    for []
		      t2[0] = f32(sum1)
		memory 1152 bytes: t1 0+1088, t2 1088+64"
	`);
	expect(textOf((x) => x?.sum(), zeros([128, 100]))).toMatchInlineSnapshot(`
		"phase 0
		  rows []
		    for [128, 100]
		      sum0 = sum of input0[100i + j]
		    for []
		      t1[0] = sum0
		memory 64 bytes: t1 0+64"
	`);
});

test('what is broadcast is computed once, and not for every copy', () => {
	expect(
		textOf((x) => x?.div(x.square().mean(0, { keepDims: true }).sqrt()), zeros([40, 30])),
	).toMatchInlineSnapshot(`
		"phase 0
		  rows [30]
		    four rows at once
		      for [40]
		        sum0 = sum of mul(input0[r + 30i], input0[r + 30i])
		      for []
		        t1[r] = sum0
		phase 1
		  rows []
		    for [30]
		      t2[i] = sqrt(div(t1[i], 40))
		phase 2
		  rows [40]
		    for [30]
		      t3[30r + i] = div(input0[30r + i], t2[i])
		memory 5056 bytes: t1 0+192, t3 192+4864, t2 0+192"
	`);
});

test('many short rows are computed four at once, few ones and long ones each along itself', () => {
	const textOfSoftmax = (rows: number, columns: number): string =>
		textOf((x) => softmax(x as Node), zeros([rows, columns]));
	expect(textOfSoftmax(100, 10)).toMatchInlineSnapshot(`
		"phase 0
		  rows [100]
		    four rows at once
		      for [10]
		        max0 = max of input0[10r + i]
		      for [10]
		        sum1 = sum of exp(add(input0[10r + i], neg(max0)))
		        t1[10r + i] = exp(add(input0[10r + i], neg(max0)))
		      for [10]
		        t2[10r + i] = div(t1[10r + i], sum1)
		memory 4032 bytes: t1 0+4032, t2 0+4032"
	`);
	expect(textOfSoftmax(10, 10)).not.toContain('four rows at once');
	expect(textOfSoftmax(100, 1000)).not.toContain('four rows at once');
	const product = textOf(
		(x, w) => softmax((x as Node).matmul(w as Node)),
		zeros([100, 50]),
		zeros([50, 10]),
	);
	expect(product).toMatchInlineSnapshot(`
		"phase 0
		  rows [100]
		    t2 = input0[50r + k] by input1[10k + n], 50 by 10
		    four rows at once
		      for [10]
		        max0 = max of t2[10r + i]
		      for [10]
		        sum1 = sum of exp(add(t2[10r + i], neg(max0)))
		        t3[10r + i] = exp(add(t2[10r + i], neg(max0)))
		      for [10]
		        t4[10r + i] = div(t3[10r + i], sum1)
		memory 4032 bytes: t2 0+4032, t3 0+4032, t4 0+4032"
	`);
});

test('kernels have a bounded number of expressions, so that engines can compile functions of any size', () => {
	const chain = (length: number) => (x?: Node) => {
		let y = x as Node;
		for (let i = 0; i < length; i++) y = y.sin().tanh();
		return y;
	};
	const input = tensor([0.5, -2, 3], { dtype: 'f64' });
	const sizes = planOf(chain(12_000), input).phases.flatMap((kernels) =>
		kernels.map((kernel) => {
			const segments = kernel.kind === 'rows' ? kernel.segments : [];
			const stages = segments.flatMap((each) => (each.kind === 'loops' ? each.stages : []));
			return stages.reduce((sum, { expressions }) => sum + expressions.length, 0);
		}),
	);
	expect(sizes.length).toBeGreaterThan(2);
	// Each value that the kernel has made is loaded where another stage needs it.
	for (const size of sizes) expect(size).toBeLessThan(11_000);
	// In V8 a function of all of them would have more locals than it may.
	expectSame(newWasmEngine(), (x) => chain(14_000)(x as Node), [input]);
});
