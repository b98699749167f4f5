import { readFileSync } from 'node:fs';
import { assignAll, compile, type Node, tensor, type Variable, variable } from '@pullback/core';
import { expect, test } from 'vitest';
import * as nn from '../../src/index.ts';
import {
	cosineRestartsSchedule,
	exponentialSchedule,
	linearSchedule,
	oneCycleSchedule,
	PlateauSchedule,
	productSchedule,
	type Schedule,
	SGD,
	sequentialSchedule,
	stepSchedule,
	warmUpSchedule,
} from '../../src/index.ts';

/** What references/schedules.py wrote. */
const reference: {
	readonly rate: number;
	readonly metrics: readonly number[];
	readonly cases: readonly {
		readonly name: string;
		readonly arguments: readonly unknown[];
		readonly rates: readonly number[];
	}[];
	readonly plateaus: readonly { readonly options: object; readonly rates: readonly number[] }[];
	readonly sequence: readonly number[];
	readonly product: readonly number[];
} = JSON.parse(readFileSync(new URL('../references/schedules.json', import.meta.url), 'utf8'));

const { rate } = reference;

/** The rates of as many steps. */
function ratesOf(schedule: Schedule, steps = 100, by: typeof compile | null = compile): number[] {
	const at = by === null ? schedule : by(schedule);
	return Array.from({ length: steps }, (_, i) => at(tensor(i, { dtype: 'f64' })).item());
}

function expectRates(rates: readonly number[], expected: readonly number[]): void {
	expect(rates).toHaveLength(expected.length);
	// PyTorch multiplies step by step, with as many roundings.
	for (const [i, each] of rates.entries())
		expect(Math.abs(each - (expected[i] ?? Number.NaN))).toBeLessThan(1e-12);
}

test.each(reference.cases.map((each) => [each.name, each.arguments, each.rates] as const))(
	'%s of %o is that of PyTorch for 100 steps',
	(name, given, rates) => {
		const schedule: Schedule = Reflect.apply(Reflect.get(nn, name), null, given); // as its arguments say
		expectRates(ratesOf(schedule), rates);
		expectRates(ratesOf(schedule, 12, null), rates.slice(0, 12));
	},
);

test.each(reference.plateaus.map((each) => [each.options, each.rates] as const))(
	'the rate on a plateau of %o is that of PyTorch for 100 metrics',
	(options, rates) => {
		const plateau = new PlateauSchedule(rate, options);
		const observe = compile((metric: Node) => plateau.observe(metric));
		const found = reference.metrics.map((metric) => {
			const now = plateau.rate.item();
			observe(metric);
			return now;
		});
		expectRates(found, rates);
	},
);

test('one schedule after another, and several at once, are those of PyTorch', () => {
	const rise = linearSchedule(rate, { startFactor: 0.1, steps: 10 });
	const parts = [
		rise,
		exponentialSchedule(rate, { factor: 0.95 }),
		stepSchedule(rate, { every: 6, factor: 0.5 }),
	];
	expectRates(ratesOf(sequentialSchedule(parts, [10, 60])), reference.sequence);
	const product = productSchedule([rise, exponentialSchedule(1, { factor: 0.95 })]);
	expectRates(ratesOf(product), reference.product);
});

test('a cosine restarts exactly at its restarts, however many', () => {
	for (const factor of [2, 3, 5, 6, 7, 10])
		for (const steps of [1, 3, 7, 10, 49]) {
			const at = compile(cosineRestartsSchedule(rate, { steps, factor }));
			let restart = 0;
			for (let length = steps; restart < 1e6; length *= factor) {
				// Before the next restart the rate is near 0, where there is more than a step.
				expect(Math.abs(at(tensor(restart, { dtype: 'f64' })).item() - rate)).toBeLessThan(1e-12);
				restart += length;
				const last = at(tensor(restart - 1, { dtype: 'f64' })).item();
				const share = (1 + Math.cos((Math.PI * (length - 1)) / length)) / 2;
				expect(Math.abs(last - rate * share)).toBeLessThan(1e-12);
			}
		}
});

