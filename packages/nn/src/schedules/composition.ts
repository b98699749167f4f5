import { type Node, where } from '@pullback/core';
import { checkedFunction, checkedList, describe } from '@pullback/core/arguments';
import { countFromOne, finite, type Rules, settingsOf } from '../options/rules.ts';
import { checkedMilestones, constantSchedule, doneOf } from './decays.ts';
import { type Schedule, valueAt } from './schedule.ts';

/** Options of warmUpSchedule. */
export interface WarmUpScheduleOptions {
	/** The number of steps on the way up. */
	readonly steps: number;
	/** The share of the rate to begin with; 0 if left out. */
	readonly startFactor?: number;
}

const warmUpRules: Rules<WarmUpScheduleOptions> = { steps: countFromOne(), startFactor: finite(0) };

/** In a straight line up to a rate, or to where another schedule begins, which then counts its steps from there. */
export function warmUpSchedule(rate: number | Schedule, options: WarmUpScheduleOptions): Schedule {
	const then = typeof rate === 'number' ? constantSchedule(rate) : rate;
	if (typeof then !== 'function')
		throw new TypeError(
			`warmUpSchedule: rate is ${describe(then)}; it must be a number or a schedule`,
		);
	const { steps, startFactor } = settingsOf('warmUpSchedule', options, warmUpRules);
	return (step) => {
		const share = doneOf(step, steps)
			.mul(1 - startFactor)
			.add(startFactor);
		const own = step.sub(steps);
		return valueAt('warmUpSchedule', then, own.maximum(0)).mul(share);
	};
}

/**
 * One schedule after another: each from its milestone on, where it begins with its step 0; the first from the beginning.
 * PyTorch's SequentialLR. Throws RangeError unless there is a milestone for each but the first, and they do not fall.
 */
export function sequentialSchedule(
	schedules: readonly Schedule[],
	milestones: readonly number[],
): Schedule {
	const all = checkedSchedules('sequentialSchedule', schedules);
	const begins = checkedMilestones('sequentialSchedule', 'milestones', milestones);
	const [first, ...others] = all;
	if (first === undefined || begins.length !== others.length)
		throw new RangeError(
			`sequentialSchedule: got ${all.length} schedules and ${begins.length} milestones; there must be a milestone for each schedule but the first`,
		);
	return (step) =>
		others.reduce(
			(rate, schedule, i) => {
				const own = step.sub(begins[i] as number); // one for each
				const next = valueAt('sequentialSchedule', schedule, own.maximum(0));
				return where(own.greaterEqual(0), next, rate);
			},
			valueAt('sequentialSchedule', first, step),
		);
}

/** The product of schedules: of one that is a rate, and of others that are factors. PyTorch's ChainedScheduler. */
export function productSchedule(schedules: readonly Schedule[]): Schedule {
	const [first, ...others] = checkedSchedules('productSchedule', schedules);
	if (first === undefined)
		throw new RangeError('productSchedule: schedules is empty; there must be one');
	const valueBy = (schedule: Schedule, step: Node): Node =>
		valueAt('productSchedule', schedule, step);
	return (step) =>
		others.reduce((rate, each) => rate.mul(valueBy(each, step)), valueBy(first, step));
}

function checkedSchedules(operation: string, schedules: readonly Schedule[]): Schedule[] {
	return Array.from(checkedList(operation, 'schedules', schedules), (each, i) =>
		checkedFunction(operation, `schedules[${i}]`, each),
	);
}
