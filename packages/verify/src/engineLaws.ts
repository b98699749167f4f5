import type { Data, Engine, Late } from '@pullback/core';
import {
	checkedBoolean,
	checkedCount,
	checkedFunction,
	checkedOptions,
	describe,
	isPlain,
} from '@pullback/core/arguments';
import { arrayLaws } from './laws/arrays.ts';
import { elementwiseLaws } from './laws/elementwise.ts';
import { errorLaws } from './laws/errors.ts';
import { runLaws } from './laws/runs.ts';
import { variableLaws } from './laws/variables.ts';

/** A law that an engine must keep: its words, and what rejects if it does not. */
export interface EngineLaw {
	readonly title: string;
	check(): Promise<void>;
}

/** Whose laws are wanted, and which to leave out. */
export interface EngineLawsOptions {
	/** Makes the engine anew; its values may come later. */
	readonly newEngine: () => Engine<Data | Late>;
	/** Titles of laws that are not meant to hold, with the reason. */
	readonly skip?: Readonly<Record<string, string>>;
	/** Runs of each property; as fast-check is configured if left out, which is 100 times unless told. */
	readonly runs?: number;
	/** Whether the engine multiplies and adds with one rounding, so that products need not have the interpreter's bits. */
	readonly fused?: boolean;
}

const laws = [...runLaws, ...elementwiseLaws, ...arrayLaws, ...variableLaws, ...errorLaws];

/**
 * The laws that any engine keeps, to be run by any test runner:
 * `for (const { title, check } of engineLaws({ newEngine })) test(title, check);`
 * What is right is what the interpreter says; how far floating numbers may differ is found by runs that err at random.
 */
export function engineLaws(options: EngineLawsOptions): EngineLaw[] {
	const {
		newEngine,
		skip = {},
		runs,
		fused = false,
	} = checkedOptions('engineLaws', options, ['newEngine', 'skip', 'runs', 'fused']);
	const made = checkedFunction('engineLaws', 'newEngine', newEngine);
	if (!isPlain(skip))
		throw new TypeError(
			`engineLaws: skip is ${describe(skip)}; it must be an object of reasons by title`,
		);
	checkedBoolean('engineLaws', 'fused', fused);
	const times = runs === undefined ? null : checkedCount('engineLaws', 'runs', runs);
	const unknown = Object.keys(skip).find((title) => !laws.some((law) => law.title === title));
	if (unknown !== undefined)
		throw new RangeError(
			`engineLaws: no law '${unknown}' to skip; the titles are those of the result`,
		);
	return laws
		.filter(({ title }) => !Object.hasOwn(skip, title))
		.map(({ title, check }) => ({
			title,
			check: async () => check({ engine: made(), newEngine: made, fused, runs: times }),
		}));
}
