import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grad, jvp, type Node, stack, sum, vmap, zerosLike } from '../src/index.ts';
import { operations } from '../src/methods.ts';
import { primitives } from '../src/ops/primitives.ts';
import { type Row, rows } from './derivatives.rows.ts';
import { type Law, writeMatrix } from './matrix.ts';

const { FC_RUNS = '0' } = process.env;
/** At least this many for every operation; FC_RUNS asks for more. */
const runs = Math.max(100, Number(FC_RUNS));
const ran = new Map<string, number>();
const count = (name: string): void => void ran.set(name, (ran.get(name) ?? 0) + 1);
/** The laws that each operation was found to keep in this run. */
const kept = new Map<string, Set<Law>>();
const keeps = (name: string, law: Law): void =>
	void kept.set(name, (kept.get(name) ?? new Set()).add(law));

const names = Object.keys(rows);
const all: [string, Row][] = Object.entries(rows);
const floating = (xs: readonly Node[]): Node[] => xs.filter(({ dtype }) => dtype === 'f64');

test.each(all.filter(([, { law }]) => law === 'smooth'))(
	'%s: both modes are the differences’, to second order',
	(name, { operands, apply, tolerance }) => {
		fc.assert(
			fc.property(operands, (xs) => {
				const report = checkGradients(apply, xs, { order: 2, ...tolerance });
				report.assert();
				// The domains keep away from branches, so every derivative can be told.
				expect(report.undecided).toEqual([]);
				count(name);
			}),
			{ numRuns: runs },
		);
		keeps(name, 'derivatives');
	},
);

test.each(all.filter(([, { law }]) => law === 'blocks'))(
	'%s: both modes give zero, whatever the differences',
	(name, { operands, apply }) => {
		fc.assert(
			fc.property(operands, (xs) => {
				const y = sum(apply(...xs));
				for (const slope of grad(y, floating(xs)))
					expect(slope.data()).toEqual(zerosLike(slope).data());
				expect(jvp(y, floating(xs), floating(xs)).item()).toBe(0);
				count(name);
			}),
			{ numRuns: runs },
		);
		keeps(name, 'zero derivatives');
	},
);

/** The same elements in another order: they lie in the same domain. */
const reordered = (x: Node): Node => x.flatten().flip().reshape(x.shape);

test.each(all)('%s: vmap is the stack, of values and of gradients', (name, { operands, apply }) => {
	fc.assert(
		fc.property(operands, (xs) => {
			const examples = [xs, xs.map(reordered)];
			const batch = xs.map((x) => stack([x, reordered(x)]));
			const slopes = (...inputs: Node[]): Node[] =>
				grad(sum(apply(...inputs).sin()), floating(inputs));
			same(vmap(apply)(...batch), stack(examples.map((each) => apply(...each))));
			const expected = examples.map((each) => slopes(...each));
			for (const [i, slope] of vmap(slopes)(...batch).entries())
				same(slope, stack(expected.map((each) => each[i] as Node))); // one for each floating input
		}),
		{ numRuns: Math.ceil(runs / 4) },
	);
	keeps(name, 'batching');
});

/** Sums may be added up in another order: a few roundings of numbers of size up to 1000. */
function same(a: Node, b: Node, tolerance = 1e-10): void {
	expect(a.shape).toEqual(b.shape);
	const [x, y] = [a.data(), b.data()];
	for (let i = 0; i < x.length; i++)
		expect(Math.abs((x[i] ?? 0) - (y[i] ?? 0))).toBeLessThanOrEqual(
			tolerance * (1 + Math.abs(y[i] ?? 0)),
		);
}

test.each(all)(
	'%s: f32 is f64 to single precision, values and gradients',
	(name, { operands, apply }) => {
		fc.assert(
			fc.property(operands, (xs) => {
				const single = xs.map((x) => (x.dtype === 'f64' ? x.cast('f32') : x));
				const double = single.map((x) => (x.dtype === 'f32' ? x.cast('f64') : x));
				const outcome = (inputs: readonly Node[]): Node[] => {
					const y = apply(...inputs);
					const some = inputs.filter(({ dtype }) => dtype === 'f32' || dtype === 'f64');
					return [y, ...grad(sum(y.sin()), some)];
				};
				const expected = outcome(double);
				for (const [i, each] of outcome(single).entries()) same(each, expected[i] as Node, 1e-3); // as many
			}),
			{ numRuns: Math.ceil(runs / 4) },
		);
		keeps(name, 'f32');
	},
);

test('every operation has been tried often enough, and the table says with what result', () => {
	for (const name of [...Object.keys(primitives), ...Object.keys(operations)])
		expect(names, name).toContain(name);
	for (const name of names) expect(ran.get(name), name).toBeGreaterThanOrEqual(runs);
	writeMatrix(kept);
});
