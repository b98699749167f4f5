import { arrays, type Data, type DType } from '../graph/dtype.ts';
import type { Buffer } from '../lowering/expression.ts';
import { lower } from '../lowering/lower.ts';
import { bytesOf } from '../lowering/memory.ts';
import type { Plan } from '../lowering/plan.ts';
import type { Cell, Engine, Graph, Program } from '../program/engine.ts';
import { interpreter } from '../reference/interpreter.ts';
import { control } from './control.ts';
import { emitProgram, programNames } from './emit/program.ts';
import { hasFusedMultiplyAdd, hasVectors } from './features.ts';
import { Heap } from './heap.ts';
import { notice } from './notice.ts';
import { type Memory, webAssembly } from './platform.ts';
import { defaultThreads, obstacleToThreads } from './threads/environment.ts';
import { Pool, ThreadError } from './threads/pool.ts';

/** How an engine computes. */
export interface WasmEngineOptions {
	/** Threads that share the work of a run; left out, PULLBACK_THREADS or as many as the machine runs at once. */
	readonly threads?: number;
	/** Multiply and add with one rounding where the machine can: faster, and not the same bits everywhere. */
	readonly relaxed?: boolean;
}

/** Inputs of fewer bytes are copied sooner than it is found out whether they have been. */
const worthRemembering = 16_384;
/** Runs below this cost are over before another thread is awake; in vector instructions. */
const worthThreads = 150_000;
const firstPages = 64;

/**
 * An engine that writes a WebAssembly module for each graph, with all of it in one linear memory; null where the
 * environment has no WebAssembly with vectors. The same bits at every number of threads.
 */
export function wasmEngine(options: WasmEngineOptions = {}): Engine | null {
	const { threads = defaultThreads() } = options;
	if (!Number.isInteger(threads) || threads < 1)
		throw new RangeError(`wasmEngine: threads is ${threads}; it must be a whole number from 1`);
	if (webAssembly === undefined || !hasVectors()) return null;
	return new WasmEngine(threads, options.relaxed === true && hasFusedMultiplyAdd());
}

/** Where the current value of a cell lies in the engine's memory. */
interface Residence {
	readonly address: number;
	/** The cell's version that the memory holds. */
	version: number;
	/** Copies the value out. */
	readonly fetch: () => Data;
}

/** A constant that programs share. */
interface SharedConstant {
	readonly address: number;
	users: number;
}

/** The blocks that a program gives back. */
interface Holdings {
	readonly blocks: readonly number[];
	readonly constants: readonly Data[];
}

class WasmEngine implements Engine {
	readonly name = 'wasm';
	readonly #threads: number;
	readonly #fused: boolean;
	#state: EngineState | null = null;

	constructor(threads: number, fused: boolean) {
		this.#threads = threads;
		this.#fused = fused;
	}

	compile(graph: Graph): Program {
		this.#state ??= new EngineState(this.#threads, this.#fused);
		return this.#state.compile(graph);
	}
}

/** Threads that work for an engine which nobody has any more end. */
const abandoned = new FinalizationRegistry<Pool>((pool) => pool.terminate());

