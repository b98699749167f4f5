import { type Node, tensor, type Variable } from '@pullback/core';
import type {
	ExponentialMovingAverage,
	LBFGS,
	Optimizer,
	PlateauSchedule,
} from '../../src/index.ts';

/** What trains some parameters step by step, or goes along with what does. */
export interface StepRow {
	readonly kind: 'optimizer' | 'minimizer' | 'schedule' | 'average';
	readonly make: (parameters: readonly Variable[], lossOf: () => Node) => Stepped;
}

/** Steps of training, and what keeps all that the next one depends on, the parameters apart. */
export interface Stepped {
	readonly keepers: readonly Keeper[];
	/** Makes a step, and returns the loss that it tells. */
	step(): Node;
}

/** What has Variables that are saved and restored by name. */
export interface Keeper {
	namedVariables(): Map<string, Variable>;
}

/** A row of an optimiser, with a learning rate by which 60 steps halve the loss of a small net. */
export function optimizer(make: (parameters: readonly Variable[]) => Optimizer): StepRow {
	return {
		kind: 'optimizer',
		make: (parameters, lossOf) => {
			const optimizer = make(parameters);
			return { keepers: [optimizer], step: () => minimized(optimizer, lossOf) };
		},
	};
}

/** A row of what minimises a loss by iterations of its own. */
export function minimizer(
	make: (parameters: readonly Variable[], lossOf: () => Node) => LBFGS,
): StepRow {
	return {
		kind: 'minimizer',
		make: (parameters, lossOf) => {
			const lbfgs = make(parameters, lossOf);
			return {
				keepers: [lbfgs],
				step: () => tensor(lbfgs.minimize().loss, { dtype: 'f64' }),
			};
		},
	};
}

/** A row of a schedule that is told the loss of each step. */
export function observer(
	make: () => PlateauSchedule,
	of: (parameters: readonly Variable[], schedule: PlateauSchedule) => Optimizer,
): StepRow {
	return {
		kind: 'schedule',
		make: (parameters, lossOf) => {
			const schedule = make();
			const optimizer = of(parameters, schedule);
			const step = (): Node => {
				const loss = minimized(optimizer, lossOf);
				schedule.observe(loss);
				return loss;
			};
			return { keepers: [optimizer, schedule], step };
		},
	};
}

/** A row of an average of parameters, by which the loss after each step is told. */
export function average(
	make: (parameters: readonly Variable[]) => ExponentialMovingAverage,
	of: (parameters: readonly Variable[]) => Optimizer,
): StepRow {
	return {
		kind: 'average',
		make: (parameters, lossOf) => {
			const [optimizer, averages] = [of(parameters), make(parameters)];
			const step = (): Node => {
				minimized(optimizer, lossOf);
				averages.update();
				return averages.within(lossOf);
			};
			return { keepers: [optimizer, averages], step };
		},
	};
}

function minimized(optimizer: Optimizer, lossOf: () => Node): Node {
	const loss = lossOf();
	optimizer.minimize(loss);
	return loss;
}
