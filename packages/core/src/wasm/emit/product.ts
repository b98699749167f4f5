import type { DType } from '../../graph/dtype.ts';
import { sizeOf } from '../../graph/shape.ts';
import {
	type Panels,
	type Product,
	packedSize,
	panelColumns,
	panelRows,
	type RowKernel,
} from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Label, Local } from '../assembler/code.ts';
import type { ModuleBuilder } from '../assembler/module.ts';
import type { Opcode } from '../assembler/opcodes.ts';
import { storeNeighbours } from './access.ts';
import { type AddressOf, Places } from './places.ts';
import { advance } from './scalar.ts';
import { width } from './value.ts';

/** The rows of a tile: with eight columns its sums, and what is multiplied, fit sixteen vector registers. */
export const tileRows = panelRows;
/** So long a stretch of the inner axis that a panel of it stays in the first-level cache. */
const longestInner = 1024;

/**
 * So many steps along the inner axis are one turn of the loop. Between two there is a way out: without it V8 would load
 * the operands of all of them first, and have no registers left for the sums.
 */
const mostSteps = 4;

/** From so many multiply-adds on, faster code is worth its making. */
const large = 2 ** 18;

/**
 * Operands are passed to a tile so many bytes early: the sum in the tile tells V8 that the upper halves of the registers
 * are clear, which it cannot know of a parameter, and would see to at every turn.
 */
const lead = 16;

