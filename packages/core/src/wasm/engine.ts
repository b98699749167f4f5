import { checkedBoolean, checkedNumber, checkedOptions } from '../graph/arguments.ts';
import type { Engine } from '../program/engine.ts';
import { controlSize } from './control.ts';
import { hasFusedMultiplyAdd, hasVectors } from './features.ts';
import { Heap } from './heap.ts';
import { newMemory } from './memory.ts';
import { notice } from './notice.ts';
import { webAssembly } from './platform.ts';
import { EngineState } from './state.ts';
import { targetOf } from './target.ts';
import { askedThreads, asksToValidate, threadCount } from './threads/environment.ts';

/** How an engine computes. */
export interface WasmEngineOptions {
	/** Threads that share the work of a run, from 1 to 128; left out, PULLBACK_THREADS or as many as the machine runs at once. */
	readonly threads?: number;
	/**
	 * Multiply and add with one rounding, in products and convolutions of f32 and f64 (`relaxed_madd` of WebAssembly's relaxed
	 * SIMD): faster, no less accurate, and the same bits at every number of threads, but not on every machine. Where the
	 * environment has no such instruction (Node 20 has it behind --experimental-wasm-relaxed-simd) it rounds twice, with a
	 * notice. Left out, false.
	 */
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
	if (relaxed && !fused)
		notice(
			'multiplying and adding with two roundings, although `relaxed` asks for one: WebAssembly has no relaxed vectors here; use Node 22 or later, Node 20 with --experimental-wasm-relaxed-simd, or leave the option out',
		);
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
