import { custom, type Node } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradientProperty, type TensorFunction, vectors } from '../src/index.ts';

type One = readonly [Node];
type Two = readonly [Node, Node];

const twiceTheLayer = custom<Two>({
	forward: (w, x) => w.mul(w.mul(x).tanh()),
	vjp: (g, [w, x]) => {
		const hidden = w.mul(x).tanh();
		return [g.mul(hidden), g.mul(w.square()).mul(hidden.square().neg().add(1))];
	},
});

// Faults that were seen in other libraries, planted in custom operations.
const faults: Record<string, [TensorFunction, options?: { order: 2 }]> = {
	'x tanh x, whose second derivative loses a term': [
		custom<One>({
			forward: (x) => x.mul(x.tanh()),
			vjp: (g, [x]) => [g.mul(x.tanh().add(x.stopGradient().mul(x.tanh().square().neg().add(1))))],
		}),
		{ order: 2 },
	],
	'x exp x, whose second derivative is that of exp': [
		custom<One>({
			forward: (x) => x.mul(x.exp()),
			vjp: (g, [x]) => [g.mul(x.stopGradient().add(1)).mul(x.exp())],
		}),
		{ order: 2 },
	],
	'sigmoid, whose gradient overflows far out': [
		custom<One>({
			forward: (x) => x.mul(-400).sigmoid(),
			vjp: (g, [x]) => {
				const decay = x.mul(400).exp();
				return [g.mul(decay.mul(-400)).div(decay.add(1).square())];
			},
		}),
	],
	'a square by the logarithm, NaN at and below 0': [
		custom<One>({
			forward: (x) => x.square(),
			vjp: (g, [x]) => [g.mul(x.log().mul(2).exp()).mul(2).div(x)],
		}),
	],
	'a cube with derivative 2 x': [
		custom<One>({ forward: (x) => x.pow(3), vjp: (g, [x]) => [g.mul(x).mul(2)] }),
	],
	'a value used twice, of which one gradient is lost': [
		custom<One>({ forward: (x) => x.mul(x.sin()), vjp: (g, [x]) => [g.mul(x).mul(x.cos())] }),
	],
	'a gradient lost where another branch is dead': [
		custom<One>({ forward: (x) => x.tanh().add(x.mul(0)), vjp: (g) => [g.mul(0)] }),
	],
	'a layer used twice, of which the last gradient alone is kept': [
		(w: Node, x: Node) => twiceTheLayer(w, x),
	],
	'a relu that writes into the cotangent, which others read too': [
		custom<One>({
			forward: (x) => x.relu(),
			vjp: (g, [x]) => {
				const elements = g.view();
				for (const [i, value] of x.view().entries()) if (value <= 0) elements[i] = 0;
				return [g];
			},
		}),
	],
	'a loss that ignores the cotangent': [
		(x) => custom<One>({ forward: (y) => y.square().sum(), vjp: (_, [y]) => [y.mul(2)] })(x).mul(3),
	],
};

test.each(Object.entries(faults))(
	'found, and shrunk to one number an operand: %s',
	(_, [f, options]) => {
		let evaluations = 0;
		const counted: TensorFunction = (...inputs) => {
			evaluations++;
			return f(...inputs);
		};
		const { failed, counterexample, errorInstance } = fc.check(
			gradientProperty(counted, vectors(Math.max(f.length, 1)), options), // of rest arguments, one
		);
		expect(failed).toBe(true);
		// A rule that looks at values, to write them, does so while they are symbols.
		expect(String(errorInstance)).toMatch(/derivatives disagree|is symbolic: it has no value/);
		// What a rule throws, it throws of no numbers, too.
		const numbers = String(errorInstance).includes('is symbolic') ? 0 : 1;
		for (const input of counterexample?.[0] ?? []) expect(input.view().length).toBe(numbers);
		// Of a fraction of a millisecond each: nobody waits long, on any machine.
		expect(evaluations).toBeLessThan(10_000);
	},
);

test('what a failure shows: the operands, and what is wrong there', () => {
	const [f] = faults['a cube with derivative 2 x'] ?? [];
	if (f === undefined) throw new Error('the fault has gone');
	expect(() => fc.assert(gradientProperty(f, vectors(1)), { seed: 1 })).toThrow(
		/Counterexample: \[\[tensor\(\[.*\], { dtype: .f64. }\)\]\]/,
	);
});
