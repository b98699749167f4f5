import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	compile,
	grad,
	type Node,
	ShapeError,
	substituting,
	tensor,
	type Variable,
	variable,
	vmap,
} from '../src/index.ts';

const f64 = (numbers: readonly number[]): Node => tensor(numbers, { dtype: 'f64' });
const numbers = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
	minLength: 2,
	maxLength: 2,
});

/** A function of two Variables, called in the ways that functions are. */
const f = (a: Variable, b: Variable, x: Node): Node => x.mul(a).add(b).tanh().mul(a);
const ways: readonly ((a: Variable, b: Variable) => (x: Node) => Node)[] = [
	(a, b) => (x) => f(a, b, x),
	(a, b) => compile((x: Node) => f(a, b, x)),
	(a, b) => (x) => vmap((each: Node) => f(a, b, each))(x.expandDims(0)).squeeze(0),
	(a, b) => (x) => substituting(new Map([[b, b]]), () => f(a, b, x)),
	(a, b) => (x) => substituting(new Map([[a, f64([7, 7])]]), () => f(b, b, x)).add(f(a, b, x)),
];

test('a function of Variables that stand for other values is what it is once they are assigned them, and they keep their own', () => {
	fc.assert(
		fc.property(
			numbers,
			numbers,
			numbers,
			numbers,
			fc.constantFrom(...ways),
			fc.boolean(),
			(own, others, second, given, way, isCompiled) => {
				const [a, b] = [variable(f64(own)), variable(f64(second))];
				const g = way(a, b);
				const x = f64(given);
				const before = g(x).toArray();
				const called = (value: Node) => substituting(new Map([[a, value]]), () => g(x));
				const run = isCompiled ? compile(called) : called;
				const found = run(f64(others)).toArray();
				expect(a.toArray()).toEqual(own);
				expect(g(x).toArray()).toEqual(before);
				a.assign(f64(others));
				const expected = g(x).data();
				for (const [i, each] of [found].flat(2).entries())
					expect(each).toBeCloseTo(expected[i] ?? Number.NaN, 12);
			},
		),
	);
});

test('the gradient in a value that a Variable stands for is the gradient in the Variable, of either', () => {
	fc.assert(
		fc.property(numbers, numbers, (own, given) => {
			const [a, b] = [variable(f64(own)), variable(f64(given))];
			const x = f64(given);
			const value = a.read().mul(1);
			const [expected] = grad(f(a, b, x).sum(), [a]);
			substituting(new Map([[a, value]]), () => {
				const loss = f(a, b, x).sum();
				expect(grad(loss, [a])[0].toArray()).toEqual(expected.toArray());
				expect(grad(loss, [value])[0].toArray()).toEqual(expected.toArray());
			});
		}),
	);
});

test('what Variables stand for ends with the call, though it throws, and within another call what they stood for stands again', () => {
	const a = variable(1);
	const reads: number[] = [];
	const read = (): void => void reads.push(a.item());
	substituting(new Map([[a, 2]]), () => {
		read();
		expect(() =>
			substituting(new Map([[a, 3]]), () => {
				read();
				throw new RangeError('of the function');
			}),
		).toThrow('of the function');
		read();
	});
	read();
	expect(reads).toEqual([2, 3, 2, 1]);
});

test('a Variable that stands for another value cannot be assigned, others can', () => {
	const [a, b] = [variable(1, { name: 'a' }), variable(2)];
	substituting(new Map([[a, 5]]), () => {
		expect(() => a.assign(3)).toThrow('assign: variable a stands for another value here');
		b.assign(a);
	});
	expect([a.item(), b.item()]).toEqual([1, 5]);
});

test('values must have the shapes of their Variables, literals take their dtypes, and Nodes keep their own', () => {
	const a = variable([1, 2], { name: 'a', dtype: 'i32' });
	expect(() => substituting(new Map([[a, [1]]]), () => 0)).toThrow(ShapeError);
	expect(() => substituting(new Map([[a, 1]]), () => 0)).toThrow(
		'substituting: the value of a has shape []; it must have that of the Variable, [2]',
	);
	const dtypeOf = (value: Node | number[]) =>
		substituting(new Map([[a, value]]), () => a.read().dtype);
	expect([dtypeOf([1, 2]), dtypeOf(f64([1, 2]))]).toEqual(['i32', 'f64']);
});
