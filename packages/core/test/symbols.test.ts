import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	checkpoint,
	compile,
	compiler,
	custom,
	grad,
	interpreter,
	jvp,
	type Node,
	stack,
	tensor,
	valueAndGrad,
	variable,
	vmap,
} from '../src/index.ts';

const weight = variable([3, 4], { name: 'weight' });

/** Functions that call `keep`, which returns what it is given, with a symbol; what becomes of the call does not matter. */
const leaks: readonly (readonly [string, (keep: (symbol: Node) => Node) => unknown])[] = [
	['the input of a compiled function', (keep) => compile((x: Node) => keep(x))([1, 2])],
	[
		'the input of an interpreted function',
		(keep) => compiler(interpreter)((x: Node) => keep(x))([1, 2]),
	],
	[
		'what is made of an input',
		(keep) => compile((x: Node) => keep(x.mul(weight).sum(0, { keepDims: true })))([1, 2]),
	],
	['a Variable as a traced function reads it', (keep) => compile(() => keep(weight.read()))()],
	[
		'a Variable as a traced function has assigned it',
		(keep) =>
			compile((x: Node) => {
				const own = variable([0, 0]);
				own.assign(x.mul(2));
				keep(own.read());
			})([1, 2]),
	],
	[
		'the example of a mapped function',
		(keep) =>
			vmap((x: Node) => keep(x))([
				[1, 2],
				[3, 4],
			]),
	],
	[
		'the example of a custom operation in a mapped function',
		(keep) =>
			vmap(custom<readonly [Node]>({ forward: (x) => keep(x).mul(1), vjp: (g) => [g] }))([
				[1, 2],
				[3, 4],
			]),
	],
	[
		'the input of a function that then throws',
		(keep) =>
			compile((x: Node): Node => {
				keep(x);
				throw new Error('on purpose');
			})([1, 2]),
	],
	[
		'the example of a mapped function that then throws',
		(keep) =>
			vmap((x: Node): Node => {
				keep(x);
				throw new Error('on purpose');
			})([
				[1, 2],
				[3, 4],
			]),
	],
];

const other = variable([5, 6], { name: 'other' });

/** Uses of a symbol where it has no value. */
const uses: readonly (readonly [string, (symbol: Node) => unknown])[] = [
	['looked at', (s) => s.mul(2).toArray()],
	['returned by another compiled function', (s) => compile(() => s)()],
	['used by another compiled function', (s) => compile((x: Node) => x.add(s))([1, 2])],
	[
		'used by another function, interpreted',
		(s) => compiler(interpreter)((x: Node) => x.add(s))([1, 2]),
	],
	['given to a compiled function', (s) => compile((x: Node) => x.mul(2))(s).toArray()],
	['used with the Variable that it stood for', (s) => compile(() => weight.read().mul(s))()],
	['assigned', (s) => other.assign(s.reshape([-1]).slice([0, 1]).broadcastTo([2]))],
	[
		'assigned by another compiled function',
		(s) =>
			compile(() => {
				weight.assign([7, 7]);
				other.assign(s.reshape([-1]).slice([0, 1]).broadcastTo([2]));
			})(),
	],
	['the first value of a Variable', (s) => variable(s)],
	['differentiated', (s) => grad(s.square().sum(), [s])[0].toArray()],
	[
		'differentiated in another compiled function',
		(s) => compile(() => grad(s.square().sum(), [s]))(),
	],
	['pushed forward', (s) => jvp(s.square(), [s], [s]).toArray()],
	['used by a mapped function', (s) => vmap((x: Node) => x.add(s))([[1, 2]]).toArray()],
	[
		'used by a checkpoint',
		(s) => compile((x: Node) => checkpoint((y: Node) => y.mul(s))(x))([1, 2]),
	],
	[
		'used by a compiled function within another',
		(s) => compile((x: Node) => compile((y: Node) => y.add(s))(x))([1, 2]),
	],
];

