import type { Node } from '../../graph/node.ts';
import { nameOf as nodeName } from '../../graph/nodeName.ts';
import { topologicalOrder } from '../../graph/order.ts';
import { primitives } from '../../ops/primitives.ts';
import type { Cell, TracedGraph } from '../../program/engine.ts';
import {
	type BufferInWords,
	type Explained,
	inWords,
	type KernelInWords,
	type MemoryInWords,
	type NodeInWords,
	type RefusalInWords,
	type StoredInWords,
} from '../../program/explanation.ts';
import { typeText } from '../../program/valueText.ts';
import type { Buffer } from '../ir/expression.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Plan } from '../ir/plan.ts';
import { bytesOf } from '../ir/plan.ts';
import { nameOf, printKernel } from '../ir/printPlan.ts';
import { isLeaf } from '../nodes/kinds.ts';
import type { Records } from './records.ts';
import { reasonWords, refusalWords } from './words.ts';
import { workOf } from './work.ts';

/** How an engine cuts a kernel's work, and what it takes. */
export type Shares = (kernel: Kernel) => { readonly count: number; readonly cost: number };

/** A plan in words: what does not depend on how an engine prints and runs it. */
export function explained(
	traced: TracedGraph,
	plan: Plan,
	records: Records,
	shares: Shares,
): Omit<Explained, 'engine' | 'threads'> {
	return new Explainer(traced, plan, records).explained(shares);
}

class Explainer {
	readonly #traced: TracedGraph;
	readonly #plan: Plan;
	readonly #records: Records;
	/** The stored Nodes, each after those that it needs. */
	readonly #order: readonly Node[];
	/** For each Node of the lowered graph, the one that the function recorded for which it is there. */
	readonly #sources: Map<Node, Node>;
	readonly #words = new Map<Node, NodeInWords>();
	/** What packs and other algorithms write besides the elements of Nodes, in words; with the Nodes that it is for. */
	readonly #uses = new Map<Buffer, { readonly holds: string; readonly nodes: readonly Node[] }>();
	readonly #newValues: Map<Cell, Node>;

	constructor(traced: TracedGraph, plan: Plan, records: Records) {
		this.#traced = traced;
		this.#plan = plan;
		this.#records = records;
		const order = topologicalOrder([...records.reasons.keys()]);
		this.#order = order.filter((node) => records.reasons.has(node));
		this.#sources = sourcesOf(traced, records, order);
		this.#newValues = new Map(traced.graph.updates.map(({ cell, value }) => [cell, value]));
		for (const kernel of plan.phases.flat()) this.#noteUses(kernel);
	}

	explained(shares: Shares): Omit<Explained, 'engine' | 'threads'> {
		const kernels = this.#kernels(shares);
		return {
			kernels,
			buffers: this.#buffers(),
			stored: this.#stored(),
			refusals: this.#refusals(),
			memory: this.#memory(),
			cost: kernels.reduce((sum, { cost }) => sum + cost, 0),
		};
	}

