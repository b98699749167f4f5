import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';

/** A graph to run again and again: leaves to fill in, Nodes to compute, cells to update. */
export interface Graph {
	/** Symbolic leaves, in the order in which `run` takes their values. */
	readonly inputs: readonly Node[];
	/** The Nodes whose values `run` returns. */
	readonly outputs: readonly Node[];
	/** Cells whose value each run replaces, once everything else has been computed. */
	readonly updates: readonly Update[];
}

/** A cell and the Node that is its next value. */
export interface Update {
	readonly cell: Cell;
	readonly value: Node;
}

/** A graph made ready by an engine. */
export interface Program {
	/**
	 * The outputs' values for the given inputs; if it throws, no cell has changed. Nobody may write to the inputs
	 * afterwards: a program that is given the same array again may take its elements for the same.
	 */
	run(inputs: readonly Data[]): Data[];
	/** Gives back what the program holds; it cannot run again. */
	free(): void;
}

/** What turns graphs into programs. One that cannot run a graph says so in `compile`. */
export interface Engine {
	readonly name: string;
	compile(graph: Graph): Program;
}

/** Where the value of a Variable lives between runs. */
export class Cell {
	/** Goes up with every write, so that readers know what they have read. */
	version = 0;
	#content: Data | (() => Data);

	constructor(content: Data) {
		this.#content = content;
	}

	/** The value, which nobody may write to. */
	read(): Data {
		if (typeof this.#content === 'function') this.#content = this.#content();
		return this.#content;
	}

	/** Replaces the value; an engine that keeps it in memory of its own passes a function that fetches it. */
	write(content: Data | (() => Data)): void {
		this.#content = content;
		this.version++;
	}
}
