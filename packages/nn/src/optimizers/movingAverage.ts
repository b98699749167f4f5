import { assignAll, substituting, type Variable, variable } from '@pullback/core';
import { checkedFunction } from '@pullback/core/arguments';
import { type Rules, settingsOf, share } from '../options/rules.ts';
import { runningMean } from './moments.ts';
import { checkedParameters } from './trainable.ts';

/** Options of ExponentialMovingAverage. */
export interface ExponentialMovingAverageOptions {
	/** The share of the averages that an update keeps, from 0 to 1; 0.999 if left out. */
	readonly decay?: number;
}

const rules: Rules<ExponentialMovingAverageOptions> = { decay: share(0.999) };

/**
 * The average of parameters over the steps of training, which often does better than the last of them (Polyak & Juditsky
 * 1992): a <- decay a + (1 - decay) w at every update, beginning with the parameters as they are. Throws as optimisers do
 * for parameters that cannot be trained.
 */
export class ExponentialMovingAverage {
	readonly parameters: readonly Variable[];
	readonly decay: number;
	/** The average of each of the parameters. */
	readonly averages: readonly Variable[];

	constructor(parameters: readonly Variable[], options?: ExponentialMovingAverageOptions) {
		const name = 'ExponentialMovingAverage';
		this.decay = settingsOf(name, options, rules).decay;
		this.parameters = checkedParameters(name, 'parameters', parameters);
		this.averages = this.parameters.map((each) =>
			variable(each.read(), { name: `average of ${each.name}` }),
		);
	}

	/** Takes the parameters as they are into the averages; to be called after each step, inside or outside of `compile`. */
	update(): void {
		assignAll(
			this.#pairs().map(([parameter, average]) => [
				average,
				runningMean(average, parameter.read(), this.decay),
			]),
		);
	}

	/** What `f`, a synchronous function, returns while each parameter stands for its average, such as an evaluation. */
	within<Result>(f: () => Result): Result {
		checkedFunction('within', 'f', f);
		return substituting(
			new Map(this.#pairs().map(([parameter, average]) => [parameter, average.read()])),
			f,
		);
	}

	/** Makes the averages the values of the parameters. */
	assign(): void {
		assignAll(this.#pairs().map(([parameter, average]) => [parameter, average.read()]));
	}

	/** The averages by path, to be saved and restored. */
	namedVariables(): Map<string, Variable> {
		return new Map(this.averages.map((average, i) => [`averages.${i}`, average]));
	}

	#pairs(): [Variable, Variable][] {
		return this.parameters.map((each, i) => [each, this.averages[i] as Variable]); // one for each
	}
}
