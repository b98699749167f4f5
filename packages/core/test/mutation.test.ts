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

/** So many cases are tried on a mutant; a rule with no place for the fault in the first few has none. */
const [cases, few] = [25, 5];

interface Trial {
	/** Whether the mutated rule was used at all. */
	readonly used: boolean;
	/** Whether the check of some case noticed. */
	readonly killed: boolean;
}

function tryMutant(
	primitive: AnyPrimitive,
	rule: Rule,
	mutate: (terms: Terms) => Terms | null,
	checks: readonly (() => boolean)[],
): Trial {
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
	Object.defineProperty(primitive, rule, { value: mutant, configurable: true, writable: true });
	try {
		const killed =
			checks.slice(0, few).some((passes) => !passes()) ||
			(used && checks.slice(few).some((passes) => !passes()));
		return { used, killed };
	} finally {
		Object.defineProperty(primitive, rule, { value: original, configurable: true, writable: true });
	}
}

test('the property suite kills mutated derivative rules', () => {
	const survivors: string[] = [];
	let mutants = 0;
	for (const name of Object.keys(primitives) as (keyof typeof primitives)[]) {
		const { operands, apply, tolerance } = rows[name];
		const checks = fc.sample(operands, { numRuns: cases, seed: 1 }).map((xs) => () => {
			try {
				return checkGradients(apply, xs, { order: 2, ...tolerance }).ok;
			} catch {
				return false; // shapes that do not fit are noticed too
			}
		});
		for (const rule of ['vjp', 'jvp'] as const)
			for (const [mutation, mutate] of Object.entries(mutations)) {
				const { used, killed } = tryMutant(primitives[name], rule, mutate, checks);
				if (!used) continue;
				mutants++;
				if (!killed) survivors.push(`${name} ${rule}: ${mutation}`);
			}
	}
	const killed = mutants - survivors.length;
	console.log(
		`mutation score: ${killed} of ${mutants}, ${((100 * killed) / mutants).toFixed(1)} %`,
	);
	expect(mutants).toBeGreaterThan(250);
	expect(survivors).toEqual([]);
});
