import { afterAll, expect, test, vi } from 'vitest';
import { NodePrograms } from '../src/eager/programs.ts';
import { fastEngine } from '../src/engines.ts';
import {
	compiler,
	type Engine,
	evaluate,
	grad,
	interpreter,
	type Node,
	OutOfMemoryError,
	randomBits,
	randomKey,
	ThreadError,
	tensor,
} from '../src/index.ts';
import { expectAgreement, filled } from './compiled.ts';

/** More elements than the least work that an engine is asked for, and lengths that are no whole vectors. */
const large = (seed: number, rows = 1501): Node => filled([rows, 719], 'f32', seed);

const sameBits = (a: Node, b: Node): boolean => {
	const [x, y] = [a.view(), b.view()];
	return x.length === y.length && x.every((each, i) => Object.is(each, y[i]));
};

const dear: Readonly<Record<string, (x: Node) => Node>> = {
	exp: (x) => x.exp(),
	tanh: (x) => x.tanh(),
	erf: (x) => x.erf(),
	sin: (x) => x.cast('f64').sin(),
	'a product': (x) => x.matmul(x.transpose().slice(null, [0, 9])),
	'a sum': (x) => x.sum(0),
	'a maximum': (x) => x.amax(1),
	'a sorted tensor': (x) => x.slice([0, 9]).sort(),
	'random bits': () => randomBits(randomKey(3), [50_001]),
	'a gradient': (x) => grad(x.mul(x.tanh()).sum(), [x])[0],
};

const engine = fastEngine();
if (engine === null) throw new Error('these tests need WebAssembly with vectors');
const compiled = vi.spyOn(engine, 'compile');
// It is the engine of other tests, too.
afterAll(() => compiled.mockRestore());

test.each(Object.entries(dear))(
	'what takes long is computed by the engine, to the same value: %s',
	(_, f) => {
		// Of a length of its own, so that no program is kept for it.
		const x = large(1, 1511 + Object.values(dear).indexOf(f));
		compiled.mockClear();
		const value = f(x);
		value.view();
		expect(compiled).toHaveBeenCalled();
		expectAgreement(value, compiler(interpreter)(f)(x), { terms: 1501 * 719, size: 10 });
	},
);

test.each(Object.entries(dear))(
	'an expression has the same bits whatever was computed before: %s',
	(_, f) => {
		const x = large(2);
		const first = f(x);
		first.view();
		evaluate([f(large(3)), f(large(4))]);
		const [second, third] = [f(x), f(x)];
		evaluate([third, second]);
		expect(sameBits(second, first)).toBe(true);
		expect(sameBits(third, first)).toBe(true);
	},
);

test('what takes no time is left to the interpreter', () => {
	compiled.mockClear();
	const x = filled([20, 30], 'f32', 5);
	evaluate([x.exp().sum(), x.matmul(x.transpose()), large(6).add(1).transpose()]);
	expect(compiled).not.toHaveBeenCalled();
});

test('a structure met again is not compiled again', () => {
	compiled.mockClear();
	const f = (x: Node): Node =>
		x
			.sub(x.amax(1, { keepDims: true }))
			.exp()
			.sum(1);
	for (let seed = 0; seed < 5; seed++) f(large(seed, 1600)).view();
	expect(compiled.mock.calls.length).toBe(3); // amax, exp, sum;
});

test('every value met on the way is kept', () => {
	const x = large(7);
	const hidden = x.matmul(x.transpose());
	hidden.sum().item();
	expect(hidden.value).not.toBeNull();
	compiled.mockClear();
	hidden.view();
	expect(compiled).not.toHaveBeenCalled();
});

test('an operand used twice is passed once', () => {
	const x = filled([203, 203], 'f32', 8);
	expectAgreement(x.matmul(x), compiler(interpreter)((y: Node) => y.matmul(y))(x), {
		terms: 200,
		size: 10,
	});
});

test.each([
	['has no memory left', new OutOfMemoryError(1, 1)],
	['has lost a thread', new ThreadError('lost')],
])('where the engine %s, the interpreter computes the value', (_, error) => {
	compiled.mockImplementationOnce(() => {
		throw error;
	});
	// Of a length of its own, so that no program is kept for it.
	const x = filled([601, 803 + error.name.length], 'f32', 9);
	const expected = compiler(interpreter)((y: Node) => y.exp())(x);
	expect(sameBits(x.exp(), expected)).toBe(true);
});

test('programs kept for another run are bounded in number', () => {
	let live = 0;
	let made = 0;
	const counting: Engine = {
		name: 'counting',
		compile: () => {
			live++;
			made++;
			return {
				run: (inputs) => inputs.map(({ length }) => new Float32Array(length)),
				free: () => live--,
			};
		},
	};
	const programs = new NodePrograms(counting);
	const run = (size: number): void => {
		const x = tensor(new Float32Array(size));
		expect(programs.run(x.exp(), [x.view()])).toHaveLength(size);
	};
	for (let size = 1; size <= 1000; size++) run(size);
	expect(live).toBeLessThanOrEqual(256);
	run(1000);
	expect(made).toBe(1000);
});
