import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import {
	add,
	compile,
	compiler,
	grad,
	interpreter,
	type Node,
	normal,
	randomKey,
	tensor,
	type Variable,
	variable,
	vmap,
} from '../src/index.ts';

/** Steps of a random program over two Variables and an input, read and assigned in any order. */
const actions = fc.constantFrom(
	(a: Variable, b: Variable, x: Node) => a.assign(a.read().mul(0.5).add(b.read()).sub(x)),
	(a: Variable, b: Variable) => b.assign(a.read().sin()),
	(a: Variable, _: Variable, x: Node) => {
		const [slope] = grad(a.read().mul(x).tanh().sum(), [a]);
		a.assign(a.read().sub(slope));
	},
	(a: Variable, b: Variable) => {
		const held = a.read();
		a.assign(b);
		b.assign(held);
	},
	(_: Variable, b: Variable, x: Node) => b.assign(x.sum().mul(b.read())),
);

test('compiled = not compiled to the last bit on one engine, over random programs with Variables and several runs', () => {
	fc.assert(
		fc.property(
			fc.array(actions, { minLength: 1, maxLength: 6 }),
			fc.array(
				fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
				{
					minLength: 1,
					maxLength: 4,
				},
			),
			(program, inputs) => {
				const outcome = (wrap: (f: (x: Node) => Node) => (x: Node) => Node) => {
					const a = variable([1, -2, 0.5], { name: 'a', dtype: 'f64' });
					const b = variable([0.25, 3, -1], { name: 'b', dtype: 'f64' });
					const run = wrap((x) => {
						for (const action of program) action(a, b, x);
						return a.read().add(b.read()).add(x);
					});
					const results = inputs.map((x) => run(tensor(x, { dtype: 'f64' })).toArray());
					return [results, a.toArray(), b.toArray()];
				};
				expect(outcome((f) => compiler(interpreter)(f))).toEqual(outcome((f) => f));
			},
		),
	);
});

test('a function is traced once for each set of shapes and dtypes', () => {
	let traces = 0;
	const f = compile((x: Node) => {
		traces++;
		return x.mul(2);
	});
	expect(f([1, 2]).toArray()).toEqual([2, 4]);
	f([3, 4]);
	expect(traces).toBe(1);
	f([1, 2, 3]);
	f(tensor([1, 2], { dtype: 'f64' }));
	expect(traces).toBe(3);
});

test('it returns Nodes, arrays and objects of Nodes, or nothing, as the function does', () => {
	const f = compile((x: Node) => ({ double: x.mul(2), parts: [x, x.neg()] as const }));
	const { double, parts } = f(3);
	expectTypeOf(double).toEqualTypeOf<Node>();
	expect([double.item(), parts[0].item(), parts[1].item()]).toEqual([6, 3, -3]);
	expect(compile(() => {})()).toBeUndefined();
	// @ts-expect-error a number is no Node
	expect(() => compile(() => 3)()).toThrow('compile: the function returned 3');
});

test('a compiled function called while another is traced becomes part of it, and is differentiated', () => {
	const square = compile((x: Node) => x.mul(x));
	const slope = compile((x: Node) => grad(square(x).sum(), [x]));
	expect(slope([1, 2, 3])[0]?.toArray()).toEqual([2, 4, 6]);
});

test('a compiled function may be mapped over a batch, and its gradient too', () => {
	const f = (x: Node): Node => x.sin().mul(w).sum();
	const w = variable([0.5, -2]);
	const slope = (g: (x: Node) => Node) => (x: Node) => grad(g(x), [x])[0];
	const batch = tensor([
		[1, 2],
		[3, 4],
		[5, 6],
	]);
	expect(vmap(compile(f))(batch).toArray()).toEqual(vmap(f)(batch).toArray());
	expect(vmap(slope(compile(f)))(batch).toArray()).toEqual(vmap(slope(f))(batch).toArray());
	expect(compile((x: Node) => vmap(compile(f))(x))(batch).toArray()).toEqual(
		compile(vmap(f))(batch).toArray(),
	);
});

test('a Variable assigned and then read in one function has its new value', () => {
	const w = variable(1);
	const f = compile((x: Node) => {
		w.assign(x.mul(2));
		const seen = w.read().add(1);
		w.assign(seen);
		return seen;
	});
	expect(f(5).item()).toBe(11);
	expect(w.item()).toBe(11);
});

