import { transform } from 'sucrase';

/** A program in JavaScript, line by line as it was written in TypeScript. */
export interface Compiled {
	readonly code: string;
	/** The modules that it imports. */
	readonly modules: readonly string[];
}

/** A text that is no program. */
export class UnreadableError extends SyntaxError {
	override readonly name = 'SyntaxError';
	readonly line: number;

	constructor(message: string, line: number) {
		super(message);
		this.line = line;
	}
}

/** What errors and Nodes call the file of the program. */
export const programFile = 'program.ts';

/** Types are left out, and imports become calls of `require`. Throws UnreadableError for most texts that are no programs. */
export function compiled(program: string): Compiled {
	try {
		const { code } = transform(program, {
			transforms: ['typescript', 'imports'],
			filePath: programFile,
			disableESTransforms: true,
		});
		const modules = Array.from(code.matchAll(/\brequire\('([^'\n]*)'\)/g), ([, name = '']) => name);
		return { code, modules: [...new Set(modules)] };
	} catch (error) {
		const { message, loc } = error as { message: string; loc?: { line: number } }; // of sucrase
		if (loc === undefined) throw error;
		const words = message.replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
		throw new UnreadableError(words, loc.line);
	}
}

/**
 * The text of a function that runs a program. Its first line is the first of the program. `bindings` is called with a
 * function for each of the names, which gives the value that the program has bound to it.
 */
export function functionText({ code }: Compiled, names: readonly string[]): string {
	const bindings = names.map((name) => `${name}: () => ${name}`).join(', ');
	const parameters = 'require, exports, console, __bindings';
	// A block of its own, in which a program may declare names such as console.
	const block = `{ __bindings({ ${bindings} }); ${code}\n}`;
	return `(async (${parameters}) => { 'use strict'; ${block}})\n//# sourceURL=${programFile}`;
}

/** The line of the program in a stack or a place in a file, the innermost one; null if there is none. */
export function programLine(stack: string): number | null {
	const [, line] = /\bprogram\.ts:(\d+):\d+/.exec(stack) ?? [];
	return line === undefined ? null : Number(line);
}
