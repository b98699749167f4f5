import type { DType } from '../graph/dtype.ts';
import { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { sizeOf } from '../graph/shape.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import type { Cell, Graph } from '../program/engine.ts';
import { kernelsAlone } from './alone.ts';
import { ExpressionBuilder, loadOf, type Resolve } from './build.ts';
import { type Cluster, clusters } from './cluster.ts';
import { collapse } from './collapse.ts';
import type { Buffer } from './expression.ts';
import { identityMap, mapKey } from './indexMap.ts';
import { type Check, type Kernel, type Pack, type Product, packedSize } from './kernel.ts';
import { holderOf, isLeaf, materialized } from './materialize.ts';
import { planMemory } from './memory.ts';
import type { Plan } from './plan.ts';
import { rowKernel, type Surroundings } from './rowKernel.ts';
import { ruleOf } from './rules.ts';
import { phasesOf } from './schedule.ts';
import { simplify } from './simplify.ts';

/** A graph as a plan of kernels: simplified, fused, scheduled, with a place in memory for everything. */
export function lower(graph: Graph): Plan {
	return new Lowering(graph).plan();
}

class Lowering {
	readonly #inputs: readonly Node[];
	readonly #outputs: readonly Node[];
	readonly #updates: readonly { readonly cell: Cell; readonly value: Node }[];
	readonly #stored: ReadonlySet<Node>;
	readonly #buffers = new Map<Node, Buffer>();
	readonly #cells = new Map<Cell, Buffer>();
	/** By what they pack: a Variable's old value and its new one may lie in the same buffer. */
	readonly #packs = new Map<Node, Map<string, Pack>>();
	#bufferCount = 0;

	constructor({ inputs, outputs, updates }: Graph) {
		const roots = simplify([...outputs, ...updates.map(({ value }) => value)]);
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
		const groups = clusters(this.#stored);
		const home = new Map<Node, Cluster>();
		for (const cluster of groups) for (const { node } of cluster.units) home.set(node, cluster);
		const writers = this.#inPlace(home);
		const ordered = inOrder(groups, home, new Set(writers.values()));
		const position = new Map(ordered.map((cluster, i) => [cluster, i]));
		const checks = this.#checks();
		for (const [cell, cluster] of writers) {
			const at = position.get(cluster) ?? 0;
			const late = this.#readers(cell, groups).every(
				(reader) => reader === cluster || (position.get(reader) ?? 0) < at,
			);
			const checked = checks.every(({ node }) => {
				const source = home.get(node);
				return source === undefined || (position.get(source) ?? 0) < at;
			});
			if (!late || !checked) writers.delete(cell);
		}
		for (const { cell, value } of this.#updates)
			if (writers.has(cell)) this.#buffers.set(value, this.#cellBuffer(cell));

		const outside = readOutside(groups, home, [
			...this.#outputs,
			...this.#updates.map(({ value }) => value),
		]);
		const kernels: Kernel[] = checks
			.filter(({ node }) => !home.has(node))
			.map(({ check }) => check);
		for (const cluster of ordered) {
			kernels.push(...this.#kernelsOf(cluster, outside));
			for (const { node, check } of checks) if (home.get(node) === cluster) kernels.push(check);
		}
		for (const { cell, value } of this.#updates)
			if (!writers.has(cell)) kernels.push(...this.#copy(value, this.#cellBuffer(cell)));
		const phases = phasesOf(kernels);
		const outputs = this.#outputs.map((node) => this.#bufferOf(holderOf(node)));
		return {
			phases,
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

	/** For each cell that may be: the cluster whose unit writes its new value where the old one lies. */
	#inPlace(home: ReadonlyMap<Node, Cluster>): Map<Cell, Cluster> {
		const writers = new Map<Cell, Cluster>();
		const taken = new Set<Node>(this.#outputs.map(holderOf));
		for (const { cell, value } of this.#updates) {
			const cluster = home.get(value);
			if (cluster === undefined || cluster.kind === 'alone' || taken.has(value)) continue;
			taken.add(value);
			const others = cluster.units.filter(
				({ node, reads }) =>
					node !== value && reads.some((read) => cellOf(holderOf(read.node)) === cell),
			);
			const own = cluster.units.find(({ node }) => node === value);
			const aligned =
				own?.kind === 'elements' &&
				own.reads.every(
					({ node, map }) =>
						cellOf(holderOf(node)) !== cell ||
						(cellOf(node) === cell && mapKey(map) === mapKey(identityMap(value.shape))),
				);
			if (others.length === 0 && aligned) writers.set(cell, cluster);
		}
		return writers;
	}

	#readers(cell: Cell, groups: readonly Cluster[]): Cluster[] {
		return groups.filter(({ units }) =>
			units.some(({ reads }) => reads.some(({ node }) => cellOf(holderOf(node)) === cell)),
		);
	}

	/** The indices that must be in range, each with the kernel that sees to it. */
	#checks(): { readonly node: Node; readonly check: Check }[] {
		const checks = new Map<string, { readonly node: Node; readonly check: Check }>();
		for (const node of topologicalOrder([
			...this.#outputs,
			...this.#updates.map(({ value }) => value),
		])) {
			const range = rangeOf(node);
			if (range === null) continue;
			const holder = holderOf(range.indices);
			const indices = this.#bufferOf(holder);
			const { low, high } = range;
			checks.set(`${indices.id} ${low} ${high}`, {
				node: holder,
				check: { kind: 'check', indices, low, high },
			});
		}
		return [...checks.values()];
	}

	#kernelsOf(cluster: Cluster, outside: ReadonlySet<Node>): Kernel[] {
		const packs: Pack[] = [];
		const surroundings: Surroundings = {
			stored: this.#stored,
			bufferOf: (node) => this.#bufferOf(node),
			readOutside: (node) => outside.has(node),
			packed: (product) => this.#packed(product, packs),
		};
		if (cluster.kind === 'alone')
			return cluster.units.flatMap(({ node }) =>
				kernelsAlone(node, surroundings, (dtype, size) => this.#newBuffer(dtype, size)),
			);
		const kernel = rowKernel(cluster, surroundings);
		return [...packs, ...(cluster.rows === null ? collapse(kernel) : [kernel])];
	}

	#packed(product: Node, packs: Pack[]): Product['right'] {
		const right = product.inputs[1];
		if (right === undefined) throw new Error('internal: a product without operands');
		const rank = product.shape.length;
		let source = right;
		const resolve: Resolve = (node, map) => {
			source = holderOf(node);
			return loadOf(node, map, rank, (holder) => this.#bufferOf(holder));
		};
		const builder = new ExpressionBuilder(rank, this.#stored, resolve, 'memory');
		const load = builder.at(right, identityMap(right.shape));
		if (load.kind !== 'load') throw new Error('internal: a product of what is not stored');
		const leading = right.shape.slice(0, -2);
		const shared = leading.every((length, axis) => length === 1 || load.at.strides[axis] === 0);
		const [inner = 0, columns = 0] = right.shape.slice(-2);
		const batch = shared ? [] : leading;
		const at = shared ? { ...load.at, strides: load.at.strides.slice(-2) } : load.at;
		const known = this.#packs.get(source) ?? new Map<string, Pack>();
		this.#packs.set(source, known);
		const key = `${at.offset} ${at.strides} ${batch} ${inner} ${columns}`;
		let pack = known.get(key);
		if (pack === undefined) {
			const output = this.#newBuffer(load.dtype, sizeOf(batch) * packedSize(inner, columns));
			pack = { kind: 'pack', source: load.buffer, at, batch, inner, columns, output };
			known.set(key, pack);
			packs.push(pack);
		}
		return { buffer: pack.output, shared };
	}

	#copy(node: Node, buffer: Buffer): Kernel[] {
		const load = loadOf(node, identityMap(node.shape), node.shape.length, (holder) =>
			this.#bufferOf(holder),
		);
		const at = { offset: 0, strides: load.kind === 'load' ? load.at.strides : [] };
		return collapse({
			kind: 'rows',
			rows: node.shape.slice(0, -1),
			lanes: 'inner',
			segments: [
				{
					kind: 'loops',
					stages: [
						{ inner: node.shape.slice(-1), reductions: [], stores: [{ buffer, at, value: load }] },
					],
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

	#cellBuffer(cell: Cell, leaf?: Node): Buffer {
		const known = this.#cells.get(cell);
		if (known !== undefined) return known;
		const model = leaf ?? this.#updates.find((update) => update.cell === cell)?.value;
		if (model === undefined) throw new Error('internal: a cell without value');
		const buffer = this.#newBuffer(model.dtype, sizeOf(model.shape), 'variable');
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

/** The cell of a Variable's leaf. */
function cellOf(node: Node): Cell | null {
	if (node.primitive !== primitives.variable) return null;
	return (node.params as ParamsOf<'variable'>).cell as Cell; // Variables keep their value in a Cell
}

/** A Node with the same elements that is no leaf, so that it gets memory of its own. */
function copyOf(node: Node): Node {
	return new Node(primitives.reshape as Node['primitive'], [node], { shape: node.shape }); // a row of the table, arity forgotten
}

/** The Nodes that are roots or read by a cluster that is not their own. */
function readOutside(
	groups: readonly Cluster[],
	home: ReadonlyMap<Node, Cluster>,
	roots: readonly Node[],
): Set<Node> {
	const outside = new Set<Node>(roots.map(holderOf));
	for (const cluster of groups)
		for (const { reads } of cluster.units)
			for (const { node } of reads) {
				const holder = holderOf(node);
				if (home.get(holder) !== cluster) outside.add(holder);
			}
	for (const root of topologicalOrder(roots)) {
		const range = rangeOf(root);
		if (range !== null) outside.add(holderOf(range.indices));
	}
	return outside;
}

/** The clusters in an order that respects what they read, those that change Variables as late as may be. */
function inOrder(
	groups: readonly Cluster[],
	home: ReadonlyMap<Node, Cluster>,
	late: ReadonlySet<Cluster>,
): Cluster[] {
	const users = new Map<Cluster, Set<Cluster>>();
	const waiting = new Map<Cluster, number>();
	for (const cluster of groups) {
		const needs = new Set<Cluster>();
		for (const { reads } of cluster.units)
			for (const { node } of reads) {
				const source = home.get(holderOf(node));
				if (source !== undefined && source !== cluster) needs.add(source);
			}
		waiting.set(cluster, needs.size);
		for (const need of needs) users.set(need, (users.get(need) ?? new Set()).add(cluster));
	}
	const ordered: Cluster[] = [];
	const ready: Cluster[] = [];
	const postponed: Cluster[] = [];
	const enter = (cluster: Cluster): void => {
		(late.has(cluster) ? postponed : ready).push(cluster);
	};
	for (const cluster of groups) if (waiting.get(cluster) === 0) enter(cluster);
	let [nextReady, nextPostponed] = [0, 0];
	while (ordered.length < groups.length) {
		const cluster = nextReady < ready.length ? ready[nextReady++] : postponed[nextPostponed++];
		if (cluster === undefined) throw new Error('internal: clusters that need each other');
		ordered.push(cluster);
		for (const user of users.get(cluster) ?? []) {
			const left = (waiting.get(user) ?? 0) - 1;
			waiting.set(user, left);
			if (left === 0) enter(user);
		}
	}
	return ordered;
}

/** What the index operand of a Node must lie between; null if it has none. */
function rangeOf(node: Node): { indices: Node; low: number; high: number } | null {
	const rule = ruleOf(node);
	const [x, y] = node.inputs;
	if (y === undefined || x === undefined) return null;
	if (rule.kind === 'gather' || rule.kind === 'scatterAdd') {
		const { axis, fromEnd } = node.params as ParamsOf<'gather'>; // by its rule, and a scatter's are the same and more
		const length = (rule.kind === 'gather' ? x : node).shape[axis] ?? 0;
		return { indices: y, low: fromEnd ? -length : 0, high: length - 1 };
	}
	const whole = node.dtype === 'i32';
	if (node.primitive === primitives.pow && whole) return { indices: y, low: 0, high: 2 ** 31 - 1 };
	return null;
}
