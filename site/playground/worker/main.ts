/** The Worker in which one program runs: it takes a run, then any number of requests for graphs. */
import { nearestName } from '../../../packages/core/src/graph/nearestName.ts';
import { BoundedOutput } from '../program/boundedOutput.ts';
import { inspect } from '../program/inspect.ts';
import type { Failure, GraphRequest, Reply, Request } from '../program/messages.ts';
import { requiring } from '../program/modules.ts';
import { compiled, functionText, programLine, UnreadableError } from './compiled.ts';
import { consoleOf } from './console.ts';
import { loaders } from './modules.ts';
import { recording } from './recorded.ts';

/** The function that a program becomes. */
type ProgramFunction = (
	require: (name: string) => object,
	exports: object,
	console: Console,
	bindings: (values: Bindings) => void,
) => Promise<void>;

/** Functions that give what the names of a program are bound to; they throw before it is. */
type Bindings = Readonly<Record<string, () => unknown>>;

const post = (reply: Reply): void => postMessage(reply);
const output = new BoundedOutput(post);
const recordedAt = recording();
let bindings: Bindings = {};

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
	if (data.kind === 'graph') await replyWithGraph(data);
	else await run(data.program, data.names);
});

// What the program does after its end, and nobody awaits.
addEventListener('unhandledrejection', (event) => {
	event.preventDefault();
	output.text(failureOf(event.reason).text, 'error');
});
addEventListener('error', (event) => {
	event.preventDefault();
	output.text(failureOf(event.error).text, 'error');
});

async function run(program: string, names: readonly string[]): Promise<void> {
	let failure: Failure | null = null;
	let start = performance.now();
	try {
		const { code, modules } = compiled(program);
		const require = await requiring(modules, loaders, nearestName);
		// An evaluation at the top, from which nothing here is seen.
		const text = functionText({ code, modules }, names);
		// biome-ignore lint/security/noGlobalEval: running programs is what this Worker is for
		const f: ProgramFunction = globalThis.eval(text);
		post({ kind: 'started' });
		start = performance.now();
		await f(require, {}, consoleOf(output), (values) => {
			bindings = values;
		});
	} catch (error) {
		failure = failureOf(error, program);
	}
	output.flush();
	post({ kind: 'ended', milliseconds: performance.now() - start, failure });
	setInterval(() => output.flush(), 500);
}

/** What was thrown, in words, and the line of the program that it came from. */
function failureOf(error: unknown, program = ''): Failure {
	if (!(error instanceof Error)) return { text: `Thrown: ${inspect(error)}`, line: null };
	const { name, message, stack = '' } = error;
	const line = error instanceof UnreadableError ? error.line : programLine(stack);
	return { text: `${name}: ${message}`, line: line ?? importLine(program, message) };
}

/** The line that imports what an error about an import names. */
function importLine(program: string, message: string): number | null {
	const [, name] = /^import: .*?'([^']*)'/.exec(message) ?? [];
	if (name === undefined) return null;
	const index = program
		.split('\n')
		.findIndex((line) => line.includes(`'${name}'`) || line.includes(`"${name}"`));
	return index < 0 ? null : index + 1;
}

async function replyWithGraph(request: GraphRequest): Promise<void> {
	try {
		const { pictured } = await import('./graph.ts');
		post(await pictured(valuesOf(bindings), recordedAt, request));
	} catch (error) {
		post({ kind: 'noGraph', reason: failureOf(error).text });
	}
}

/** The values that names are bound to so far. */
function valuesOf(given: Bindings): Map<string, unknown> {
	const values = new Map<string, unknown>();
	for (const [name, value] of Object.entries(given))
		try {
			values.set(name, value());
		} catch {
			// Not bound yet: the program has thrown before, or goes on.
		}
	return values;
}
