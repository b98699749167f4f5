import type { DType } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { primitives } from '../ops/primitives.ts';
import type { Cell, Graph, Update } from '../program/engine.ts';
import type { Compute } from '../reference/evaluate.ts';
import { compute } from '../reference/kernels.ts';
import { kernelsAlone } from './alone.ts';
import { ExpressionBuilder, loadOf, type Resolve } from './build.ts';
import { checkedRanges } from './checks.ts';
import { type Cluster, clusters } from './cluster.ts';
import { collapse } from './collapse.ts';
import type { Buffer } from './expression.ts';
import { identityMap } from './indexMap.ts';
import { cellOf, cellReads, lateEnough, writersInPlace } from './inPlace.ts';
import { type Check, type Kernel, type Pack, type Panels, stageOf } from './kernel.ts';
import { holderOf, isLeaf, materialized } from './materialize.ts';
import { planMemory } from './memory.ts';
import { nodeOf } from './nodeOf.ts';
import { packedSize, panelColumns, panelRows, type Tail } from './panels.ts';
import type { Plan } from './plan.ts';
import { rowKernel, type Surroundings } from './rowKernel.ts';
import { inOrder, phasesOf } from './schedule.ts';
import { simplify } from './simplify.ts';
import { useOf } from './use.ts';

/**
 * A graph as a plan of kernels: simplified, fused, scheduled, with a place in memory for everything. `constantBy` computes
 * what depends on no input.
 */
export function lower(graph: Graph, constantBy: Compute = compute): Plan {
	return new Lowering(graph, constantBy).plan();
}

class Lowering {
	readonly #inputs: readonly Node[];
	readonly #outputs: readonly Node[];
	readonly #updates: readonly Update[];
	readonly #stored: ReadonlySet<Node>;
	readonly #buffers = new Map<Node, Buffer>();
	readonly #cells = new Map<Cell, Buffer>();
	/** By what they pack: a Variable's old value and its new one may lie in the same buffer. */
	readonly #packs = new Map<Node, Map<string, Pack>>();
	#bufferCount = 0;