test.each(leaks)(
	'%s is refused wherever it has no value, in the same words, and changes nothing',
	(_, leak) => {
		for (const [use, f] of uses) {
			let kept: Node | null = null;
			try {
				leak((symbol) => {
					kept = symbol;
					return symbol;
				});
			} catch (error) {
				expect(String(error)).toBe('Error: on purpose');
			}
			if (kept === null) throw new Error('nothing was kept');
			const symbol: Node = kept;
			const before = [weight.toArray(), other.toArray()];
			expect(() => f(symbol), use).toThrow(TypeError);
			expect(() => f(symbol), use).toThrow(
				/^(compile|evaluate): (input0|example0|weight) is symbolic: it has no value while a function is compiled or mapped; return it from the function, or compute it outside$/,
			);
			expect([weight.toArray(), other.toArray()], use).toEqual(before);
		}
	},
);

test('an input kept from the trace for one shape is refused in that for another', () => {
	let kept: Node | null = null;
	const f = compile((x: Node) => {
		kept ??= x;
		return kept.sum().add(x.sum());
	});
	expect(f([1, 2]).item()).toBe(6);
	expect(() => f([1, 2, 3])).toThrow('compile: input0 is symbolic');
	expect(f([1, 3]).item()).toBe(8);
});

test('a function that throws leaves nothing behind: later compiled functions are compiled', () => {
	for (const [, leak] of leaks) {
		try {
			leak(() => {
				throw new Error('on purpose');
			});
		} catch {
			// It was to throw.
		}
		let traces = 0;
		const f = compile((x: Node) => {
			traces++;
			return x.add(1);
		});
		expect([f(1).item(), f(2).item(), traces]).toEqual([2, 3, 1]);
	}
});

const layers = ['compiled', 'closed', 'mapped', 'differentiated', 'checkpoint'] as const;

/** Functions in one another, each of which uses what all those around it were given. */
function nest(
	kinds: readonly (typeof layers)[number][],
	wrap: (f: (...args: readonly Node[]) => Node) => (...args: readonly Node[]) => Node,
): (x: Node) => Node {
	const layer = (depth: number, values: readonly Node[]): Node => {
		const kind = kinds[depth];
		const last = values.at(-1) as Node; // there is one at least
		const inner = (v: Node): Node => layer(depth + 1, [...values, v]);
		switch (kind) {
			case 'compiled':
				return wrap((v = last) => inner(v))(last.mul(2));
			case 'closed':
				return wrap(() => layer(depth + 1, values))();
			case 'mapped':
				return vmap(inner)(stack([last, last.mul(3)])).sum(0);
			case 'differentiated':
				return valueAndGrad(inner)(last.sin()).gradients[0];
			case 'checkpoint':
				return checkpoint(inner)(last);
			default:
				return values.reduce((total, value) => total.mul(value).add(value));
		}
	};
	return (x) => layer(0, [x]);
}

test('compiled functions within compiled, mapped and differentiated ones are part of them, whatever they take from outside', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(...layers), { minLength: 1, maxLength: 5 }),
			fc.boolean(),
			(kinds, around) => {
				// Outside of a mapped function, a compiled one computes: what it closes over has a value, and no gradient.
				const whole = around ? [...kinds] : (['mapped', ...kinds] as const);
				const x = tensor(0.5, { dtype: 'f64' });
				const compiled = nest(whole, (f) => compile(f));
				const outcome = (around ? compile(compiled) : compiled)(x).item();
				const expected = nest(whole, (f) => f)(x).item();
				expect(Math.abs(outcome - expected)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(expected)));
			},
		),
	);
});

test('a mapped function may assign what does not depend on the example, and nothing else', () => {
	const outcome = (wrap: (f: (xs: Node) => Node) => (xs: Node) => Node): unknown => {
		const count = variable(1);
		const f = wrap((xs) =>
			vmap((x: Node) => {
				count.assign(count.read().mul(3));
				return x.mul(count);
			})(xs),
		);
		return [f(tensor([1, 2])).toArray(), count.item()];
	};
	expect(outcome((f) => f)).toEqual([[3, 6], 3]);
	expect(outcome((f) => compile(f))).toEqual([[3, 6], 3]);
	const last = variable(1);
	const keepLast = vmap((x: Node) => {
		last.assign(x);
		return x;
	});
	for (const f of [
		keepLast,
		compile((xs: Node) => keepLast(xs)),
		compiler(interpreter)((xs: Node) => keepLast(xs)),
	])
		expect(() => f([1, 2])).toThrow('example0 is symbolic');
	expect(last.item()).toBe(1);
});
