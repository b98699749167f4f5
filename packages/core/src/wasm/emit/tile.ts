import type { DType } from '../../graph/dtype.ts';
import { panelRows } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Label, Local } from '../assembler/code.ts';
import type { ModuleBuilder } from '../assembler/module.ts';
import type { Opcode } from '../assembler/opcodes.ts';
import { storeNeighbours } from './access.ts';
import { width } from './value.ts';

/** The rows of a tile: with eight columns its sums, and what is multiplied, fit sixteen vector registers. */
export const tileRows = panelRows;

/**
 * Operands are passed to a tile so many bytes early: the sum in the tile tells V8 that the upper halves of the registers
 * are clear, which it cannot know of a parameter, and would see to at every turn.
 */
export const lead = 16;

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
				// Never taken here: as between steps, it keeps V8 from loading all operands first.
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
