import { checkedBoolean, checkedNumber, checkedOptions } from '../graph/arguments.ts';
import type { Engine, Graph, Program } from '../program/engine.ts';
import { hasFusedMultiplyAdd, hasVectors } from './features.ts';
import { webAssembly } from './platform.ts';
import { EngineState } from './state.ts';
import { askedThreads } from './threads/environment.ts';

/** How an engine computes. */
export interface WasmEngineOptions {
	/** Threads that share the work of a run; left out, PULLBACK_THREADS or as many as the machine runs at once. */
	readonly threads?: number;
	/** Multiply and add with one rounding where the machine can: faster, and not the same bits everywhere. */
	readonly relaxed?: boolean;
}

/**
 * An engine that writes a WebAssembly module for each graph, with all of it in one linear memory; null where the
 * environment has no WebAssembly with vectors. The same bits at every number of threads, but for those of NaN, of which
 * WebAssembly leaves the sign open.
 */
export function wasmEngine(options?: WasmEngineOptions): Engine | null {
	const { threads = askedThreads(), relaxed = false } = checkedOptions('wasmEngine', options);
	checkedBoolean('wasmEngine', 'relaxed', relaxed);
	if (threads !== null) checkedNumber('wasmEngine', 'threads', threads);
	if (threads !== null && (!Number.isInteger(threads) || threads < 1))
		throw new RangeError(`wasmEngine: threads is ${threads}; it must be a whole number from 1`);
	if (webAssembly === undefined || !hasVectors()) return null;
	return new WasmEngine(threads, relaxed && hasFusedMultiplyAdd());
}

class WasmEngine implements Engine {
	readonly name = 'wasm';
	readonly #threads: number | null;
	readonly #fused: boolean;
	#state: EngineState | null = null;

	constructor(threads: number | null, fused: boolean) {
		this.#threads = threads;
		this.#fused = fused;
	}

	compile(graph: Graph): Program {
		this.#state ??= new EngineState(this.#threads, this.#fused);
		return this.#state.compile(graph);
	}
}
