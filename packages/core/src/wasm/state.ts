import { arrays, type Data, type DType } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import type { Buffer } from '../lowering/expression.ts';
import { lower } from '../lowering/lower.ts';
import { bytesOf } from '../lowering/memory.ts';
import type { Plan } from '../lowering/plan.ts';
import { isMuchWork } from '../lowering/work.ts';
import type { Cell, Graph, Program } from '../program/engine.ts';
import { NodeProgram } from '../program/single.ts';
import { compute } from '../reference/kernels.ts';
import { control, controlSize, headerWords } from './control.ts';
import { emitTogether } from './emit/driver/together.ts';
import { names } from './emit/names.ts';
import { emitProgram, type ProgramModule } from './emit/program.ts';
import { Heap, OutOfMemoryError } from './heap.ts';
import { notice } from './notice.ts';
import { type Memory, type WebAssemblyInterface, webAssembly } from './platform.ts';
import { type Holdings, type Host, WasmProgram } from './program.ts';
import { machineThreads, obstacleToThreads } from './threads/environment.ts';
import { Pool, ThreadError } from './threads/pool.ts';
import { Shareable, type Sharing } from './threads/sharing.ts';

const firstPages = 64;

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

/** Threads that work for an engine which nobody has any more end. */
const abandoned = new FinalizationRegistry<Pool>((pool) => pool.terminate());

/** The memory of an engine and everything in it. */
export class EngineState implements Host {
	readonly #memory: Memory;
	readonly #heap: Heap;
	readonly #fused: boolean;
	#pool: Pool | null;
	/** The threads that are wanted, the calling one included; null for as many as the machine runs at once. */
	readonly #threads: number | null;
	/** Why threads cannot share the memory, if several are wanted. */
	readonly #obstacle: string | null;
	/** Whether they may. */
	readonly #shared: boolean;
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

