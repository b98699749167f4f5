import { topologicalOrder } from './graph/order.ts';
import { type Compile, compiler } from './program/compile.ts';
import type { Engine, Graph } from './program/engine.ts';
import { type ExplainPlan, explainer } from './program/explain.ts';
import { type ProfileFunction, profiler } from './program/profile.ts';
import { interpreter } from './reference/interpreter.ts';
import { wasmEngine } from './wasm/engine.ts';
import { obstacleToVectors } from './wasm/features.ts';
import { noRoom } from './wasm/memory.ts';
import { notice } from './wasm/notice.ts';

/**
 * The largest graph, in Nodes, that is compiled without being asked for; a larger one is interpreted, with a notice. Compiling
 * takes time in proportion to the Nodes, and pays off within ten or twenty runs at any size; but nobody waits for much
 * longer than these take without a word.
 */
const maxCompiledNodes = 100_000;
/** How long a Node takes to compile, in seconds: from 0.00002 of a chain to 0.00008 of the gradient of a recurrent net. */
const secondsPerNode = 0.00005;

// Made when first needed, and one for all: programs of one engine share its memory and its threads.
let fast: Engine | null | undefined;

/** The fastest engine of the environment with its default options; null, with a notice, where there is only the interpreter. */
export function fastEngine(): Engine | null {
	if (fast !== undefined) return fast;
	fast = wasmEngine();
	if (fast === null)
		notice(
			`interpreting compiled functions, which is slow: ${obstacleToVectors() ?? noRoom}, or ask for this by compiler(interpreter)`,
		);
	return fast;
}

/** The Nodes that each run of a graph computes. */
function nodeCount({ outputs, updates }: Graph): number {
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	return topologicalOrder(roots, ({ value }) => value !== null).length;
}

function engineFor(graph: Graph): Engine {
	const engine = fastEngine();
	if (engine === null) return interpreter;
	const count = nodeCount(graph);
	if (count <= maxCompiledNodes) return engine;
	notice(
		`interpreting a compiled function of ${count} Nodes, as it is more than ${maxCompiledNodes}: each run takes several times as long as a compiled one, while to compile it would take about ${Math.round(count * secondsPerNode)} seconds, once; compile one turn of its loop and call that again and again, or compile all of it by compiler(wasmEngine())`,
		'large graph',
	);
	return interpreter;
}

/** Either engine can tell what it makes. */
function telling({
	name,
	explain,
	profile,
}: Engine): Required<Pick<Engine, 'explain' | 'profile'>> {
	if (explain === undefined || profile === undefined)
		throw new Error(`internal: ${name} tells nothing`);
	return { explain, profile };
}

/** What `compile` runs on: WebAssembly where the environment has it, and the interpreter elsewhere and for the largest graphs. */
export const defaultEngine: Engine = {
	name: 'default',
	compile: (graph) => engineFor(graph).compile(graph),
	explain: (traced) => telling(engineFor(traced.graph)).explain(traced),
	profile: (traced, inputs, runs) => telling(engineFor(traced.graph)).profile(traced, inputs, runs),
};

/**
 * `f`, faster. The first call with given shapes and dtypes traces `f` with symbolic inputs, notes the
 * Variables it reads and assigns, and builds one program of all of it: forward pass, gradients, updates.
 * Later calls only run that, so `f` must do its work in Nodes and Variables: anything else it does happens
 * while tracing alone. The programs of the 256 shapes used last are kept; for others `f` is traced again. `f` takes and
 * returns Nodes, and arrays and plain objects of Nodes; it may return nothing. What is passed for a Node may be any operand
 * but a truth value, which would be fixed while tracing: compile a function for each case, or choose by `where`. An array
 * of numbers is a tensor. Each Node is a Node of its own within `f`, one passed twice
 * included. Called while another function is traced or mapped, it is part of that one, whose options count, and can be differentiated
 * there.
 * Throws TypeError if `f` returns or assigns what depends on symbols of another function, or of an earlier trace.
 */
export const compile: Compile = compiler(defaultEngine);

/**
 * What `compile(f, options)` would make for such inputs, without running it: the kernels as text; for every buffer the
 * Nodes that it holds and the lines that recorded these; for every Node that is stored why, and for every one that is not
 * computed in the kernel of what it reads why not; memory in bytes, cost in vector instructions, threads. An object of
 * these, and a text by `toString` and in consoles. `f` is called once, as when it is compiled; no Variable changes. What
 * depends on no input is computed. Takes an `engine` besides the options of `compile`.
 * Throws TypeError while another function is compiled or mapped, and if the engine cannot tell.
 */
export const explainPlan: ExplainPlan = explainer(defaultEngine);

/**
 * How long each kernel of `compile(f, options)` takes for such inputs, on one thread: microseconds, the median of several
 * runs, share of all, billions of operations and of bytes a second, each kernel with its text and the lines that recorded
 * it; and the results. A table by `toString` and in consoles. `f` is called once, as when it is compiled. The runs happen
 * in memory of their own: each begins with the values that Variables have, and none changes them. It takes about a second,
 * of which the first part, until code is warm, is not timed; or for as many `runs` as are asked for, and that again.
 * Throws what a run throws; TypeError while another function is compiled or mapped, and if the engine cannot tell;
 * RangeError for a number of runs that there cannot be.
 */
export const profile: ProfileFunction = profiler(defaultEngine);
