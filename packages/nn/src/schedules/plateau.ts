import {
	assignAll,
	logicalAnd,
	maximum,
	type Operand,
	ShapeError,
	type Variable,
	variable,
	where,
} from '@pullback/core';
import { checkedFinite, toNode } from '@pullback/core/arguments';
import {
	fromZero,
	oneOf,
	type Rules,
	type Settings,
	settingsOf,
	shareBelowOne,
} from '../options/rules.ts';
import type { Schedule } from './schedule.ts';

/** Options of PlateauSchedule. */
export interface PlateauScheduleOptions {
	/** Whether a metric is better if it is less, or more; 'less' if left out. */
	readonly better?: 'less' | 'more';
	/** What the rate is multiplied by; 0.1 if left out. */
	readonly factor?: number;
	/** How many metrics in a row may be no better; 10 if left out. With the next the rate falls. */
	readonly patience?: number;
	/** By how much a metric must be better; 0.0001 if left out. */
	readonly threshold?: number;
	/** Whether the threshold is a share of the best metric, or a difference to it; 'relative' if left out. */
	readonly measure?: 'relative' | 'absolute';
	/** How many metrics after a fall are not counted; 0 if left out. */
	readonly cooldown?: number;
	/** The least rate; 0 if left out. */
	readonly minimum?: number;
	/** A fall by no more is none; 1e-8 if left out. */
	readonly epsilon?: number;
}

const rules: Rules<PlateauScheduleOptions> = {
	better: oneOf(['less', 'more'], 'less'),
	factor: shareBelowOne(0.1),
	patience: fromZero(10),
	threshold: fromZero(1e-4),
	measure: oneOf(['relative', 'absolute'], 'relative'),
	cooldown: fromZero(0),
	minimum: fromZero(0),
	epsilon: fromZero(1e-8),
};

/**
 * A rate that falls when a metric, such as the loss of validation, gets no better. PyTorch's ReduceLROnPlateau. Give an
 * optimiser its `schedule`, and it the metrics by `observe`, inside or outside of `compile`.
 */
export class PlateauSchedule {
	/** The present rate, whatever the step. */
	readonly schedule: Schedule = () => this.rate.read();
	readonly rate: Variable;
	/** The best metric so far. */
	readonly best: Variable;
	/** How many metrics since the best one, or since the rate fell. */
	readonly waited: Variable;
	/** How many metrics to come are not counted. */
	readonly resting: Variable;
	readonly #settings: Settings<PlateauScheduleOptions>;

	constructor(rate: number, options?: PlateauScheduleOptions) {
		const scalar = (name: string, value: number): Variable =>
			variable(value, { name, dtype: 'f64' });
		const start = checkedFinite('PlateauSchedule', 'rate', rate);
		this.#settings = settingsOf('PlateauSchedule', options, rules);
		const { measure, threshold } = this.#settings;
		if (measure === 'relative' && threshold >= 1)
			throw new RangeError(
				`PlateauSchedule: threshold is ${threshold}; where it is relative, it must be below 1`,
			);
		this.rate = scalar('rate', start);
		this.best = scalar('best', this.#settings.better === 'less' ? Infinity : -Infinity);
		this.waited = scalar('waited', 0);
		this.resting = scalar('resting', 0);
	}

	/** Takes note of a metric, a scalar. One that is NaN is no better. Throws ShapeError if it is no scalar. */
	observe(metric: Operand): void {
		const { better, factor, patience, threshold, measure, cooldown, minimum, epsilon } =
			this.#settings;
		const given = toNode('observe', metric);
		if (given.shape.length > 0)
			throw new ShapeError(
				`observe: metric has shape [${given.shape.join(', ')}]; it must be a scalar of shape []`,
			);
		const value = given.cast('f64');
		const [rate, best] = [this.rate.read(), this.best.read()];
		const sign = better === 'less' ? -1 : 1;
		const bar =
			measure === 'relative' ? best.mul(1 + sign * threshold) : best.add(sign * threshold);
		const isBetter = better === 'less' ? value.less(bar) : value.greater(bar);
		const isResting = this.resting.greater(0);
		const waited = where(isBetter, 0, where(isResting, 0, this.waited.add(1)));
		const isDue = waited.greater(patience);
		const lower = maximum(rate.mul(factor), minimum);
		const falls = logicalAnd(isDue, rate.sub(lower).greater(epsilon));
		assignAll([
			[this.best, where(isBetter, value, best)],
			[this.waited, where(isDue, 0, waited)],
			[this.resting, where(isDue, cooldown, maximum(this.resting.sub(1), 0))],
			[this.rate, where(falls, lower, rate)],
		]);
	}

	/** The rate and all that it depends on by name, to be saved and restored. */
	namedVariables(): Map<string, Variable> {
		const { rate, best, waited, resting } = this;
		return new Map(Object.entries({ rate, best, waited, resting }));
	}
}