	#kernels(shares: Shares): KernelInWords[] {
		let next = 0;
		return this.#plan.phases.flatMap((kernels, phase) =>
			kernels.map((kernel): KernelInWords => {
				const nodes = this.#nodesOf(kernel);
				const { count, cost } = shares(kernel);
				return {
					name: kernelName(next++),
					phase,
					text: printKernel(kernel).join('\n'),
					nodes: nodes.map((node) => this.#inWords(node)),
					sites: this.#sitesOf(nodes),
					chunks: count,
					cost,
					...workOf(kernel),
				};
			}),
		);
	}

	/** The Nodes that a kernel is there for; of a pack, the products that read it, and of a check, what is checked. */
	#nodesOf(kernel: Kernel): readonly Node[] {
		const { nodesOf, nodesIn } = this.#records;
		if (kernel.kind === 'check') return nodesIn.get(kernel.elements) ?? [];
		const nodes = nodesOf.get(kernel) ?? [];
		return kernel.kind === 'pack' ? nodes.filter(isProduct) : nodes;
	}

	/** The lines of Nodes and of all that is part of their expressions, each once. */
	#sitesOf(nodes: readonly Node[]): string[] {
		const { reasons } = this.#records;
		const met = new Set(nodes);
		const sites = new Set<string>();
		for (const node of met) {
			const { site } = this.#inWords(node);
			if (site !== '') sites.add(site);
			for (const input of node.inputs) if (!reasons.has(input) && !isLeaf(input)) met.add(input);
		}
		return [...sites];
	}

	#noteUses(kernel: Kernel): void {
		const nodes = this.#nodesOf(kernel);
		const purpose = (): string => nodes.map((node) => inWords(this.#inWords(node))).join('; ');
		if (kernel.kind === 'pack') {
			// A Variable's buffer holds two values: nearly always the old one is packed.
			const held = this.#records.nodesIn.get(kernel.source) ?? [];
			const source = held.find(isLeaf) ?? held[0];
			const what = source === undefined ? '' : `: ${inWords(this.#inWords(source))}`;
			const holds = `${nameOf(kernel.source)} packed${what}, for ${purpose()}`;
			this.#uses.set(kernel.output, { holds, nodes });
			return;
		}
		const [first] = kernel.kind === 'rows' ? kernel.segments : [kernel];
		if (first !== undefined && 'scratch' in first)
			this.#uses.set(first.scratch, { holds: `scratch memory of ${purpose()}`, nodes });
		else if (kernel.kind === 'scatterAdd' && kernel.sums !== kernel.output)
			this.#uses.set(kernel.sums, { holds: `sums of ${purpose()}`, nodes });
	}

	#buffers(): BufferInWords[] {
		const { inputs, constants, cells, offsets, target } = this.#plan;
		const cellIn = new Map(cells.map(({ cell, buffer }) => [buffer, cell]));
		const all = new Set([
			...[...inputs, ...cells, ...constants].map(({ buffer }) => buffer),
			...offsets.keys(),
		]);
		return [...all].map((buffer): BufferInWords => {
			const held = this.#records.nodesIn.get(buffer) ?? [];
			const use = this.#uses.get(buffer);
			const cell = cellIn.get(buffer);
			const next = cell && this.#newValues.get(cell);
			const nodes = (use?.nodes ?? (held.length === 0 && next ? [next] : held)).map((node) =>
				this.#inWords(node),
			);
			return {
				name: nameOf(buffer),
				role: buffer.role,
				bytes: bytesOf(buffer, target),
				holds: use?.holds ?? nodes.map(inWords).join('; '),
				nodes,
			};
		});
	}

	#stored(): StoredInWords[] {
		const buffers = new Map<Node, Buffer>();
		for (const [buffer, nodes] of this.#records.nodesIn)
			for (const node of nodes) buffers.set(node, buffer);
		return this.#order.map((node): StoredInWords => {
			const buffer = buffers.get(node);
			const reasons = this.#records.reasons.get(node) ?? [];
			const words = reasons.map((reason) =>
				reason.kind === 'root'
					? this.#rootWords(buffer)
					: reasonWords(
							reason,
							reason.kind === 'operand' ? inWords(this.#inWords(reason.user)) : '',
						),
			);
			return {
				node: this.#inWords(node),
				buffer: buffer === undefined ? null : nameOf(buffer),
				reasons: [...new Set(words)],
			};
		});
	}

	/** Whether a root is a result, or what Variable's next value it is. */
	#rootWords(buffer: Buffer | undefined): string {
		const { outputs } = this.#plan;
		if (buffer?.role !== 'variable')
			return buffer !== undefined && outputs.includes(buffer)
				? 'it is a result'
				: 'it is the next value of a Variable, copied there at the end';
		const old = (this.#records.nodesIn.get(buffer) ?? []).find(isLeaf);
		const name = old === undefined ? 'a Variable' : nodeName(old);
		return `it is the next value of ${name}, written over the old one`;
	}

	#refusals(): RefusalInWords[] {
		const homes = new Map<Node, string>();
		for (const [i, kernel] of this.#plan.phases.flat().entries())
			if (kernel.kind !== 'pack' && kernel.kind !== 'check')
				for (const node of this.#nodesOf(kernel))
					if (!homes.has(node)) homes.set(node, kernelName(i));
		return this.#records.refusals.map(({ node, by, reason, reads }) => ({
			node: this.#inWords(node),
			kernel: homes.get(by) ?? '',
			reads,
			reason: refusalWords[reason],
		}));
	}

	#memory(): MemoryInWords {
		const { inputs, constants, cells, phases, size, target } = this.#plan;
		const bytes = (held: readonly { readonly buffer: Buffer }[]): number =>
			held.reduce((sum, { buffer }) => sum + bytesOf(buffer, target), 0);
		const packs = phases
			.flat()
			.flatMap((kernel) => (kernel.kind === 'pack' ? [{ buffer: kernel.output }] : []));
		return {
			temporaries: size,
			inputs: bytes(inputs),
			constants: bytes(constants),
			variables: bytes(cells),
			packed: bytes(packs),
		};
	}

	/** A recorded Node, and its line. */
	#named(node: Node): string {
		const site = this.#traced.recordOf(node)?.site ?? '';
		return `${nodeName(node)}${site === '' ? '' : ` at ${site}`}`;
	}

	#inWords(node: Node): NodeInWords {
		const known = this.#words.get(node);
		if (known !== undefined) return known;
		const source = this.#sources.get(node) ?? node;
		const record = this.#traced.recordOf(source);
		const derived = record?.derivativeOf ?? null;
		const isItself = source.primitive === node.primitive && typeText(source) === typeText(node);
		const words: NodeInWords = {
			operation: nodeName(node),
			shape: node.shape,
			dtype: node.dtype,
			site: record?.site ?? '',
			derivativeOf: derived === null ? null : this.#named(derived),
			partOf: isItself ? null : `${nodeName(source)} ${typeText(source)}`,
		};
		this.#words.set(node, words);
		return words;
	}
}

/** What explanations call the kernel that one thread runs as the one of this number, from 0. */
function kernelName(index: number): string {
	return `kernel${index}`;
}

function isProduct({ primitive }: Node): boolean {
	return primitive === primitives.matmul;
}

/** For each Node of the lowered graph, the recorded one that it stands for, or is part of what stands for it. */
function sourcesOf(
	{ graph, recordOf }: TracedGraph,
	{ origins }: Records,
	order: readonly Node[],
): Map<Node, Node> {
	const recorded = new Set(
		topologicalOrder([...graph.outputs, ...graph.updates.map(({ value }) => value)]),
	);
	const sources = new Map<Node, Node>();
	for (const node of order) {
		let source = node;
		// Each pass replaces what those before it made.
		while (!recorded.has(source) && recordOf(source) === undefined) {
			const origin = origins.get(source);
			if (origin === undefined) break;
			source = origin;
		}
		if (recorded.has(source)) sources.set(node, source);
	}
	for (const node of order.toReversed()) {
		const source = sources.get(node);
		if (source === undefined) continue;
		for (const input of node.inputs)
			if (!sources.has(input) && !isLeaf(input)) sources.set(input, source);
	}
	return sources;
}
