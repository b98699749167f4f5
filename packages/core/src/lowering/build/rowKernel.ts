import type { DType } from '../../graph/dtype.ts';
import { elementBytes } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { type Shape, sameShape, sizeOf } from '../../graph/shape.ts';
import { ExpressionBuilder, loadOf, type Resolve } from '../expressions/expressionBuilder.ts';
import { type Cluster, isByImages } from '../fuse/fusion.ts';
import type { Unit } from '../fuse/units.ts';
import type { Buffer, Expression, Reduction } from '../ir/expression.ts';
import {
	type Convolution,
	type Product,
	type RowKernel,
	type Stage,
	type Store,
	stageOf,
} from '../ir/kernel.ts';
import { followsRows, type IndexMap, identityMap, linearize } from '../nodes/indexMap.ts';
import { baseOf, controlDependencyOf, isLeaf } from '../nodes/kinds.ts';
import { ruleOf } from '../nodes/rules.ts';
import { narrowTail, type Target, vectorLength } from '../target.ts';
import type { KernelContext } from './context.ts';
import { convolutionKernel } from './convolution.ts';

/** The longest row, in elements, and the smallest number of rows of which several are computed at once. */
const maxShortRow = 48;
const minShortRows = 16;

/** The fewest columns that are worth packing a left operand for. */
function minColumnsPerPack(apart: number, { leftPacking }: Target): number {
	const { bytes, columns, aliasing } = leftPacking;
	if (apart < bytes) return Infinity;
	return apart % aliasing.bytes === 0 ? aliasing.columns : columns;
}

/** The segment and the stage of a kernel in which a unit is computed. */
interface StagePosition {
	readonly segment: number;
	readonly stage: number;
}

interface OpenStage {
	readonly inner: Shape;
	readonly builder: ExpressionBuilder;
	readonly reductions: Reduction[];
	readonly stores: Store[];
	/** Stores of what the reductions found, a stage of their own right after. */
	readonly results: Store[];
}

type OpenSegment = OpenStage[] | Product | Convolution;

/** The kernel that computes a cluster. */
export function rowKernel(cluster: Cluster, context: KernelContext): RowKernel {
	return new RowKernelBuilder(cluster, context).build();
}

class RowKernelBuilder {
	readonly #cluster: Cluster;
	readonly #context: KernelContext;
	readonly #rows: Shape;
	readonly #segments: OpenSegment[] = [];
	readonly #positions = new Map<Node, StagePosition>();
	readonly #units = new Map<Node, Unit>();
	readonly #values = new Map<Node, Expression>();
	/** Units of this cluster whose elements are read from memory. */
	readonly #inMemory = new Set<Node>();

	constructor(cluster: Cluster, context: KernelContext) {
		this.#cluster = cluster;
		this.#context = context;
		this.#rows = cluster.rows ?? cluster.shape.slice(0, -1);
		for (const unit of cluster.units) this.#units.set(unit.node, unit);
	}

