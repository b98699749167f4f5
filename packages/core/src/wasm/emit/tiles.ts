import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Label, Local } from '../assembler/code.ts';
import type { ModuleBuilder } from '../assembler/module.ts';
import type { Access, Opcode } from '../assembler/opcodes.ts';
import { storeSums } from './sums.ts';
import { lead, type Tile, tileRows } from './tile.ts';
import { width } from './value.ts';

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
	storeSums(code, tile, sums, output);
}
