import { toggle } from './optionKinds.ts';
import {
	type CommandLine,
	checkOperands,
	type Operands,
	type OptionTable,
	optionLines,
	parseOptions,
} from './options.ts';
import { Terminal } from './terminal.ts';

/** A command as its author states it. */
export interface Description<Options extends OptionTable> {
	/** What it does: the first lines of its help. */
	readonly about: readonly string[];
	readonly options: Options;
	/** Words that are no options; there are none if left out. */
	readonly operands?: Operands;
	/** Does it, and returns the exit code: 0 for well, 1 for an error that it told, 130 if it was interrupted. */
	run(line: CommandLine<Options>, terminal: Terminal): Promise<number>;
}

/** A command of the table. */
export interface Command {
	readonly options: OptionTable;
	/** What `--help` prints; `name` is how the command is called. */
	help(name: string): string;
	/** Does what the words after its name ask for, and returns the exit code; `help` is what `--help` prints. */
	run(words: readonly string[], help: () => string): Promise<number>;
}

/** The options of every command. */
const common = {
	json: toggle('end with one line of JSON; progress goes to stderr'),
	help: toggle('print this'),
};

/** A command with `--json` and `--help`. */
export function command<const Options extends OptionTable>({
	about,
	options,
	operands,
	run,
}: Description<Options>): Command {
	const all = { ...options, ...common };
	return {
		options: all,
		help: (name) => {
			const words = operands === undefined ? '' : ` ${operands.value}`;
			return [...about, '', `Usage: ${name} [options]${words}`, '', ...optionLines(all)].join('\n');
		},
		run: async (words, help) => {
			const line = parseOptions(words, all);
			const terminal = new Terminal({ json: line.given.has('json') });
			if (line.given.has('help')) {
				terminal.out.write(`${help()}\n`);
				return 0;
			}
			checkOperands(line.operands, operands);
			try {
				return await run(line, terminal);
			} finally {
				terminal.line.clear();
			}
		},
	};
}
