import { minimum, type Node, pow, tensor } from '@pullback/core';
import { checkedFinite, checkedList } from '@pullback/core/arguments';
import {
	aboveZero,
	countFromOne,
	finite,
	fromZero,
	type Rules,
	settingsOf,
} from '../options/rules.ts';
import type { Schedule } from './schedule.ts';

/** The same rate at every step. */
export function constantSchedule(rate: number): Schedule {
	const value = checkedFinite('constantSchedule', 'rate', rate);
	return () => tensor(value, { dtype: 'f64' });
}

/** Options of stepSchedule. */
export interface StepScheduleOptions {
	/** The number of steps from one fall to the next. */
	readonly every: number;
	/** What the rate is multiplied by; 0.1 if left out. */
	readonly factor?: number;
}

const stepRules: Rules<StepScheduleOptions> = { every: countFromOne(), factor: fromZero(0.1) };

/** rate factor^floor(step / every): it falls now and then. PyTorch's StepLR. */
export function stepSchedule(rate: number, options: StepScheduleOptions): Schedule {
	const start = checkedFinite('stepSchedule', 'rate', rate);
	const { every, factor } = settingsOf('stepSchedule', options, stepRules);
	return (step) => power(factor, step.div(every).floor()).mul(start);
}

/** Options of multiStepSchedule. */
export interface MultiStepScheduleOptions {
	/** The steps from which on the rate has fallen once more. */
	readonly milestones: readonly number[];
	/** What the rate is multiplied by; 0.1 if left out. */
	readonly factor?: number;
}

const multiStepRules: Rules<MultiStepScheduleOptions> = {
	milestones: { initial: undefined, checked: checkedMilestones },
	factor: fromZero(0.1),
};

/** rate factor^n after n of the milestones: it falls at some steps. PyTorch's MultiStepLR. */
export function multiStepSchedule(rate: number, options: MultiStepScheduleOptions): Schedule {
	const start = checkedFinite('multiStepSchedule', 'rate', rate);
	const { milestones, factor } = settingsOf('multiStepSchedule', options, multiStepRules);
	return (step) => {
		const passed = step.greaterEqual(tensor([...milestones], { dtype: 'f64' }));
		return power(factor, passed.cast('f64').sum()).mul(start);
	};
}

/** The steps at which something begins: finite numbers, none before another that is less. */
export function checkedMilestones(operation: string, name: string, value: unknown): number[] {
	const list = checkedList(operation, name, value as readonly unknown[]); // which is checked
	return Array.from(list, (each, i) => {
		const milestone = checkedFinite(operation, `${name}[${i}]`, each);
		const before = list[i - 1];
		if (typeof before === 'number' && before > milestone)
			throw new RangeError(
				`${operation}: ${name}[${i}] is ${milestone}, after ${before}; they must not fall`,
			);
		return milestone;
	});
}

/** Options of exponentialSchedule. */
export interface ExponentialScheduleOptions {
	/** What the rate is multiplied by in each step. */
	readonly factor: number;
}

const exponentialRules: Rules<ExponentialScheduleOptions> = { factor: fromZero() };

/** rate factor^step. PyTorch's ExponentialLR. */
export function exponentialSchedule(rate: number, options: ExponentialScheduleOptions): Schedule {
	const start = checkedFinite('exponentialSchedule', 'rate', rate);
	const { factor } = settingsOf('exponentialSchedule', options, exponentialRules);
	return (step) => power(factor, step).mul(start);
}

/** Options of linearSchedule. */
export interface LinearScheduleOptions {
	/** The number of steps on the way; 5 if left out. */
	readonly steps?: number;
	/** What the rate is multiplied by at first; a third if left out. */
	readonly startFactor?: number;
	/** What the rate is multiplied by in the end; 1 if left out. */
	readonly endFactor?: number;
}

const linearRules: Rules<LinearScheduleOptions> = {
	steps: countFromOne(5),
	startFactor: finite(1 / 3),
	endFactor: finite(1),
};

/** From rate startFactor to rate endFactor in a straight line, where it stays. PyTorch's LinearLR. */
export function linearSchedule(rate: number, options?: LinearScheduleOptions): Schedule {
	const whole = checkedFinite('linearSchedule', 'rate', rate);
	const { steps, startFactor, endFactor } = settingsOf('linearSchedule', options, linearRules);
	return (step) =>
		doneOf(step, steps)
			.mul(endFactor - startFactor)
			.add(startFactor)
			.mul(whole);
}

/** Options of polynomialSchedule. */
export interface PolynomialScheduleOptions {
	/** The number of steps until the rate is 0; 5 if left out. */
	readonly steps?: number;
	/** 1 if left out: a straight line. */
	readonly power?: number;
}

const polynomialRules: Rules<PolynomialScheduleOptions> = {
	steps: countFromOne(5),
	power: aboveZero(1),
};

/** rate (1 - step / steps)^power, and 0 from there on. PyTorch's PolynomialLR. */
export function polynomialSchedule(rate: number, options?: PolynomialScheduleOptions): Schedule {
	const start = checkedFinite('polynomialSchedule', 'rate', rate);
	const { steps, power } = settingsOf('polynomialSchedule', options, polynomialRules);
	return (step) => doneOf(step, steps).neg().add(1).pow(power).mul(start);
}

/** The share of some steps that is done, from 0 to 1. */
export function doneOf(step: Node, steps: number): Node {
	return minimum(step, steps).div(steps);
}

/** base^exponent in f64. */
export function power(base: number, exponent: Node): Node {
	return pow(tensor(base, { dtype: 'f64' }), exponent);
}
