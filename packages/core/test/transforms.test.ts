import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import {
	add,
	compile,
	custom,
	DTypeError,
	grad,
	gradOrNull,
	jvp,
	matmul,
	type Node,
	normal,
	randomKey,
	stack,
	stopGradient,
	sum,
	tensor,
	valueAndGrad,
	variable,
	vjp,
	vmap,
} from '../src/index.ts';

const draw = (seed: number, shape: readonly number[]): Node =>
	normal(randomKey(seed), shape, { dtype: 'f64' });
const seeds = fc.nat();

/** A few roundings of numbers of size 1 to 100. */
const close = (a: Node, b: Node, tolerance = 1e-12): void => {
	expect(a.shape).toEqual(b.shape);
	const [x, y] = [a.data(), b.data()];
	for (let i = 0; i < x.length; i++)
		expect(Math.abs((x[i] ?? 0) - (y[i] ?? 0))).toBeLessThanOrEqual(
			tolerance * (1 + Math.abs(y[i] ?? 0)),
		);
};

const net = (x: Node, w: Node): Node => matmul(x, w).tanh().mul(x.sum()).sigmoid();

test('reverse and forward mode are each other’s transpose', () => {
	fc.assert(
		fc.property(seeds, (seed) => {
			const [x, w] = [draw(seed, [3, 2]), draw(seed + 1, [2, 4])];
			const [u, v, c] = [draw(seed + 2, [3, 2]), draw(seed + 3, [2, 4]), draw(seed + 4, [3, 4])];
			const y = net(x, w);
			const [dx, dw] = vjp(y, c, [x, w]);
			close(jvp(y, [x, w], [u, v]).mul(c).sum(), dx.mul(u).sum().add(dw.mul(v).sum()), 1e-10);
		}),
	);
});

test('a Node used twice receives both gradients', () => {
	const x = tensor([1, 2, 3]);
	expect(grad(x.mul(x).sum(), [x])[0]?.toArray()).toEqual([2, 4, 6]);
	expect(grad(stack([x, x, x.mul(2)]).sum(), [x])[0]?.toArray()).toEqual([4, 4, 4]);
});

test('the gradient of a sum is a broadcast, at any order', () => {
	const x = tensor(2, { dtype: 'f64' });
	let y = x.pow(4);
	const expected = [16, 32, 48, 48, 24, 0];
	for (const value of expected) {
		expect(y.item()).toBe(value);
		y = grad(y, [x])[0];
	}
});

test('x may be an ancestor or the output itself', () => {
	const x = tensor(3);
	const y = x.mul(2);
	const z = y.mul(y);
	const [dz, dy, dx] = grad(z, [z, y, x]);
	expect([dz?.item(), dy?.item(), dx?.item()]).toEqual([1, 12, 24]);
});

test('a gradient that does not exist is zero, of the shape of its input', () => {
	const [x, unused] = [tensor([1, 2]), tensor([[1], [2]])];
	const [, zero] = grad(x.sum(), [x, unused]);
	expect(zero?.toArray()).toEqual([[0], [0]]);
	expect(grad(stopGradient(x).sum(), [x])[0]?.toArray()).toEqual([0, 0]);
	expect(jvp(x, [unused], [unused]).toArray()).toEqual([0, 0]);
});

test('a gradient that may be null is null where no derivative leads from x to y, and elsewhere what grad is', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom('used', 'unused', 'stopped'), { maxLength: 6 }),
			(kinds) => {
				const xs = kinds.map((_, i) => draw(i, [2]));
				const terms = xs.map((x, i) => {
					if (kinds[i] === 'unused') return tensor(0, { dtype: 'f64' });
					return (kinds[i] === 'stopped' ? stopGradient(x) : x).sin().sum();
				});
				const y = terms.reduce((total, term) => total.add(term), tensor(1, { dtype: 'f64' }));
				const slopes = grad(y, xs);
				for (const [i, slope] of gradOrNull(y, xs).entries())
					expect(slope?.toArray() ?? null).toEqual(
						kinds[i] === 'used' ? slopes[i]?.toArray() : null,
					);
			},
		),
	);
});

test('of several to differentiate in, the one that cannot be is named', () => {
	const w = variable([1, 2], { name: 'weight' });
	const key = variable(randomKey(1), { name: 'key' });
	const y = w.read().sum();
	for (const f of [grad, gradOrNull, (_: Node, xs: Node[]) => vjp(y, 1, xs)] as (typeof grad)[]) {
		expect(() => f(y, [w, w, key])).toThrow(DTypeError);
		expect(() => f(y, [w, w, key])).toThrow(
			/: xs\[2\], the Variable key, is i32\[2\]; gradients need f32 or f64: cast it first, or leave it out$/,
		);
		expect(() => f(y, [w, tensor([1], { dtype: 'u8' })])).toThrow(
			/: xs\[1\] is u8\[1\]; gradients need/,
		);
		expect(() => f(y, [w, 3 as unknown as Node])).toThrow(
			/: xs\[1\] is 3; it must be the Node or Variable that y was made of$/,
		);
	}
	const count = w.read().greater(1).sum();
	expect(() => jvp(y, [w, count], [w.read(), 1])).toThrow(
		'jvp: xs[1] is i32[]; gradients need f32 or f64',
	);
	expect(() => grad(count, [w])).toThrow('grad: y is i32[]; gradients need f32 or f64');
});