	build(): RowKernel {
		for (const unit of this.#cluster.units) {
			this.#add(unit);
			if (this.#context.readOutside(unit.node)) this.#inMemory.add(unit.node);
		}
		for (const { node, kind } of this.#cluster.units)
			if (kind !== 'product' && kind !== 'convolution' && this.#inMemory.has(node))
				this.#store(node);
		const segments = this.#segments.map((segment): RowKernel['segments'][number] => {
			if (!Array.isArray(segment)) return segment;
			const stages: Stage[] = [];
			for (const { inner, reductions, stores, results } of segment) {
				if (reductions.length + stores.length > 0) stages.push(stageOf(inner, reductions, stores));
				if (results.length > 0) stages.push(stageOf([], [], results));
			}
			return { kind: 'loops', lanes: this.#lanesFor(stages), stages };
		});
		return {
			kind: 'rows',
			rows: this.#rows,
			after: this.#awaited(),
			segments: segments.filter((segment) => segment.kind !== 'loops' || segment.stages.length > 0),
		};
	}

	/** Where rows are short, several at once do what is done once a row, and leave no lanes empty. */
	#lanesFor(stages: readonly Stage[]): 'inner' | 'rows' {
		if (this.#cluster.lanes === 'rows') return 'rows';
		// Threads share images one by one, and not in blocks.
		if (isByImages(this.#cluster)) return 'inner';
		const reduces = stages.some(({ reductions }) => reductions.length > 0);
		const areShort = stages.every(({ inner }) => sizeOf(inner) <= maxShortRow);
		return reduces && areShort && (this.#rows.at(-1) ?? 1) >= minShortRows ? 'rows' : 'inner';
	}

	/** What other kernels must have written before. */
	#awaited(): Buffer[] {
		const nodes = this.#cluster.units.flatMap(({ node }) => controlDependencyOf(node) ?? []);
		return nodes
			.filter((node) => !this.#units.has(node) && !isLeaf(node))
			.map((node) => this.#context.buffers.of(node));
	}

	/** The inner axes of a unit; none where each row has one element. */
	#innerOf({ shape }: Unit): Shape {
		const inner = shape.slice(this.#rows.length);
		return inner.every((length) => length === 1) ? [] : inner;
	}

	#add(unit: Unit): void {
		const { node, kind } = unit;
		if (kind === 'product') {
			this.#addProduct(unit);
			return;
		}
		if (kind === 'convolution') {
			this.#positions.set(node, { segment: this.#segments.length, stage: 0 });
			this.#segments.push(convolutionKernel(node, this.#context));
			this.#inMemory.add(node);
			return;
		}
		const position = this.#positionFor(unit);
		this.#positions.set(node, position);
		const stage = this.#stageAt(position);
		if (kind === 'reduction') {
			const [input] = node.inputs;
			const rule = ruleOf(node);
			if (input === undefined || rule.kind !== 'reduction')
				throw new Error('internal: not a reduction');
			const reduction: Reduction = {
				operation: rule.operation,
				dtype: node.dtype,
				accumulator: this.#accumulatorOf(rule.operation, node.dtype),
				input: stage.builder.at(input, unit.map),
			};
			stage.reductions.push(reduction);
			this.#values.set(node, { kind: 'reduced', dtype: node.dtype, reduction });
		} else this.#values.set(node, stage.builder.computed(node, identityMap(unit.shape)));
	}

	#accumulatorOf(operation: Reduction['operation'], dtype: DType): DType {
		const adds = operation === 'sum' || operation === 'prod';
		return adds ? this.#context.target.accumulators[dtype] : dtype;
	}

	#addProduct({ node, shape }: Unit): void {
		const { materialized, buffers, packs, target } = this.#context;
		const bufferOf = (each: Node): Buffer => buffers.of(each);
		const [left, right] = node.inputs;
		if (left === undefined || right === undefined)
			throw new Error('internal: a product without operands');
		const rank = shape.length;
		const resolve: Resolve = (each, map) => loadOf(each, map, rank, bufferOf);
		const builder = new ExpressionBuilder(rank, materialized, resolve, 'memory');
		const loadFor = (operand: Node) => {
			const load = builder.at(operand, identityMap(operand.shape));
			if (load.kind !== 'load') throw new Error('internal: a product of what is not stored');
			const { dtype, buffer, at } = load;
			const [before = 0, last = 0] = at.strides.slice(-2);
			return { buffer, bytes: elementBytes[dtype], ...at, before, last };
		};
		const [x, y] = [loadFor(left), loadFor(right)];
		const ours = this.#units.has(baseOf(left));
		if (ours) this.#inMemory.add(baseOf(left));
		const [rows = 1, columns = 0] = shape.slice(-2);
		const packsLeft = !ours && columns >= minColumnsPerPack(x.last * x.bytes, target);
		const inner = left.shape.at(-1) ?? 0;
		// Vectors along the inner axis are read of both operands, and must leave no rest.
		const even = inner > 0 && inner % vectorLength(target, node.dtype) === 0;
		const isAlong =
			narrowTail(target, node.dtype, columns) > 0 && !packsLeft && x.last === 1 && even;
		// Rows fewer than those of a tile see each element of the right operand once.
		const staysInCache = inner * y.before * y.bytes <= target.nearCacheBytes && !isAlong;
		const inPlace =
			y.last === 1 && y.before > 0 && (rows < target.tileRows[node.dtype] || staysInCache);
		this.#positions.set(node, { segment: this.#segments.length, stage: 0 });
		this.#segments.push({
			kind: 'product',
			left: packsLeft
				? packs.panels(left, 'left', 'across')
				: {
						kind: 'strided',
						buffer: x.buffer,
						at: { offset: x.offset, strides: x.strides.slice(0, -1) },
						innerStride: x.last,
					},
			right: inPlace
				? {
						kind: 'strided',
						buffer: y.buffer,
						at: { offset: y.offset, strides: [...y.strides.slice(0, -2), 0] },
						innerStride: y.before,
					}
				: packs.panels(right, 'right', isAlong ? 'along' : 'across'),
			output: bufferOf(node),
			inner,
			columns,
			accumulator: target.productAccumulators[node.dtype],
		});
		this.#inMemory.add(node);
	}

	/** The first stage over the unit's inner axes in which all that it reads is there. */
	#positionFor(unit: Unit): StagePosition {
		const inner = this.#innerOf(unit);
		let segment = 0;
		let stage = 0;
		for (const { node, map } of unit.reads) {
			const base = baseOf(node);
			const source = this.#units.get(base);
			const at = this.#positions.get(base);
			if (source === undefined || at === undefined) continue;
			let next = at.stage + 1;
			const isSegment = source.kind === 'product' || source.kind === 'convolution';
			if (isSegment) next = 0;
			else if (source.kind === 'elements' && this.#inRegister(source, node, map, inner))
				next = at.stage;
			const earliest = isSegment ? at.segment + 1 : at.segment;
			if (earliest > segment || (earliest === segment && next > stage)) {
				segment = earliest;
				stage = next;
			}
		}
		for (let s = segment; s < this.#segments.length; s++) {
			const open = this.#segments[s];
			if (!Array.isArray(open)) continue;
			for (let at = s === segment ? stage : 0; at < open.length; at++)
				if (sameShape(open[at]?.inner ?? [], inner)) return { segment: s, stage: at };
		}
		const last = this.#segments.length - 1;
		const open = this.#segments[last];
		const joins = Array.isArray(open) && last >= segment;
		const position = joins
			? { segment: last, stage: open.length }
			: { segment: last + 1, stage: 0 };
		const builder = this.#builderFor(position, inner);
		const newStage: OpenStage = { inner, builder, reductions: [], stores: [], results: [] };
		if (joins) open.push(newStage);
		else this.#segments.push([newStage]);
		return position;
	}

	/** Whether a stage over `inner` can use the value of an elementwise unit without memory, in the stage that computes it. */
	#inRegister(source: Unit, node: Node, map: IndexMap, inner: Shape): boolean {
		if (node !== source.node) return false;
		const own = this.#innerOf(source);
		if (own.length === 0) return true;
		return sameShape(own, inner) && followsRows(map, source.shape);
	}

