import { elementBytes } from '../../graph/dtype.ts';
import { sizeOf } from '../../graph/shape.ts';
import { elementCosts } from '../ir/elementCosts.ts';
import type { Convolution, Kernel, RowKernel } from '../ir/kernel.ts';
import type { Target } from '../target.ts';
import { scatterItems } from './scatterBlocks.ts';
import { packItems } from './strips.ts';
import { rowsAtOnce } from './unroll.ts';
import { windowItems } from './windowBlocks.ts';

/** How a kernel's items are cut into chunks, each done by one thread; by shapes alone, so never by how many there are. */
export interface Partition {
	/** The chunks. */
	readonly count: number;
	/** Rough work of the whole kernel, in vector instructions. */
	readonly cost: number;
	/** The items of a chunk; the last one may have fewer. */
	readonly grain: number;
	/** All items, or those of one matrix. */
	readonly items: number;
	/** The chunks of one matrix, of which each has its own; null where there are no matrices to tell apart. */
	readonly blocks: number | null;
}

/** Work that is worth claiming at once, in vector instructions: a microsecond of products, where a claim takes a tenth of one. */
const minChunkCost = 10_000;
/** Rows of a product that share a panel while it is in the cache. */
const maxProductRows = 64;
/** The chunks that threads share a matrix in evenly; fewer where each goes through more than a cache holds. */
const [maxMatrixChunks, maxLargeMatrixChunks] = [32, 8];

export function partitionOf(kernel: Kernel, target: Target): Partition {
	switch (kernel.kind) {
		case 'rows':
			return partitionOfRows(kernel, target);
		case 'pack':
			// Bound by memory: by the clock, as much as so many instructions of a product.
			return even(
				packItems(kernel, target),
				1.5 * sizeOf(kernel.batch) * kernel.inner * kernel.columns,
			);
		case 'convolution':
			return even(windowItems(kernel), convolutionCost(kernel), kernel.parts);
		case 'check':
			return even(kernel.elements.size, kernel.elements.size);
		case 'scatterAdd':
			return even(scatterItems(kernel), 4 * kernel.updates.size + 2 * kernel.sums.size);
		case 'cumsum':
			return even(kernel.rows, 4 * kernel.rows * kernel.length);
		case 'sort':
		case 'argsort':
			return even(kernel.rows, 100 * kernel.rows * kernel.length, kernel.parts);
	}
}

/** What threads share of a kernel: its rows, or their blocks where several are computed at once; those side by side as one. */
export function rowItems(kernel: RowKernel, target: Target): number {
	const { rows } = kernel;
	const last = rows.at(-1) ?? 1;
	const items = countsBlocks(kernel) ? Math.ceil(last / target.elementsAtOnce) : last;
	return (sizeOf(rows.slice(0, -1)) * items) / rowsAtOnce(kernel, target);
}

/** Whether the items of a kernel are blocks of as many rows as are computed at once; products take theirs one by one. */
export function countsBlocks({ segments }: RowKernel): boolean {
	return segments.every((segment) => segment.kind === 'loops' && segment.lanes === 'rows');
}

function partitionOfRows(kernel: RowKernel, target: Target): Partition {
	const items = rowItems(kernel, target);
	const cost = items * itemCost(kernel, target);
	const [first] = kernel.segments;
	if (first?.kind === 'convolution') return even(items, cost, first.parts);
	if (!kernel.segments.some(({ kind }) => kind === 'product')) return even(items, cost);
	// A chunk has rows of one matrix, in whole tiles and cache lines.
	const matrix = kernel.rows.at(-1) ?? 1;
	const together = rowsTogether(kernel, target);
	const share = Math.floor(matrix / chunksWanted(kernel, target) / together) * together;
	const fewest = Math.ceil((minChunkCost * items) / Math.max(cost, 1) / together) * together;
	const most = Math.floor(maxProductRows / together) * together;
	const grain = Math.max(Math.min(Math.max(share, fewest), most), together);
	const blocks = Math.ceil(matrix / grain);
	return {
		count: matrix === 0 ? 0 : (items / matrix) * blocks,
		cost,
		items: matrix,
		grain,
		blocks,
	};
}

/**
 * The rows of whole tiles, of whole blocks of rows that loops compute at once, and of whole cache lines, where a line of the
 * left operand holds several.
 */
function rowsTogether(
	{ segments }: RowKernel,
	{ tileRows, elementsAtOnce, cacheLineBytes }: Target,
): number {
	let rows = 1;
	for (const segment of segments) {
		if (segment.kind === 'loops') {
			if (segment.lanes === 'rows') rows = leastCommonMultiple(rows, elementsAtOnce);
			continue;
		}
		if (segment.kind === 'convolution') continue;
		const { left, output } = segment;
		rows = leastCommonMultiple(rows, tileRows[output.dtype]);
		if (left.kind === 'strided' && left.at.strides.at(-1) === 1)
			rows = leastCommonMultiple(rows, Math.ceil(cacheLineBytes / elementBytes[left.buffer.dtype]));
	}
	return rows;
}

function leastCommonMultiple(x: number, y: number): number {
	let multiple = x;
	while (multiple % y !== 0) multiple += x;
	return multiple;
}

/**
 * Into so many chunks threads share a matrix evenly. Every chunk goes through all packed operands: where these are
 * larger than a cache, there had better be fewer.
 */
function chunksWanted({ segments }: RowKernel, { middleCacheBytes }: Target): number {
	let bytes = 0;
	for (const segment of segments)
		if (segment.kind === 'product')
			bytes += segment.inner * segment.columns * elementBytes[segment.output.dtype];
	return bytes > middleCacheBytes ? maxLargeMatrixChunks : maxMatrixChunks;
}

/** Items of equal work, in chunks of about equal size, at most so many. */
function even(items: number, cost: number, most = Infinity): Partition {
	const wanted = Math.min(Math.ceil(cost / minChunkCost), items, most);
	const grain = Math.ceil(items / Math.max(wanted, 1));
	const count = Math.ceil(items / Math.max(grain, 1));
	return { count, cost, items, grain, blocks: null };
}

/** Vector instructions for all of a convolution; packing a window takes about as much as multiplying it once. */
function convolutionCost({ batch, rows, inner, columns }: Convolution): number {
	return (sizeOf(batch) * (rows + 1) * sizeOf(inner) * sizeOf(columns)) / 2;
}

/** Vector instructions for one item. */
function itemCost(kernel: RowKernel, target: Target): number {
	const { elementsAtOnce: width } = target;
	const { segments } = kernel;
	const rowsOfItem = countsBlocks(kernel) ? width : 1;
	let cost = 10;
	for (const segment of segments) {
		if (segment.kind === 'product') {
			cost += (segment.inner * segment.columns) / 2;
			continue;
		}
		if (segment.kind === 'convolution') {
			cost += convolutionCost(segment) / sizeOf(kernel.rows);
			continue;
		}
		for (const stage of segment.stages) {
			const { inner, reductions, stores, expressions } = stage;
			let each = 3 * reductions.length + 2 * stores.length;
			for (const expression of expressions)
				each += expression.kind !== 'apply' ? 1 : elementCosts[expression.operation];
			const vectors =
				segment.lanes === 'inner' ? Math.ceil(sizeOf(inner) / width) : sizeOf(inner) / width;
			cost += each * rowsOfItem * vectors;
		}
	}
	return cost * rowsAtOnce(kernel, target);
}
