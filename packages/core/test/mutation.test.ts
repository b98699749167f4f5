import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnyPrimitive, Node } from '../src/graph/node.ts';
import { primitives } from '../src/ops/primitives.ts';
import { rows } from './derivatives.rows.ts';

type Rule = 'vjp' | 'jvp';
type Terms = readonly (Node | null)[];

/** Ways in which a derivative rule may be wrong; null where a rule offers no place for the fault. */
const mutations: Readonly<Record<string, (terms: Terms) => Terms | null>> = {
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

/** Whether the mutated rule was used at all, and whether the property noticed. */
function tryMutant(
	name: keyof typeof primitives,
	rule: Rule,
	mutate: (terms: Terms) => Terms | null,
) {
	const primitive: AnyPrimitive = primitives[name];
	const original = primitive[rule] as (...args: never[]) => Terms | Node | null; // either rule
	let used = false;
	const mutant = (...args: never[]) => {
		const result = original(...args);
		const terms: Terms = Array.isArray(result) ? result : [result];
		const changed = terms.every((term) => term === null) ? null : mutate(terms);
		if (changed === null) return result;
		used = true;
		return rule === 'vjp' ? changed : changed[0];
	};
	const { operands, apply, tolerance } = rows[name];
	Object.defineProperty(primitive, rule, { value: mutant, configurable: true, writable: true });
	try {
		const { failed } = fc.check(
			fc.property(operands, (xs) => checkGradients(apply, xs, { order: 2, ...tolerance }).assert()),
			{ numRuns: 25, seed: 1, endOnFailure: true },
		);
		return { used, killed: failed };
	} finally {
		Object.defineProperty(primitive, rule, { value: original, configurable: true, writable: true });
	}
}

test('the property suite kills mutated derivative rules', () => {
	const survivors: string[] = [];
	let mutants = 0;
	for (const name of Object.keys(primitives) as (keyof typeof primitives)[])
		for (const rule of ['vjp', 'jvp'] as const)
			for (const [mutation, mutate] of Object.entries(mutations)) {
				const { used, killed } = tryMutant(name, rule, mutate);
				if (!used) continue;
				mutants++;
				if (!killed) survivors.push(`${name} ${rule}: ${mutation}`);
			}
	console.log(`mutation score: ${mutants - survivors.length} of ${mutants}`);
	expect(mutants).toBeGreaterThan(200);
	expect(survivors).toEqual([]);
});
