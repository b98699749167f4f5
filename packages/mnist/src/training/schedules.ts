import {
	constantSchedule,
	cosineSchedule,
	linearSchedule,
	oneCycleSchedule,
	type Schedule,
	stepSchedule,
	warmUpSchedule,
} from '@pullback/nn';

/** Makes a schedule of the largest learning rate, for a run of so many steps. */
type MakeSchedule = (rate: number, steps: number) => Schedule;

/** How the learning rate changes over a run, by name. */
export const schedules: Readonly<Record<ScheduleName, MakeSchedule>> = {
	/** The same at every step. */
	constant: (rate) => constantSchedule(rate),
	/** From the rate to 0 along half a cosine. */
	cosine: (rate, steps) => cosineSchedule(rate, { steps }),
	/** From the rate to 0 in a straight line. */
	linear: (rate, steps) => linearSchedule(rate, { steps, startFactor: 1, endFactor: 0 }),
	/** A tenth of what it was after each third of the run. */
	step: (rate, steps) => stepSchedule(rate, { every: Math.ceil(steps / 3) }),
	/** Up to the rate in the first tenth of the run, then to 0 along half a cosine. */
	'warm-up': (rate, steps) => {
		const up = Math.ceil(steps / 10);
		const falling = cosineSchedule(rate, { steps: Math.max(steps - up, 1) });
		return warmUpSchedule(falling, { steps: up });
	},
	/** Up and down to nearly 0 once (Smith & Topin 2018). */
	'one-cycle': (rate, steps) => oneCycleSchedule(rate, { steps }),
};

export type ScheduleName = 'constant' | 'cosine' | 'linear' | 'step' | 'warm-up' | 'one-cycle';
