import { concatenate, type Node, tensor, variable } from '@pullback/core';
import fc from 'fast-check';

/** A graph, with its leaves. */
export interface RandomGraph {
	readonly leaves: readonly Node[];
	readonly nodes: readonly Node[];
	/** A scalar that depends on the last Node. */
	readonly output: Node;
}

const numbers = fc.oneof(
	{ weight: 9, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
	{ weight: 1, arbitrary: fc.constantFrom(0, -0, 1, Number.NaN, Infinity, 1e-300) },
);
/** Empty ones, of one element, written out and too large for that, which broadcast to one another where they must. */
const shapes = fc.constantFrom<readonly number[]>([], [1], [3], [2, 3], [5, 3], [0, 3]);

/** What makes a Node of two that are there. */
const operations: readonly ((a: Node, b: Node) => Node)[] = [
	(a, b) => a.add(b),
	(a, b) => a.mul(b.cos()),
	(a, b) => a.cos().mul(b),
	(a, b) => a.sub(b),
	(a) => a.sin(),
	(a) => a.tanh(),
	(a) => a.sin().exp(),
	(a, b) => a.greater(b).where(a, b),
	(a, b) => a.maximum(b),
	(a) => a.tanh().square(),
	(a) => a.round(),
	(a) => a.mul(2),
	(a) => a.reshape([...a.shape, 1]).squeeze(-1),
	(a) => a.stopGradient().add(a),
	(a) => a.greater(0).cast('i32').cast('f64').mul(a),
	(a) => (a.shape.length === 0 ? a.neg() : concatenate([a, a], 0).slice([0, a.shape[0] ?? 0])),
];

function built(
	leaves: readonly Node[],
	picks: readonly (readonly [number, number, number])[],
): RandomGraph {
	const nodes = [...leaves];
	for (const [operation, i, j] of picks) {
		const [a, b] = [i, j].map((at) => nodes[nodes.length - 1 - (at % nodes.length)]) as [
			Node,
			Node,
		];
		nodes.push((operations[operation % operations.length] as (typeof operations)[0])(a, b));
	}
	return { leaves, nodes, output: (nodes.at(-1) as Node).sum() };
}

const picked = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), fc.nat({ max: 6 })), {
	maxLength: 25,
});

/** Graphs of f64 in which Nodes take any two of the last few: shared, used twice by one, dead ends, nothing at all. */
export const graphs = fc
	.tuple(fc.array(fc.tuple(shapes, numbers), { minLength: 1, maxLength: 3 }), picked)
	.map(([kinds, picks]) => {
		// Of one shape, or scalars.
		const shape = kinds.find(([own]) => own.length > 0)?.[0] ?? [];
		const leaves = kinds.map(([own, value], i) => {
			const isScalar = own.length === 0;
			const size = isScalar ? 1 : shape.reduce((product: number, length) => product * length, 1);
			const data = Float64Array.from({ length: size }, (_, k) => value + k / 7);
			const leaf = tensor(data, { shape: isScalar ? [] : shape });
			return i === 1 ? variable(leaf, { name: `w${i}` }).read() : leaf;
		});
		return built(leaves, picks);
	});

/** The same of scalars that are leaves. */
export const scalarGraphs = fc
	.tuple(fc.array(numbers, { minLength: 1, maxLength: 3 }), picked)
	.map(([values, picks]) =>
		built(
			values.map((value) => tensor(value, { dtype: 'f64' })),
			picks,
		),
	);