test('when a run throws, no Variable has changed', () => {
	const [a, b] = [variable([1, 2]), variable([3, 4])];
	const f = compile((i: Node) => {
		a.assign(b.read().mul(10));
		b.assign(a.read().take(i).broadcastTo([2]));
	});
	expect(() => f(tensor(7, { dtype: 'i32' }))).toThrow(RangeError);
	expect([a.toArray(), b.toArray()]).toEqual([
		[1, 2],
		[3, 4],
	]);
	f(tensor(1, { dtype: 'i32' }));
	expect([a.toArray(), b.toArray()]).toEqual([
		[30, 40],
		[40, 40],
	]);
});

test('when tracing throws, no Variable has changed, and the next call traces anew', () => {
	const w = variable(1);
	let fail = true;
	const f = compile(() => {
		w.assign(5);
		if (fail) throw new Error('on purpose');
		return w.read();
	});
	expect(() => f()).toThrow('on purpose');
	expect(w.item()).toBe(1);
	fail = false;
	expect(f().item()).toBe(5);
});

test('a symbolic value cannot be looked at, inside the function or after it', () => {
	let leaked: Node | null = null;
	const f = compile((x: Node) => {
		leaked = x;
		return x;
	});
	f(1);
	expect(() => (leaked as unknown as Node).item()).toThrow(/symbolic.*return it from the function/); // assigned in the call above, which flow analysis does not see
	const look = compile((x: Node) => tensor(x.add(1).item()));
	expect(() => look(1)).toThrow('symbolic');
});

test('gradients end at an assignment, compiled or not: what is read afterwards is a value', () => {
	const slopes = (a: Variable, c: Variable): Node[] => {
		c.assign(a.read().mul(3));
		const loss = a.read().mul(c).sum();
		return grad(loss, [a, c]);
	};
	const outcome = (wrap: typeof compile): unknown[] => {
		const [a, c] = [variable([1, 2]), variable([0, 0])];
		return wrap(() => slopes(a, c))().map((slope) => slope.toArray());
	};
	const plain = slopes(variable([1, 2]), variable([0, 0])).map((slope) => slope.toArray());
	expect(plain).toEqual([
		[3, 6],
		[1, 2],
	]);
	expect(outcome(compile)).toEqual(plain);
	expect(outcome(compiler(interpreter))).toEqual(plain);
});

test('a Variable keeps its shape and dtype', () => {
	const w = variable([1, 2], { name: 'weight' });
	expect(() => w.assign([1, 2, 3])).toThrow('assign: variable weight has shape [2], got [3]');
	expect(() => w.assign(tensor([1, 2], { dtype: 'f64' }))).toThrow(
		'assign: variable weight is f32, got f64',
	);
	expect(w.toArray()).toEqual([1, 2]);
});

test('a Node read from a Variable keeps its value when the Variable is assigned', () => {
	const w = variable(1);
	const before = w.read().add(0);
	w.assign(2);
	expect([before.item(), w.item()]).toEqual([1, 2]);
});

test('random numbers of a key kept in a Variable change from run to run', () => {
	const counter = variable(0, { dtype: 'i32' });
	const draw = compile((keys: Node) => {
		const noise = normal(keys.take(counter.read()), [3]);
		counter.assign(counter.read().add(1));
		return noise;
	});
	const keys = tensor([[...randomKey(1).data()], [...randomKey(2).data()]], { dtype: 'i32' });
	const [first, second] = [draw(keys), draw(keys)];
	expect(first.toArray()).toEqual(normal(randomKey(1), [3]).toArray());
	expect(second.toArray()).toEqual(normal(randomKey(2), [3]).toArray());
});

test('what depends on no input is computed once, and everything else anew', () => {
	const fixed = tensor([1, 2, 3]).exp();
	const f = compile((x: Node) => add(fixed.sum(), x));
	expect(f(1).item()).toBeCloseTo(f(0).item() + 1, 5);
});

test('views of whole constants can be read by what is computed once and by what is computed anew', () => {
	const f = compile((x: Node) => {
		const labels = tensor(Int32Array.of(7, 1), { shape: [2] });
		return x.gather(labels.equal(7).where(0, labels), { axis: 1, batch: 1 });
	});
	expect(
		f([
			[1, 2],
			[3, 4],
		]).toArray(),
	).toEqual([1, 4]);
});
