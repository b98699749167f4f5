import { elementBytes } from '../../../lowering/plan.ts';
import type { Code, Label, Local } from '../../assembler/code.ts';
import type { ModuleBuilder } from '../../assembler/module.ts';
import type { Access } from '../../assembler/opcodes.ts';
import { advance } from '../scalar.ts';
import { width } from '../value.ts';
import { addProduct } from './addProduct.ts';
import { storeSums } from './sums.ts';
import { lead, type Tile, tileRows } from './tile.ts';

/** Makes the functions of tiles, each once: (left, right, output addresses). */
export class Tiles {
	readonly #module: ModuleBuilder;
	/** Whether products are added in one instruction, rounded once. */
	readonly fused: boolean;
	readonly #known = new Map<string, number>();

	constructor(module: ModuleBuilder, fused: boolean) {
		this.#module = module;
		this.fused = fused;
	}

	of(tile: Tile): number {
		const key = JSON.stringify(tile);
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const index = this.#module.function(['i32', 'i32', 'i32'], [], (code) =>
			new TileEmitter(code, tile, this.fused).emit(),
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

/** Emits sums of products along the inner axis in registers, step by step. */
class TileEmitter {
	readonly #code: Code;
	readonly #tile: Tile;
	readonly #fused: boolean;
	readonly #left: Local;
	readonly #right: Local;
	readonly #output: Local;
	readonly #reads: Reads;
	/** For each factor, the sums of its products with the parts. */
	readonly #sums: readonly (readonly Local[])[];

	constructor(code: Code, tile: Tile, fused: boolean) {
		this.#code = code;
		this.#tile = tile;
		this.#fused = fused;
		this.#left = code.parameter(0);
		this.#right = code.parameter(1);
		this.#output = code.parameter(2);
		this.#reads = readsOf(tile, this.#left, this.#right);
		const { factors, parts } = this.#reads;
		this.#sums = factors.offsets.map(() => parts.offsets.map(() => code.local('v128')));
	}

	emit(): void {
		if (this.#tile.adds) this.#loadSums();
		if (this.#tile.inner > 0) this.#addAll();
		storeSums(this.#code, this.#tile, this.#sums, this.#output);
	}

	#loadSums(): void {
		const { offsets } = this.#reads.parts;
		for (const [row, ofRow] of this.#sums.entries())
			for (const [i, sum] of ofRow.entries())
				this.#code
					.get(this.#output)
					.access('v128.load', row * this.#tile.outputRow + (offsets[i] ?? 0))
					.set(sum);
	}

	#addAll(): void {
		const code = this.#code;
		const { inner, leftInner, rightInner } = this.#tile;
		const [left, right] = [this.#left, this.#right];
		for (const pointer of [left, right]) advance(code, pointer, lead);
		const [pointer, stride] = leftInner === 0 ? [right, rightInner] : [left, leftInner];
		code.get(pointer);
		const end = code
			.i32(inner * stride)
			.op('i32.add')
			.keep('i32');
		code.block((leave) => {
			code.loop((again) => {
				this.#addProducts(pointer, end, leave);
				advance(code, left, leftInner);
				advance(code, right, rightInner);
				code.get(pointer).get(end).op('i32.ne').brIf(again);
			});
		});
	}

	/**
	 * One step along the inner axis, which is a turn of the loop: tiles of two or four steps a turn take as long or up to five
	 * percent longer. Ways out, never taken, stand where V8 is to wait with what comes next: what the first products take is
	 * loaded before them, and further factors only behind them, for there are not registers for all.
	 */
	#addProducts(pointer: Local, end: Local, leave: Label): void {
		const code = this.#code;
		const { factors, parts } = this.#reads;
		const held = parts.offsets.map((offset) => this.#load('v128.load', parts.pointer, offset));
		for (let first = 0; first < factors.offsets.length; first += tileRows) {
			if (first > 0) code.get(pointer).get(end).op('i32.eq').brIf(leave);
			const loaded = factors.offsets
				.slice(first, first + tileRows)
				.map((offset) => this.#load(factors.load, factors.pointer, offset));
			// No operand lies at address 0. Loops of one factor are so short that V8 unrolls them, if there is no way out.
			if (first === 0 && loaded.length > 1) code.get(pointer).op('i32.eqz').brIf(leave);
			for (const [i, factor] of loaded.entries())
				for (const [j, part] of held.entries())
					addProduct(
						code,
						this.#tile.dtype,
						this.#fused,
						this.#sums[first + i]?.[j] as Local, // one of each factor and part
						factor,
						part,
					);
		}
	}

	#load(access: Access, pointer: Local, offset: number): Local {
		return this.#code.get(pointer).access(access, offset).keep('v128');
	}
}
