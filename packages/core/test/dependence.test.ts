import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	checkpoint,
	compile,
	custom,
	grad,
	hvp,
	jacobian,
	jvp,
	type Node,
	normal,
	randomKey,
	stack,
	tensor,
	valueAndGrad,
	vjp,
	vmap,
	zeros,
} from '../src/index.ts';

const length = 2;
const draw = (seed: number): Node => normal(randomKey(seed), [length], { dtype: 'f64' });

const close = (a: Node, b: Node): void => {
	const [x, y] = [a.data(), b.data()];
	expect(x.length).toBe(y.length);
	for (let i = 0; i < x.length; i++)
		expect(Math.abs((x[i] ?? 0) - (y[i] ?? 0))).toBeLessThanOrEqual(
			1e-10 * (1 + Math.abs(y[i] ?? 0)),
		);
};

const operations = [
	(a: Node, b: Node): Node => a.mul(b),
	(a: Node, b: Node): Node => a.sub(b.flip()),
	(a: Node, b: Node): Node => a.tanh().mul(b.sum()),
	(a: Node): Node => a.sin(),
	(a: Node): Node => a,
] as const;

/** Values made one of another, each by an operation and two of those before. */
const programs = fc.array(fc.tuple(fc.nat(operations.length - 1), fc.nat(), fc.nat()), {
	maxLength: 8,
});
type Steps = readonly (readonly [number, number, number])[];

/** All values of a program, the last being its result; to the i-th of them offsets[i] is added as it is made. */
function run(steps: Steps, seed: number, offsets: readonly (Node | undefined)[] = []): Node[] {
	const values: Node[] = [];
	const push = (made: Node): void => {
		const offset = offsets[values.length];
		values.push(offset === undefined ? made : made.add(offset));
	};
	push(draw(seed));
	for (const [operation, first, second] of steps) {
		const [a, b] = [first, second].map((at) => values[at % values.length] as Node) as [Node, Node]; // there is one at least
		push((operations[operation] as (typeof operations)[number])(a, b)); // nat within the table
	}
	return values;
}

/** A program, and some of its values by their places, in any order, any of them twice. */
const selections = fc.record({
	steps: programs,
	picks: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
	seed: fc.nat(1000),
});

test('forward mode is the transpose of reverse mode for any Nodes of a graph, twice the same and one made of another included', () => {
	fc.assert(
		fc.property(selections, ({ steps, picks, seed }) => {
			const values = run(steps, seed);
			const y = values.at(-1) as Node; // there is one at least
			const xs = picks.map((pick) => values[pick % values.length] as Node); // there is one at least
			const us = xs.map((_, i) => draw(seed + i + 1));
			const c = draw(seed + 100);
			const pulled: readonly Node[] = vjp(y, c, xs);
			const terms = pulled.map((slope, i) => slope.mul(us[i] ?? 0).sum());
			close(
				jvp(y, xs, us).mul(c).sum(),
				terms.reduce((total, term) => total.add(term)),
			);
		}),
	);
});

test('each of xs moves by its tangents on top of what it is made of: the derivative in offsets that are added to it', () => {
	fc.assert(
		fc.property(selections, ({ steps, picks, seed }) => {
			const values = run(steps, seed);
			const y = values.at(-1) as Node; // there is one at least
			const at = picks.map((pick) => pick % values.length);
			// Where an operation returns its operand, two places are one Node.
			const places = at.map((place) => values.indexOf(values[place] as Node)); // a place of values
			const us = places.map((_, i) => draw(seed + i + 1));
			const offsets = new Map(places.map((place) => [place, zeros([length], { dtype: 'f64' })]));
			const moved = run(
				steps,
				seed,
				values.map((_, i) => offsets.get(i)),
			).at(-1) as Node; // there is one at least
			const es = places.map((place) => offsets.get(place) as Node); // one for each place
			const xs = places.map((place) => values[place] as Node); // a place of values
			close(jvp(y, xs, us), jvp(moved, es, us));
			const slopes: readonly Node[] = vjp(y, us[0] ?? 1, xs);
			const expected: readonly Node[] = vjp(moved, us[0] ?? 1, es);
			for (const [i, slope] of slopes.entries()) close(slope, expected[i] ?? zeros([0]));
			const curvatures: readonly Node[] = hvp(y.square().sum(), xs, us);
			const bends: readonly Node[] = hvp(moved.square().sum(), es, us);
			for (const [i, each] of curvatures.entries()) close(each, bends[i] ?? zeros([0]));
			const [x, e] = [xs[0] ?? y, es[0] ?? y];
			for (const mode of ['forward', 'reverse'] as const)
				close(jacobian(y, x, { mode }), jacobian(moved, e, { mode }));
		}),
		{ numRuns: 50 },
	);
});

