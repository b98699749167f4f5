import { parseArgs } from 'node:util';
import { checkedList, checkedString } from '@pullback/core/arguments';
import { recipeDefaults as defaults, recipeLimits } from './recipeNumbers.ts';

/** What the command line asks for. */
export interface CommandArguments {
	readonly iterations: number;
	readonly batchSize: number;
	readonly hidden: number;
	readonly learningRate: number;
	readonly seed: number;
	/** The folder of the four IDX files, or undefined for the files that come with the package. */
	readonly data: string | undefined;
	readonly json: boolean;
	readonly help: boolean;
}

/** A mistake on the command line; the message is one line. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** Each flag: whether it takes a value (named as in the help), what it means, and the default that the help tells. */
const flags = {
	iterations: { type: 'string', value: 'N', text: 'training steps', usual: defaults.iterations },
	'batch-size': { type: 'string', value: 'N', text: 'images in a step', usual: defaults.batchSize },
	hidden: { type: 'string', value: 'N', text: 'units in the hidden layer', usual: defaults.hidden },
	'learning-rate': {
		type: 'string',
		value: 'X',
		text: 'size of a step',
		usual: defaults.learningRate,
	},
	seed: {
		type: 'string',
		value: 'N',
		text: 'chooses the weights and the batches',
		usual: defaults.seed,
	},
	data: {
		type: 'string',
		value: 'DIR',
		text: 'folder of the four IDX files, plain or .gz',
		usual: 'the files that come with the package',
	},
	json: {
		type: 'boolean',
		value: '',
		text: 'end with one line of JSON; progress goes to stderr',
		usual: 'off',
	},
	help: { type: 'boolean', value: '', text: 'print this', usual: 'off' },
} as const;

type Flag = keyof typeof flags;

/** What `--help` of a command prints: every flag with its default. */
export function helpText(command: string): string {
	checkedString('helpText', 'command', command);
	return [
		'Trains a net of two layers to read the handwritten digits of MNIST.',
		'',
		`Usage: ${command} [options]`,
		'',
		...Object.entries(flags).map(
			([flag, { value, text, usual }]) =>
				`  ${`--${flag} ${value}`.padEnd(20)}${text} (default: ${usual})`,
		),
	].join('\n');
}

const most = { ...recipeLimits, seed: Number.MAX_SAFE_INTEGER };

/** The longest word that an error shows whole. */
const maxWordCharacters = 100;

/** Reads the command line after the program's name; throws a {@link UsageError}. */
export function parseArguments(argv: readonly string[]): CommandArguments {
	const words = checkedList('parseArguments', 'argv', argv);
	for (let i = 0; i < words.length; i++) checkedString('parseArguments', `argv[${i}]`, words[i]);
	const given = parseFlags(words);
	const data = given.get('data');
	if (data === '') throw new UsageError('--data: found "", needed a folder');
	return {
		iterations: wholeNumber(given, 'iterations', 1, most.iterations) ?? defaults.iterations,
		batchSize: wholeNumber(given, 'batch-size', 1, most.batchSize) ?? defaults.batchSize,
		hidden: wholeNumber(given, 'hidden', 1, most.hidden) ?? defaults.hidden,
		learningRate: positiveNumber(given, 'learning-rate') ?? defaults.learningRate,
		seed: wholeNumber(given, 'seed', 0, most.seed) ?? defaults.seed,
		data,
		json: given.has('json'),
		help: given.has('help'),
	};
}

/** The flags that are given, and their values; the last one counts. Flags without a value have "". */
function parseFlags(argv: readonly string[]): Map<Flag, string> {
	const { tokens } = parseArgs({ args: [...argv], options: flags, strict: false, tokens: true });
	const given = new Map<Flag, string>();
	for (const token of tokens) {
		if (token.kind === 'option-terminator') continue;
		if (token.kind === 'positional') {
			throw new UsageError(`found ${quoted(token.value)}, needed a flag`);
		}
		const { rawName, value } = token;
		const flag = Object.keys(flags).find((name): name is Flag => `--${name}` === rawName);
		if (flag === undefined) throw new UsageError(`found ${quoted(rawName)}, not a flag`);
		const needsValue = flags[flag].type === 'string';
		if (needsValue && value === undefined) throw new UsageError(`${rawName}: needs a value`);
		if (!needsValue && value !== undefined) throw new UsageError(`${rawName}: takes no value`);
		given.set(flag, value ?? '');
	}
	return given;
}

/** The whole number of the range that a flag gives, if it is given. */
function wholeNumber(
	given: ReadonlyMap<Flag, string>,
	flag: Flag,
	low: number,
	high: number,
): number | undefined {
	const text = given.get(flag);
	if (text === undefined) return undefined;
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (value >= low && value <= high) return value;
	throw new UsageError(
		`--${flag}: found ${quoted(text)}, needed a whole number from ${low} to ${high}`,
	);
}

/** The positive, finite number that a flag gives in decimal, if it is given. */
function positiveNumber(given: ReadonlyMap<Flag, string>, flag: Flag): number | undefined {
	const text = given.get(flag);
	if (text === undefined) return undefined;
	const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
	if (value > 0 && Number.isFinite(value)) return value;
	throw new UsageError(`--${flag}: found ${quoted(text)}, needed a positive number`);
}

/** A word of the command line as an error shows it: its beginning, if it is long. */
function quoted(word: string): string {
	return JSON.stringify(
		word.length > maxWordCharacters ? `${word.slice(0, maxWordCharacters)}...` : word,
	);
}
