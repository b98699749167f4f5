import type { Data, DType } from '../graph/dtype.ts';
import type { Buffer } from '../lowering/expression.ts';
import type { Plan } from '../lowering/plan.ts';
import type { Cell, Graph, Program } from '../program/engine.ts';
import { interpreter } from '../reference/interpreter.ts';
import { ThreadError } from './threads/pool.ts';
import type { Shareable } from './threads/sharing.ts';

/** Inputs of fewer bytes are copied sooner than it is found out whether they have been. */
const worthRemembering = 16_384;

/** The blocks that a program gives back. */
export interface Holdings {
	readonly blocks: readonly number[];
	readonly constants: readonly Data[];
}

/** What a program needs of the engine that made it. */
export interface Host {
	/** Elements in memory. */
	view(dtype: DType, address: number, size: number): Data;
	/** An object that stands for elements without keeping them alive. */
	markOf(data: Data): object;
	/** Brings the place of a cell up to date. */
	upToDate(cell: Cell, dtype: DType, size: number): void;
	/** Notes that a run has written a cell's next value to its place. */
	changed(cell: Cell): void;
	/** Runs it on as many threads as it is worth; false if an index was out of range. */
	run(alone: () => void, shareable: Shareable | null): boolean;
	/** Takes back what it holds. */
	release(program: WasmProgram, holdings: Holdings): void;
}

/** A plan in an engine's memory, with the module that runs it. */
export class WasmProgram implements Program {
	/** Null if it is not worth several threads. */
	readonly #shareable: Shareable | null;
	readonly #host: Host;
	readonly #graph: Graph;
	readonly #plan: Plan;
	readonly #addressOf: (buffer: Buffer) => number;
	readonly #alone: () => void;
	/** For each input of the plan, the mark of the elements that lie in its place. */
	readonly #inPlace: (object | undefined)[] = [];
	/** Null once they have been given back. */
	#holdings: Holdings | null;

	constructor(
		host: Host,
		graph: Graph,
		plan: Plan,
		addressOf: (buffer: Buffer) => number,
		alone: () => void,
		shareable: Shareable | null,
		holdings: Holdings,
	) {
		this.#host = host;
		this.#graph = graph;
		this.#plan = plan;
		this.#addressOf = addressOf;
		this.#alone = alone;
		this.#shareable = shareable;
		this.#holdings = holdings;
	}

	run(inputs: readonly Data[]): Data[] {
		if (this.#holdings === null) throw new Error('internal: a program that has been freed');
		const host = this.#host;
		const { cells, inputs: given, outputs, updates } = this.#plan;
		for (const { cell, buffer } of cells) host.upToDate(cell, buffer.dtype, buffer.size);
		for (const [i, { index, buffer }] of given.entries()) {
			const data = inputs[index];
			if (data === undefined) throw new Error('internal: an input is missing');
			this.#put(i, buffer, data);
		}
		let inRange: boolean;
		try {
			inRange = host.run(this.#alone, this.#shareable);
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
		for (const cell of updates) host.changed(cell);
		return outputs.map((buffer) =>
			host.view(buffer.dtype, this.#addressOf(buffer), buffer.size).slice(),
		);
	}

	/** Copies an input to its place, unless it lies there from the run before. */
	#put(i: number, buffer: Buffer, data: Data): void {
		if (data.byteLength >= worthRemembering) {
			const mark = this.#host.markOf(data);
			if (this.#inPlace[i] === mark) return;
			this.#inPlace[i] = mark;
		}
		this.#host.view(buffer.dtype, this.#addressOf(buffer), buffer.size).set(data);
	}

	free(): void {
		if (this.#holdings !== null) this.#host.release(this, this.#holdings);
		this.#holdings = null;
	}
}