	#builderFor(position: StagePosition, inner: Shape): ExpressionBuilder {
		const rank = this.#rows.length + inner.length;
		const { materialized, buffers } = this.#context;
		return new ExpressionBuilder(rank, materialized, (node, map) => {
			const base = baseOf(node);
			const source = this.#units.get(base);
			const at = this.#positions.get(base);
			if (source !== undefined && at !== undefined) {
				const value = this.#values.get(base);
				const near = at.segment === position.segment;
				const same = near && at.stage === position.stage;
				const perRow = source.kind === 'reduction' || this.#innerOf(source).length === 0;
				if (value !== undefined && node === base) {
					if (source.kind === 'reduction' && near && at.stage < position.stage) return value;
					if (source.kind === 'elements' && near && perRow) return value;
					if (source.kind === 'elements' && same && this.#inRegister(source, node, map, inner))
						return value;
				}
				this.#inMemory.add(base);
			}
			return loadOf(node, map, rank, (base) => buffers.of(base));
		});
	}

	#stageAt({ segment, stage }: StagePosition): OpenStage {
		const open = this.#segments[segment];
		const found = Array.isArray(open) ? open[stage] : undefined;
		if (found === undefined) throw new Error('internal: a unit without stage');
		return found;
	}

	/** Adds a store of the unit's value to its stage, or, for a reduction, to one after it. */
	#store(node: Node): void {
		const unit = this.#units.get(node);
		const position = this.#positions.get(node);
		const value = this.#values.get(node);
		if (unit === undefined || position === undefined || value === undefined)
			throw new Error('internal: a unit that was not built');
		const rank = this.#rows.length + this.#innerOf(unit).length;
		const store: Store = {
			buffer: this.#context.buffers.of(node),
			at: linearize(identityMap(node.shape), node.shape, rank),
			value,
		};
		if (unit.kind === 'elements') {
			this.#stageAt(position).stores.push(store);
			return;
		}
		// What a reduction found is known when its stage is over, and may be read from memory in the next.
		const stage = this.#stageAt(position);
		stage.results.push({
			...store,
			at: { offset: 0, strides: store.at.strides.slice(0, this.#rows.length) },
		});
	}
}