const f = (a: Node, b: Node): Node => a.sin().mul(b).add(b.exp());
type Pair = (a: Node, b: Node) => Node;
/** The same function, by way of each transform. */
const byWayOf: readonly (readonly [string, (g: Pair) => Pair])[] = [
	['checkpoint', (g) => checkpoint(g)],
	['a checkpoint in a checkpoint', (g) => checkpoint(checkpoint(g))],
	[
		'custom',
		(g) =>
			custom<readonly [Node, Node]>({
				forward: g,
				vjp: (cotangent, [a, b]) => vjp(g(a, b), cotangent, [a, b]),
			}),
	],
	[
		'custom, with both modes',
		(g) =>
			custom<readonly [Node, Node]>({
				forward: g,
				vjp: (cotangent, [a, b]) => vjp(g(a, b), cotangent, [a, b]),
				jvp: (tangents, xs) =>
					jvp(
						g(...xs),
						xs,
						tangents.map((tangent, i) => tangent ?? (xs[i] ?? tensor(0)).mul(0)),
					),
			}),
	],
	[
		'vmap',
		(g) => (a, b) => vmap((...pair: readonly Node[]) => g(pair[0] as Node, pair[1] as Node))(a, b), // two arguments
	],
];

/** Pairs of arguments of which the second is the first, or is made of it, or not. */
const pairings: readonly (readonly [string, (x: Node) => Node])[] = [
	['the same', (x) => x],
	['one made of the other', (x) => x.cos()],
	['one of which the other is not made', () => draw(7)],
];

const ways = byWayOf.flatMap(([way, wrap]) =>
	pairings.map(([pair, other]) => ({ way, pair, wrap, other })),
);

test.each(ways)(
	'by way of $way, derivatives of a function of two arguments, $pair, are those of the function',
	({ wrap, other }) => {
		const [x, u] = [draw(1), draw(2)];
		const outcome = (g: Pair): Node[] => {
			const b = other(x);
			const y = g(x, b);
			const loss = y.square().sum();
			return [
				y,
				...grad(loss, [x, b]),
				jvp(y, [x], [u]),
				jvp(y, [x, b], [u, u]),
				...hvp(loss, [x], [u]),
			];
		};
		const expected = outcome(f);
		for (const [i, each] of outcome(wrap(f)).entries()) close(each, expected[i] ?? zeros([0]));
	},
);

test('what a checkpoint takes from outside may be made one of another', () => {
	const [x, w, u] = [draw(1), draw(2), draw(3)];
	const outcome = (wrap: (g: (z: Node) => Node) => (z: Node) => Node): Node[] => {
		const a = w.exp();
		const b = a.mul(w);
		const y = wrap((z) => z.mul(w).add(z.tanh().mul(a)).sub(z.mul(b)))(x);
		return [...grad(y.sum(), [w, a, b, x]), jvp(y, [w], [u]), jvp(y, [w, a], [u, u])];
	};
	const expected = outcome((g) => g);
	for (const [i, each] of outcome((g) => checkpoint(g)).entries())
		close(each, expected[i] ?? zeros([0]));
});

/** The gradient of f in each of its own arguments, computed within. */
const slopes = (a: Node, b: Node): readonly Node[] => grad(f(a, b).sum(), [a, b]);
const within: readonly (readonly [string, (a: Node, b: Node) => readonly Node[]])[] = [
	['valueAndGrad', (a, b) => valueAndGrad((c: Node, d: Node) => f(c, d).sum())(a, b).gradients],
	['a compiled function', (a, b) => compile(slopes)(a, b)],
	[
		'a compiled function within another',
		(a, b) => compile((c: Node) => compile(slopes)(c, a === b ? c : b))(a),
	],
	[
		'vmap, as what every example shares',
		(a, b) =>
			vmap((c: Node, d: Node, _: Node): readonly Node[] => slopes(c, d), {
				inAxes: [null, null, 0],
			})(a, b, [0]).map((each) => each.slice(0)),
	],
	['vmap, as examples', (a, b) => vmap((c: Node, d: Node): readonly Node[] => slopes(c, d))(a, b)],
];

test.each(within)(
	'an argument of %s has the derivatives of that argument alone, whatever others are',
	(_, g) => {
		const x = draw(1);
		for (const [, other] of pairings) {
			const b = other(x);
			const apart = (node: Node): Node => tensor(node.data());
			const expected = slopes(apart(x), apart(b));
			for (const [i, each] of g(x, b).entries()) close(each, expected[i] ?? zeros([0]));
		}
	},
);

test('the same, as examples of a batch: vmap of a function is the stack of it', () => {
	const x = draw(1);
	const rows = x.split(length).map((each) => each.reshape([]));
	const mapped = vmap(checkpoint((a: Node, b: Node) => f(a, b)))(x, x);
	close(mapped, stack(rows.map((row) => f(row, row))));
	close(grad(mapped.sum(), [x])[0], grad(f(x, x).sum(), [x])[0]);
});
