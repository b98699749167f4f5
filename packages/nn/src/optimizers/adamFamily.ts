import { maximum, type Variable } from '@pullback/core';
import { aboveZero, fromZero, oneOf, type Rules, shareBelowOne, truth } from '../options/rules.ts';
import type { OptimizerOptions, Trained } from './groups.ts';
import { decayed, oneLessPower, runningMean, shrunk } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of the methods that keep a mean gradient and a mean squared gradient. */
export interface MomentsOptions extends OptimizerOptions {
	/** The share of the mean gradient that is kept, from 0, below 1; 0.9 if left out. */
	readonly beta1?: number;
	/** The share of the mean squared gradient that is kept, from 0, below 1; 0.999 if left out. */
	readonly beta2?: number;
	/** Keeps the division from exploding, above 0; 1e-8 if left out. */
	readonly epsilon?: number;
	/** 0 if left out. */
	readonly weightDecay?: number;
}

/** Options of Adam and AdamW. */
export interface AdamOptions extends MomentsOptions {
	/** Whether to divide by the largest mean squared gradient so far (Reddi et al. 2018); false if left out. */
	readonly amsgrad?: boolean;
	/**
	 * What is corrected for moments that began with 0: 'moments', both of them, if left out, so that epsilon is added to the
	 * root of the corrected one, as PyTorch does; 'rate', the learning rate alone, so that epsilon is added before the
	 * correction, as at the end of section 2 of the paper and in the book, which has an epsilon of 1e-7.
	 */
	readonly correction?: 'moments' | 'rate';
}

/** The rules of their options. */
export const momentsRules: Rules<MomentsOptions> = {
	learningRate: rate(0.001),
	beta1: shareBelowOne(0.9),
	beta2: shareBelowOne(0.999),
	epsilon: aboveZero(1e-8),
	weightDecay: fromZero(0),
};

/** The rules of the options of Adam. */
export const adamRules: Rules<AdamOptions> = {
	...momentsRules,
	amsgrad: truth(false),
	correction: oneOf(['moments', 'rate'], 'moments'),
};

interface AdamState {
	readonly mean: Variable;
	readonly square: Variable;
	readonly largest: Variable | null;
}

/** Adam and AdamW, which differ in what weight decay does. */
export abstract class AdamFamily extends Optimizer<AdamOptions, AdamState> {
	/** Whether weight decay is taken off the parameter, or else added to its gradient. */
	protected abstract readonly decoupled: boolean;

	constructor(
		parameters: Trained<AdamOptions>,
		options: AdamOptions | undefined,
		rules: Rules<AdamOptions>,
	) {
		super(parameters, options, rules, (filled, { amsgrad }) => ({
			mean: filled('mean gradient'),
			square: filled('mean squared gradient'),
			largest: amsgrad ? filled('largest mean squared gradient') : null,
		}));
	}

	protected override updates(step: GroupStep<AdamOptions, AdamState>): Update[] {
		const { beta1, beta2, epsilon, weightDecay, correction } = step.settings;
		// In f64, for 1 - beta2^t has three digits fewer than beta2.
		const root = oneLessPower(beta2, step.time).sqrt();
		const ofMean = step.rate.div(oneLessPower(beta1, step.time));
		const corrected = correction === 'moments';
		const [rate, ofRoot] = corrected ? [ofMean, root.reciprocal()] : [ofMean.mul(root), null];
		return step.members.flatMap(({ parameter: w, gradient, state }): Update[] => {
			const g = this.decoupled ? gradient : decayed(gradient, w, weightDecay);
			const m = runningMean(state.mean, g, beta1);
			const v = runningMean(state.square, g.square(), beta2);
			const { largest } = state;
			const square = largest === null ? v : maximum(largest, v);
			const spread = ofRoot === null ? square.sqrt() : square.sqrt().mul(ofRoot.cast(w.dtype));
			const start = this.decoupled ? shrunk(w, step.rate, weightDecay) : w.read();
			return [
				[state.mean, m],
				[state.square, v],
				...(largest === null ? [] : [[largest, square] as const]),
				[w, start.sub(m.mul(rate.cast(w.dtype)).div(spread.add(epsilon)))],
			];
		});
	}
}
