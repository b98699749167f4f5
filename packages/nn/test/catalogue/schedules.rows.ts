import {
	constantSchedule,
	cosineRestartsSchedule,
	cosineSchedule,
	cyclicSchedule,
	exponentialSchedule,
	linearSchedule,
	multiStepSchedule,
	oneCycleSchedule,
	PlateauSchedule,
	polynomialSchedule,
	productSchedule,
	type Schedule,
	SGD,
	sequentialSchedule,
	stepSchedule,
	warmUpSchedule,
} from '../../src/index.ts';
import { pure, type Row, type Rows } from './row.ts';
import { observer } from './stepRow.ts';

/** A row of a schedule, asked at a whole step. */
const schedule = (of: Schedule): Row =>
	pure((x) => of(x.abs().mul(9).floor().cast('f64')).cast(x.dtype), [[]], {
		order: 0,
		reason: 'a function of whole steps',
	});

const fall = exponentialSchedule(1, { factor: 0.9 });

export const schedules: Rows = {
	// Nothing is better by as much: the rate falls with every third step, and each of its Variables counts in turn.
	PlateauSchedule: observer(
		() => new PlateauSchedule(0.3, { patience: 1, threshold: 0.9, factor: 0.95, cooldown: 1 }),
		(all, { schedule }) => new SGD(all, { learningRate: schedule }),
	),
	constantSchedule: schedule(constantSchedule(0.1)),
	cosineRestartsSchedule: schedule(cosineRestartsSchedule(0.1, { steps: 3, factor: 2 })),
	cosineSchedule: schedule(cosineSchedule(0.1, { steps: 10 })),
	cyclicSchedule: schedule(cyclicSchedule(0.1, 0.5, { stepsUp: 3, height: 'halved' })),
	exponentialSchedule: schedule(fall),
	linearSchedule: schedule(linearSchedule(0.1)),
	multiStepSchedule: schedule(multiStepSchedule(0.1, { milestones: [2, 4] })),
	oneCycleSchedule: schedule(oneCycleSchedule(0.1, { steps: 20 })),
	polynomialSchedule: schedule(polynomialSchedule(0.1, { steps: 20, power: 2 })),
	productSchedule: schedule(productSchedule([fall, linearSchedule(0.1)])),
	sequentialSchedule: schedule(sequentialSchedule([linearSchedule(0.1), fall], [3])),
	stepSchedule: schedule(stepSchedule(0.1, { every: 2 })),
	warmUpSchedule: schedule(warmUpSchedule(fall, { steps: 4 })),
};
