import { checkedBoolean, checkedNumber, checkedOptions } from '../graph/arguments.ts';
import type { Engine } from '../program/engine.ts';
import { controlSize } from './control.ts';
import { hasFusedMultiplyAdd, hasVectors } from './features.ts';
import { Heap } from './heap.ts';
import { newMemory } from './memory.ts';
import { webAssembly } from './platform.ts';
import { EngineState } from './state.ts';
import { targetOf } from './target.ts';
import { askedThreads, asksToValidate, threadCount } from './threads/environment.ts';

/** How an engine computes. */
export interface WasmEngineOptions {
	/** Threads that share the work of a run, from 1 to 128; left out, PULLBACK_THREADS or as many as the machine runs at once. */
	readonly threads?: number;
	/** Multiply and add with one rounding where the machine can: faster, and not the same bits everywhere. */
	readonly relaxed?: boolean;
	/**
	 * Prove of each plan, before it runs, that nothing is read where something else has been put; for those who suspect the
	 * engine, as it takes about as long as the rest of compiling. Left out, PULLBACK_VALIDATE.
	 */
	readonly validate?: boolean;
}

/**
 * An engine that writes a WebAssembly module for each graph, with all of it in one linear memory; null where the
 * environment has no WebAssembly with vectors, or no room for its memory. The same bits at every number of threads, but
 * for those of NaN, of which WebAssembly leaves the sign open. Throws RangeError for a number of threads that there
 * cannot be.
 */
export function wasmEngine(options?: WasmEngineOptions): Engine | null {
	const {
		threads: asked,
		relaxed = false,
		validate = asksToValidate(),
	} = checkedOptions('wasmEngine', options, ['threads', 'relaxed', 'validate']);
	checkedBoolean('wasmEngine', 'relaxed', relaxed);
	checkedBoolean('wasmEngine', 'validate', validate);
	const threads =
		asked === undefined
			? askedThreads()
			: threadCount('wasmEngine: threads', checkedNumber('wasmEngine', 'threads', asked));
	if (webAssembly === undefined || !hasVectors()) return null;
	const memory = newMemory(threads !== 1);
	if (memory === null) return null;
	const heap = new Heap(memory.memory, memory.limit, controlSize);
	const fused = relaxed && hasFusedMultiplyAdd();
	const state = new EngineState(memory, {
		threads,
		fused,
		target: targetOf(fused),
		heap,
		validate,
	});
	return {
		name: 'wasm',
		compile: (graph) => state.compile(graph),
		explain: (traced) => state.explain(traced),
		profile: (traced, inputs, runs) => state.profile(traced, inputs, runs),
	};
}
