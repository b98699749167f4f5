import type { DType } from '../../graph/dtype.ts';
import { panelRows } from '../../lowering/panels.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Label, Local } from '../assembler/code.ts';
import type { ModuleBuilder } from '../assembler/module.ts';
import type { Access, Opcode } from '../assembler/opcodes.ts';
import { storeNeighbours } from './access.ts';
import { width } from './value.ts';

/** The rows of a tile: with eight columns its sums, and what is multiplied, fit sixteen vector registers. */
export const tileRows = panelRows;

/**
 * Operands are passed to a tile so many bytes early: the sum in the tile tells V8 that the upper halves of the registers
 * are clear, which it cannot know of a parameter, and would see to at every turn.
 */
export const lead = 16;

/**
 * One tile of a product: how its operands lie, in bytes. The lanes of its vectors are neighbouring columns of the right
 * operand; or, where there are only a few of these, neighbours along the inner axis of both operands, or the rows of a
 * packed left one.
 */
export interface Tile {
	readonly dtype: DType;
	readonly lanes: 'columns' | 'inner' | 'rows';
	readonly rows: number;
	readonly columns: number;
	/** The steps along the inner axis, in elements or vectors. */
	readonly inner: number;
	/** From a row of the left operand to the next, of the `tileRows` that go together, and from those to the next ones. */
	readonly leftRow: number;
	readonly leftTile: number;
	/** From one step to the next. */
	readonly leftInner: number;
	readonly rightInner: number;
	readonly outputRow: number;
	/** Whether it adds to the output, or replaces it; if the lanes are columns. */
	readonly adds: boolean;
	/** How many steps along the inner axis are one turn of the loop; between two there is a way out. */
	readonly steps: number;
}

/** Makes the functions of tiles, each once: (left, right, output addresses). */
export class Tiles {
	readonly #module: ModuleBuilder;
	readonly #fused: boolean;
	readonly #known = new Map<string, number>();

	constructor(module: ModuleBuilder, fused: boolean) {
		this.#module = module;
		this.#fused = fused;
	}

	of(tile: Tile): number {
		const key = JSON.stringify(tile);
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const index = this.#module.function(['i32', 'i32', 'i32'], [], (code) =>
			emitTile(code, tile, this.#fused),
		);
		this.#known.set(key, index);
		return index;
	}
}

/** What a tile reads in each step: of one operand the parts, kept in registers, of the other each factor for all of them. */
interface Reads {
	readonly factors: {
		readonly pointer: Local;
		readonly offsets: readonly number[];
		readonly load: Access;
	};
	readonly parts: { readonly pointer: Local; readonly offsets: readonly number[] };
}

function readsOf(
	{ dtype, lanes, rows, columns, leftRow, leftTile }: Tile,
	left: Local,
	right: Local,
): Reads {
	const bytes = elementBytes[dtype];
	const splat = bytes === 8 ? 'v128.load64_splat' : 'v128.load32_splat';
	const count = lanes === 'columns' ? (Math.ceil(columns / width) * width * bytes) / 16 : columns;
	const vectors = Array.from({ length: count }, (_, i) => 16 * i);
	const ofRows = Array.from(
		{ length: rows },
		(_, row) => Math.floor(row / tileRows) * leftTile + (row % tileRows) * leftRow,
	);
	if (lanes === 'rows')
		return {
			factors: { pointer: right, offsets: vectors.map((_, column) => column * bytes), load: splat },
			parts: { pointer: left, offsets: ofRows.filter((_, row) => row % tileRows === 0) },
		};
	return {
		factors: { pointer: left, offsets: ofRows, load: lanes === 'inner' ? 'v128.load' : splat },
		parts: { pointer: right, offsets: vectors },
	};
}