	constructor(threads: number | null, fused: boolean) {
		if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
		this.#threads = threads;
		this.#obstacle = threads === 1 ? null : obstacleToThreads();
		this.#shared = threads !== 1 && this.#obstacle === null;
		this.#memory = new webAssembly.Memory({
			initial: firstPages,
			maximum: 65_536,
			shared: this.#shared,
		});
		this.#heap = new Heap(this.#memory, controlSize);
		this.#fused = fused;
		this.#pool = this.#shared ? new Pool(this.#memory, this.#heap, threads) : null;
		if (this.#pool !== null) abandoned.register(this, this.#pool);
	}

	compile(graph: Graph): Program {
		if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
		const plan = lower(graph, (node, inputs) => this.#valueOf(node, inputs));
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
			const emitted = emitProgram(plan, addressOf, {
				shared: this.#shared,
				fused: this.#fused,
			});
			if (emitted.isWorthThreads) this.#mentionObstacle();
			const module = new webAssembly.Module(emitted.bytes);
			const { exports } = new webAssembly.Instance(module, {
				[names.engine]: { [names.memory]: this.#memory },
			});
			const shareable =
				emitted.isWorthThreads && this.#shared
					? new Shareable(emitted.cost, () => this.#share(emitted, exports, allocate))
					: null;
			const holdings = { blocks, constants };
			const alone = exported(exports, names.alone);
			const program = new WasmProgram(this, graph, plan, addressOf, alone, shareable, holdings);
			this.#programs.register(program, holdings, program);
			return program;
		} catch (error) {
			this.#giveBack({ blocks, constants });
			throw error;
		}
	}

	view(dtype: DType, address: number, size: number): Data {
		// The buffer is another one after the memory has grown.
		return new arrays[dtype](this.#memory.buffer as ArrayBuffer, address, size); // typed arrays take shared buffers too
	}

	markOf(data: Data): object {
		const known = this.#marks.get(data);
		if (known !== undefined) return known;
		const mark = {};
		this.#marks.set(data, mark);
		return mark;
	}

	upToDate(cell: Cell, dtype: DType, size: number): void {
		const residence = this.#residenceOf(cell, dtype, size);
		if (residence.version !== cell.version) {
			this.view(dtype, residence.address, size).set(cell.read());
			residence.version = cell.version;
		}
	}

	changed(cell: Cell): void {
		const residence = this.#residences.get(cell);
		if (residence === undefined) throw new Error('internal: a cell without memory');
		cell.write(residence.fetch);
		residence.version = cell.version;
	}

	run(alone: () => void, shareable: Shareable | null): boolean {
		if (shareable === null || !this.#runTogether(shareable)) alone();
		for (const holdings of this.#condemned.splice(0)) this.#giveBack(holdings);
		const flag = this.view('i32', control.outOfRange, 1);
		const inRange = flag[0] === 0;
		flag[0] = 0;
		return inRange;
	}

	/** Runs a program on several threads; false if there are none, or it is not worth them. */
	#runTogether(shareable: Shareable): boolean {
		const pool = this.#pool;
		const sharing = pool?.isWorth(shareable.cost) ? shareable.sharing() : null;
		if (pool === null || sharing === null) return false;
		try {
			pool.run(sharing.header, sharing.together, shareable.cost);
			return true;
		} catch (error) {
			// Threads that hang in this run must not wake up in a later one.
			pool.terminate();
			this.#pool = null;
			throw error;
		}
	}

	release(program: WasmProgram, holdings: Holdings): void {
		this.#programs.unregister(program);
		this.#condemned.push(holdings);
	}

	/** The value of a Node that depends on no input: with much work it is worth a program that runs once. */
	#valueOf(node: Node, inputs: readonly Data[]): Data {
		if (!isMuchWork(node)) return compute(node, inputs);
		try {
			const program = new NodeProgram(this, node);
			try {
				return program.run(inputs);
			} finally {
				program.free();
			}
		} catch (error) {
			// The engine's own misfortune: the value can be had all the same.
			if (error instanceof OutOfMemoryError || error instanceof ThreadError)
				return compute(node, inputs);
			throw error;
		}
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

	/** Says once why there is one thread where more would run. */
	#mentionObstacle(): void {
		if (this.#obstacle === null || (this.#threads ?? machineThreads()) === 1) return;
		notice(`running on one thread: ${this.#obstacle}`);
	}

	/**
	 * Makes what several threads run, and the header from which the others make it; null if there is but one thread, or no
	 * room for that.
	 */
	#share(
		{ bytes, phases }: ProgramModule,
		exports: Exports,
		allocate: (bytes: number) => number,
	): Sharing | null {
		if (webAssembly === undefined || this.#pool === null) throw new Error('internal: no threads');
		const headerBytes = 4 * headerWords;
		let driver: Uint8Array<ArrayBuffer>;
		let header: number;
		try {
			const { team } = this.#pool;
			if (team.threads === 1) return null;
			driver = emitTogether(phases, team);
			header = allocate(headerBytes + bytes.length + driver.length);
		} catch (error) {
			if (error instanceof OutOfMemoryError) return null;
			throw error;
		}
		const words = [++this.#programCount, bytes.length, driver.length];
		this.view('i32', header, headerWords).set(words);
		const behind = header + headerBytes;
		this.view('u8', behind, bytes.length).set(bytes);
		this.view('u8', behind + bytes.length, driver.length).set(driver);
		const instance = new webAssembly.Instance(new webAssembly.Module(driver), {
			[names.engine]: {
				[names.memory]: this.#memory,
				[names.park]: (done: number) => this.#pool?.park(done),
			},
			[names.program]: exports,
		});
		return { header, together: exported(instance.exports, names.together) };
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

type Exports = InstanceType<WebAssemblyInterface['Instance']>['exports'];

function exported(exports: Exports, name: string): Exports[string] {
	const value = exports[name];
	if (value === undefined) throw new Error(`internal: a module without ${name}`);
	return value;
}