/** One tile of a product: how its operands lie, in bytes. */
interface Tile {
	readonly dtype: DType;
	readonly rows: number;
	readonly columns: number;
	/** The columns of its panel: `columns` rounded up to whole vectors. */
	readonly panel: number;
	readonly inner: number;
	/** From a row of the left operand to the next, of the `tileRows` that go together, and from those to the next ones. */
	readonly leftRow: number;
	readonly leftTile: number;
	readonly leftInner: number;
	readonly rightInner: number;
	readonly outputRow: number;
	/** Whether it adds to the output, or replaces it. */
	readonly adds: boolean;
	/** How many steps along the inner axis are one turn of the loop. */
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

/** Sums of products along the inner axis in registers: every row's element times the panel's row, step by step. */
function emitTile(code: Code, tile: Tile, fused: boolean): void {
	const { dtype, rows, panel, columns, inner, adds, steps } = tile;
	const { leftRow, leftTile, leftInner, rightInner, outputRow } = tile;
	const bytes = elementBytes[dtype];
	const vectors = (panel * bytes) / 16;
	const [left, right, output] = [code.parameter(0), code.parameter(1), code.parameter(2)];
	const lanes = dtype === 'f32' ? 'f32x4' : dtype === 'f64' ? 'f64x2' : 'i32x4';
	const [times, plus]: [Opcode, Opcode] = [`${lanes}.mul`, `${lanes}.add`];
	const sums = Array.from({ length: rows }, (_row, row) =>
		Array.from({ length: vectors }, (_vector, vector) => {
			const sum = code.local('v128');
			if (adds)
				code
					.get(output)
					.access('v128.load', row * outputRow + 16 * vector)
					.set(sum);
			return sum;
		}),
	);
	if (inner > 0) {
		for (const pointer of [left, right]) code.get(pointer).i32(lead).op('i32.add').set(pointer);
		const factor = code.local('v128');
		const panelRow = sums[0]?.map(() => code.local('v128')) ?? [];
		const [pointer, stride] = leftInner === 0 ? [right, rightInner] : [left, leftInner];
		const end = code
			.get(pointer)
			.i32(inner * stride)
			.op('i32.add')
			.keep('i32');
		const leaveAtEnd = (leave: Label): unknown =>
			code.get(pointer).get(end).op('i32.eq').brIf(leave);
		/** One place of the inner axis, whose row of the panel is `offset` bytes further. */
		const addProducts = (offset: number, leave: Label): void => {
			for (const [vector, part] of panelRow.entries())
				code
					.get(right)
					.access('v128.load', offset + 16 * vector)
					.set(part);
			for (const [row, ofRow] of sums.entries()) {
				// Never taken here; see `mostSteps`.
				if (row > 0 && row % tileRows === 0) leaveAtEnd(leave);
				code
					.get(left)
					.access(
						bytes === 8 ? 'v128.load64_splat' : 'v128.load32_splat',
						Math.floor(row / tileRows) * leftTile + (row % tileRows) * leftRow,
					);
				code.set(factor);
				for (const [vector, sum] of ofRow.entries()) {
					const part = panelRow[vector] as Local; // as many vectors in a row
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
	const perValue = dtype === 'f64' ? 2 : 1;
	for (const [row, ofRow] of sums.entries())
		for (let at = 0; at < ofRow.length; at += perValue) {
			const parts = ofRow.slice(at, at + perValue);
			const first = (at / perValue) * width;
			const count = Math.min(width, columns - first);
			if (count > 0)
				storeNeighbours(code, { dtype, parts }, output, row * outputRow + first * bytes, count);
		}
}

/** How the rows of a left operand lie, in bytes: the first, from one to the next, along the inner axis, and by tiles. */
interface LeftOperand {
	readonly leftStart: Local;
	readonly leftRow: number;
	readonly leftInner: number;
	readonly leftTileBytes: number;
}

/** How a right operand lies, in bytes: its first row, from one panel to the next, and along the inner axis. */
interface RightOperand {
	readonly rightStart: Local;
	/** The columns of a panel. */
	readonly widest: number;
	readonly rightPanel: number;
	/** In a panel that is so wide. */
	rightInner(panel: number): number;
}

/** The product of the rows from `begin` before `end`, all of one matrix. */
export function emitProduct(
	code: Code,
	tiles: Tiles,
	addressOf: AddressOf,
	kernel: RowKernel,
	{ left, right, output, inner, columns }: Product,
	begin: Local,
	end: Local,
): void {
	const { dtype } = output;
	const bytes = elementBytes[dtype];
	const matrixRows = kernel.rows.at(-1) ?? 1;
	const outputRow = columns * bytes;

	/** The address of the matrix of a packed operand that the rows at hand are multiplied with. */
	const matrixOf = ({ buffer, shared }: Panels, across: number): Local => {
		code.i32(addressOf(buffer));
		if (!shared) {
			code.get(begin).i32(matrixRows).op('i32.div_u');
			code
				.i32(packedSize(inner, across) * bytes)
				.op('i32.mul')
				.op('i32.add');
		}
		return code.keep('i32');
	};
	const { leftStart, leftRow, leftInner, leftTileBytes } = ((): LeftOperand => {
		if (left.kind === 'strided') {
			const places = new Places(code, addressOf, { rows: kernel.rows, lanes: 'inner' }, begin);
			const leftRow = (left.at.strides.at(-1) ?? 0) * bytes;
			return {
				leftStart: places.rowAddress(left.buffer, left.at),
				leftRow,
				leftInner: left.innerStride * bytes,
				leftTileBytes: tileRows * leftRow,
			};
		}
		const matrix = matrixOf(left, matrixRows);
		code.get(begin).i32(matrixRows).op('i32.rem_u');
		code
			.i32(inner * bytes)
			.op('i32.mul')
			.get(matrix)
			.op('i32.add');
		return {
			leftStart: code.keep('i32'),
			leftRow: bytes,
			leftInner: tileRows * bytes,
			leftTileBytes: tileRows * inner * bytes,
		};
	})();
	code.get(begin).i32(outputRow).op('i32.mul').i32(addressOf(output)).op('i32.add');
	const outputStart = code.keep('i32');
	const { rightStart, widest, rightPanel, rightInner } = ((): RightOperand => {
		if (right.kind === 'strided') {
			// Few rows, so that there are registers for more columns: whole cache lines, where rows lie far apart.
			const widest = (matrixRows > 2 ? 1 : 2) * panelColumns(dtype);
			const places = new Places(code, addressOf, { rows: kernel.rows, lanes: 'inner' }, begin);
			return {
				rightStart: places.rowAddress(right.buffer, right.at),
				widest,
				rightPanel: widest * bytes,
				rightInner: () => right.innerStride * bytes,
			};
		}
		const widest = panelColumns(dtype);
		return {
			rightStart: matrixOf(right, columns),
			widest,
			rightPanel: inner * widest * bytes,
			rightInner: (panel) => panel * bytes,
		};
	})();

	const [row, panelAt, outputAt] = [code.local('i32'), code.local('i32'), code.local('i32')];
	const [leftTile, outputTile] = [code.local('i32'), code.local('i32')];
	const blocks = innerBlocks(inner);
	const isLarge = sizeOf(kernel.rows) * inner * columns >= large;
	// Panels of one vector are seldom more than the last: there it is not worth the code.
	const unrolls = isLarge && leftInner !== 0;
	const wholePanels = Math.floor(columns / widest);
	const rest = columns - wholePanels * widest;

	for (const { from, length } of blocks) {
		const rowsOfPanel = (panel: number, count: number): void => {
			const tile = (rows: number): number =>
				tiles.of({
					dtype,
					rows,
					columns: count,
					panel,
					inner: length,
					leftRow,
					leftTile: leftTileBytes,
					leftInner,
					rightInner: rightInner(panel),
					outputRow,
					adds: from > 0,
					steps: unrolls && panel * bytes > 16 ? Math.min(mostSteps, length) : 1,
				});
			const call = (rows: number): void => {
				code
					.get(leftTile)
					.i32(lead)
					.op('i32.sub')
					.get(panelAt)
					.i32(from * rightInner(panel) - lead)
					.op('i32.add')
					.get(outputTile);
				code.call(tile(rows));
			};
			code.get(begin).set(row);
			code
				.get(leftStart)
				.i32(from * leftInner)
				.op('i32.add')
				.set(leftTile);
			code.get(outputAt).set(outputTile);
			// Of a single vector a tile takes twice the rows, or each sum would wait for itself.
			const tall = isLarge && panel * bytes === 16 && matrixRows >= 2 * tileRows;
			for (const tiles of tall ? [2, 1] : [1])
				code.block((leave) => {
					code.loop((again) => {
						const rows = tiles * tileRows;
						code.get(row).i32(rows).op('i32.add').get(end).op('i32.gt_u').brIf(leave);
						call(rows);
						advance(code, leftTile, tiles * leftTileBytes);
						advance(code, outputTile, rows * outputRow);
						advance(code, row, rows);
						code.br(again);
					});
				});
			// Blocks of rows are whole tiles, except at the end of the matrix.
			if (matrixRows % tileRows > 0)
				code
					.get(row)
					.get(end)
					.op('i32.lt_u')
					.if(() => call(matrixRows % tileRows));
		};
		code.get(rightStart).set(panelAt);
		code.get(outputStart).set(outputAt);
		if (wholePanels > 0) {
			const left = code.local('i32');
			code.i32(wholePanels).set(left);
			code.loop((again) => {
				rowsOfPanel(widest, widest);
				code.get(panelAt).i32(rightPanel).op('i32.add').set(panelAt);
				code
					.get(outputAt)
					.i32(widest * bytes)
					.op('i32.add')
					.set(outputAt);
				code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
			});
		}
		if (rest > 0) rowsOfPanel(Math.ceil(rest / width) * width, rest);
	}
}

/** The inner axis in stretches of about one length. */
function innerBlocks(inner: number): { readonly from: number; readonly length: number }[] {
	const count = Math.max(1, Math.ceil(inner / longestInner));
	const size = Math.ceil(inner / count);
	return Array.from({ length: count }, (_, i) => ({
		from: i * size,
		length: Math.min(size, inner - i * size),
	}));
}
