import { nearestName } from '@pullback/core/arguments';
import { UsageError } from './errors.ts';
import type { Option } from './options.ts';
import { quoted } from './words.ts';

/** What an option means. */
interface Meaning<Value> {
	readonly text: string;
	/** What it is if left out. */
	readonly initial: Value;
	/** What it is if left out, in words; as `initial` prints, unless told. */
	readonly usual?: string;
	/** What its value is called in the help. */
	readonly value?: string;
}

/** A whole number in decimal, from `low` to `high`. */
export function wholeNumber<Initial extends number | undefined>(
	low: number,
	high: number,
	{ text, initial, usual = String(initial), value = 'N' }: Meaning<Initial>,
): Option<number | Initial> {
	return {
		...{ value, text, usual, initial },
		read: (flag, word) => {
			const number = /^\d+$/.test(word) ? Number(word) : Number.NaN;
			if (number >= low && number <= high) return number;
			throw new UsageError(
				`${flag}: found ${quoted(word)}, needed a whole number from ${low} to ${high}`,
			);
		},
	};
}

/** A positive, finite number in decimal. */
export function positiveNumber<Initial extends number | undefined>({
	text,
	initial,
	usual = String(initial),
	value = 'X',
}: Meaning<Initial>): Option<number | Initial> {
	return {
		...{ value, text, usual, initial },
		read: (flag, word) => {
			const number = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN;
			if (number > 0 && Number.isFinite(number)) return number;
			throw new UsageError(`${flag}: found ${quoted(word)}, needed a positive number`);
		},
	};
}

/** One of some names. */
export function oneOf<Name extends string, Initial extends Name | undefined>(
	names: readonly Name[],
	{ text, initial, usual = String(initial), value = 'NAME' }: Meaning<Initial>,
): Option<Name | Initial> {
	return {
		...{ value, text: `${text}: ${names.join(', ')}`, usual, initial },
		read: (flag, word) => {
			const found = names.find((name) => name === word);
			if (found !== undefined) return found;
			const meant = nearestName(word, names);
			const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
			throw new UsageError(
				`${flag}: found ${quoted(word)}, needed one of ${names.join(', ')}${hint}`,
			);
		},
	};
}

/** The names of a table. */
export function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] {
	return Object.keys(table) as Name[]; // of that record
}

/** The path of a file or a folder; undefined if left out. `what` is what it is of, in errors. */
export function path(
	what: 'file' | 'folder',
	{
		text,
		usual,
		value = what === 'file' ? 'FILE' : 'DIR',
	}: Omit<Required<Meaning<undefined>>, 'initial' | 'value'> & { readonly value?: string },
): Option<string | undefined> {
	return {
		...{ value, text, usual, initial: undefined },
		read: (flag, word) => {
			if (word !== '') return word;
			throw new UsageError(`${flag}: found "", needed a ${what}`);
		},
	};
}

/** What is off unless it is given. */
export function toggle(text: string): Option<boolean> {
	return { value: '', text, usual: 'off', initial: false, read: () => true };
}
