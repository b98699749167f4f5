import { topologicalOrder } from './graph/order.ts';
import { type Compile, compiler } from './program/compile.ts';
import type { Engine, Graph, Program } from './program/engine.ts';
import { interpreter } from './reference/interpreter.ts';
import { wasmEngine } from './wasm/engine.ts';
import { obstacleToVectors } from './wasm/features.ts';
import { notice } from './wasm/notice.ts';
import { defaultThreads, obstacleToThreads } from './wasm/threads/environment.ts';

/** Graphs of more Nodes are interpreted: a module of all of them would take longer to compile than many runs. */
const largestGraph = 20_000;

/** The engine of `compile`: WebAssembly where the environment has it, and the interpreter elsewhere. */
class DefaultEngine implements Engine {
	readonly name = 'default';
	#fast: Engine | null | undefined;

	compile(graph: Graph): Program {
		if (this.#fast === undefined) this.#fast = fastEngine();
		return (this.#fast !== null && isModest(graph) ? this.#fast : interpreter).compile(graph);
	}
}

/** The engine for most graphs; null, with a notice, where there is none. A notice also where it has no threads. */
function fastEngine(): Engine | null {
	const engine = wasmEngine();
	if (engine === null)
		notice(
			`interpreting compiled functions, which is slow: ${obstacleToVectors()}, or ask for this by compiler(interpreter)`,
		);
	else if (defaultThreads() > 1) {
		const obstacle = obstacleToThreads();
		if (obstacle !== null) notice(`running on one thread: ${obstacle}`);
	}
	return engine;
}

function isModest({ outputs, updates }: Graph): boolean {
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	return topologicalOrder(roots, ({ value }) => value !== null).length <= largestGraph;
}

/** What `compile` runs on. */
export const defaultEngine: Engine = new DefaultEngine();

/**
 * `f`, faster. The first call with given shapes and dtypes traces `f` with symbolic inputs, notes the
 * Variables it reads and assigns, and builds one program of all of it: forward pass, gradients, updates.
 * Later calls only run that, so `f` must do its work in Nodes and Variables: anything else it does happens
 * while tracing alone. `f` returns Nodes, arrays or plain objects of Nodes, or nothing. Called while another
 * function is traced, it is part of that one, and can be differentiated there.
 */
export const compile: Compile = compiler(defaultEngine);
