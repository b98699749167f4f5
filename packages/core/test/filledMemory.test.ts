import { expect, test } from 'vitest';
import { compiler, type Engine, type Node, type Program } from '../src/index.ts';
import type { Plan } from '../src/lowering/ir/plan.ts';
import { controlSize } from '../src/wasm/control.ts';
import { Heap } from '../src/wasm/heap.ts';
import type { Holdings, Loaded } from '../src/wasm/loaded.ts';
import { newMemory } from '../src/wasm/memory.ts';
import { EngineState } from '../src/wasm/state.ts';
import { wasmTarget } from '../src/wasm/target.ts';
import { filled } from './compiled.ts';
import { FilledHeap, FilledState } from './filledMemory.ts';

// The filled memory itself, with planted faults.

/** An engine whose programs, all but the first, leave out their first kernels. */
function forgetful(State: typeof EngineState, heaped: 'filled' | 'plain'): Engine {
	const memory = newMemory(false);
	if (memory === null) throw new Error('these tests need room for the memory of WebAssembly');
	const heap =
		heaped === 'filled'
			? new FilledHeap(memory.memory, memory.limit)
			: new Heap(memory.memory, memory.limit, controlSize);
	let loads = 0;
	class Forgetful extends State {
		override load(plan: Plan, holdings: Holdings): Loaded {
			const phases = loads++ === 0 ? plan.phases : plan.phases.slice(1);
			return super.load({ ...plan, phases }, holdings);
		}
	}
	const state = new Forgetful(memory, {
		threads: 1,
		fused: false,
		target: wasmTarget,
		heap,
		validate: true,
	});
	return { name: 'forgetful', compile: (graph): Program => state.compile(graph) };
}

test('a program that reads what it has not computed is found, where without filling it reads numbers that one before has left', () => {
	const x = filled([40, 40], 'f32', 1);
	const results = (engine: Engine): Node[] => {
		const f = (x: Node): Node => x.exp().cumsum(0).matmul(x);
		return [0, 1].map(() => compiler(engine)((x: Node) => f(x))(x));
	};
	const [right, wrong] = results(forgetful(FilledState, 'filled'));
	expect(right?.data().some(Number.isNaN)).toBe(false);
	expect(wrong?.data().every(Number.isNaN)).toBe(true);
	const [, plausible] = results(forgetful(EngineState, 'plain'));
	expect(plausible?.data().some(Number.isNaN)).toBe(false);
});

test('memory holds NaN before anything is written there, and after it is given back', () => {
	const memory = newMemory(false);
	if (memory === null) throw new Error('these tests need room for the memory of WebAssembly');
	const heap = new FilledHeap(memory.memory, memory.limit);
	const address = heap.allocate(80);
	const view = new Float32Array(memory.memory.buffer as ArrayBuffer, address, 20); // not shared
	expect(view.every(Number.isNaN)).toBe(true);
	view.fill(1);
	heap.free(address);
	expect(view.every(Number.isNaN)).toBe(true);
});
