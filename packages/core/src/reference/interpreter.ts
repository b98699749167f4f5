import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import type { Cell, Engine, Graph, Program } from '../program/engine.ts';
import { evaluate } from './evaluate.ts';
import { explain } from './explain.ts';
import { compute } from './kernels.ts';
import { profile } from './profile.ts';

/** The engine that says what every primitive means: one kernel after another, each value freed after its last use. */
export const interpreter: Engine = { name: 'interpreter', compile, explain, profile };

interface Step {
	readonly node: Node;
	readonly slot: number;
	readonly inputs: readonly number[];
	/** Slots that nobody reads after this step. */
	readonly dead: readonly number[];
}

function compile({ inputs, outputs, updates }: Graph): Program {
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	evaluate(unchanging(roots, inputs));
	const order = topologicalOrder(roots, (node) => node.value !== null);
	const slots = new Map<Node, number>();
	const slotOf = (node: Node): number => {
		const known = slots.get(node);
		if (known !== undefined) return known;
		slots.set(node, slots.size);
		return slots.size - 1;
	};
	const fixed: { slot: number; value: Data }[] = [];
	const cells: { slot: number; cell: Cell }[] = [];
	const given = inputs.map(slotOf);
	const isInput = new Set(inputs);
	const computed: Node[] = [];
	for (const root of roots)
		if (root.value !== null) fixed.push({ slot: slotOf(root), value: root.value });
	for (const node of order) {
		for (const input of node.inputs)
			if (input.value !== null && !slots.has(input))
				fixed.push({ slot: slotOf(input), value: input.value });
		if (isInput.has(node)) continue;
		if (node.primitive === primitives.variable) {
			const { cell } = node.params as ParamsOf<'variable'>; // of a variable
			cells.push({ slot: slotOf(node), cell: cell as Cell }); // Variables keep their value in a Cell
		} else computed.push(node);
	}
	const steps = schedule(computed, slotOf, roots.map(slotOf));

	return {
		run(values) {
			const memory = new Array<Data | null>(slots.size).fill(null);
			for (const { slot, value } of fixed) memory[slot] = value;
			for (const [i, slot] of given.entries()) memory[slot] = values[i] ?? null;
			for (const { slot, cell } of cells) memory[slot] = cell.read();
			for (const step of steps) {
				const operands = step.inputs.map((slot) => memory[slot] as Data); // filled by an earlier step
				memory[step.slot] = compute(step.node, operands);
				for (const slot of step.dead) memory[slot] = null;
			}
			const valueAt = (node: Node): Data => memory[slotOf(node)] as Data; // roots stay to the end
			for (const { cell, value } of updates) cell.write(valueAt(value));
			return outputs.map(valueAt);
		},
		free() {},
	};
}

/** The steps in order, each with the slots that die after it; `kept` slots live to the end. */
function schedule(
	nodes: readonly Node[],
	slotOf: (node: Node) => number,
	kept: readonly number[],
): Step[] {
	const alive = new Set(kept);
	const steps: Step[] = [];
	for (const node of nodes.toReversed()) {
		const inputs = node.inputs.map(slotOf);
		const dead = [...new Set(inputs)].filter((slot) => !alive.has(slot));
		for (const slot of dead) alive.add(slot);
		steps.push({ node, slot: slotOf(node), inputs, dead });
	}
	return steps.reverse();
}

/** The Nodes that every run would compute to the same value, for they depend on no input and no Variable. */
function unchanging(roots: readonly Node[], inputs: readonly Node[]): Node[] {
	const changing = new Set<Node>(inputs);
	const fixed: Node[] = [];
	for (const node of topologicalOrder(roots, (each) => each.value !== null)) {
		const changes =
			node.primitive === primitives.variable || node.inputs.some((input) => changing.has(input));
		if (changes) changing.add(node);
		else if (!changing.has(node)) fixed.push(node);
	}
	return fixed;
}
