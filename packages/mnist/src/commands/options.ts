import { parseArgs } from 'node:util';
import { nearestName } from '@pullback/core/arguments';
import { UnknownFlagError, UsageError } from './errors.ts';
import { quoted } from './words.ts';

/** One option of a command. */
export interface Option<Value> {
	/** What its value is called in the help; '' for a switch, which takes none. */
	readonly value: string;
	/** What it means, in the help. */
	readonly text: string;
	/** What it is if left out, in the help. */
	readonly usual: string;
	/** What it is if left out. */
	readonly initial: Value;
	/** What a word of the command line means by it; throws a {@link UsageError} that names the flag. */
	read(flag: string, word: string): Value;
}

/** The options of a command by their names, without the dashes. */
export interface OptionTable {
	readonly [name: string]: Option<unknown>;
}

/** The values of options, by name. */
export type ValuesOf<Options extends OptionTable> = {
	readonly [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never;
};

/** Words of a command line that are no options. */
export interface Operands {
	/** What they are called in the help, such as 'FILE...'. */
	readonly value: string;
	readonly least: number;
	readonly most: number;
}

/** What a command line asks for. */
export interface CommandLine<Options extends OptionTable> {
	readonly values: ValuesOf<Options>;
	/** The names of the options that are given, and not left out. */
	readonly given: ReadonlySet<keyof Options & string>;
	readonly operands: readonly string[];
}

/** Reads the words after the command's name. The last of several equal flags counts. Throws a {@link UsageError}. */
export function parseOptions<const Options extends OptionTable>(
	words: readonly string[],
	options: Options,
): CommandLine<Options> {
	const { flags, others } = flagsOf(words, options);
	const values = Object.entries(options).map(([name, option]) => {
		const word = flags.get(name);
		return [name, word === undefined ? option.initial : option.read(`--${name}`, word)];
	});
	return {
		values: Object.fromEntries(values) as ValuesOf<Options>, // one for each
		given: new Set(flags.keys()),
		operands: others,
	};
}

/** Refuses other numbers of words than a command takes. Throws a {@link UsageError}. */
export function checkOperands(found: readonly string[], operands: Operands | undefined): void {
	const [first] = found;
	if (operands === undefined) {
		if (first !== undefined) throw new UsageError(`found ${quoted(first)}, needed a flag`);
	} else if (found.length < operands.least || found.length > operands.most)
		throw new UsageError(`found ${found.length} words, needed ${operands.value}`);
}

/** The flags that are given, each with its word, '' for a switch; and all other words. */
function flagsOf(
	words: readonly string[],
	options: OptionTable,
): { flags: Map<string, string>; others: string[] } {
	const names = Object.keys(options);
	const types = Object.entries(options).map(
		([name, { value }]) => [name, { type: value === '' ? 'boolean' : 'string' }] as const,
	);
	const { tokens } = parseArgs({
		args: [...words],
		options: Object.fromEntries(types),
		strict: false,
		tokens: true,
	});
	const flags = new Map<string, string>();
	const others: string[] = [];
	for (const token of tokens) {
		if (token.kind === 'option-terminator') continue;
		if (token.kind === 'positional') {
			others.push(token.value);
			continue;
		}
		const { rawName, value } = token;
		const name = names.find((each) => `--${each}` === rawName);
		if (name === undefined) {
			const meant = nearestName(rawName, names);
			const hint = meant === undefined ? '' : `; did you mean --${meant}?`;
			throw new UnknownFlagError(
				rawName.replace(/^--/, ''),
				`found ${quoted(rawName)}, not a flag${hint}`,
			);
		}
		const needsValue = options[name]?.value !== '';
		if (needsValue && value === undefined) throw new UsageError(`${rawName}: needs a value`);
		if (!needsValue && value !== undefined) throw new UsageError(`${rawName}: takes no value`);
		flags.set(name, value ?? '');
	}
	return { flags, others };
}

/** The lines of the help that tell options, each with what it is if left out. */
export function optionLines(options: OptionTable): string[] {
	return Object.entries(options).map(
		([name, { value, text, usual }]) =>
			`  ${`--${name} ${value}`.padEnd(optionColumns)}${text} (default: ${usual})`,
	);
}

/** The width of the column of flags in the help, in characters. */
const optionColumns = 24;