/** The memory of an engine and everything in it. */
class EngineState {
	readonly #memory: Memory;
	readonly #heap: Heap;
	readonly #fused: boolean;
	#pool: Pool | null;
	readonly #shared: boolean;
	/** Why there is one thread where more were asked for. */
	readonly #obstacle: string | null;
	readonly #residences = new WeakMap<Cell, Residence>();
	readonly #constants = new Map<Data, SharedConstant>();
	readonly #marks = new WeakMap<Data, object>();
	/** What nobody needs any more, given back after the next run begins: until then a late thread may read it. */
	#condemned: Holdings[] = [];
	readonly #cells = new FinalizationRegistry<number>((address) => this.#heap.free(address));
	readonly #programs = new FinalizationRegistry<Holdings>((holdings) => {
		this.#condemned.push(holdings);
	});
	#programCount = 0;

	constructor(threads: number, fused: boolean) {
		if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
		this.#obstacle = threads > 1 ? obstacleToThreads() : null;
		this.#shared = threads > 1 && this.#obstacle === null;
		this.#memory = new webAssembly.Memory({
			initial: firstPages,
			maximum: 65_536,
			shared: this.#shared,
		});
		this.#heap = new Heap(this.#memory, control.size);
		this.#fused = fused;
		this.#pool = this.#shared ? new Pool(this.#memory, threads - 1) : null;
		if (this.#pool !== null) abandoned.register(this, this.#pool);
	}

	compile(graph: Graph): Program {
		if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
		const plan = lower(graph);
		const blocks: number[] = [];
		const constants: Data[] = [];
		const allocate = (bytes: number): number => {
			const address = this.#heap.allocate(bytes);
			blocks.push(address);
			return address;
		};
		try {
			const addresses = this.#place(plan, allocate, constants);
			const addressOf = (buffer: Buffer): number => {
				const address = addresses.get(buffer);
				if (address === undefined) throw new Error('internal: a buffer without memory');
				return address;
			};
			const { bytes, cost } = emitProgram(plan, addressOf, {
				shared: this.#shared,
				fused: this.#fused,
			});
			if (cost > worthThreads && this.#obstacle !== null)
				notice(`running on one thread: ${this.#obstacle}`);
			const module = new webAssembly.Module(bytes);
			const instance = new webAssembly.Instance(module, {
				[programNames.imports]: {
					[programNames.memory]: this.#memory,
					[programNames.park]: (done: number) => this.#pool?.park(done),
				},
			});
			const { alone, together } = instance.exports;
			if (alone === undefined) throw new Error('internal: a module without exports');
			const header = this.#shared && cost > worthThreads ? this.#header(bytes, allocate) : null;
			const holdings = { blocks, constants };
			const program = new WasmProgram(
				this,
				graph,
				plan,
				addressOf,
				alone,
				together !== undefined && header !== null ? { header, together, cost } : null,
				holdings,
			);
			this.#programs.register(program, holdings, program);
			return program;
		} catch (error) {
			this.#giveBack({ blocks, constants });
			throw error;
		}
	}

	/** Elements in memory. */
	view(dtype: DType, address: number, size: number): Data {
		// The buffer is another one after the memory has grown.
		return new arrays[dtype](this.#memory.buffer as ArrayBuffer, address, size); // typed arrays take shared buffers too
	}

	/** An object that stands for elements without keeping them alive. */
	markOf(data: Data): object {
		const known = this.#marks.get(data);
		if (known !== undefined) return known;
		const mark = {};
		this.#marks.set(data, mark);
		return mark;
	}

	/** Brings the place of a cell up to date. */
	upToDate(cell: Cell, dtype: DType, size: number): void {
		const residence = this.#residenceOf(cell, dtype, size);
		if (residence.version !== cell.version) {
			this.view(dtype, residence.address, size).set(cell.read());
			residence.version = cell.version;
		}
	}

	/** Notes that a run has written a cell's next value to its place. */
	changed(cell: Cell): void {
		const residence = this.#residences.get(cell);
		if (residence === undefined) throw new Error('internal: a cell without memory');
		cell.write(residence.fetch);
		residence.version = cell.version;
	}

	/** Runs a program on as many threads as it is worth; false if an index was out of range. */
	run(alone: () => void, shared: WasmProgram['shared']): boolean {
		if (shared !== null && this.#pool !== null) {
			try {
				this.#pool.run(shared.header, shared.together, shared.cost);
			} catch (error) {
				// Threads that hang in this run must not wake up in a later one.
				this.#pool.terminate();
				this.#pool = null;
				throw error;
			}
		} else alone();
		for (const holdings of this.#condemned.splice(0)) this.#giveBack(holdings);
		const flag = this.view('i32', control.outOfRange, 1);
		const inRange = flag[0] === 0;
		flag[0] = 0;
		return inRange;
	}

	release(program: WasmProgram, holdings: Holdings): void {
		this.#programs.unregister(program);
		this.#condemned.push(holdings);
	}

	#place(plan: Plan, allocate: (bytes: number) => number, constants: Data[]): Map<Buffer, number> {
		const addresses = new Map<Buffer, number>();
		const start = plan.size > 0 ? allocate(plan.size) : 0;
		for (const [buffer, offset] of plan.offsets) addresses.set(buffer, start + offset);
		for (const { buffer } of plan.inputs) addresses.set(buffer, allocate(bytesOf(buffer)));
		for (const { data, buffer } of plan.constants) {
			addresses.set(buffer, this.#constant(data, buffer));
			constants.push(data);
		}
		for (const { cell, buffer } of plan.cells)
			addresses.set(buffer, this.#residenceOf(cell, buffer.dtype, buffer.size).address);
		return addresses;
	}

	#constant(data: Data, buffer: Buffer): number {
		const known = this.#constants.get(data);
		if (known !== undefined) {
			known.users++;
			return known.address;
		}
		const address = this.#heap.allocate(bytesOf(buffer));
		this.view(buffer.dtype, address, buffer.size).set(data);
		this.#constants.set(data, { address, users: 1 });
		return address;
	}

	#residenceOf(cell: Cell, dtype: DType, size: number): Residence {
		const known = this.#residences.get(cell);
		if (known !== undefined) return known;
		const address = this.#heap.allocate(bytesOf({ id: -1, dtype, size, role: 'variable' }));
		const residence: Residence = {
			address,
			version: -1,
			fetch: () => this.view(dtype, address, size).slice(),
		};
		this.#residences.set(cell, residence);
		this.#cells.register(cell, address);
		return residence;
	}

	/** What other threads need to make the program: its number, and where its module lies. */
	#header(bytes: Uint8Array, allocate: (bytes: number) => number): number {
		const header = allocate(12);
		const address = allocate(bytes.length);
		this.view('u8', address, bytes.length).set(bytes);
		this.view('i32', header, 3).set([++this.#programCount, address, bytes.length]);
		return header;
	}

	#giveBack({ blocks, constants }: Holdings): void {
		for (const block of blocks) this.#heap.free(block);
		for (const data of constants) {
			const shared = this.#constants.get(data);
			if (shared === undefined) continue;
			shared.users--;
			if (shared.users > 0) continue;
			this.#constants.delete(data);
			this.#heap.free(shared.address);
		}
	}
}

class WasmProgram implements Program {
	/** What it takes to run on several threads; null if it is not worth them. */
	readonly shared: {
		readonly header: number;
		readonly together: (run: number) => void;
		readonly cost: number;
	} | null;
	readonly #state: EngineState;
	readonly #graph: Graph;
	readonly #plan: Plan;
	readonly #addressOf: (buffer: Buffer) => number;
	readonly #alone: () => void;
	/** For each input of the plan, the mark of the elements that lie in its place. */
	readonly #inPlace: (object | undefined)[] = [];
	/** Null once they have been given back. */
	#holdings: Holdings | null;

	constructor(
		state: EngineState,
		graph: Graph,
		plan: Plan,
		addressOf: (buffer: Buffer) => number,
		alone: () => void,
		shared: WasmProgram['shared'],
		holdings: Holdings,
	) {
		this.#state = state;
		this.#graph = graph;
		this.#plan = plan;
		this.#addressOf = addressOf;
		this.#alone = alone;
		this.shared = shared;
		this.#holdings = holdings;
	}

	run(inputs: readonly Data[]): Data[] {
		if (this.#holdings === null) throw new Error('internal: a program that has been freed');
		const state = this.#state;
		const { cells, inputs: given, outputs, updates } = this.#plan;
		for (const { cell, buffer } of cells) state.upToDate(cell, buffer.dtype, buffer.size);
		for (const [i, { index, buffer }] of given.entries()) {
			const data = inputs[index];
			if (data === undefined) throw new Error('internal: an input is missing');
			this.#put(i, buffer, data);
		}
		let inRange: boolean;
		try {
			inRange = state.run(this.#alone, this.shared);
		} catch (error) {
			// Some Variables may have their next value and some not: nobody may take that for a value.
			for (const cell of updates)
				cell.write(() => {
					throw new ThreadError(
						'the value was lost when a run that changed it failed; assign it anew',
						{ cause: error },
					);
				});
			throw error;
		}
		if (!inRange) {
			// The interpreter says which index, and where; no Variable has changed.
			interpreter.compile(this.#graph).run(inputs);
			throw new Error('internal: an index was out of range for the engine alone');
		}
		for (const cell of updates) state.changed(cell);
		return outputs.map((buffer) =>
			state.view(buffer.dtype, this.#addressOf(buffer), buffer.size).slice(),
		);
	}

	/** Copies an input to its place, unless it lies there from the run before. */
	#put(i: number, buffer: Buffer, data: Data): void {
		if (data.byteLength >= worthRemembering) {
			const mark = this.#state.markOf(data);
			if (this.#inPlace[i] === mark) return;
			this.#inPlace[i] = mark;
		}
		this.#state.view(buffer.dtype, this.#addressOf(buffer), buffer.size).set(data);
	}

	free(): void {
		if (this.#holdings !== null) this.#state.release(this, this.#holdings);
		this.#holdings = null;
	}
}
