import { nearestName } from '@pullback/core/arguments';
import { book } from './book.ts';
import { UnknownFlagError, UsageError } from './errors.ts';
import { commands } from './table.ts';
import { quoted } from './words.ts';

/** Does what the words of a command line ask for, and returns the exit code; `name` is how the program is called. */
export async function program(words: readonly string[], name: string): Promise<number> {
	const [first, ...others] = words;
	if (first === undefined || first.startsWith('-')) return withoutCommand(words, name);
	const entry = commands.find((each) => each.name === first);
	if (entry === undefined) {
		const names = commands.map((each) => each.name);
		const meant = nearestName(first, names);
		const hint = meant === undefined ? names.join(', ') : meant;
		throw new UsageError(`found ${quoted(first)}, needed a command or a flag, such as ${hint}`);
	}
	const command = await entry.load();
	return command.run(others, () => command.help(`${name} ${entry.name}`));
}

/** The run of the book; a flag that it does not have, and `train` does, is one that `train` was meant by. */
async function withoutCommand(words: readonly string[], name: string): Promise<number> {
	try {
		return await book.run(words, () => programHelp(name));
	} catch (error) {
		if (!(error instanceof UnknownFlagError)) throw error;
		const { train } = await import('./train.ts');
		if (!Object.hasOwn(train.options, error.flag)) throw error;
		throw new UsageError(
			`found --${error.flag}, a flag of the command train: ${name} train --${error.flag} ...`,
		);
	}
}

/** What `--help` without a command prints. */
export function programHelp(name: string): string {
	return [
		'Trains, checks and uses nets that read the handwritten digits of MNIST.',
		'',
		`Usage: ${name} COMMAND [options]`,
		'',
		...commands.map((each) => `  ${each.name.padEnd(18)}${each.summary}`),
		'',
		`Each has its own help: ${name} COMMAND --help. Without a command:`,
		'',
		book.help(name),
	].join('\n');
}
