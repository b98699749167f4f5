import { checkedNumber, describe, nearestName } from '@pullback/core/arguments';
import type { Position } from '@pullback/nn';
import type { RecipeDefaults } from '../recipes/recipe.ts';
import { type RecipeName, recipes } from '../recipes/table.ts';
import { optimizers } from './optimizers.ts';
import { schedules } from './schedules.ts';

/** What a run is, besides its data: the same settings and data give the same weights, to the bit. */
export interface RunSettings extends RecipeDefaults {
	readonly recipe: RecipeName;
	/** Chooses the first weights, the order of the images, and what dropout draws. */
	readonly seed: number;
}

/** The names of the settings. */
export const settingNames: readonly (keyof RunSettings)[] = [
	'recipe',
	'optimizer',
	'learningRate',
	'schedule',
	'epochs',
	'batchSize',
	'seed',
];

/** The most of each: enough for every experiment with MNIST, and too few for a slip of the finger to exhaust memory. */
export const settingLimits = { epochs: 1000, batchSize: 60_000 } as const;

/** Settings, each checked; those left out are the recipe's, and the seed is 0. Throws TypeError and RangeError. */
export function checkedSettings(operation: string, given: Partial<RunSettings>): RunSettings {
	const { recipe = 'two-layer', seed = 0 } = given;
	const name = checkedName(operation, 'recipe', recipe, recipes);
	const { defaults } = recipes[name];
	const {
		optimizer = defaults.optimizer,
		learningRate = defaults.learningRate,
		schedule = defaults.schedule,
		epochs = defaults.epochs,
		batchSize = defaults.batchSize,
	} = given;
	if (!(checkedNumber(operation, 'learningRate', learningRate) > 0 && learningRate < Infinity))
		throw new RangeError(
			`${operation}: learningRate is ${learningRate}; it must be a positive number`,
		);
	return {
		recipe: name,
		optimizer: checkedName(operation, 'optimizer', optimizer, optimizers),
		learningRate,
		schedule: checkedName(operation, 'schedule', schedule, schedules),
		epochs: checkedWhole(operation, 'epochs', epochs, 1, settingLimits.epochs),
		batchSize: checkedWhole(operation, 'batchSize', batchSize, 1, settingLimits.batchSize),
		seed: checkedWhole(operation, 'seed', seed, 0, Number.MAX_SAFE_INTEGER),
	};
}

/**
 * The settings of a run that goes on, which those that are given must not contradict: only with a constant learning rate
 * may it get more epochs, or fewer, though none fewer than it has begun.
 */
export function resumedSettings(
	operation: string,
	saved: RunSettings,
	given: Partial<RunSettings>,
	{ epoch, batch }: Position,
): RunSettings {
	for (const name of settingNames) {
		const value = given[name];
		if (value === undefined || value === saved[name]) continue;
		if (name === 'epochs' && saved.schedule === 'constant') continue;
		const reason = name === 'epochs' ? `, on which its schedule ${saved.schedule} depends` : '';
		throw new RangeError(
			`${operation}: ${name} is ${describe(value)}; the run that goes on has ${describe(saved[name])}${reason}; leave it out`,
		);
	}
	const settings = checkedSettings(operation, { ...saved, ...given });
	const begun = batch > 0 ? epoch + 1 : epoch;
	if (settings.epochs < begun)
		throw new RangeError(
			`${operation}: epochs is ${settings.epochs}; the run that goes on has begun ${begun}; leave it out, or pass more`,
		);
	return settings;
}

function checkedName<Name extends string>(
	operation: string,
	what: string,
	value: unknown,
	table: Readonly<Record<Name, unknown>>,
): Name {
	const names = Object.keys(table) as Name[]; // of that record
	const found = names.find((name) => name === value);
	if (found !== undefined) return found;
	const meant = typeof value === 'string' ? nearestName(value, names) : undefined;
	const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
	throw new TypeError(
		`${operation}: ${what} is ${describe(value)}; it must be one of ${names.join(', ')}${hint}`,
	);
}

function checkedWhole(
	operation: string,
	name: string,
	value: unknown,
	low: number,
	high: number,
): number {
	const number = checkedNumber(operation, name, value);
	if (Number.isSafeInteger(number) && number >= low && number <= high) return number;
	throw new RangeError(
		`${operation}: ${name} is ${number}; it must be a whole number from ${low} to ${high}`,
	);
}
