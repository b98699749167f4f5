import { type Compile, type Data, type Node, tensor, type Variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dtypes, interpreted, rowsOf, tolerances, wasm } from './findings.ts';
import type { Gathering, MetricRow } from './metricRow.ts';
import type { Floating } from './row.ts';
import { copy, data, expectClose, isFloating } from './subjects.ts';

/** The laws of metrics over batches. */
export function metricLaws(): void {
	test.each(rowsOf('metric'))(
		'%s: of batches of any sizes, empty ones too, it is what it is of all at once, and nothing once it is reset',
		(_, row, found) => {
			const [x] = row.examples;
			const [count = 0] = x.shape;
			const expected = gatheredBy(row.make(), [batch(row, 0, count)]);
			const none = gatheredBy(row.make(), []);
			expect(expected).not.toEqual(none);
			const metric = row.make();
			fc.assert(
				fc.property(fc.array(fc.nat(count), { maxLength: 5 }), (cuts) => {
					const ends = [...cuts.toSorted((a, b) => a - b), count];
					const batches = ends.map((end, i) => batch(row, ends[i - 1] ?? 0, end));
					expectClose([gatheredBy(metric, batches)], [expected], row.counts ? 0 : rounding * count);
					metric.reset();
					expect(gatheredBy(metric, [])).toEqual(none);
				}),
				{ numRuns: 20 },
			);
			found.set('batches', 'any');
		},
	);

	test.each(rowsOf('metric'))(
		'%s: compiled it gathers what it does uncompiled, on the interpreter to the last bit; or it refuses to be',
		(_, row, found) => {
			if (!row.hasVariables) {
				for (const by of [interpreted, wasm]) expectRefused(row.make(), by, batch(row, 0, 5));
				for (const column of ['interpreter', 'wasm'] as const) found.set(column, 'uncompiled');
				return;
			}
			for (const dtype of dtypes) {
				const [expected, byInterpreter, byWasm] = [null, interpreted, wasm].map((by) =>
					twoUpdates(row, by, dtype),
				) as [Data[], Data[], Data[]]; // as many
				expect(byInterpreter).toEqual(expected);
				found.set('interpreter', 'yes');
				// It is f64 in any case.
				expectClose(byWasm, expected, tolerances.f64);
				found.set('wasm', 'yes');
			}
		},
	);

	test.each(rowsOf('metric'))(
		'%s: of examples in f32 it is f64, and what it is of the same numbers in f64',
		(_, row, found) => {
			const narrow = batch(row, 0, 12, 'f32');
			const [x, t] = narrow.map((each) => (isFloating(each) ? each.cast('f64') : each)) as [
				Node,
				Node,
			]; // as many
			expect(gatheredBy(row.make(), [narrow])).toEqual(gatheredBy(row.make(), [[x, t]]));
			found.set('f32', 'yes');
		},
	);

	test.each(rowsOf('metric'))(
		'%s: another that has gathered something else goes on as the first does once it has its Variables',
		(_, row, found) => {
			const [first, second] = [row.make(), row.make()];
			expect(first.namedVariables !== undefined).toBe(row.hasVariables);
			if (!row.hasVariables) {
				found.set('save and load', 'not saved');
				return;
			}
			first.update(...batch(row, 0, 5));
			second.update(...batch(row, 3, 11));
			const [own, others] = [first, second].map(variablesOf) as [Named, Named]; // as many
			expect([...others.keys()]).toEqual([...own.keys()]);
			copy([...own.values()], [...others.values()]);
			for (const next of [batch(row, 5, 7), batch(row, 7, 12)]) {
				const [expected, actual] = [first, second].map((each) => gatheredBy(each, [next]));
				expect(actual).toEqual(expected);
			}
			found.set('save and load', 'yes');
		},
	);
}

type Batch = readonly [x: Node, t: Node];
type Named = Map<string, Variable>;

/** For each example: a few roundings of a sum, of terms that are less than 8. */
const rounding = 8 * 2 ** -50;

/** Some examples of a row, from an index to another. */
function batch({ examples }: MetricRow, from: number, to: number, dtype: Floating = 'f64'): Batch {
	const own = (each: Node): Node => {
		const some = each.slice([from, to]);
		return isFloating(some) ? some.cast(dtype) : some;
	};
	return [own(examples[0]), own(examples[1])];
}

function variablesOf(metric: Gathering): Named {
	return metric.namedVariables?.() ?? new Map();
}

/** The value of a metric after some batches more. */
function gatheredBy(metric: Gathering, batches: readonly Batch[]): Data {
	for (const each of batches) metric.update(...each);
	const value = metric.value();
	if (typeof value === 'number') return Float64Array.of(value);
	expect(value.dtype).toBe('f64');
	return value.data();
}

/** What two batches one after another leave, by compiled functions or others: values, and Variables. */
function twoUpdates(row: MetricRow, by: Compile | null, dtype: Floating): Data[] {
	const metric = row.make();
	const step = (x: Node, t: Node): Node => {
		metric.update(x, t);
		return tensor(metric.value());
	};
	const run = by === null ? step : by(step);
	const values = [batch(row, 0, 6, dtype), batch(row, 6, 12, dtype)].map((each) => run(...each));
	return data([...values, ...variablesOf(metric).values()]);
}

/** A metric that keeps no Variables refuses what is symbolic, and gathers nothing of it. */
function expectRefused(metric: Gathering, by: Compile, examples: Batch): void {
	const step = by((x: Node, t: Node) => metric.update(x, t));
	expect(() => step(...examples)).toThrow(TypeError);
	expect(metric.value()).toBeNaN();
}