/** Sums of products along the inner axis in registers, step by step. */
function emitTile(code: Code, tile: Tile, fused: boolean): void {
	const { dtype, inner, adds, steps, leftInner, rightInner, outputRow } = tile;
	const [left, right, output] = [code.parameter(0), code.parameter(1), code.parameter(2)];
	const { factors, parts } = readsOf(tile, left, right);
	const lanes = dtype === 'f32' ? 'f32x4' : dtype === 'f64' ? 'f64x2' : 'i32x4';
	const [times, plus]: [Opcode, Opcode] = [`${lanes}.mul`, `${lanes}.add`];
	const sums = factors.offsets.map((_, row) =>
		parts.offsets.map((offset) => {
			const sum = code.local('v128');
			if (adds)
				code
					.get(output)
					.access('v128.load', row * outputRow + offset)
					.set(sum);
			return sum;
		}),
	);
	if (inner > 0) {
		for (const pointer of [left, right]) code.get(pointer).i32(lead).op('i32.add').set(pointer);
		const factor = code.local('v128');
		const held = parts.offsets.map(() => code.local('v128'));
		const [pointer, stride] = leftInner === 0 ? [right, rightInner] : [left, leftInner];
		const end = code
			.get(pointer)
			.i32(inner * stride)
			.op('i32.add')
			.keep('i32');
		const leaveAtEnd = (leave: Label): unknown =>
			code.get(pointer).get(end).op('i32.eq').brIf(leave);
		/** One step, whose place in the right operand is `further` bytes behind that of the first. */
		const addProducts = (further: number, leave: Label): void => {
			const behind = (pointer: Local): number => (pointer === right ? further : 0);
			for (const [i, part] of held.entries())
				code
					.get(parts.pointer)
					.access('v128.load', behind(parts.pointer) + (parts.offsets[i] ?? 0))
					.set(part);
			for (const [i, ofFactor] of sums.entries()) {
				// Never taken here: as between steps, it keeps V8 from loading all operands first.
				if (i > 0 && i % tileRows === 0) leaveAtEnd(leave);
				code
					.get(factors.pointer)
					.access(factors.load, behind(factors.pointer) + (factors.offsets[i] ?? 0))
					.set(factor);
				for (const [j, sum] of ofFactor.entries()) {
					const part = held[j] as Local; // as many as there are sums
					if (fused && dtype === 'f32')
						code.get(factor).get(part).get(sum).op('f32x4.relaxed_madd');
					else if (fused && dtype === 'f64')
						code.get(factor).get(part).get(sum).op('f64x2.relaxed_madd');
					else code.get(sum).get(factor).get(part).op(times).op(plus);
					code.set(sum);
				}
			}
		};
		code.block((leave) => {
			code.loop((again) => {
				for (let step = 0; step < steps; step++) {
					if (step > 0) leaveAtEnd(leave);
					addProducts(step * rightInner, leave);
					code.get(left).i32(leftInner).op('i32.add').set(left);
				}
				code
					.get(right)
					.i32(steps * rightInner)
					.op('i32.add')
					.set(right);
				code.get(pointer).get(end).op('i32.ne').brIf(again);
			});
		});
	}
	if (tile.lanes === 'columns') storeColumns(code, tile, sums, output);
	else if (tile.lanes === 'inner') storeTotals(code, tile, sums, output, plus);
	else storeRows(code, tile, sums, output);
}

/** Stores sums of which the lanes are columns. */
function storeColumns(
	code: Code,
	{ dtype, columns, outputRow }: Tile,
	sums: readonly Local[][],
	output: Local,
): void {
	const perValue = dtype === 'f64' ? 2 : 1;
	for (const [row, ofRow] of sums.entries())
		for (let at = 0; at < ofRow.length; at += perValue) {
			const parts = ofRow.slice(at, at + perValue);
			const first = (at / perValue) * width;
			const count = Math.min(width, columns - first);
			if (count > 0)
				storeNeighbours(
					code,
					{ dtype, parts },
					output,
					row * outputRow + first * elementBytes[dtype],
					count,
				);
		}
}

/** Adds the lanes of sums up, the first half to the second until one is left, and stores the totals of each row. */
function storeTotals(
	code: Code,
	{ dtype, columns, outputRow }: Tile,
	sums: readonly Local[][],
	output: Local,
	plus: Opcode,
): void {
	for (const [row, [first, second]] of sums.entries()) {
		if (first === undefined) continue;
		let total = first;
		const addHalf = (x: Local, y: Local, low: FourLanes, high: FourLanes): void => {
			code
				.get(x)
				.get(y)
				.shuffle32(...low)
				.get(x)
				.get(y)
				.shuffle32(...high)
				.op(plus);
			total = code.keep('v128');
		};
		if (dtype === 'f64') addHalf(first, first, [0, 1, 0, 1], [2, 3, 2, 3]);
		else {
			addHalf(first, second ?? first, [0, 4, 1, 5], [2, 6, 3, 7]);
			addHalf(total, total, [0, 1, 0, 1], [2, 3, 2, 3]);
		}
		storeNeighbours(code, { dtype, parts: [total, total] }, output, row * outputRow, columns);
	}
}

/** Stores sums of which the lanes are rows, of one column or two. */
function storeRows(
	code: Code,
	{ rows, columns, outputRow }: Tile,
	[first = [], second = first]: readonly Local[][],
	output: Local,
): void {
	for (const [tile, x] of first.entries()) {
		const y = second[tile] ?? x;
		const pairs = [
			code.get(x).get(y).shuffle32(0, 4, 1, 5).keep('v128'),
			code.get(x).get(y).shuffle32(2, 6, 3, 7).keep('v128'),
		];
		for (const [half, pair] of pairs.entries())
			for (const place of [0, 1]) {
				const row = tile * tileRows + 2 * half + place;
				if (row >= rows) continue;
				code.get(output).get(pair);
				if (columns === 2) code.laneAccess('v128.store64_lane', place, row * outputRow);
				else code.laneAccess('v128.store32_lane', 2 * place, row * outputRow);
			}
	}
}

type FourLanes = readonly [number, number, number, number];
