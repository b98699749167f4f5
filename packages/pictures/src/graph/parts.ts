import type { Node } from '@pullback/core';
import { commonCall, type ModuleCall, type RecordedCalls } from './calls.ts';

/** What is drawn as one shape: a Node, movements after one another, a call of a module that is closed, or what was folded. */
export interface Part {
	readonly kind: 'node' | 'chain' | 'module' | 'repeat' | 'rest';
	/** The Nodes that it stands for, inputs first; one of a part that is a Node. */
	readonly nodes: readonly Node[];
	/** The call whose open box it stands in; null if in none. */
	readonly within: ModuleCall | null;
	/** The call that it is, of a closed module. */
	readonly call: ModuleCall | null;
	/** How often the same repeats, of a repetition; 1 of all others. */
	readonly times: number;
	/** The parts that were folded into this one, once if they repeat; none of others. */
	readonly folded: readonly Part[];
}

/** The parts of a graph of which some calls of modules are open, inputs before users. */
export function partsOf(
	order: readonly Node[],
	together: ReadonlyMap<Node, Node>,
	recorded: RecordedCalls | null,
	isOpen: (call: ModuleCall) => boolean,
): Part[] {
	const callOf = callsOf(order, recorded);
	const closedAt = closedCalls(recorded?.calls ?? [], isOpen);
	/** The Nodes of each closed call, and of each part that is none, by its last Node. */
	const members = new Map<ModuleCall | Node, Node[]>();
	const begun: Part[] = [];
	for (const node of order) {
		const call = callOf.get(node) ?? null;
		const closed = call === null ? undefined : closedAt.get(call);
		const moved = together.get(node);
		const isChained = closed === undefined && moved !== undefined && callOf.get(moved) === call;
		const known = members.get(closed ?? (isChained ? moved : node));
		const nodes = known ?? [];
		nodes.push(node);
		members.set(closed ?? node, nodes);
		if (known !== undefined) continue;
		begun.push(
			closed === undefined
				? { kind: 'node', nodes, within: call, call: null, times: 1, folded: [] }
				: { kind: 'module', nodes, within: closed.outer, call: closed, times: 1, folded: [] },
		);
	}
	const parts = begun.map(
		(part): Part =>
			part.kind === 'node' && part.nodes.length > 1 ? { ...part, kind: 'chain' } : part,
	);
	return recorded === null ? parts : inOrder(parts);
}

/** The call that each Node belongs to: that in which it was recorded, and for a Variable the innermost that all its users are in. */
function callsOf(
	order: readonly Node[],
	recorded: RecordedCalls | null,
): Map<Node, ModuleCall | null> {
	const calls = new Map<Node, ModuleCall | null>();
	for (const node of order) {
		const call = recorded?.callOf.get(node) ?? null;
		if (node.primitive.name !== 'variable') calls.set(node, call);
		for (const input of node.inputs) {
			if (input.primitive.name !== 'variable') continue;
			const before = calls.get(input);
			calls.set(input, before === undefined ? call : commonCall(before, call));
		}
	}
	return calls;
}

/** For each call within a closed one, the outermost such; a closed one is within itself. */
function closedCalls(
	calls: readonly ModuleCall[],
	isOpen: (call: ModuleCall) => boolean,
): Map<ModuleCall, ModuleCall> {
	const closed = new Map<ModuleCall, ModuleCall>();
	// Outer calls begin before those in them.
	for (const call of calls) {
		const around = call.outer === null ? undefined : closed.get(call.outer);
		if (around !== undefined) closed.set(call, around);
		else if (!isOpen(call)) closed.set(call, call);
	}
	return closed;
}

/** The part of each Node. */
export function partByNode(parts: readonly Part[]): Map<Node, Part> {
	const partOf = new Map<Node, Part>();
	for (const part of parts) for (const node of part.nodes) partOf.set(node, part);
	return partOf;
}

/** Parts in an order in which inputs come before users; not by recursion, as chains are long. */
function inOrder(parts: readonly Part[]): Part[] {
	const partOf = partByNode(parts);
	const order: Part[] = [];
	const met = new Set<Part>();
	const path: { readonly part: Part; readonly inputs: Iterator<Part> }[] = [];
	const enter = (part: Part): void => {
		if (met.has(part)) return;
		met.add(part);
		path.push({ part, inputs: inputsOf(part, partOf) });
	};
	for (const part of parts) {
		enter(part);
		for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
			const next = top.inputs.next();
			if (!next.done) enter(next.value);
			else {
				order.push(top.part);
				path.pop();
			}
		}
	}
	return order;
}

function* inputsOf(part: Part, partOf: ReadonlyMap<Node, Part>): Generator<Part, void, undefined> {
	for (const node of part.nodes)
		for (const input of node.inputs) {
			const from = partOf.get(input);
			if (from !== undefined && from !== part) yield from;
		}
}
