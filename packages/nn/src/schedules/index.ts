export {
	productSchedule,
	sequentialSchedule,
	type WarmUpScheduleOptions,
	warmUpSchedule,
} from './composition.ts';
export {
	type CosineRestartsScheduleOptions,
	type CosineScheduleOptions,
	cosineRestartsSchedule,
	cosineSchedule,
} from './cosine.ts';
export {
	type CyclicScheduleOptions,
	cyclicSchedule,
	type OneCycleScheduleOptions,
	oneCycleSchedule,
} from './cycles.ts';
export {
	constantSchedule,
	type ExponentialScheduleOptions,
	exponentialSchedule,
	type LinearScheduleOptions,
	linearSchedule,
	type MultiStepScheduleOptions,
	multiStepSchedule,
	type PolynomialScheduleOptions,
	polynomialSchedule,
	type StepScheduleOptions,
	stepSchedule,
} from './decays.ts';
export { PlateauSchedule, type PlateauScheduleOptions } from './plateau.ts';
export type { Schedule } from './schedule.ts';
