import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import {
	type Argument,
	compile,
	compiler,
	grad,
	interpreter,
	type Node,
	type Operand,
	tensor,
	variable,
	vmap,
	where,
} from '../src/index.ts';

/** Arrays and objects of Nodes, none of them empty arrays. */
const { argument } = fc.letrec<{ argument: Argument }>((tie) => ({
	argument: fc.oneof(
		{ maxDepth: 3, withCrossShrink: true },
		fc
			.array(fc.float({ noNaN: true }), { maxLength: 3 })
			.map((numbers): Argument => tensor(numbers)),
		fc.array(tie('argument'), { minLength: 1, maxLength: 3 }),
		fc.dictionary(fc.string({ maxLength: 3 }), tie('argument'), { maxKeys: 3 }),
	),
}));

/** As plain JavaScript calls: with whatever arguments. */
const loosely = <F extends (...args: never[]) => unknown>(
	f: F,
): ((...args: readonly unknown[]) => ReturnType<F>) =>
	f as unknown as (...args: readonly unknown[]) => ReturnType<F>; // that is the point

/** Values instead of Nodes. */
function valuesOf(argument: unknown): unknown {
	return JSON.parse(
		JSON.stringify(argument, (key, value) => (key === '__proto__' ? undefined : value)),
	);
}

test('a compiled function takes arrays and objects of Nodes in the form in which it returns them', () => {
	fc.assert(
		fc.property(argument, argument, (a, b) => {
			const swap = loosely(compiler(interpreter)((x: Argument, y: Argument) => ({ y, x })));
			const expected = valuesOf({ y: b, x: a });
			expect(valuesOf(swap(a, b))).toEqual(expected);
			const { y, x } = swap(a, b) as { y: Argument; x: Argument };
			expect(valuesOf(swap(x, y))).toEqual(expected);
		}),
	);
});

interface Memory {
	readonly state: Node;
	readonly counts: readonly [Node, Node];
}

test('what a step returns is passed to the next', () => {
	let traces = 0;
	const step = compile(
		(x: Node, { state, counts: [a, b] }: { state: Node; counts: readonly [Node, Node] }) => {
			traces++;
			return { state: state.mul(0.5).add(x), counts: [a.add(1), b.sub(1)] as const };
		},
	);
	let memory: Memory = { state: tensor([0, 0]), counts: [tensor(0), tensor(0)] };
	for (let i = 0; i < 4; i++) memory = step([1, 2], memory);
	expect(valuesOf(memory)).toEqual({ state: [1.875, 3.75], counts: [4, -4] });
	expect(traces).toBe(1);
	expectTypeOf(step).parameter(0).toEqualTypeOf<Operand>();
});

test('a function is traced once for each form of its arguments', () => {
	const forms: string[] = [];
	const f = loosely(
		compile((x: Argument) => {
			forms.push(Array.isArray(x) ? `${x.length} in an array` : Object.keys(x).join());
			return tensor(0);
		}),
	);
	const x = tensor(1);
	for (let i = 0; i < 2; i++) {
		f([x, x]);
		f([x, [x]]);
		f({ a: x, b: x });
		f({ a: x, c: x });
	}
	expect(forms).toEqual(['2 in an array', '2 in an array', 'a,b', 'a,c']);
});

test('one Node passed in two places is two within the function, each with its own derivative', () => {
	const x = tensor([1, 2]);
	const slopes = compile(({ a, b }: { a: Node; b: readonly Node[] }) =>
		grad(
			a
				.mul(3)
				.add(b[0] as Node)
				.sum(),
			[a, ...b],
		),
	);
	expect(slopes({ a: x, b: [x] }).map((slope) => slope.toArray())).toEqual([
		[3, 3],
		[1, 1],
	]);
});

test('Variables, typed arrays and numbers are taken within objects, and an array of numbers is a tensor', () => {
	const f = compile((parts: { a: Node; b: Node; c: readonly Node[] }) => parts);
	const { a, b, c } = f({ a: 5, b: [[1, 2]], c: [variable([3]), Float64Array.of(4)] });
	expect(valuesOf([a, b, c])).toEqual([5, [[1, 2]], [[3], [4]]]);
	expect(c.map(({ dtype }) => dtype)).toEqual(['f32', 'f64']);
	expect(
		compile((x: Node) => x.sum())([
			[1, 2],
			[3, 4],
		]).item(),
	).toBe(10);
	// @ts-expect-error numbers in an array are a tensor, and not an array of Nodes
	void (() => f({ a: 5, b: 1, c: [1, 2] }));
});

test('a compiled function that takes objects is a part of those that call it, compiled or mapped', () => {
	const norm = compile(({ x, y }: { x: Node; y: Node }) => x.square().add(y.square()).sqrt());
	expect(compile((x: Node) => norm({ x, y: 4 }))(3).item()).toBe(5);
	expect(vmap((x: Node) => norm({ x, y: [4] }).sum())([3, 0]).toArray()).toEqual([5, 4]);
});

test.each([
	['a truth value', true, 'compile: argument 1 is true, which would be fixed'],
	['a string', 'train', 'compile: argument 1 is the string "train", which would be fixed'],
	[
		'a truth value in an object',
		{ mode: { train: false } },
		'compile: argument 1.mode.train is false',
	],
	['a string in an array', [tensor(1), 'train'], 'compile: argument 1[1] is the string "train"'],
])('%s is refused with the way to do it, wherever the function is called', (_, flag, message) => {
	const f = loosely(compile((x: Node, flag: Node) => (flag ? x.mul(2) : x)));
	const way = /compile a function for each case/;
	for (const call of [
		() => f([1], flag),
		() => compile((x: Node) => f(x, flag))([1]),
		() => vmap((x: Node) => f(x, flag))([1]),
	]) {
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
		expect(call).toThrow(way);
	}
});

test('the ways to do it do it: a function for each case, or where', () => {
	const [double, keep] = [true, false].map((doubles) =>
		compile((x: Node) => (doubles ? x.mul(2) : x)),
	);
	const either = compile((x: Node, doubles: Node) => where(doubles, x.mul(2), x));
	for (const x of [1, 3]) {
		expect(either(x, tensor(true)).item()).toBe(double?.(x).item());
		expect(either(x, tensor(false)).item()).toBe(keep?.(x).item());
	}
});
