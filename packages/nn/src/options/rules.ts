import { checkedBoolean, checkedNumber, checkedOptions, describe } from '@pullback/core/arguments';

/** What an option must be, and what it is if left out; undefined if it must not be left out. */
export interface Rule<Value> {
	readonly initial: Value | undefined;
	/** The value itself; throws TypeError or RangeError if it must not be. */
	readonly checked: (operation: string, name: string, value: unknown) => Value;
}

/** A rule for each of the options: one that lacks a rule does not compile. */
export type Rules<Options> = {
	readonly [Name in keyof Options]-?: Rule<Exclude<Options[Name], undefined>>;
};

/** Options of which none is left out any more. */
export type Settings<Options> = {
	readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined>;
};

/**
 * The options given, or else the common ones, or else those by default, each checked by its rule; names without a rule
 * are refused.
 */
export function settingsOf<Options extends object>(
	operation: string,
	options: object | undefined,
	rules: Rules<Options>,
	common?: Settings<Options>,
): Settings<Options> {
	const all = Object.entries<Rule<unknown>>(rules);
	const given: Values = checkedOptions<Values, string[]>(
		operation,
		options as Values | undefined, // whose names are checked here
		all.map(([name]) => name),
	);
	const others: Values = { ...common };
	const settings = all.map(([name, { initial, checked }]) => [
		name,
		checked(operation, name, given[name] ?? others[name] ?? initial),
	]);
	return Object.fromEntries(settings) as Settings<Options>; // one of each rule
}

type Values = Readonly<Record<string, unknown>>;

/** A share of the past that is kept, which may be all of it. */
export function share(initial?: number): Rule<number> {
	return numberThat((value) => value >= 0 && value <= 1, 'a number from 0 to 1', initial);
}

/** A share of the past that is kept, and less than all of it. */
export function shareBelowOne(initial?: number): Rule<number> {
	return numberThat((value) => value >= 0 && value < 1, 'a number from 0, below 1', initial);
}

/** What keeps a division from exploding. */
export function aboveZero(initial?: number): Rule<number> {
	return numberThat((value) => value > 0 && value < Infinity, 'a finite number above 0', initial);
}

/** A weight decay, or whatever else must not be negative. */
export function fromZero(initial?: number): Rule<number> {
	return numberThat((value) => value >= 0 && value < Infinity, 'a finite number from 0', initial);
}

/** How many there are of something of which there must be one, and may be `most`. */
export function countFromOne(
	initial?: number,
	most: number = Number.MAX_SAFE_INTEGER,
): Rule<number> {
	const to = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
	return numberThat(
		(value) => Number.isInteger(value) && value >= 1 && value <= most,
		`a whole number from 1${to}`,
		initial,
	);
}

/** Any number that is neither infinite nor NaN. */
export function finite(initial?: number): Rule<number> {
	return numberThat(Number.isFinite, 'a finite number', initial);
}

/** True or false. */
export function truth(initial?: boolean): Rule<boolean> {
	return { initial, checked: checkedBoolean };
}

/** One of several words. */
export function oneOf<const Word extends string>(
	words: readonly Word[],
	initial?: Word,
): Rule<Word> {
	const checked: Rule<Word>['checked'] = (operation, name, value) => {
		const word = words.find((each) => each === value);
		if (word !== undefined) return word;
		const all = words.map((each) => `'${each}'`).join(' or ');
		throw new TypeError(`${operation}: ${name} is ${describe(value)}; it must be ${all}`);
	};
	return { initial, checked };
}

function numberThat(
	isFine: (value: number) => boolean,
	what: string,
	initial: number | undefined,
): Rule<number> {
	const checked: Rule<number>['checked'] = (operation, name, value) => {
		const number = checkedNumber(operation, name, value);
		if (isFine(number)) return number;
		throw new RangeError(`${operation}: ${name} is ${number}; it must be ${what}`);
	};
	return { initial, checked };
}