	constructor({ inputs, outputs, updates }: Graph, constantBy: Compute) {
		const roots = simplify([...outputs, ...updates.map(({ value }) => value)], constantBy);
		const changing = new Set(updates.map(({ cell }) => cell));
		const safe = roots.map((root, i) => {
			const cell = cellOf(holderOf(root));
			return cell !== null && (i >= outputs.length || changing.has(cell)) ? copyOf(root) : root;
		});
		this.#inputs = inputs;
		this.#outputs = safe.slice(0, outputs.length);
		this.#updates = updates.map(({ cell }, i) => ({
			cell,
			value: safe[outputs.length + i] as Node, // as many roots as outputs and updates
		}));
		this.#stored = materialized(safe);
	}

	plan(): Plan {
		const roots = [...this.#outputs, ...this.#updates.map(({ value }) => value)];
		const groups = clusters(this.#stored);
		const home = new Map<Node, Cluster>();
		for (const cluster of groups) for (const { node } of cluster.units) home.set(node, cluster);
		const reads = cellReads(groups);
		const wanted = writersInPlace(this.#updates, this.#outputs, home, reads);
		const ordered = inOrder(groups, home, new Set(wanted.values()));
		const ranges = checkedRanges(roots);
		const checked = ranges.flatMap(({ elements }) => home.get(elements) ?? []);
		const writers = lateEnough(wanted, ordered, reads, checked);
		for (const { cell, value } of this.#updates)
			if (writers.has(cell)) this.#buffers.set(value, this.#cellBuffer(cell, value));

		const outside = readOutside(groups, home, [
			...roots.map(holderOf),
			...ranges.map(({ elements }) => elements),
		]);
		const kernels: Kernel[] = [];
		const checksOf = new Map<Cluster, Check[]>();
		for (const { elements, low, high, nonzero } of ranges) {
			const buffer = this.#bufferOf(elements);
			const check: Check = { kind: 'check', elements: buffer, low, high, nonzero };
			const cluster = home.get(elements);
			if (cluster === undefined) kernels.push(check);
			else checksOf.set(cluster, [...(checksOf.get(cluster) ?? []), check]);
		}
		for (const cluster of ordered)
			kernels.push(...this.#kernelsOf(cluster, outside), ...(checksOf.get(cluster) ?? []));
		for (const { cell, value } of this.#updates)
			if (!writers.has(cell)) kernels.push(...this.#copy(value, this.#cellBuffer(cell, value)));
		const phases = phasesOf(kernels.map(useOf));
		const outputs = this.#outputs.map((node) => this.#bufferOf(holderOf(node)));
		return {
			phases: phases.map((uses) => uses.map(({ kernel }) => kernel)),
			inputs: this.#inputs.flatMap((node, index) => {
				const buffer = this.#buffers.get(node);
				return buffer === undefined ? [] : [{ index, buffer }];
			}),
			constants: [...this.#buffers].flatMap(([node, buffer]) =>
				buffer.role === 'constant' && node.value !== null ? [{ data: node.value, buffer }] : [],
			),
			cells: [...this.#cells].map(([cell, buffer]) => ({ cell, buffer })),
			updates: this.#updates.map(({ cell }) => cell),
			outputs,
			...planMemory(phases, new Set(outputs)),
		};
	}

	#kernelsOf(cluster: Cluster, outside: ReadonlySet<Node>): Kernel[] {
		const packs: Pack[] = [];
		const surroundings: Surroundings = {
			stored: this.#stored,
			bufferOf: (node) => this.#bufferOf(node),
			readOutside: (node) => outside.has(node),
			panels: (operand, side, tail) => this.#panels(operand, side, tail, packs),
		};
		if (cluster.kind === 'alone')
			return cluster.units.flatMap(({ node }) =>
				kernelsAlone(node, surroundings, (dtype, size) => this.#newBuffer(dtype, size)),
			);
		const kernel = rowKernel(cluster, surroundings);
		return [...packs, ...(cluster.rows === null ? collapse(kernel) : [kernel])];
	}

	#panels(operand: Node, side: 'left' | 'right', tail: Tail, packs: Pack[]): Panels {
		const rank = operand.shape.length;
		let source = operand;
		const resolve: Resolve = (node, map) => {
			source = holderOf(node);
			return loadOf(node, map, rank, (holder) => this.#bufferOf(holder));
		};
		const builder = new ExpressionBuilder(rank, this.#stored, resolve, 'memory');
		const load = builder.at(operand, identityMap(operand.shape));
		if (load.kind !== 'load') throw new Error('internal: a product of what is not stored');
		const order = [...operand.shape.keys()];
		if (side === 'left') order.push(...order.splice(-2).reverse());
		const shape = order.map((axis) => operand.shape[axis] ?? 0);
		const strides = order.map((axis) => load.at.strides[axis] ?? 0);
		const leading = shape.slice(0, -2);
		const shared = leading.every((length, axis) => length === 1 || strides[axis] === 0);
		const [inner = 0, columns = 0] = shape.slice(-2);
		const batch = shared ? [] : leading;
		const at = { offset: load.at.offset, strides: shared ? strides.slice(-2) : strides };
		const panel = side === 'left' ? panelRows : panelColumns(load.dtype);
		const known = this.#packs.get(source) ?? new Map<string, Pack>();
		this.#packs.set(source, known);
		const key = `${at.offset} ${at.strides} ${batch} ${inner} ${columns} ${panel} ${tail}`;
		let pack = known.get(key);
		if (pack === undefined) {
			const output = this.#newBuffer(load.dtype, sizeOf(batch) * packedSize(inner, columns));
			pack = { kind: 'pack', panel, tail, source: load.buffer, at, batch, inner, columns, output };
			known.set(key, pack);
			packs.push(pack);
		}
		return { kind: 'panels', buffer: pack.output, shared, tail };
	}

	#copy(node: Node, buffer: Buffer): Kernel[] {
		const load = loadOf(node, identityMap(node.shape), node.shape.length, (holder) =>
			this.#bufferOf(holder),
		);
		const at = { offset: 0, strides: load.kind === 'load' ? load.at.strides : [] };
		return collapse({
			kind: 'rows',
			rows: node.shape.slice(0, -1),
			after: [],
			segments: [
				{
					kind: 'loops',
					lanes: 'inner',
					stages: [stageOf(node.shape.slice(-1), [], [{ buffer, at, value: load }])],
				},
			],
		});
	}

	#bufferOf(node: Node): Buffer {
		const known = this.#buffers.get(node);
		if (known !== undefined) return known;
		const cell = cellOf(node);
		const buffer =
			cell === null
				? this.#newBuffer(node.dtype, sizeOf(node.shape), roleOf(node))
				: this.#cellBuffer(cell, node);
		this.#buffers.set(node, buffer);
		return buffer;
	}

	/** The buffer of a cell, whose elements are of the form of the given Node's. */
	#cellBuffer(cell: Cell, { dtype, shape }: Node): Buffer {
		const known = this.#cells.get(cell);
		if (known !== undefined) return known;
		const buffer = this.#newBuffer(dtype, sizeOf(shape), 'variable');
		this.#cells.set(cell, buffer);
		return buffer;
	}

	#newBuffer(dtype: DType, size: number, role: Buffer['role'] = 'temporary'): Buffer {
		return { id: this.#bufferCount++, dtype, size, role };
	}
}

function roleOf(node: Node): Buffer['role'] {
	if (!isLeaf(node)) return 'temporary';
	return node.primitive === primitives.input ? 'input' : 'constant';
}

/** A Node with the same elements that is no leaf, so that it gets memory of its own. */
function copyOf(node: Node): Node {
	return nodeOf('reshape', [node], { shape: node.shape });
}

/** The given Nodes, and those read by a cluster that is not their own. */
function readOutside(
	groups: readonly Cluster[],
	home: ReadonlyMap<Node, Cluster>,
	always: readonly Node[],
): Set<Node> {
	const outside = new Set<Node>(always);
	for (const cluster of groups)
		for (const { reads } of cluster.units)
			for (const { node } of reads) {
				const holder = holderOf(node);
				if (home.get(holder) !== cluster) outside.add(holder);
			}
	return outside;
}
