import { concatenate, custom, matmul, type Node, where, zeros } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradientProperty, tensors } from '../src/index.ts';

/** An LSTM cell (Hochreiter and Schmidhuber, 1997): 62 numbers in five operands, 8 in its result. */
function cell(x: Node, h: Node, c: Node, weight: Node, bias: Node): Node {
	const all = matmul(concatenate([x, h], 1), weight).add(bias);
	const part = (i: number): Node => all.slice(null, [2 * i, 2 * i + 2]);
	const next = part(1)
		.sigmoid()
		.mul(c)
		.add(part(0).sigmoid().mul(part(2).tanh()));
	return concatenate([part(3).sigmoid().mul(next.tanh()), next], 1);
}

const cellOperands = fc.tuple(
	tensors([2, 3]),
	tensors([2, 2]),
	tensors([2, 2]),
	tensors([5, 8]),
	tensors([8]),
);

/** The identity, whose gradient is twice what it should be where an element is greater than 50. */
const doubledAbove50 = custom({
	forward: (x: Node) => x.mul(1),
	vjp: (cotangent: Node, [x]: readonly Node[]) => [
		cotangent.mul(where((x as Node).greater(50), 2, 1)), // of one input
	],
});

/** The identity of many steps. */
function long(x: Node): Node {
	let y = x;
	for (let step = 0; step < 16; step++) y = y.mul(0.5).add(x.mul(0.5));
	return y;
}

/** A function that counts how often it is called, and the numbers of calls in each run. */
function counted(f: (...inputs: Node[]) => Node): {
	readonly f: typeof f;
	readonly operands: (inner: fc.Arbitrary<Node[]>) => fc.Arbitrary<Node[]>;
	readonly inRuns: number[];
} {
	const inRuns: number[] = [];
	return {
		f: (...inputs) => {
			inRuns.push((inRuns.pop() ?? 0) + 1);
			return f(...inputs);
		},
		operands: (inner) =>
			inner.map((each) => {
				inRuns.push(0);
				return each;
			}),
		inRuns,
	};
}

test.each([1, 2, 3] as const)(
	'a property of order %i of a layer takes a few whole checks, and runs after them little',
	(order) => {
		const { f, operands, inRuns } = counted(cell);
		fc.assert(gradientProperty(f, operands(cellOperands as fc.Arbitrary<Node[]>), { order }), {
			seed: 1,
			numRuns: order === 3 ? 6 : 20,
		});
		const median = (runs: readonly number[]): number =>
			runs.toSorted((a, b) => a - b)[runs.length >> 1] ?? Number.NaN;
		const [first = 0] = inRuns;
		const whole = inRuns.findIndex((calls) => calls < first / 3);
		expect(whole).toBeGreaterThanOrEqual(1);
		expect(whole).toBeLessThan(20);
		expect(median(inRuns.slice(whole))).toBeLessThan(first / 3);
	},
);

const seed = 2;

test('what a brief run finds is told as a whole check tells it, and found again by its path', () => {
	// One in a few dozen is large: with this seed none of those that are checked in full.
	const operands = fc
		.tuple(
			tensors([24]).map((x) => x.sin()),
			fc.nat({ max: 40 }),
		)
		.map(([x, choice]) => [choice === 23 ? x.add(100) : x]);
	const newProperty = () => gradientProperty((x) => doubledAbove50(long(x)), operands);
	const found = fc.check(newProperty(), { seed, numRuns: 100, endOnFailure: true });
	expect(found.failed).toBe(true);
	expect(found.numRuns).toBeGreaterThan(15);
	const { counterexamplePath: path } = found;
	const again = fc.check(newProperty(), { seed, path: path ?? '', endOnFailure: true });
	for (const { errorInstance } of [found, again])
		expect(String(errorInstance)).toMatch(
			/derivative by reverse mode of output \[0\] in input 0 at \[0\]/,
		);
});

test('an input of which nothing could be decided is looked at in whole checks until that is told', () => {
	const operands = fc.tuple(tensors([24]), fc.constant(zeros([24], { dtype: 'f64' })));
	const property = gradientProperty((x, at) => long(x).add(at.abs()).sum(), operands);
	const { failed, numRuns, errorInstance } = fc.check(property, { seed: 1, endOnFailure: true });
	expect({ failed, numRuns }).toEqual({ failed: true, numRuns: 10 });
	expect(String(errorInstance)).toContain('not one derivative in input 1 could be decided');
});

test('an input that was empty while runs were whole is looked at in whole checks, too', () => {
	let drawn = 0;
	const operands = tensors([24]).map((x) => [x, zeros([++drawn <= 20 ? 0 : 24], { dtype: 'f64' })]);
	const property = gradientProperty((x, at) => long(x).sum().add(at.abs().sum()), operands);
	const { failed, numRuns, errorInstance } = fc.check(property, { seed: 1, endOnFailure: true });
	expect({ failed, numRuns }).toEqual({ failed: true, numRuns: 30 });
	expect(String(errorInstance)).toContain('not one derivative in input 1 could be decided');
});
