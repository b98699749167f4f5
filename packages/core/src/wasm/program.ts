import type { Data, DType } from '../graph/dtype.ts';
import type { Buffer } from '../lowering/ir/expression.ts';
import type { Plan } from '../lowering/ir/plan.ts';
import type { Graph, Program } from '../program/engine.ts';
import { interpreter } from '../reference/interpreter.ts';
import type { Holdings, Loaded } from './loaded.ts';
import { ThreadError } from './threads/pool.ts';
import type { Sharing } from './threads/sharing.ts';

/** The smallest input that is remembered as copied; to copy a smaller one is faster than to find out. */
const minRememberedBytes = 16_384;

/** What a program needs of the engine that made it. */
export interface Host {
	/** Elements in memory. */
	view(dtype: DType, address: number, size: number): Data;
	/** Room for a result; throws OutOfMemoryError. */
	resultOf(dtype: DType, size: number): Data;
	/** An object that stands for elements without keeping them alive. */
	markOf(data: Data): object;
	/** Puts a plan into memory, with the module that runs it; throws OutOfMemoryError. */
	load(plan: Plan, holdings: Holdings): Loaded;
	/** What it takes to run it on several threads; null if there is but one, or it is not worth more. */
	sharing(loaded: Loaded): Sharing | null;
	/** Runs it; false if an element that is checked was out of range. */
	run(loaded: Loaded, sharing: Sharing | null): boolean;
	/** Takes back what it holds. */
	release(program: WasmProgram, holdings: Holdings): void;
}

/** Refuses an element out of range: the interpreter says which, and where. */
export function refuseOutOfRange(operation: string, graph: Graph, inputs: readonly Data[]): never {
	interpreter.compile(graph).run(inputs);
	throw new RangeError(
		`${operation}: a number that is cast or checked is just out of range as compiled, and within as interpreted, which adds in another order; clip or scale it before`,
	);
}

/** A plan, and what an engine has of it in its memory: whenever it runs, and as long as there is room. */
export class WasmProgram implements Program {
	readonly #host: Host;
	readonly #graph: Graph;
	readonly #plan: Plan;
	readonly #holdings: Holdings;
	/** Null once it has been freed. */
	#loaded: Loaded | null;
	/** For each input of the plan, the mark of the elements that its buffer holds. */
	readonly #present: (object | undefined)[] = [];

	constructor(host: Host, graph: Graph, plan: Plan, holdings: Holdings) {
		this.#host = host;
		this.#graph = graph;
		this.#plan = plan;
		this.#holdings = holdings;
		this.#loaded = host.load(plan, holdings);
	}

	run(inputs: readonly Data[]): Data[] {
		const host = this.#host;
		const { cells, outputs, updates } = this.#plan;
		const loaded = this.#ready();
		for (const [i, { cell }] of cells.entries()) loaded.residences[i]?.load(cell);
		this.#putAll(inputs, loaded);
		// Before anything changes: there may be no room for them.
		const results = outputs.map(({ dtype, size }) => host.resultOf(dtype, size));
		const sharing = host.sharing(loaded);
		let inRange: boolean;
		try {
			inRange = host.run(loaded, sharing);
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
		// No Variable has changed.
		if (!inRange) refuseOutOfRange('compile', this.#graph, inputs);
		for (const [i, cell] of updates.entries()) loaded.updated[i]?.changed(cell);
		for (const [i, buffer] of outputs.entries())
			results[i]?.set(host.view(buffer.dtype, loaded.addressOf(buffer), buffer.size));
		return results;
	}

	/** Itself in memory, from where it may have been moved to make room. */
	#ready(): Loaded {
		if (this.#loaded === null) throw new Error('internal: a program that has been freed');
		if (this.#holdings.arena === null) this.#loaded = this.#host.load(this.#plan, this.#holdings);
		return this.#loaded;
	}

	#putAll(inputs: readonly Data[], { arena, addressOf }: Loaded): void {
		if (arena.last !== this.#holdings) {
			// What lay there is another's by now.
			this.#present.fill(undefined);
			arena.last = this.#holdings;
		}
		for (const [i, { index, buffer }] of this.#plan.inputs.entries()) {
			const data = inputs[index];
			if (data === undefined) throw new Error('internal: an input is missing');
			this.#put(i, buffer, addressOf(buffer), data);
		}
	}

	/** Copies an input to its buffer, unless it lies there from the run before. */
	#put(i: number, { dtype, size }: Buffer, address: number, data: Data): void {
		if (data.byteLength >= minRememberedBytes) {
			const mark = this.#host.markOf(data);
			if (this.#present[i] === mark) return;
			this.#present[i] = mark;
		}
		this.#host.view(dtype, address, size).set(data);
	}

	free(): void {
		if (this.#loaded !== null) this.#host.release(this, this.#holdings);
		this.#loaded = null;
	}
}
