import type { Node } from '@pullback/core';
import { checkedFinite } from '@pullback/core/arguments';
import { countFromOne, finite, type Rules, settingsOf } from '../options/rules.ts';
import { power } from './decays.ts';
import type { Schedule } from './schedule.ts';

/** Options of cosineSchedule. */
export interface CosineScheduleOptions {
	/** The number of steps to the minimum. */
	readonly steps: number;
	/** The least rate; 0 if left out. */
	readonly minimum?: number;
}

const rules: Rules<CosineScheduleOptions> = { steps: countFromOne(), minimum: finite(0) };

/**
 * From the rate to the minimum along half a cosine (Loshchilov & Hutter 2017), and if there are more steps, back the same
 * way and so on, as PyTorch's CosineAnnealingLR.
 */
export function cosineSchedule(rate: number, options: CosineScheduleOptions): Schedule {
	const start = checkedFinite('cosineSchedule', 'rate', rate);
	const { steps, minimum } = settingsOf('cosineSchedule', options, rules);
	return (step) => alongCosine(start, minimum, step.div(steps));
}

/** Options of cosineRestartsSchedule. */
export interface CosineRestartsScheduleOptions {
	/** The number of steps to the first restart. */
	readonly steps: number;
	/** How many times longer than the one before each further way is, a whole number; 1 if left out. */
	readonly factor?: number;
	/** The least rate; 0 if left out. */
	readonly minimum?: number;
}

const restartRules: Rules<CosineRestartsScheduleOptions> = {
	steps: countFromOne(),
	factor: countFromOne(1),
	minimum: finite(0),
};

/**
 * From the rate towards the minimum along half a cosine, again and again (Loshchilov & Hutter 2017). PyTorch's
 * CosineAnnealingWarmRestarts.
 */
export function cosineRestartsSchedule(
	rate: number,
	options: CosineRestartsScheduleOptions,
): Schedule {
	const start = checkedFinite('cosineRestartsSchedule', 'rate', rate);
	const { steps, factor, minimum } = settingsOf('cosineRestartsSchedule', options, restartRules);
	if (factor === 1) return (step) => alongCosine(start, minimum, step.mod(steps).div(steps));
	return (step) => {
		// Restart n is at step steps (factor^n - 1) / (factor - 1). Half a step later, no rounding of the logarithm matters.
		const restarts = step
			.add(0.5)
			.mul((factor - 1) / steps)
			.log1p()
			.div(Math.log(factor))
			.floor();
		const longer = power(factor, restarts);
		const restart = longer.sub(1).mul(steps / (factor - 1));
		return alongCosine(start, minimum, step.sub(restart).div(longer.mul(steps)));
	};
}

/** From `start` to `end` along half a cosine: what it is where the share `done` of the way is done. */
export function alongCosine(start: number, end: number, done: Node): Node {
	return done
		.mul(Math.PI)
		.cos()
		.add(1)
		.mul((start - end) / 2)
		.add(end);
}
