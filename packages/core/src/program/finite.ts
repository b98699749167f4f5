import type { Data } from '../graph/dtype.ts';
import { NonFiniteError } from '../graph/errors.ts';
import { Late } from '../graph/late.ts';
import type { Node } from '../graph/node.ts';
import { findNonFinite } from '../graph/nonFinite.ts';
import { topologicalOrder } from '../graph/order.ts';
import { checkFinite } from '../ops/arithmetic.ts';
import type { Engine, Graph, Program } from './engine.ts';

/** A program whose runs throw a NonFiniteError, before any cell changes, where a root of its graph is not finite. */
export function finiteProgram(
	engine: Engine<Data | Late>,
	graph: Graph,
	siteOf: (node: Node) => string | undefined,
): Program<Data | Late> {
	const program = engine.compile(finiteGraph(graph));
	return {
		run: (values) => {
			try {
				return program.run(values);
			} catch (error) {
				if (!(error instanceof NonFiniteError)) throw error;
				throw explainedError('compile', error, { engine, graph, values, siteOf });
			}
		},
		free: () => program.free(),
	};
}

/** The graph with a check of every root. */
export function finiteGraph({ inputs, outputs, updates }: Graph): Graph {
	return {
		inputs,
		outputs: outputs.map(checkFinite),
		updates: updates.map(({ cell, value }) => ({ cell, value: checkFinite(value) })),
	};
}

/** A run that met a NaN or an infinity. */
export interface FailedRun {
	readonly engine: Engine<Data | Late>;
	/** Without checks. */
	readonly graph: Graph;
	readonly values: readonly (Data | Late)[];
	siteOf(node: Node): string | undefined;
}

/** The error of a run with where it came from. */
export function explainedError(
	operation: string,
	error: NonFiniteError,
	run: FailedRun,
): NonFiniteError {
	return new NonFiniteError(explanation(operation, error, run), { cause: error });
}

/** Where it came from: every Node of the graph is computed once more, and kept. */
function explanation(
	operation: string,
	{ message }: NonFiniteError,
	{ engine, graph, values, siteOf }: FailedRun,
): string {
	const { inputs, outputs, updates } = graph;
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	const order = topologicalOrder(roots);
	const program = engine.compile({ inputs, outputs: order, updates: [] });
	try {
		const all = program.run(values);
		if (all.some((value) => value instanceof Late)) return message;
		const indices = new Map(order.map((node, i) => [node, i]));
		const found = findNonFinite(roots, {
			elementsOf: (node) => {
				const value = all[indices.get(node) ?? -1];
				if (value === undefined || value instanceof Late)
					throw new Error('internal: a Node was not computed');
				return value;
			},
			siteOf,
			infinity: true,
		});
		// Rounded otherwise, one by one, what overflowed may not.
		return found === null ? message : `${operation}: ${found}`;
	} finally {
		program.free();
	}
}
