import { checkedFunction, checkedList, checkedOptions, isPlain } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import type { Data } from '../graph/dtype.ts';
import { Late } from '../graph/late.ts';
import { Node, record } from '../graph/node.ts';
import { type Observer, observing } from '../graph/observe.ts';
import type { Operand } from '../ops/operand.ts';
import { primitives } from '../ops/primitives.ts';
import { isMapping } from '../transforms/mapping.ts';
import { type Argument, asOwnNodes, type Given, putTogether, takeApart } from './arguments.ts';
import type { Engine, Graph, Program, Recording, TracedGraph } from './engine.ts';
import { finiteProgram } from './finite.ts';
import { inputOf } from './late.ts';
import { isSubstituting } from './substitutes.ts';
import { checkLeaves } from './symbols.ts';
import { activeTrace, type Trace, tracing } from './trace.ts';

/** What a compiled function may return: a Node, or arrays and plain objects of Nodes; or nothing. */
export type Result =
	| Node
	| readonly Result[]
	| { readonly [key: string]: Result }
	| undefined
	// biome-ignore lint/suspicious/noConfusingVoidType: a function without return statement returns void
	| void;

/** How a function is compiled. */
export interface CompileOptions {
	/**
	 * 'finite': a run whose results, or next values of Variables, hold a NaN or an infinity throws a NonFiniteError before
	 * any Variable changes. It names the operation that made it, its operands, and the line that recorded it. What is
	 * checked is read once more, which takes time in every run; a function may be compiled with and without. Where values
	 * come later, so does the error, in the words of the engine: `ready` rejects with it.
	 */
	readonly check?: 'finite';
}

/** A function that compiles functions: what `compiler` makes for an engine. */
export interface Compile {
	<Args extends readonly Node[], Returned extends Result>(
		f: (...args: Args) => Returned,
		options?: CompileOptions,
	): (...args: { readonly [Index in keyof Args]: Operand }) => Returned;
	<Args extends readonly Argument[], Returned extends Result>(
		f: (...args: Args) => Returned,
		options?: CompileOptions,
	): (...args: { readonly [Index in keyof Args]: Given<Args[Index]> }) => Returned;
}

/** The largest number of programs of one compiled function that are kept: those of the shapes used last. */
const maxPrograms = 256;

/**
 * `compile` for an engine: see there. An engine may deliver values later: then functions compiled for it take one another’s
 * results and update Variables without a wait, and everything else needs `await ready(...)` first.
 */
export function compiler(engine: Engine<Data | Late>): Compile {
	checkedFunction('compiler', 'the compile method of the engine', engine?.compile);
	return <Args extends readonly Argument[], Returned extends Result>(
		f: (...args: Args) => Returned,
		options?: CompileOptions,
	) => {
		checkedFunction('compile', 'f', f);
		const { check } = checkedOptions('compile', options, ['check']);
		checkCheck('compile', check);
		const parameters = parametersOf(f);
		// The one used last is the last.
		const programs = new Map<string, Traced<Returned>>();
		let latest: string | undefined;
		const apply = (args: readonly Argument[]): Returned => f(...(args as Args)); // of the form that f takes
		return (...passed: readonly unknown[]) => {
			if (passed.length < parameters) refuseFew('compile', passed.length, parameters);
			if (activeTrace() !== null || isMapping() || isSubstituting())
				return apply(asOwnNodes(passed));
			const { nodes, signature } = takeApart(passed);
			const inputs = nodes.map((node) => inputOf(node, engine));
			let traced = programs.get(signature);
			if (traced === undefined) {
				traced = trace((symbols) => apply(putTogether(passed, symbols)), nodes, engine, check);
				programs.set(signature, traced);
				forgetOldest(programs);
			} else if (signature !== latest) {
				programs.delete(signature);
				programs.set(signature, traced);
			}
			latest = signature;
			const values = traced.program.run(inputs);
			return returnedBy(traced, values);
		};
	};
}

/** Refuses any other check than there is. */
export function checkCheck(operation: string, check: CompileOptions['check']): void {
	if (check !== undefined && check !== 'finite')
		throw new TypeError(
			`${operation}: check is ${describe(check)}; it must be 'finite', or be left out`,
		);
}

/** Refuses fewer arguments than a function has parameters without default. */
export function checkCount(
	operation: string,
	f: { readonly length: number },
	passed: readonly unknown[],
): void {
	const parameters = parametersOf(f);
	if (passed.length < parameters) refuseFew(operation, passed.length, parameters);
}

/** The parameters without default; the length of a Proxy may be anything. */
function parametersOf({ length }: { readonly length: number }): number {
	return Number.isSafeInteger(length) ? length : 0;
}

function refuseFew(operation: string, passed: number, parameters: number): never {
	const plural = (count: number, noun: string): string =>
		`${count} ${noun}${count === 1 ? '' : 's'}`;
	throw new TypeError(
		`${operation}: got ${plural(passed, 'argument')}, but the function has ${plural(parameters, 'parameter')}`,
	);
}

