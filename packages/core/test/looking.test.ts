import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	compile,
	dtypes,
	type Node,
	ones,
	substituting,
	tensor,
	type Variable,
	variable,
	vmap,
	zeros,
} from '../src/index.ts';

const matrix = (): Node =>
	tensor([
		[1, 2.5],
		[3, -4],
	]);

/** Every way in which text is made of an object. */
const looks: Readonly<Record<string, (value: Node | Variable) => string>> = {
	'util.inspect': (value) => inspect(value),
	'util.inspect of what holds it': (value) => inspect([new Map([['it', value]])]),
	String: (value) => String(value),
	'a template string': (value) => `${value}`,
	toString: (value: Node | Variable) => value.toString(),
};

test.each(Object.entries(looks))(
	'%s shows dtype, shape and values of a Node, in rows',
	(_, look) => {
		const lines = look(matrix())
			.split('\n')
			.map((line) => line.trim());
		const at = lines.findIndex((line) => line.endsWith('f32[2, 2]'));
		expect(lines.slice(at + 1, at + 3)).toEqual(['[[ 1. ,  2.5],', '[ 3. , -4. ]]']);
	},
);

test.each(Object.entries(looks))('%s shows name and value of a Variable', (_, look) => {
	const text = look(variable([1, 2], { name: 'weight' }));
	expect(text).toContain('Variable weight: f32[2] [1., 2.]');
});

test('within others, the rows of a value are indented by a console as theirs are', () => {
	expect(inspect({ x: matrix() }, { compact: false })).toBe(
		'{\n  x: f32[2, 2]\n  [[ 1. ,  2.5],\n   [ 3. , -4. ]]\n}',
	);
});

test('scalars, empty tensors, fills and reshapes show values, too, for these are known', () => {
	expect(String(tensor(0.1))).toBe('f32[] 0.1');
	expect(String(tensor([[], []]))).toBe('f32[2, 0] []');
	expect(String(tensor([true, false]))).toBe('bool[2] [ true, false]');
	expect(String(zeros([3]))).toBe('f32[3] [0., 0., 0.]');
	expect(String(ones([], { dtype: 'i32' }))).toBe('i32[] 1');
	expect(String(tensor(Int32Array.of(1, 2, 3, 4), { shape: [2, 2] }))).toBe(
		'i32[2, 2]\n[[1, 2],\n [3, 4]]',
	);
});

test('what is not computed says so, and looking does not compute it', () => {
	const sum = matrix().sum();
	for (const look of Object.values(looks))
		expect(look(sum)).toContain('f32[] sum, not computed: toArray() computes it');
	expect(sum.value).toBeNull();
	sum.item();
	expect(String(sum)).toBe('f32[] 2.5');
});

test('what is symbolic says so, with the symbol it depends on, compiled or mapped', () => {
	const texts: string[] = [];
	const look = (x: Node): Node => {
		const y = x.mul(2).add(1);
		texts.push(String(x), String(y));
		return y;
	};
	compile(look)([1, 2]);
	vmap(look)([1, 2]);
	expect(texts[0]).toBe('f32[2] input0, symbolic: no value while a function is compiled or mapped');
	expect(texts[1]).toBe(
		'f32[2] add of input0, symbolic: no value while a function is compiled or mapped',
	);
	expect(texts[2]).toMatch(/^f32\[\] .*, symbolic/);
	expect(texts[3]).toMatch(/^f32\[\] add of .*, symbolic/);
});

test('a Variable in a function that is traced is symbolic, as what it reads is', () => {
	const w = variable([1, 2], { name: 'w' });
	const texts: string[] = [];
	compile((x: Node) => {
		texts.push(String(w), inspect(w));
		return x;
	})(1);
	for (const text of texts)
		expect(text).toBe('Variable w: f32[2], symbolic: no value while a function is compiled');
	expect(String(w)).toBe('Variable w: f32[2] [1., 2.]');
});

test('a Variable that stands for another value shows that one', () => {
	const w = variable([1, 2], { name: 'w' });
	const look = (): string => String(w);
	expect(substituting(new Map([[w, tensor([3, 4])]]), look)).toBe('Variable w: f32[2] [3., 4.]');
	expect(substituting(new Map([[w, tensor([3, 4]).neg()]]), look)).toContain('not computed');
	expect(look()).toBe('Variable w: f32[2] [1., 2.]');
});

