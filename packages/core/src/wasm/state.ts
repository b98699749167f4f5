import { allocate, type Data, type DType, elementBytes } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import type { Plan } from '../lowering/ir/plan.ts';
import { lower } from '../lowering/lower.ts';
import { isMuchWork } from '../lowering/nodes/work.ts';
import type { Target } from '../lowering/target.ts';
import { validatePlan } from '../lowering/validation/validatePlan.ts';
import type { Graph, Program, TracedGraph } from '../program/engine.ts';
import { counted, type Explained, type ThreadsInWords } from '../program/explanation.ts';
import type { Profiled } from '../program/profileResult.ts';
import { NodeProgram } from '../program/single.ts';
import { compute } from '../reference/kernels.ts';
import { control, headerWords } from './control.ts';
import { emitParallel } from './emit/driver/parallel.ts';
import { names } from './emit/names.ts';
import { emitProgram, minParallelCost, type ProgramModule } from './emit/program.ts';
import { explainGraph } from './explain.ts';
import { type Heap, OutOfMemoryError } from './heap.ts';
import type { Holdings, Loaded } from './loaded.ts';
import { type EngineMemory, viewOf } from './memory.ts';
import { notice } from './notice.ts';
import { type WebAssemblyInterface, webAssembly } from './platform.ts';
import { profilePlan } from './profile.ts';
import { type Host, refuseOutOfRange, WasmProgram } from './program.ts';
import { Rooms } from './rooms.ts';
import { machineThreads, orOneThread } from './threads/environment.ts';
import { Pool, ThreadError, threadStartCost } from './threads/pool.ts';
import { Shareable, type Sharing } from './threads/sharing.ts';

/** Threads that work for an engine which nobody has any more end. */
const abandoned = new FinalizationRegistry<Pool>((pool) => pool.terminate());

/** How an engine runs. */
export interface StateOptions {
	/** The threads that are wanted, the calling one included; null for as many as the machine runs at once. */
	readonly threads: number | null;
	readonly fused: boolean;
	/** What plans are made for. */
	readonly target: Target;
	/** Whether plans are proved to be valid. */
	readonly validate: boolean;
	/** Blocks of its memory. */
	readonly heap: Heap;
}

