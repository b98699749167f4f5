import type { DType } from '../../graph/dtype.ts';
import type { Shape } from '../../graph/shape.ts';
import {
	type Affine,
	type Buffer,
	type Expression,
	expressionOrder,
	type Reduction,
} from './expression.ts';

/** The store of the value of an expression. */
export interface Store {
	readonly buffer: Buffer;
	readonly at: Affine;
	readonly value: Expression;
}

/** One pass over the inner axes for a row: reductions to find, and elements to store. */
export interface Stage {
	/** The inner axes; their loop axes follow those of the rows. */
	readonly inner: Shape;
	readonly reductions: readonly Reduction[];
	readonly stores: readonly Store[];
	/** All expressions of these, each after those it is made of. */
	readonly expressions: readonly Expression[];
}

export function stageOf(
	inner: Shape,
	reductions: readonly Reduction[],
	stores: readonly Store[],
): Stage {
	const roots = [...reductions.map(({ input }) => input), ...stores.map(({ value }) => value)];
	return { inner, reductions, stores, expressions: expressionOrder(roots) };
}

/**
 * Stages that run one after another for each row. `lanes` says along which axis neighbouring elements are computed
 * together: the last inner one, or the last of the rows, four rows at once.
 */
export interface Loops {
	readonly kind: 'loops';
	readonly lanes: 'inner' | 'rows';
	readonly stages: readonly Stage[];
}

/**
 * How a packed operand lies: panel after panel of `panel` columns, in each of them those of the first step along the
 * inner axis side by side, then those of the second, and so on. The columns after the last whole panel lie `across`, the same
 * way, filled up to a multiple of `fill` with numbers that nobody reads; or `along`: for every `vector` steps along the
 * inner axis, those of the first column, then those of the next.
 */
export interface PanelLayout {
	readonly panel: number;
	readonly tail: 'across' | 'along';
	readonly fill: number;
	readonly vector: number;
}

/** The elements that a packed matrix takes; as many in either layout of the last columns. */
export function packedSize({ panel, fill }: PanelLayout, inner: number, columns: number): number {
	const rest = columns % panel;
	return inner * (columns - rest + Math.ceil(rest / fill) * fill);
}

/** An operand of a product packed by a `Pack` kernel: one matrix after another, or one that the whole batch shares. */
export interface Panels {
	readonly kind: 'panels';
	readonly buffer: Buffer;
	readonly shared: boolean;
	readonly layout: PanelLayout;
}

/**
 * An operand of a product where it lies: `at` says where the rows of a left one begin, and the matrices of a right one,
 * whose columns lie side by side.
 */
export interface Strided {
	readonly kind: 'strided';
	readonly buffer: Buffer;
	readonly at: Affine;
	readonly innerStride: number;
}

/** A product for a block of rows: `left` [rows, inner] by `right` [inner, columns] into `output` [rows, columns]. */
export interface Product {
	readonly kind: 'product';
	readonly left: Strided | Panels;
	readonly right: Strided | Panels;
	readonly output: Buffer;
	readonly inner: number;
	readonly columns: number;
	/** The dtype in which products are added up. */
	readonly accumulator: DType;
}

/**
 * Rows that do not depend on each other: each runs through all segments. A convolution, of which there is at most one, is the
 * first segment; the rows are the first axes of its batch.
 */
export interface RowKernel {
	readonly kind: 'rows';
	readonly rows: Shape;
	readonly segments: readonly (Loops | Product | Convolution)[];
	/** What must have been written before, although it is not read. */
	readonly after: readonly Buffer[];
	/** Whether it writes a part of its buffer that no other such kernel writes. */
	readonly part?: boolean;
}

/**
 * An operand of a product rearranged into panels of a few columns, so that the product reads it in order; of a left
 * operand, its rows are the columns.
 */
export interface Pack {
	readonly kind: 'pack';
	readonly layout: PanelLayout;
	readonly source: Buffer;
	/** Of the batch axes, the inner axis and the columns. */
	readonly at: Affine;
	readonly batch: Shape;
	readonly inner: number;
	readonly columns: number;
	readonly output: Buffer;
}

/** An operand that is read wherever loops lead. */
export interface Reached {
	readonly buffer: Buffer;
	readonly at: Affine;
}

/**
 * Products of matrices, one for each index of the batch, of which the right ones are never stored: their columns are windows
 * of an image, and overlap. `left` is reached by loops over the batch, the rows and the inner axes; `right` by loops over
 * the batch, the inner axes and the column axes; the output is [batch, rows, columns].
 */
export interface Convolution {
	readonly kind: 'convolution';
	readonly batch: Shape;
	readonly rows: number;
	readonly inner: Shape;
	readonly columns: Shape;
	readonly left: Reached;
	readonly right: Reached;
	readonly output: Buffer;
	/** The dtype in which products are added up. */
	readonly accumulator: DType;
	/** How it is cut into blocks, and in how many parts at the most these are computed at once. */
	readonly blocks: WindowBlocks;
	readonly parts: number;
	/** For each part, room for one packed block of the right operand. */
	readonly scratch: Buffer;
}

/** A block of a right operand: so many columns, and on the inner axes `length` steps of `axis` with all of the axes after it. */
export interface WindowBlocks {
	readonly columns: number;
	readonly axis: number;
	readonly length: number;
}

/** Stops the run if an element, cut toward zero, is out of range, before any Variable has changed; NaN is, and 0 if it must not be. */
export interface Check {
	readonly kind: 'check';
	readonly elements: Buffer;
	readonly low: number;
	readonly high: number;
	readonly nonzero: boolean;
}

/** Rows of `length` elements, each in ascending order, or the positions that would sort it. */
export interface Sort {
	readonly kind: 'sort' | 'argsort';
	readonly input: Buffer;
	readonly output: Buffer;
	/** The number of its rows that are sorted at once. */
	readonly parts: number;
	/** For each part, room for the positions of one row, twice. */
	readonly scratch: Buffer;
	readonly rows: number;
	readonly length: number;
}

/** Running sums of rows of `length` elements. */
export interface Scan {
	readonly kind: 'cumsum';
	readonly input: Buffer;
	readonly output: Buffer;
	readonly rows: number;
	readonly length: number;
}

/** Zeros, and updates [batch, before, picks, after] added where the indices [batch, picks] say: [batch, before, length, after]. */
export interface Scatter {
	readonly kind: 'scatterAdd';
	readonly updates: Buffer;
	readonly indices: Buffer;
	/** Sums in the accumulator of the dtype; the result itself if that is the same. */
	readonly sums: Buffer;
	readonly output: Buffer;
	readonly batch: number;
	readonly before: number;
	readonly length: number;
	readonly picks: number;
	readonly after: number;
}

/** One loop nest or special algorithm over buffers; what an engine turns into one function. */
export type Kernel = RowKernel | Pack | Convolution | Check | Sort | Scan | Scatter;