test('a Variable whose value was lost says so', () => {
	const w = variable(1, { name: 'w' });
	w.cell.write(() => {
		throw new Error('the value was lost');
	});
	expect(inspect(w)).toBe('Variable w: f32[], no value: the value was lost');
});

test('looking changes no graph: the order of an ongoing pass is as it was', () => {
	const x = matrix();
	const nodes = [x, x.exp(), x.exp().sum()];
	for (const [index, node] of nodes.entries()) node.orderIndex = index + 10;
	for (const node of nodes) inspect(node);
	expect(nodes.map(({ orderIndex }) => orderIndex)).toEqual([10, 11, 12]);
});

test('JSON.stringify gives the values of Nodes and Variables, which tensor takes', () => {
	const finite = fc.array(
		fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 2 }),
		{ minLength: 1, maxLength: 3 },
	);
	fc.assert(
		fc.property(finite, (rows) => {
			const x = tensor(rows);
			const text = JSON.stringify({ x, y: variable(x), z: x.add(0) });
			const { x: a, y: b, z: c } = JSON.parse(text);
			for (const back of [a, b, c]) expect(tensor(back).equal(x).all().item()).toBe(1);
		}),
	);
	expect(JSON.stringify([tensor(5), tensor([true, false]), tensor([[], []])])).toBe(
		'[5,[true,false],[[],[]]]',
	);
});

test('JSON.stringify drops no value in silence: what JSON has no number for is a string that Number reads', () => {
	const x = tensor([Number.NaN, Infinity, -Infinity, 1]);
	const text = JSON.stringify(x);
	expect(text).toBe('["NaN","Infinity","-Infinity",1]');
	expect(JSON.parse(text).map(Number)).toEqual([...x.view()]);
});

test('JSON.stringify of what has no value is an error, and not an empty object', () => {
	const w = variable(1, { name: 'w' });
	const f = compile((x: Node) => {
		expect(() => JSON.stringify({ x })).toThrow(/input0 is symbolic/);
		expect(() => JSON.stringify({ w })).toThrow(/w is symbolic/);
		return x;
	});
	f(1);
});

test('a counterexample of fast-check shows a Node as code that makes it again, element for element', () => {
	const anyNode = fc
		.record({
			dtype: fc.constantFrom(...dtypes),
			shape: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
			elements: fc.array(fc.float(), { minLength: 27, maxLength: 27 }),
		})
		.map(({ dtype, shape, elements }) => {
			const size = shape.reduce((product, length) => product * length, 1);
			const isWhole = dtype === 'i32' || dtype === 'u8' || dtype === 'bool';
			const held = elements.map((x) => (isWhole ? Number(x > 0) : x));
			return tensor(Float64Array.from(held.slice(0, size)), { dtype, shape });
		});
	fc.assert(
		fc.property(anyNode, (x) => {
			const code = fc.stringify(x);
			const made = new Function('tensor', `return ${code}`)(tensor) as Node; // by that code
			expect([made.dtype, made.shape, made.data()]).toEqual([x.dtype, x.shape, x.data()]);
		}),
	);
	expect(fc.stringify(tensor([[0.1, -0]]))).toBe('tensor([[0.1, -0]])');
	expect(fc.stringify(matrix().sum())).toContain('not computed');
});

test('a failed comparison in a test shows values, and what has none promptly and without an error of its own', () => {
	const messageOf = (compare: () => void): string => {
		try {
			compare();
		} catch (error) {
			return String(error);
		}
		return 'it did not fail';
	};
	expect(messageOf(() => expect(tensor([1, 2])).toBe(3))).toContain(
		'expected f32[2] [1., 2.] to be 3',
	);
	expect(matrix().mul(2)).toMatchInlineSnapshot(`
		[
		  [
		    2,
		    5,
		  ],
		  [
		    6,
		    -8,
		  ],
		]
	`);
	const f = compile((x: Node) => {
		let y = x;
		for (let i = 0; i < 100; i++) y = y.add(y);
		expect(messageOf(() => expect(y).toEqual([1]))).toContain('AssertionError');
		return x;
	});
	f(1);
});
