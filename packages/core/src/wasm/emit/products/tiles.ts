import { elementBytes } from '../../../graph/dtype.ts';
import type { Code, Instructions, Local } from '../../assembler/code.ts';
import type { ModuleBuilder } from '../../assembler/module.ts';
import type { Access } from '../../assembler/opcodes.ts';
import { advance } from '../scalar.ts';
import { width } from '../value.ts';
import { addProduct } from './addProduct.ts';
import { storeSums } from './sums.ts';
import { addressBias, maxFactorsAtOnce, type Tile, vectorRegisters } from './tile.ts';

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

/** What a tile reads of an operand in each step, in bytes. */
interface Read {
	readonly pointer: Local;
	readonly offsets: readonly number[];
	readonly load: Access;
	/** From one step to the next. */
	readonly stride: number;
}

/** Of one operand the parts, kept in registers, of the other each factor for all of them. */
interface Reads {
	readonly factors: Read;
	readonly parts: Read;
}

function readsOf(
	{ dtype, lanes, rows, columns, leftRow, rowsTogether, leftTile, leftInner, rightInner }: Tile,
	left: Local,
	right: Local,
): Reads {
	const bytes = elementBytes[dtype];
	const splat = bytes === 8 ? 'v128.load64_splat' : 'v128.load32_splat';
	const count = lanes === 'columns' ? (Math.ceil(columns / width) * width * bytes) / 16 : columns;
	const vectors = Array.from({ length: count }, (_, i) => 16 * i);
	const ofRows = Array.from(
		{ length: rows },
		(_, row) => Math.floor(row / rowsTogether) * leftTile + (row % rowsTogether) * leftRow,
	);
	const ofLeft = { pointer: left, stride: leftInner };
	const ofRight = { pointer: right, stride: rightInner };
	if (lanes === 'rows') {
		const offsets = ofRows.filter((_, row) => row % width === 0);
		return {
			factors: { ...ofRight, load: splat, offsets: vectors.map((_, column) => column * bytes) },
			parts: { ...ofLeft, load: 'v128.load', offsets },
		};
	}
	return {
		factors: { ...ofLeft, load: lanes === 'inner' ? 'v128.load' : splat, offsets: ofRows },
		parts: { ...ofRight, load: 'v128.load', offsets: vectors },
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
	/** What a step has loaded: the parts, and as many factors as there are registers for. */
	readonly #held: readonly Local[];
	readonly #loaded: readonly Local[];
	/** The instructions that load some factors and add their products, by the first of these: the same in every step. */
	readonly #products: Instructions[] = [];

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
		this.#held = parts.offsets.map(() => code.local('v128'));
		const held = (factors.offsets.length + 1) * parts.offsets.length;
		// A product that is not fused with its addition takes a register, too.
		const free = vectorRegisters - held - (fused ? 0 : 1);
		this.#loaded = factors.offsets
			.slice(0, Math.max(1, Math.min(free, maxFactorsAtOnce)))
			.map(() => code.local('v128'));
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

	/**
	 * A turn of the loop is several steps. Between two there is a way out: without it V8 would load the operands of all of
	 * them first, and have no registers left for the sums; with it, the inner axis need not be whole turns.
	 */
	#addAll(): void {
		const code = this.#code;
		const { inner } = this.#tile;
		const { factors, parts } = this.#reads;
		for (const { pointer } of [factors, parts]) advance(code, pointer, addressBias);
		const { pointer, stride } = factors.stride === 0 ? parts : factors;
		code.get(pointer);
		const end = code
			.i32(inner * stride)
			.op('i32.add')
			.keep('i32');
		// Between steps only what moves with each of them can be at its end.
		const steps = factors.stride === 0 ? 1 : Math.min(this.#tile.steps, inner);
		code.block((leave) => {
			code.loop((again) => {
				const leaveAtEnd = (): unknown => code.get(pointer).get(end).op('i32.eq').brIf(leave);
				for (let step = 0; step < steps; step++) {
					if (step > 0) leaveAtEnd();
					this.#addStep(step * parts.stride, leaveAtEnd);
					advance(code, factors.pointer, factors.stride);
				}
				advance(code, parts.pointer, steps * parts.stride);
				code.get(pointer).get(end).op('i32.ne').brIf(again);
			});
		});
	}

	/** One step, whose parts lie `further` bytes behind those of the first of the turn. */
	#addStep(further: number, leaveAtEnd: () => unknown): void {
		const { factors, parts } = this.#reads;
		for (let i = 0; i < this.#held.length; i++)
			this.#load(parts, i, further).set(this.#held[i] as Local); // one for each part
		for (let first = 0; first < factors.offsets.length; first += this.#loaded.length) {
			// Never taken here: as between steps, it keeps V8 from loading all factors first.
			if (first > 0) leaveAtEnd();
			const known = this.#products[first];
			if (known === undefined)
				this.#products[first] = this.#code.record(() => this.#addProducts(first));
			else this.#code.replay(known);
		}
	}

	/** Loads the factors from `first` on, as many as there are registers for, and adds their products. */
	#addProducts(first: number): void {
		const { factors } = this.#reads;
		const loaded = this.#loaded.slice(0, factors.offsets.length - first);
		for (const [i, factor] of loaded.entries()) this.#load(factors, first + i, 0).set(factor);
		for (const [i, factor] of loaded.entries()) {
			const sums = this.#sums[first + i] as readonly Local[]; // a factor's
			for (let j = 0; j < sums.length; j++) {
				const sum = sums[j] as Local; // j is in range
				const part = this.#held[j] as Local; // of as many
				addProduct(this.#code, this.#tile.dtype, this.#fused, sum, factor, part);
			}
		}
	}

	#load({ pointer, offsets, load }: Read, i: number, further: number): Code {
		return this.#code.get(pointer).access(load, (offsets[i] ?? 0) + further);
	}
}
