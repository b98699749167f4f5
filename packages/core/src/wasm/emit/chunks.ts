import { elementBytes } from '../../graph/dtype.ts';
import { sizeOf } from '../../graph/shape.ts';
import { scatterItems } from '../../lowering/execution/scatterBlocks.ts';
import { packItems } from '../../lowering/execution/strips.ts';
import { elementCosts } from '../../lowering/ir/elementCosts.ts';
import type { Kernel, RowKernel } from '../../lowering/ir/kernel.ts';
import type { Code, Local } from '../assembler/code.ts';
import { wasmTarget } from '../target.ts';
import { abreast } from './abreast.ts';
import { tileRows } from './products/tile.ts';
import { lesser } from './scalar.ts';
import { width } from './value.ts';

/** How a kernel's work is cut into chunks, each done by one thread; by shapes alone, so never by how many there are. */
export interface Chunks {
	readonly count: number;
	/** Rough work of the whole kernel, in vector instructions. */
	readonly cost: number;
	/** The first item of a chunk and the one after its last. */
	range(code: Code, chunk: Local): readonly [begin: Local, end: Local];
}

/** So much work is worth claiming at once: a microsecond of products, where a claim takes a tenth of one. */
const chunkCost = 10_000;
/** What fits a second-level cache. */
const cacheBytes = 262_144;
/** Rows of a product that share a panel while it is in the cache. */
const mostProductRows = 64;

export function chunksOf(kernel: Kernel): Chunks {
	switch (kernel.kind) {
		case 'rows':
			return chunksOfRows(kernel);
		case 'pack':
			// Bound by memory: by the clock, as much as so many instructions of a product.
			return even(
				packItems(kernel, wasmTarget),
				1.5 * sizeOf(kernel.batch) * kernel.inner * kernel.columns,
			);
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

/** The rows of a kernel, or their blocks of four, those that are computed side by side as one. */
export function rowItems(kernel: RowKernel): number {
	const { rows } = kernel;
	const last = rows.at(-1) ?? 1;
	const items = countsBlocks(kernel) ? Math.ceil(last / width) : last;
	return (sizeOf(rows.slice(0, -1)) * items) / abreast(kernel);
}

/** Whether the items of a kernel are blocks of four rows; products take theirs one by one. */
export function countsBlocks({ segments }: RowKernel): boolean {
	return segments.every((segment) => segment.kind === 'loops' && segment.lanes === 'rows');
}

function chunksOfRows(kernel: RowKernel): Chunks {
	const items = rowItems(kernel);
	const cost = items * itemCost(kernel);
	if (!kernel.segments.some(({ kind }) => kind === 'product')) return even(items, cost);
	// A chunk has rows of one matrix, in whole tiles and cache lines.
	const matrix = kernel.rows.at(-1) ?? 1;
	const together = rowsTogether(kernel);
	const share = Math.floor(matrix / chunksWanted(kernel) / together) * together;
	const fewest = Math.ceil((chunkCost * items) / Math.max(cost, 1) / together) * together;
	const grain = Math.max(Math.min(Math.max(share, fewest), mostProductRows), together);
	const blocks = Math.ceil(matrix / grain);
	return {
		count: matrix === 0 ? 0 : (items / matrix) * blocks,
		cost,
		range: (code, chunk) => {
			code.get(chunk).i32(blocks).op('i32.div_u').i32(matrix).op('i32.mul');
			const first = code.keep('i32');
			code.get(first).get(chunk).i32(blocks).op('i32.rem_u').i32(grain).op('i32.mul').op('i32.add');
			const begin = code.keep('i32');
			const last = code.get(first).i32(matrix).op('i32.add').keep('i32');
			return [begin, lesser(code, code.get(begin).i32(grain).op('i32.add').keep('i32'), last)];
		},
	};
}

/** The rows of a tile, or of a cache line, where a line of the left operand holds several. */
function rowsTogether({ segments }: RowKernel): number {
	let rows = tileRows;
	for (const segment of segments)
		if (segment.kind === 'product' && segment.left.kind === 'strided') {
			const { at, buffer } = segment.left;
			if (at.strides.at(-1) === 1)
				rows = Math.max(rows, wasmTarget.cacheLineBytes / elementBytes[buffer.dtype]);
		}
	return rows;
}

/**
 * Into so many chunks threads share a matrix evenly. Every chunk goes through all packed operands: where these are
 * larger than a cache, there had better be fewer.
 */
function chunksWanted({ segments }: RowKernel): number {
	let bytes = 0;
	for (const segment of segments)
		if (segment.kind === 'product')
			bytes += segment.inner * segment.columns * elementBytes[segment.output.dtype];
	return bytes > cacheBytes ? 8 : 32;
}

/** Items of equal work, in chunks of about equal size, at most so many. */
function even(items: number, cost: number, most = Infinity): Chunks {
	const wanted = Math.min(Math.ceil(cost / chunkCost), items, most);
	const grain = Math.ceil(items / Math.max(wanted, 1));
	const count = Math.ceil(items / Math.max(grain, 1));
	return {
		count,
		cost,
		range: (code, chunk) => {
			const begin = code.get(chunk).i32(grain).op('i32.mul').keep('i32');
			const after = code.get(begin).i32(grain).op('i32.add').keep('i32');
			return [begin, lesser(code, after, code.i32(items).keep('i32'))];
		},
	};
}

/** Vector instructions for one item. */
function itemCost(kernel: RowKernel): number {
	const { segments } = kernel;
	const rowsOfItem = countsBlocks(kernel) ? width : 1;
	let cost = 10;
	for (const segment of segments) {
		if (segment.kind === 'product') {
			cost += (segment.inner * segment.columns) / 2;
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
	return cost * abreast(kernel);
}
