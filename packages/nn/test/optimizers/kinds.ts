import type { Variable } from '@pullback/core';
import * as nn from '../../src/index.ts';

/** An optimiser's class, as all of them are made. */
export type Kind = new (
	parameters: readonly Variable[] | readonly nn.ParameterGroup<nn.OptimizerOptions>[],
	options: { readonly learningRate: number | nn.Schedule },
) => nn.Optimizer;

/** Every optimiser that there is, by name: what is exported and is one. */
export const kinds: readonly (readonly [string, Kind])[] = Object.entries(nn).flatMap(
	([name, value]) =>
		typeof value === 'function' && value.prototype instanceof nn.Optimizer
			? [[name, value as Kind] as const] // it is one
			: [],
);

/** Options that make an optimiser keep all that it can keep. */
export const fullest: Readonly<Record<string, object>> = {
	SGD: { momentum: 0.9, dampening: 0.1, weightDecay: 0.01 },
	AdaGrad: { learningRateDecay: 0.1, initialAccumulator: 0.1, weightDecay: 0.01 },
	RMSProp: { momentum: 0.9, centered: true, weightDecay: 0.01 },
	Adam: { amsgrad: true, weightDecay: 0.01 },
	AdamW: { amsgrad: true },
	LAMB: { weightDecay: 0.01 },
	Lion: { weightDecay: 0.01 },
};
