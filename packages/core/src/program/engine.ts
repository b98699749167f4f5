import type { Data } from '../graph/dtype.ts';
import { Late } from '../graph/late.ts';
import type { Node } from '../graph/node.ts';
import type { Explained } from './explanation.ts';
import type { Profiled } from './profileResult.ts';

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

/** A graph made ready by an engine. `Value` is `Data | Late` where values may come later. */
export interface Program<Value extends Data | Late = Data> {
	/**
	 * The outputs' values for the given inputs; if it throws, no cell has changed. Nobody may write to the inputs
	 * afterwards: a program that is given the same array again may take its elements for the same. A run whose values
	 * come later may fail later: then all that it was to compute fails by its error, outputs, cells, and whatever was
	 * computed of them since.
	 */
	run(inputs: readonly Value[]): Value[];
	/** Gives back what the program holds; it cannot run again. Values of earlier runs still come. */
	free(): void;
}

/** Where a Node was recorded. */
export interface Recording {
	/** `file:line:column` of the nearest line that is no line of Pullback's; empty if there is none. */
	readonly site: string;
	/** The Node of whose derivative it is part; null of others. */
	readonly derivativeOf: Node | null;
}

/** A graph as a function recorded it. */
export interface TracedGraph {
	readonly graph: Graph;
	/** Where the function recorded a Node; undefined of one that it did not record, or if nobody asked. */
	recordOf(node: Node): Recording | undefined;
}

/** What turns graphs into programs. One that cannot run a graph says so in `compile`. */
export interface Engine<Value extends Data | Late = Data> {
	readonly name: string;
	compile(graph: Graph): Program<Value>;
	/**
	 * Whether its programs take a value for an input before its elements are there, or without asking for them: one of its
	 * own. Left out, no value is.
	 */
	takes?(value: Late): boolean;
	/** What the program of a graph would be; an engine that cannot say so has no such method. */
	explain?(traced: TracedGraph): Explained;
	/**
	 * Runs the program of a graph again and again on one thread, kernel by kernel, with the same inputs and the same values
	 * of cells, none of which it changes. `runs` is how many runs are timed; null for as many as the engine thinks fit.
	 */
	profile?(traced: TracedGraph, inputs: readonly Data[], runs: number | null): Profiled;
}

/** Where the value of a Variable lives between runs. */
export class Cell {
	/** Goes up with every write, so that readers know what they have read. */
	version = 0;
	#content: Data | Late | (() => Data | Late);

	constructor(content: Data | Late) {
		this.#content = content;
	}

	/** The elements, which nobody may write to; throws TypeError if they are not there yet, or what they failed by. */
	read(): Data {
		const content = this.content();
		if (!(content instanceof Late)) return content;
		if (content.data === null)
			throw new TypeError(
				'compile: the value of a Variable is not there yet, and no value of this engine; await ready(x) first',
			);
		return content.data;
	}

	/** The value as it was written, which may come later; throws what it failed by. */
	content(): Data | Late {
		if (typeof this.#content === 'function') this.#content = this.#content();
		if (this.#content instanceof Late && this.#content.failure !== null)
			throw this.#content.failure.error;
		return this.#content;
	}

	/** Replaces the value; an engine that keeps it in memory of its own passes a function that fetches it. */
	write(content: Data | Late | (() => Data | Late)): void {
		this.#content = content;
		this.version++;
	}
}
