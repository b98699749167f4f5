import { ProgressLine, type ProgressStream } from '@pullback/nn/progress';

/** The exit code of a program that the keyboard interrupted: 128 and the number of SIGINT. */
export const interruptedCode = 130;

/** npm passes on the terminal's Ctrl-C, so one press can arrive twice; a person is slower than this. */
const samePressMs = 100;

/** The width of a terminal that does not know its own, or says 0. */
const defaultColumns = 80;

/** Where a command prints, and how it is interrupted. */
export class Terminal {
	readonly out: ProgressStream;
	readonly error: ProgressStream;
	/** Where people read: stderr where stdout has JSON alone. */
	readonly screen: ProgressStream;
	/** What is printed there. */
	readonly line: ProgressLine;
	readonly #isJson: boolean;

	/** `json`: whether stdout is to end with one line of JSON, and hold nothing else. */
	constructor({ json }: { readonly json: boolean }) {
		this.out = process.stdout;
		this.error = process.stderr;
		this.#isJson = json;
		this.screen = json ? this.error : this.out;
		this.line = new ProgressLine(this.screen);
	}

	/** The width of what is printed for people, in characters. */
	get columns(): number {
		return (this.#isJson ? this.error : this.out).columns || defaultColumns;
	}

	/** Prints text for people. */
	print(text: string): void {
		this.line.print(text);
	}

	/** Prints one line of JSON, if that is asked for: what `report` returns. */
	report(report: () => object): void {
		if (this.#isJson) this.out.write(`${JSON.stringify(report())}\n`);
	}

	/** A signal that the first Ctrl-C aborts; the second ends the program at once. Before this is asked for, the first does. */
	interruption(): AbortSignal {
		const controller = new AbortController();
		let first: number | undefined;
		process.on('SIGINT', () => {
			const now = performance.now();
			if (first === undefined) {
				first = now;
				controller.abort();
			} else if (now - first > samePressMs) {
				this.line.clear();
				process.exit(interruptedCode);
			}
		});
		return controller.signal;
	}
}