test('cotangents and tangents have the shape of what they belong to', () => {
	const x = tensor([1, 2]);
	expect(() => vjp(x.mul(2), [1, 2, 3], [x])).toThrow(
		'vjp: the cotangent has shape [3], must have that of y, [2]',
	);
	expect(() => jvp(x.mul(2), [x], [[1]])).toThrow('jvp: tangent 0 has shape [1]');
	expect(() => grad(x, [x])).toThrow(
		'grad: needs a scalar, got shape [2]; sum it, or pass a cotangent to vjp',
	);
});

test('a gradient that a compiled function has cut is an error, not zero', () => {
	const x = tensor(2);
	const square = compile((each: Node) => each.mul(each));
	expect(() => grad(square(x).mul(3), [x])).toThrow('the result of a compiled function');
	expect(grad(square(x).mul(x), [x])[0]?.item()).toBe(4);
});

test('a gradient for a Variable assigned since is an error, not zero', () => {
	const w = variable(2, { name: 'weight' });
	const y = w.read().mul(3);
	expect(grad(y, [w])[0]?.item()).toBe(3);
	w.assign(5);
	expect(() => grad(y, [w])).toThrow('variable weight was assigned after');
});

test('valueAndGrad has a gradient for every argument, one passed twice included', () => {
	const f = valueAndGrad((a: Node, b: Node) => a.mul(a).mul(b));
	const x = tensor(3);
	const { value, gradients } = f(x, x);
	expect(value.item()).toBe(27);
	expect(gradients.map((each) => each.item())).toEqual([18, 9]);
});

test('vmap of f is the stack of f, whatever the axes', () => {
	fc.assert(
		fc.property(
			seeds,
			fc.integer({ min: -2, max: 1 }),
			fc.integer({ min: -2, max: 1 }),
			(seed, inAxis, outAxis) => {
				const [xs, w] = [draw(seed, [3, 3]), draw(seed + 1, [3, 4])];
				const f = (x: Node, weights: Node): Node => net(x.expandDims(0), weights).slice(0);
				const batched = vmap(f, { inAxes: [inAxis, null], outAxes: outAxis })(xs, w);
				const rows = xs.split(3, inAxis).map((row) => f(row.reshape([3]), w));
				close(batched, stack(rows, outAxis));
			},
		),
	);
});

test('vmap of a gradient gives the gradient of each example', () => {
	const [xs, w] = [draw(1, [5, 3]), draw(2, [3])];
	const slope = (x: Node): Node => grad(x.mul(w).sum().tanh(), [w])[0];
	close(vmap(slope)(xs), stack(xs.split(5).map((x) => slope(x.reshape([3])))));
});

test('vmap may be nested, and return several results', () => {
	const [a, b] = [draw(1, [2]), draw(2, [3])];
	close(vmap((x: Node) => vmap((y: Node) => x.mul(y))(b))(a), a.outer(b));
	const [sums, double] = vmap((x: Node): readonly Node[] => [x.sum(), x.mul(2)])(draw(3, [2, 3]));
	expect([sums?.shape, double?.shape]).toEqual([[2], [2, 3]]);
	expect(() => vmap((x: Node) => x)(1)).toThrow('argument 0 is a scalar');
	expect(() => vmap((x: Node, y: Node) => x.add(y))([1, 2], [1, 2, 3])).toThrow(
		'has length 3, other arguments have 2',
	);
});

const cube = custom<readonly [Node]>({
	forward: (x) => x.stopGradient().pow(3),
	vjp: (cotangent, [x]) => [cotangent.mul(x.square().mul(3))],
});

test('a custom operation has the derivative it states, in both modes, at any order, in a batch', () => {
	fc.assert(
		fc.property(seeds, (seed) => {
			const [x, u] = [draw(seed, [4]), draw(seed + 1, [4])];
			const exact = x.square().mul(3);
			close(grad(cube(x).sum(), [x])[0], exact);
			close(jvp(cube(x), [x], [u]), exact.mul(u));
			const slope = grad(cube(x).sum(), [x])[0];
			close(grad(slope.sum(), [x])[0], x.mul(6));
			close(jvp(slope, [x], [u]), x.mul(6).mul(u));
			close(vmap((each: Node) => grad(cube(each), [each])[0])(x), exact);
			close(vmap((each: Node) => jvp(cube(each), [each], [1]))(x), exact);
		}),
	);
});

test('a custom operation may state zero, and must state the right shapes', () => {
	const [x, y] = [tensor([1, 2]), tensor([3, 4])];
	const left = custom<readonly [Node, Node]>({
		forward: (a, b) => add(a, b),
		vjp: (cotangent) => [cotangent, null],
	});
	expect(grad(sum(left(x, y)), [x, y]).map((each) => each.toArray())).toEqual([
		[1, 1],
		[0, 0],
	]);
	const short = custom<readonly [Node]>({ forward: (a) => a.mul(1), vjp: () => [] });
	expect(() => grad(sum(short(x)), [x])).toThrow('custom: vjp returned 0 cotangents for 1 inputs');
	const wide = custom<readonly [Node]>({ forward: (a) => a.mul(1), vjp: (g) => [g.sum()] });
	expect(() => grad(sum(wide(x)), [x])).toThrow('a cotangent of shape [] for input 0 of shape [2]');
	expectTypeOf(left).parameters.toEqualTypeOf<
		[import('../src/index.ts').Operand, import('../src/index.ts').Operand]
	>();
});

test('the identity that custom hides is not differentiated through', () => {
	const straightThrough = custom<readonly [Node]>({ forward: (x) => x.round(), vjp: (g) => [g] });
	const x = tensor([0.4, 1.6]);
	expect(straightThrough(x).toArray()).toEqual([0, 2]);
	expect(grad(straightThrough(x).sum(), [x])[0]?.toArray()).toEqual([1, 1]);
});
