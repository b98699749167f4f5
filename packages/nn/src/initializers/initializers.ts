import { arange, erf, full, normal, tensor, uniform } from '@pullback/core';
import { checkedFinite, checkedNumber } from '@pullback/core/arguments';
import { finite, type Rule, type Rules, settingsOf } from '../options/rules.ts';
import { fansOf, type Initializer, matrixOf } from './initializer.ts';

/** The same number everywhere. */
export function constantInitializer(value: number): Initializer {
	checkedNumber('constantInitializer', 'value', value);
	return (_, shape, dtype) => full(shape, value, { dtype });
}

/** Uniform numbers from `low`, before `high`. */
export function uniformInitializer(low: number, high: number): Initializer {
	checkedFinite('uniformInitializer', 'low', low);
	checkedFinite('uniformInitializer', 'high', high);
	if (low > high)
		throw new RangeError(`uniformInitializer: low is ${low}, above high, ${high}; it must not be`);
	return (key, shape, dtype) => uniform(key, shape, { low, high, dtype });
}

/** Normal numbers around 0 with the given standard deviation. */
export function normalInitializer(std: number): Initializer {
	checkedFinite('normalInitializer', 'std', std);
	return (key, shape, dtype) => normal(key, shape, { std, dtype });
}

/** Options of truncatedNormalInitializer. */
export interface TruncatedNormalOptions {
	/** 0 if left out. */
	readonly mean?: number;
	/** The least number; two standard deviations below the mean if left out. */
	readonly low?: number | null;
	/** The largest number; two standard deviations above the mean if left out. */
	readonly high?: number | null;
}

const bound: Rule<number | null> = {
	initial: null,
	checked: (operation, name, value) =>
		value === null ? null : finite().checked(operation, name, value),
};
const truncatedRules: Rules<TruncatedNormalOptions> = { mean: finite(0), low: bound, high: bound };

/** From as many standard deviations on, the tail of the normal distribution has too few numbers in f64 to draw from. */
const maxDeviations = 5;

/**
 * Normal numbers of which none is below `low` or above `high`, as if others were drawn again. Their standard deviation is
 * less than `std`: 0.88 of it where nothing else is told. PyTorch's trunc_normal_ has bounds of -2 and 2 whatever the
 * deviation. Throws RangeError if the bounds are not in order, or further than five deviations out on one side.
 */
export function truncatedNormalInitializer(
	std: number,
	options?: TruncatedNormalOptions,
): Initializer {
	const name = 'truncatedNormalInitializer';
	if (!(checkedFinite(name, 'std', std) > 0))
		throw new RangeError(`${name}: std is ${std}; it must be above 0`);
	const settings = settingsOf(name, options, truncatedRules);
	const { mean } = settings;
	const [low, high] = [settings.low ?? mean - 2 * std, settings.high ?? mean + 2 * std];
	const [from, to] = [(low - mean) / std, (high - mean) / std];
	if (!(from < to && from < maxDeviations && to > -maxDeviations))
		throw new RangeError(
			`${name}: from ${low} to ${high}, around ${mean} by ${std}; the first must be less, and neither side further out than ${maxDeviations} deviations`,
		);
	const share = (deviations: number): number =>
		erf(tensor(deviations * Math.SQRT1_2, { dtype: 'f64' })).item();
	const [first, last] = [share(from), share(to)];
	return (key, shape, dtype) =>
		uniform(key, shape, { low: first, high: last, dtype: 'f64' })
			.erfinv()
			.mul(std * Math.SQRT2)
			.add(mean)
			.clip(low, high)
			.cast(dtype);
}

/** Normal with standard deviation sqrt(1 / inputs), for sigmoid and tanh (Glorot & Bengio 2010, as the book has it). */
export const xavierInitializer: Initializer = (key, shape, dtype, fans) =>
	normal(key, shape, {
		std: Math.sqrt(1 / fansOf('xavierInitializer', shape, fans).inputs),
		dtype,
	});

/** Normal with standard deviation sqrt(2 / inputs), for ReLU (He et al. 2015). */
export const heInitializer: Initializer = (key, shape, dtype, fans) =>
	normal(key, shape, { std: Math.sqrt(2 / fansOf('heInitializer', shape, fans).inputs), dtype });

/** Ones where both indices are alike, of the first axis and of all others in one, and zeros elsewhere: x itself, at first. */
export const identityInitializer: Initializer = (_, shape, dtype) => {
	const [rows, columns] = matrixOf('identityInitializer', shape);
	const indices = (count: number) => arange(count, undefined, undefined, { dtype: 'f64' });
	return indices(rows).expandDims(1).equal(indices(columns)).cast(dtype).reshape(shape);
};
