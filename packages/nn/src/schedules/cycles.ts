import { clip, type Node, tensor, where } from '@pullback/core';
import { checkedFinite } from '@pullback/core/arguments';
import {
	aboveZero,
	countFromOne,
	oneOf,
	type Rules,
	settingsOf,
	shareBelowOne,
	truth,
} from '../options/rules.ts';
import { alongCosine } from './cosine.ts';
import { power } from './decays.ts';
import type { Schedule } from './schedule.ts';

/** Options of oneCycleSchedule. */
export interface OneCycleScheduleOptions {
	/** The number of all steps. */
	readonly steps: number;
	/** The share of the steps in which the rate rises; 0.3 if left out. */
	readonly rise?: number;
	/** What the largest rate is divided by at first; 25 if left out. */
	readonly startDivisor?: number;
	/** What the first rate is divided by in the end; 10,000 if left out. */
	readonly endDivisor?: number;
	/** The curve; 'cosine' if left out. */
	readonly curve?: 'cosine' | 'linear';
	/** Whether the rate falls as long as it rose, to where it began, before it falls to the end; false if left out. */
	readonly threePhases?: boolean;
}

const oneCycleRules: Rules<OneCycleScheduleOptions> = {
	steps: countFromOne(),
	rise: shareBelowOne(0.3),
	startDivisor: aboveZero(25),
	endDivisor: aboveZero(10_000),
	curve: oneOf(['cosine', 'linear'], 'cosine'),
	threePhases: truth(false),
};

/**
 * Up to the largest rate and down to nearly 0 (Smith & Topin 2018), where it stays. PyTorch's OneCycleLR, of which the
 * momentum does not follow. Throws RangeError unless each phase is longer than a step.
 */
export function oneCycleSchedule(largest: number, options: OneCycleScheduleOptions): Schedule {
	const top = checkedFinite('oneCycleSchedule', 'largest', largest);
	const settings = settingsOf('oneCycleSchedule', options, oneCycleRules);
	const { steps, rise, startDivisor, endDivisor, curve, threePhases } = settings;
	const first = top / startDivisor;
	const last = first / endDivisor;
	const risen = rise * steps - 1;
	const ways: readonly (readonly [end: number, rate: number])[] = threePhases
		? [
				[risen, top],
				[2 * risen, first],
				[steps - 1, last],
			]
		: [
				[risen, top],
				[steps - 1, last],
			];
	for (const [i, [end]] of ways.entries())
		if (!(end > (ways[i - 1]?.[0] ?? 0)))
			throw new RangeError(
				`oneCycleSchedule: steps ${steps} and rise ${rise} leave nothing of phase ${i} of ${ways.length}; each must be longer than a step`,
			);
	return (step) => {
		let rate = tensor(first, { dtype: 'f64' });
		let [begin, from] = [0, first];
		for (const [end, to] of ways) {
			const done = clip(step.sub(begin).div(end - begin), 0, 1);
			const here = curve === 'cosine' ? alongCosine(from, to, done) : done.mul(to - from).add(from);
			rate = begin === 0 ? here : where(step.greater(begin), here, rate);
			[begin, from] = [end, to];
		}
		return rate;
	};
}

/** Options of cyclicSchedule. */
export interface CyclicScheduleOptions {
	/** The number of steps up; 2000 if left out. */
	readonly stepsUp?: number;
	/** The number of steps down; as many as up if left out. */
	readonly stepsDown?: number | null;
	/** How the height changes: not, if left out; 'halved' in each cycle; or 'exponential', by `factor` in each step. */
	readonly height?: 'constant' | 'halved' | 'exponential';
	/** What an exponential height is multiplied by in each step; 1 if left out. */
	readonly factor?: number;
}

const cyclicRules: Rules<CyclicScheduleOptions> = {
	stepsUp: countFromOne(2000),
	stepsDown: {
		initial: null,
		checked: (operation, name, value) =>
			value === null ? null : countFromOne().checked(operation, name, value),
	},
	height: oneOf(['constant', 'halved', 'exponential'], 'constant'),
	factor: aboveZero(1),
};

/**
 * Between the least rate and the largest in straight lines, up and down (Smith 2017). PyTorch's CyclicLR, of which the
 * momentum does not follow; its modes triangular, triangular2 and exp_range are the heights.
 */
export function cyclicSchedule(
	least: number,
	largest: number,
	options?: CyclicScheduleOptions,
): Schedule {
	const low = checkedFinite('cyclicSchedule', 'least', least);
	const high = checkedFinite('cyclicSchedule', 'largest', largest);
	const { stepsUp, stepsDown, height, factor } = settingsOf('cyclicSchedule', options, cyclicRules);
	const down = stepsDown ?? stepsUp;
	const cycle = stepsUp + down;
	const heightAt = (step: Node): Node => {
		if (height === 'exponential') return power(factor, step);
		if (height === 'halved') return power(0.5, step.div(cycle).floor());
		return tensor(1, { dtype: 'f64' });
	};
	return (step) => {
		const at = step.mod(cycle);
		const up = where(at.lessEqual(stepsUp), at.div(stepsUp), at.neg().add(cycle).div(down));
		return up
			.mul(heightAt(step))
			.mul(high - low)
			.add(low);
	};
}
