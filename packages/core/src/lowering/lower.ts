import type { Node } from '../graph/node.ts';
import type { Graph } from '../program/engine.ts';
import type { Compute } from '../reference/evaluate.ts';
import { compute } from '../reference/kernels.ts';
import { type Built, buildKernels } from './build/kernels.ts';
import { fuse } from './fuse/fusion.ts';
import { materialize } from './fuse/materialize.ts';
import { accessesOf } from './ir/accesses.ts';
import type { Plan } from './ir/plan.ts';
import { planMemory } from './memory/planMemory.ts';
import { baseOf, cellOf } from './nodes/kinds.ts';
import { nodeOf } from './nodes/nodeOf.ts';
import type { Recorder } from './recorder.ts';
import { inTargetForms } from './rewrite/forms.ts';
import { simplify } from './rewrite/simplify.ts';
import { withStoredConditions } from './rewrite/storedConditions.ts';
import { withOperands } from './rewrite/together.ts';
import { scheduled } from './schedule/order.ts';
import { phasesOf } from './schedule/phases.ts';
import type { Target } from './target.ts';

/**
 * A graph as a plan of kernels for a target, pass by pass: each is a function of what those before it made. `constantBy`
 * computes what depends on no input; a recorder is told what becomes of the Nodes, and why.
 */
export function lower(
	graph: Graph,
	target: Target,
	constantBy: Compute = compute,
	recorder?: Recorder,
): Plan {
	// Fewer Nodes of the same values: constants computed, equal Nodes made one, algebra that changes no bit.
	const simple = withRoots(graph, simplify(rootsOf(graph), constantBy, recorder));
	// Nodes that take less with their operand than after it as one.
	const joined = withRoots(simple, withOperands(rootsOf(simple), recorder));
	// Products and large reductions in the forms that the target computes fastest.
	const shaped = withRoots(joined, inTargetForms(rootsOf(joined), target, recorder));
	// Results that are Variables as they were, in memory of their own.
	const separate = withOwnMemory(shaped);
	// Conditions of what need not be kept, asked of what is.
	const settled = withRoots(
		separate,
		withStoredConditions(rootsOf(separate), materialize, recorder),
	);
	// The Nodes whose elements are stored; all others become part of their users' expressions.
	const materialized = materialize(rootsOf(settled), recorder);
	// Those that are computed row by row together.
	const clusters = fuse(materialized, target, recorder);
	// An order of these in which Variables can change where they lie.
	const schedule = scheduled(settled, clusters);
	// Loops over expressions, and special algorithms, over buffers.
	const built = buildKernels(settled, schedule, materialized, target, recorder);
	// Kernels that may run at the same time.
	const phases = phasesOf(built.kernels.map(accessesOf));
	// Where temporary buffers lie, one where another has been.
	const outputs = settled.outputs.map((node) => built.buffers.of(baseOf(node)));
	const memory = planMemory(phases, new Set(outputs), target);
	recorder?.held(built.buffers);
	return {
		target,
		phases: phases.map((accesses) => accesses.map(({ kernel }) => kernel)),
		...sourcesOf(settled, built),
		updates: settled.updates.map(({ cell }) => cell),
		outputs,
		...memory,
	};
}

function rootsOf({ outputs, updates }: Graph): Node[] {
	return [...outputs, ...updates.map(({ value }) => value)];
}

/** The graph with other Nodes for what it computes, of the same values. */
function withRoots({ inputs, outputs, updates }: Graph, roots: readonly Node[]): Graph {
	return {
		inputs,
		outputs: roots.slice(0, outputs.length),
		updates: updates.map(({ cell }, i) => ({
			cell,
			value: roots[outputs.length + i] as Node, // as many roots as outputs and updates
		})),
	};
}

/**
 * The graph with a copy for each result that is the old value of a Variable which changes, and for each new value of one
 * that is another's old value.
 */
function withOwnMemory(graph: Graph): Graph {
	const { outputs, updates } = graph;
	const changing = new Set(updates.map(({ cell }) => cell));
	const roots = rootsOf(graph).map((root, i) => {
		const cell = cellOf(baseOf(root));
		return cell !== null && (i >= outputs.length || changing.has(cell)) ? copyOf(root) : root;
	});
	return withRoots(graph, roots);
}

/** A Node with the same elements that is no leaf. */
function copyOf(node: Node): Node {
	return nodeOf('reshape', [node], { shape: node.shape });
}

/** What a program gets from outside, and the buffers that it belongs in. */
function sourcesOf(
	{ inputs }: Graph,
	{ buffers }: Built,
): Pick<Plan, 'inputs' | 'constants' | 'cells'> {
	return {
		inputs: inputs.flatMap((node, index) => {
			const buffer = buffers.ofNodes.get(node);
			return buffer === undefined ? [] : [{ index, buffer }];
		}),
		constants: [...buffers.ofNodes].flatMap(([node, buffer]) =>
			buffer.role === 'constant' && node.value !== null ? [{ data: node.value, buffer }] : [],
		),
		cells: [...buffers.ofCells].map(([cell, buffer]) => ({ cell, buffer })),
	};
}