/** Frees the program unused for longest if there are too many. */
function forgetOldest(programs: Map<string, { readonly program: Pick<Program, 'free'> }>): void {
	if (programs.size <= maxPrograms) return;
	for (const [signature, { program }] of programs) {
		programs.delete(signature);
		program.free();
		return;
	}
}

/** What the function returned, with the values of a run. */
export function returnedBy<Returned>(
	{ outputs, returned }: { readonly outputs: readonly Node[]; readonly returned: Returned },
	values: readonly (Data | Late)[],
): Returned {
	const results = outputs.map((output, i) => leafOf(output, values[i]));
	return rebuild(returned, results[Symbol.iterator]()) as Returned; // of its form
}

function leafOf({ shape, dtype }: Node, data: Data | Late | undefined): Node {
	if (data === undefined) throw new Error('internal: a program lost an output');
	const node = record(primitives.constant, [], { data, shape, dtype, origin: 'compiled' });
	if (!(data instanceof Late)) node.value = data;
	return node;
}

interface Traced<Returned> {
	readonly program: Program<Data | Late>;
	readonly outputs: readonly Node[];
	readonly returned: Returned;
}

function trace<Returned extends Result>(
	f: (inputs: readonly Node[]) => Returned,
	args: readonly Node[],
	engine: Engine<Data | Late>,
	check: CompileOptions['check'],
): Traced<Returned> {
	const { graph, recordOf, returned } = traceGraph(f, args, check !== undefined);
	const program =
		check === undefined
			? engine.compile(graph)
			: finiteProgram(engine, graph, (node) => recordOf(node)?.site);
	checkedFunction('compiler', 'the run method of what the engine compiled', program?.run);
	return { program, outputs: graph.outputs, returned };
}

/** A graph as a function recorded it, and what the function returned. */
export interface TracedFunction<Returned> extends TracedGraph {
	readonly returned: Returned;
}

/** Calls a function with symbols for its arguments, and takes down the graph of all it returns and assigns; if observed, with lines. */
export function traceGraph<Returned extends Result>(
	f: (inputs: readonly Node[]) => Returned,
	args: readonly Node[],
	observed: boolean,
): TracedFunction<Returned> {
	const noted: Trace = { current: new Map(), leaves: new Set(), assigned: new Map() };
	const inputs = args.map(({ shape, dtype }, i) =>
		record(primitives.input, [], { name: `input${i}`, shape, dtype }),
	);
	const records = new Map<Node, Recording>();
	const traced = (): Returned => tracing(noted, () => f(inputs));
	const observer: Observer = (node, site, derivativeOf) =>
		records.set(node, { site, derivativeOf });
	const returned = observed ? observing(observer, traced) : traced();
	const outputs: Node[] = [];
	collect(returned, outputs);
	const updates = Array.from(noted.assigned, ([{ cell }, value]) => ({ cell, value }));
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	checkLeaves(roots, new Set([...inputs, ...noted.leaves]));
	const graph: Graph = { inputs, outputs, updates };
	return { graph, recordOf: (node) => records.get(node), returned };
}

/** The deepest nesting of a result: a deeper one contains itself. */
const maxResultDepth = 100;

/** The Nodes of a result, in the order in which `rebuild` asks for them: what is met again counts once. */
function collect(
	returned: unknown,
	outputs: Node[],
	depth = 0,
	known: Set<unknown> = new Set(),
): void {
	if (depth > maxResultDepth)
		throw new TypeError(
			`compile: the function returned arrays or objects nested deeper than ${maxResultDepth}; does one contain itself?`,
		);
	if (returned instanceof Node) outputs.push(returned);
	else if (returned !== undefined && !known.has(returned)) {
		const parts = checkedList('compile', 'what the function returned', partsOf(returned));
		for (let i = 0; i < parts.length; i++) {
			if (!(i in parts))
				throw new TypeError(
					`compile: the function returned an array that holds nothing at ${i}; it may return Nodes, and arrays and plain objects of Nodes`,
				);
			collect(parts[i], outputs, depth + 1, known);
		}
		known.add(returned);
	}
}

function partsOf(returned: unknown): readonly unknown[] {
	if (Array.isArray(returned)) return returned;
	if (isPlain(returned)) return Object.values(returned);
	throw new TypeError(
		`compile: the function returned ${describe(returned)}; it may return Nodes, and arrays and plain objects of Nodes`,
	);
}

function rebuild(
	returned: unknown,
	results: Iterator<Node>,
	known: Map<unknown, unknown> = new Map(),
): unknown {
	if (returned instanceof Node) return results.next().value;
	const again = known.get(returned);
	if (again !== undefined) return again;
	let rebuilt: unknown;
	if (Array.isArray(returned)) rebuilt = returned.map((part) => rebuild(part, results, known));
	else if (isPlain(returned))
		rebuilt = Object.fromEntries(
			Object.entries(returned).map(([key, part]) => [key, rebuild(part, results, known)]),
		);
	known.set(returned, rebuilt);
	return rebuilt;
}
