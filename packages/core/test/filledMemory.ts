import type { Engine, Program } from '../src/index.ts';
import type { Target } from '../src/lowering/target.ts';
import { controlSize } from '../src/wasm/control.ts';
import { hasFusedMultiplyAdd } from '../src/wasm/features.ts';
import { Heap } from '../src/wasm/heap.ts';
import type { Loaded } from '../src/wasm/loaded.ts';
import { newMemory } from '../src/wasm/memory.ts';
import type { Memory } from '../src/wasm/platform.ts';
import { EngineState } from '../src/wasm/state.ts';
import { targetOf } from '../src/wasm/target.ts';
import type { Sharing } from '../src/wasm/threads/sharing.ts';

/** NaN in f32 and f64, -1 in i32, 255 in u8 and bool: what is read too early or too late is seen in what it gives. */
const filling = 0xff;

/** A heap whose blocks hold nothing of use before something is written there, nor once they are given back. */
export class FilledHeap extends Heap {
	readonly #whole: Memory;
	readonly #bytes = new Map<number, number>();

	constructor(memory: Memory, limit: number) {
		super(memory, limit, controlSize);
		this.#whole = memory;
	}

	override allocate(bytes: number): number {
		const address = super.allocate(bytes);
		this.#bytes.set(address, bytes);
		this.fill(address, bytes);
		return address;
	}

	override free(address: number): void {
		super.free(address);
		this.fill(address, this.#bytes.get(address) ?? 0);
	}

	fill(address: number, bytes: number): void {
		new Uint8Array(this.#whole.buffer, address, bytes).fill(filling);
	}
}

/** The state of an engine in such a heap, where no run finds temporary values of one before. */
export class FilledState extends EngineState {
	readonly #heap: FilledHeap;

	constructor(...all: ConstructorParameters<typeof EngineState>) {
		super(...all);
		const [, { heap }] = all;
		if (!(heap instanceof FilledHeap)) throw new Error('another heap');
		this.#heap = heap;
	}

	override run(loaded: Loaded, sharing: Sharing | null): boolean {
		this.#heap.fill(loaded.arena.address, loaded.temporaries);
		return super.run(loaded, sharing);
	}
}

/** The WebAssembly engine with memory that is filled with NaN wherever nothing has been written; as little as is said. */
export function filledEngine({
	threads = 1,
	relaxed = false,
	target,
	limit = 2 ** 32,
}: {
	readonly threads?: number;
	readonly relaxed?: boolean;
	/** What plans are made for; left out, what the engine takes. */
	readonly target?: Target;
	/** How far its memory can grow, in bytes. */
	readonly limit?: number;
} = {}): Engine {
	const memory = newMemory(threads !== 1);
	if (memory === null) throw new Error('these tests need room for the memory of WebAssembly');
	const heap = new FilledHeap(memory.memory, limit);
	const fused = relaxed && hasFusedMultiplyAdd();
	const state = new FilledState(memory, {
		threads,
		fused,
		target: target ?? targetOf(fused),
		heap,
		validate: true,
	});
	return { name: 'wasm', compile: (graph): Program => state.compile(graph) };
}