test('a warm-up rises in a straight line to where the schedule begins', () => {
	const then = exponentialSchedule(rate, { factor: 0.5 });
	expectRates(
		ratesOf(warmUpSchedule(then, { steps: 4 }), 7),
		[0, 0.25, 0.5, 0.75, 1, 0.5, 0.25].map((share) => share * rate),
	);
	expectRates(ratesOf(warmUpSchedule(2, { steps: 2, startFactor: 0.5 }), 4), [1, 1.5, 2, 2]);
});

test('an optimiser follows its schedule without being traced again, and from where it was resumed', () => {
	const make = () => {
		const w = variable(0, { dtype: 'f64' });
		const learningRate = linearSchedule(1, { startFactor: 1, endFactor: 0, steps: 4 });
		return { w, optimizer: new SGD([w], { learningRate }) };
	};
	const { w, optimizer } = make();
	let traces = 0;
	const step = compile(() => {
		traces++;
		optimizer.minimize(w.read());
	});
	const positions = Array.from({ length: 6 }, () => {
		step();
		return w.item();
	});
	expect(positions).toEqual([-1, -1.75, -2.25, -2.5, -2.5, -2.5]);
	expect(traces).toBe(1);
	const resumed = make();
	resumed.optimizer.time.assign(2);
	resumed.optimizer.minimize(resumed.w.read());
	expect(resumed.w.item()).toBe(-0.5);
});

test('a rate on a plateau is part of a compiled step, and resumes from what was saved', () => {
	const start = () => new PlateauSchedule(1, { patience: 0, factor: 0.5 });
	const [plateau, resumed] = [start(), start()];
	const w = variable(0, { dtype: 'f64' });
	const optimizer = new SGD([w], { learningRate: plateau.schedule });
	const step = compile((metric: Node) => {
		optimizer.minimize(w.read());
		plateau.observe(metric);
	});
	for (const metric of [3, 2, 2, Number.NaN, 1]) step(metric);
	expect(w.item()).toBe(-1 - 1 - 1 - 0.5 - 0.25);
	const to = resumed.namedVariables();
	assignAll(
		[...plateau.namedVariables()].map(([name, each]) => [to.get(name) as Variable, each.read()]), // of one kind
	);
	expect([resumed.rate.item(), resumed.best.item()]).toEqual([0.25, 1]);
});

test('schedules that mean nothing are refused with what was meant', () => {
	const once = stepSchedule(1, { every: 1 });
	const mistakes: [() => unknown, string][] = [
		[
			() => stepSchedule(1, { every: 0 }),
			'stepSchedule: every is 0; it must be a whole number from 1',
		],
		[() => stepSchedule(Number.NaN, { every: 1 }), 'stepSchedule: rate is NaN; it must be finite'],
		// @ts-expect-error no such option
		[() => stepSchedule(1, { every: 1, gamma: 1 }), 'stepSchedule: there is no option gamma'],
		[
			() => nn.multiStepSchedule(1, { milestones: [3, 2] }),
			'multiStepSchedule: milestones[1] is 2, after 3; they must not fall',
		],
		[() => oneCycleSchedule(1, { steps: 3 }), 'leave nothing of phase 0 of 2'],
		[
			() => oneCycleSchedule(1, { steps: 100, rise: 0.6, threePhases: true }),
			'leave nothing of phase 2 of 3',
		],
		[() => sequentialSchedule([once], [1]), 'got 1 schedules and 1 milestones'],
		[() => productSchedule([]), 'schedules is empty'],
		[() => new PlateauSchedule(1, { threshold: 2 }), 'where it is relative, it must be below 1'],
		[
			() => new PlateauSchedule(1).observe([1]),
			'observe: metric has shape [1]; it must be a scalar',
		],
	];
	for (const [make, message] of mistakes) expect(make).toThrow(message);
	const pair = variable(1);
	const optimizer = new SGD([pair], { learningRate: () => tensor([1, 2]) });
	expect(() => optimizer.minimize(pair.read())).toThrow(
		'SGD: the value of the schedule has shape [2]; it must be a scalar of shape []',
	);
	expect(pair.item()).toBe(1);
});
