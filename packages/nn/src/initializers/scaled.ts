import { normal, uniform } from '@pullback/core';
import { checkedFinite, describe } from '@pullback/core/arguments';
import { finite, oneOf, type Rules, settingsOf } from '../options/rules.ts';
import { type Fans, fansOf, type Initializer } from './initializer.ts';

/** What the activation after a layer does to the size of numbers, which its weight makes up for. */
export type GainOf = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

const gains: { readonly [Name in GainOf]: (slope: number) => number } = {
	linear: () => 1,
	sigmoid: () => 1,
	tanh: () => 5 / 3,
	relu: () => Math.SQRT2,
	leakyRelu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
	selu: () => 3 / 4,
};

/** The gain for an activation, as PyTorch's calculate_gain has it; `slope` is that of a leaky ReLU, 0.01 if left out. */
export function gainOf(activation: GainOf, slope = 0.01): number {
	// A list as a key would be written out, however long it is.
	if (typeof activation !== 'string' || !Object.hasOwn(gains, activation))
		throw new TypeError(
			`gainOf: activation is ${describe(activation)}; it must be one of ${Object.keys(gains).join(', ')}`,
		);
	return gains[activation](checkedFinite('gainOf', 'slope', slope));
}

/** Options of the Xavier initialisers. */
export interface XavierOptions {
	/** What the deviation is multiplied by; 1 if left out. `gainOf` tells that of an activation. */
	readonly gain?: number;
}

const xavierRules: Rules<XavierOptions> = { gain: finite(1) };

/** Normal with standard deviation gain sqrt(2 / (inputs + outputs)) (Glorot & Bengio 2010), as PyTorch has it. */
export function xavierNormalInitializer(options?: XavierOptions): Initializer {
	const { gain } = settingsOf('xavierNormalInitializer', options, xavierRules);
	return scaled('xavierNormalInitializer', 'normal', gain, 'average');
}

/** Uniform with standard deviation gain sqrt(2 / (inputs + outputs)) (Glorot & Bengio 2010), as PyTorch has it. */
export function xavierUniformInitializer(options?: XavierOptions): Initializer {
	const { gain } = settingsOf('xavierUniformInitializer', options, xavierRules);
	return scaled('xavierUniformInitializer', 'uniform', gain, 'average');
}

/** Options of the He initialisers. */
export interface HeOptions {
	/** What the deviation is multiplied by; sqrt(2), that of ReLU, if left out. */
	readonly gain?: number;
	/** By which count to scale; 'inputs' if left out, which keeps the size of outputs; 'outputs' keeps that of gradients. */
	readonly fan?: 'inputs' | 'outputs' | 'average';
}

const heRules: Rules<HeOptions> = {
	gain: finite(Math.SQRT2),
	fan: oneOf(['inputs', 'outputs', 'average'], 'inputs'),
};

/** Normal with standard deviation gain / sqrt(fan) (He et al. 2015), PyTorch's kaiming_normal_. */
export function heNormalInitializer(options?: HeOptions): Initializer {
	const { gain, fan } = settingsOf('heNormalInitializer', options, heRules);
	return scaled('heNormalInitializer', 'normal', gain, fan);
}

/** Uniform with standard deviation gain / sqrt(fan) (He et al. 2015), PyTorch's kaiming_uniform_. */
export function heUniformInitializer(options?: HeOptions): Initializer {
	const { gain, fan } = settingsOf('heUniformInitializer', options, heRules);
	return scaled('heUniformInitializer', 'uniform', gain, fan);
}

/** Normal with standard deviation sqrt(1 / inputs) (LeCun et al. 1998), for SELU. */
export const lecunNormalInitializer: Initializer = scaled(
	'lecunNormalInitializer',
	'normal',
	1,
	'inputs',
);

/** Uniform with standard deviation sqrt(1 / inputs) (LeCun et al. 1998), for SELU. */
export const lecunUniformInitializer: Initializer = scaled(
	'lecunUniformInitializer',
	'uniform',
	1,
	'inputs',
);

function scaled(
	operation: string,
	distribution: 'normal' | 'uniform',
	gain: number,
	fan: 'inputs' | 'outputs' | 'average',
): Initializer {
	const countOf = ({ inputs, outputs }: Fans): number =>
		({ inputs, outputs, average: (inputs + outputs) / 2 })[fan];
	return (key, shape, dtype, fans) => {
		const std = Math.abs(gain) / Math.sqrt(countOf(fansOf(operation, shape, fans)));
		if (distribution === 'normal') return normal(key, shape, { std, dtype });
		const high = Math.sqrt(3) * std;
		return uniform(key, shape, { low: -high, high, dtype });
	};
}
