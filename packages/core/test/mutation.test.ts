import { checkGradients, programs } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnyPrimitive, Node } from '../src/graph/node.ts';
import { primitives } from '../src/ops/primitives.ts';
import { rows } from './derivatives.rows.ts';
import { runs } from './runs.ts';

type Rule = 'vjp' | 'jvp';
type Terms = readonly (Node | null)[];
/** Changes what a rule says of an operation on `inputs`; null where there is no place for the fault. */
type Mutation = (terms: Terms, inputs: readonly Node[]) => Terms | null;

/** Ways in which a derivative rule may be wrong. */
const mutations: Readonly<Record<string, Mutation>> = {
	'wrong sign': (terms) => terms.map((term) => term?.neg() ?? null),
	'wrong factor': (terms) => terms.map((term) => term?.mul(1.001) ?? null),
	'first term missing': (terms) => terms.with(firstOf(terms), null),
	'last term missing': (terms) =>
		terms.filter((term) => term !== null).length > 1
			? terms.with(
					terms.findLastIndex((term) => term !== null),
					null,
				)
			: null,
	'operands swapped': (terms) => {
		const [a, b] = terms;
		return a && b && a !== b && String(a.shape) === String(b.shape)
			? [b, a, ...terms.slice(2)]
			: null;
	},
	'second derivative lost': (terms) => terms.map((term) => term?.stopGradient() ?? null),
};

const firstOf = (terms: Terms): number => terms.findIndex((term) => term !== null);

/** The number of cases tried on a mutant, and of the first ones after which a rule that shows no fault has no place for it. */
const [cases, few] = [25, 5];

/** Runs `during` with a rule changed; it may ask whether the fault has had a place so far. */
function mutated<Result>(
	primitive: AnyPrimitive,
	rule: Rule,
	mutate: Mutation,
	during: (used: () => boolean) => Result,
): Result {
	const original = primitive[rule] as (...args: readonly unknown[]) => Terms | Node | null; // either rule
	let used = false;
	const mutant = (given: unknown, inputs: readonly Node[], ...rest: readonly unknown[]) => {
		const result = original(given, inputs, ...rest);
		const terms: Terms = Array.isArray(result) ? result : [result];
		const changed = terms.every((term) => term === null) ? null : mutate(terms, inputs);
		if (changed === null) return result;
		used = true;
		return rule === 'vjp' ? changed : changed[0];
	};
	Object.defineProperty(primitive, rule, { value: mutant, configurable: true, writable: true });
	try {
		return during(() => used);
	} finally {
		Object.defineProperty(primitive, rule, { value: original, configurable: true, writable: true });
	}
}

test('the property suite kills mutated derivative rules', () => {
	const survivors: string[] = [];
	let mutants = 0;
	for (const name of Object.keys(primitives) as (keyof typeof primitives)[]) {
		const { operands, apply, tolerance } = rows[name];
		const checks = fc.sample(operands, { numRuns: cases, seed: 1 }).map((xs) => (rule: Rule) => {
			// The other mode would take as long, and not ask the rule.
			const mode = rule === 'vjp' ? 'reverse' : 'forward';
			try {
				return checkGradients(apply, xs, { order: 2, mode, ...tolerance }).ok;
			} catch {
				return false; // shapes that do not fit are noticed too
			}
		});
		for (const rule of ['vjp', 'jvp'] as const)
			for (const [mutation, mutate] of Object.entries(mutations))
				mutated(primitives[name], rule, mutate, (used) => {
					const killed =
						checks.slice(0, few).some((passes) => !passes(rule)) ||
						(used() && checks.slice(few).some((passes) => !passes(rule)));
					if (used()) mutants++;
					if (used() && !killed) survivors.push(`${name} ${rule}: ${mutation}`);
				});
	}
	const killed = mutants - survivors.length;
	console.log(
		`mutation score: ${killed} of ${mutants}, ${((100 * killed) / mutants).toFixed(1)} %`,
	);
	expect(mutants).toBeGreaterThan(250);
	expect(survivors).toEqual([]);
});

const { 'second derivative lost': secondLost, 'first term missing': firstMissing } = mutations;
/** Faults of other libraries, planted in a primitive that occurs in random programs. */
const planted: Readonly<Record<string, readonly [keyof typeof primitives, Mutation | undefined]>> =
	{
		'the second derivative of tanh loses a term': ['tanh', secondLost],
		'the second derivative of a product loses a term': ['mul', secondLost],
		'the second derivative of exp loses a term': ['exp', secondLost],
		'of a value multiplied by itself one gradient is lost': [
			'mul',
			(terms, [x, y]) => (x === y ? terms.with(1, null) : null),
		],
		'of a value used twice the last gradient alone is kept': [
			'add',
			(terms, [x, y]) => (x === y ? terms.with(0, null) : null),
		],
		'a branch that is not taken loses the gradient of the one that is': ['where', firstMissing],
		'the cotangent is ignored': ['sum', (terms) => terms.map((term) => term?.onesLike() ?? null)],
		'the gradient of a quotient has the wrong sign': ['div', mutations['wrong sign']],
	};

test.each(
	Object.entries(planted).flatMap(([fault, how]) =>
		[1, 2, 3].slice(0, runs(1).numRuns).map((seed) => [fault, seed, how] as const),
	),
)(
	'among random programs one of three values at most is left: %s (seed %i)',
	(_, seed, [name, mutate]) => {
		if (mutate === undefined) throw new Error('no such mutation');
		let evaluations = 0;
		const { failed, counterexample } = mutated(primitives[name], 'vjp', mutate, () =>
			fc.check(
				fc.property(programs(), (program) => {
					const f = (...inputs: Node[]): Node => {
						evaluations++;
						return program.run(...inputs);
					};
					checkGradients(f, program.inputs, { order: 2 }).assert();
				}),
				{ seed, numRuns: 300 },
			),
		);
		expect(failed).toBe(true);
		// A line for each input and each operation, and one for their sum.
		const lines = String(counterexample?.[0]).split('\n');
		expect(lines.length - 1, lines.join('\n')).toBeLessThanOrEqual(3);
		// Of a fraction of a millisecond each: nobody waits long, on any machine.
		expect(evaluations).toBeLessThan(10_000);
	},
);