/** The memory of an engine and everything in it. */
export class EngineState implements Host {
	readonly #memory: EngineMemory;
	readonly #rooms: Rooms;
	readonly #heap: Heap;
	readonly #fused: boolean;
	readonly #target: Target;
	readonly #validate: boolean;
	#pool: Pool | null;
	readonly #threads: number | null;
	readonly #marks = new WeakMap<Data, object>();
	readonly #programs = new FinalizationRegistry<Holdings>((holdings) => {
		this.#rooms.release(holdings);
	});
	#programCount = 0;

	constructor(memory: EngineMemory, { threads, fused, target, heap, validate }: StateOptions) {
		this.#memory = memory;
		this.#heap = heap;
		this.#rooms = new Rooms(memory.memory, heap);
		this.#threads = threads;
		this.#fused = fused;
		this.#target = target;
		this.#validate = validate;
		this.#pool = memory.shared ? new Pool(memory.memory, heap, threads) : null;
		if (this.#pool !== null) abandoned.register(this, this.#pool);
		if (memory.shortage !== null) notice(memory.shortage);
	}

	compile(graph: Graph): Program {
		const plan = lower(graph, this.#target, (node, inputs) => this.#valueOf(node, inputs));
		if (this.#validate) validatePlan(plan);
		const holdings: Holdings = { arena: null, blocks: [], constants: [], residences: [] };
		const program = new WasmProgram(this, graph, plan, holdings);
		this.#programs.register(program, holdings, program);
		return program;
	}

	/** What the program of a graph would be. */
	explain(traced: TracedGraph): Explained {
		return this.#explained(traced).explained;
	}

	/** How long the kernels of a graph take on this thread. */
	profile(traced: TracedGraph, inputs: readonly Data[], runs: number | null): Profiled {
		const { plan, explained } = this.#explained(traced);
		const profiled = profilePlan(plan, inputs, { fused: this.#fused, runs });
		if (profiled === null) {
			const { outputs, updates, inputs: symbols } = traced.graph;
			const roots = [...outputs, ...updates.map(({ value }) => value)];
			refuseOutOfRange('profile', { inputs: symbols, outputs: roots, updates: [] }, inputs);
		}
		return {
			explained,
			outputs: profiled.outputs,
			runs: profiled.runs,
			kernels: profiled.medians.slice(0, -1),
			whole: profiled.medians.at(-1) ?? 0,
		};
	}

	#explained(traced: TracedGraph): { readonly plan: Plan; readonly explained: Explained } {
		const { plan, words } = explainGraph(traced, this.#target, (node, inputs) =>
			this.#valueOf(node, inputs),
		);
		return { plan, explained: { ...words, threads: this.#threadsFor(words.cost) } };
	}

	/** The threads for a program of such cost, and why so many. */
	#threadsFor(cost: number): ThreadsInWords {
		const { obstacle } = this.#memory;
		if (cost <= minParallelCost)
			return {
				count: 1,
				reason: `as a run costs no more than ${counted(minParallelCost)}: it is over before another thread is awake`,
			};
		if (this.#pool === null) return { count: 1, reason: obstacle ?? 'as the engine has no others' };
		const count = this.#threads ?? machineThreads();
		if (count === 1) return { count, reason: 'as the machine runs one at once' };
		return {
			count,
			reason: `as a run costs more than ${counted(minParallelCost)}; others are started once the engine's runs have cost ${counted(threadStartCost)}`,
		};
	}

	load(plan: Plan, holdings: Holdings): Loaded {
		const { arena, addressOf } = this.#rooms.place(plan, holdings);
		try {
			const emitted = emitProgram(plan, addressOf, {
				shared: this.#memory.shared,
				fused: this.#fused,
			});
			if (emitted.isWorthThreads) this.#mentionObstacle();
			const exports = this.#exportsOf(emitted.bytes, {});
			const shareable =
				emitted.isWorthThreads && this.#memory.shared
					? new Shareable(emitted.cost, () => this.#share(emitted, exports, holdings))
					: null;
			const residenceOf = new Map(plan.cells.map(({ cell }, i) => [cell, holdings.residences[i]]));
			return {
				arena,
				temporaries: plan.size,
				addressOf,
				alone: exported(exports, names.alone),
				shareable,
				residences: [...holdings.residences],
				updated: plan.updates.map((cell) => {
					const residence = residenceOf.get(cell);
					if (residence === undefined) throw new Error('internal: a cell without memory');
					return residence;
				}),
			};
		} catch (error) {
			this.#rooms.release(holdings);
			throw error;
		}
	}

	view(dtype: DType, address: number, size: number): Data {
		return viewOf(this.#memory.memory, dtype, address, size);
	}

	resultOf(dtype: DType, size: number): Data {
		try {
			return allocate(dtype, size);
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			throw this.#heap.refusal(size * elementBytes[dtype]);
		}
	}

	markOf(data: Data): object {
		const known = this.#marks.get(data);
		if (known !== undefined) return known;
		const mark = {};
		this.#marks.set(data, mark);
		return mark;
	}

	sharing({ shareable }: Loaded): Sharing | null {
		if (shareable === null || this.#pool?.isWorth(shareable.cost) !== true) return null;
		return shareable.sharing();
	}

	run({ alone, shareable }: Loaded, sharing: Sharing | null): boolean {
		const flag = this.view('i32', control.outOfRange, 1);
		flag[0] = 0;
		if (sharing === null) alone();
		else this.#runTogether(sharing, shareable?.cost ?? 0);
		return flag[0] === 0;
	}

	#runTogether({ header, together }: Sharing, cost: number): void {
		const pool = this.#pool;
		if (pool === null) throw new Error('internal: no threads');
		try {
			pool.run(header, together, cost);
		} catch (error) {
			// Threads that hang in this run must not wake up in a later one. What fails once may fail again, and takes
			// the values of Variables with it: others are not started.
			pool.terminate();
			this.#pool = null;
			const reason = error instanceof Error ? error.message : String(error);
			notice(
				`running on one thread from now on: ${reason}; make another engine by compiler(wasmEngine()), ${orOneThread}`,
			);
			throw error;
		}
	}

	release(program: WasmProgram, holdings: Holdings): void {
		this.#programs.unregister(program);
		this.#rooms.release(holdings);
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

	/** Says once why there is one thread where more would run. */
	#mentionObstacle(): void {
		const { obstacle } = this.#memory;
		if (obstacle === null || (this.#threads ?? machineThreads()) === 1) return;
		notice(`running on one thread: ${obstacle}`);
	}

	/**
	 * Makes what several threads run, and the header from which the others make it; null if there is but one thread, or no
	 * room for that.
	 */
	#share({ bytes, phases }: ProgramModule, exports: Exports, holdings: Holdings): Sharing | null {
		if (this.#pool === null) throw new Error('internal: no threads');
		const headerBytes = 4 * headerWords;
		let driver: Uint8Array<ArrayBuffer>;
		let header: number;
		try {
			const { team } = this.#pool;
			if (team.threads === 1) return null;
			driver = emitParallel(phases, team);
			header = this.#rooms.block(headerBytes + bytes.length + driver.length, holdings);
		} catch (error) {
			if (!(error instanceof OutOfMemoryError)) throw error;
			notice(
				'running a program on one thread: no memory is left for what other threads need; release compiled functions and Variables',
			);
			return null;
		}
		const words = [++this.#programCount, bytes.length, driver.length];
		this.view('i32', header, headerWords).set(words);
		const behind = header + headerBytes;
		this.view('u8', behind, bytes.length).set(bytes);
		this.view('u8', behind + bytes.length, driver.length).set(driver);
		const park = (done: number): void => this.#pool?.park(done);
		const made = this.#exportsOf(driver, { [names.park]: park }, exports);
		return { header, together: exported(made, names.together) };
	}

	/** What a module exports, given the memory and more of the engine, and what another module exports. */
	#exportsOf(
		bytes: Uint8Array<ArrayBuffer>,
		engine: Readonly<Record<string, unknown>>,
		program: Exports = {},
	): Exports {
		if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
		const { memory } = this.#memory;
		return new webAssembly.Instance(new webAssembly.Module(bytes), {
			[names.engine]: { [names.memory]: memory, ...engine },
			[names.program]: program,
		}).exports;
	}
}

type Exports = InstanceType<WebAssemblyInterface['Instance']>['exports'];

function exported(exports: Exports, name: string): Exports[string] {
	const value = exports[name];
	if (value === undefined) throw new Error(`internal: a module without ${name}`);
	return value;
}
