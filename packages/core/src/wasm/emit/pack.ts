import { sizeOf } from '../../graph/shape.ts';
import type { Pack } from '../../lowering/kernel.ts';
import { lanesOf, packedSize } from '../../lowering/panels.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import { loadApart, loadNeighbours, loadOne, storeNeighbours, transposed } from './access.ts';
import type { AddressOf } from './places.ts';
import { lesser } from './scalar.ts';
import { width } from './value.ts';

/** A cache line: panels that are filled side by side read whole ones of their source. */
export const lineBytes = 64;

/** How a pack kernel goes through its source: matrix by matrix, strip by strip. */
interface Strips {
	/** The columns of a strip, whole panels; those that are left, fewer, are the last strip. */
	readonly columns: number;
	/** The strips of one matrix. */
	readonly count: number;
	/** Whether threads share stretches of the inner axis, and not strips: those of the longer axis. */
	readonly acrossInner: boolean;
}

function stripsOf({ source, at, batch, inner, columns, panel }: Pack): Strips {
	const adjacent = at.strides.at(-1) === 1;
	const panels = Math.max(1, lineBytes / (panel * elementBytes[source.dtype]));
	const strip = adjacent ? panels * panel : panel;
	return {
		columns: strip,
		count: Math.ceil(columns / strip),
		acrossInner: adjacent && sizeOf(batch) * inner >= columns && inner > 0 && columns > 0,
	};
}

/** What threads share: strips over the whole batch, or places of the inner axis, those that are packed together as one. */
export function packItems(pack: Pack): number {
	const { count, acrossInner } = stripsOf(pack);
	return sizeOf(pack.batch) * (acrossInner ? pack.inner / placesOf(pack) : count);
}

/** The places of the inner axis that are packed together. */
function placesOf({ source, tail }: Pack): number {
	return tail === 'along' ? lanesOf(source.dtype) : 1;
}

/** Where a strip is read and written, at its first place. */
interface Pass {
	readonly from: Local;
	readonly to: Local;
	/** In bytes. */
	readonly innerStride: number;
	readonly columnStride: number;
}

/** A part of the inner axis, or all of it. */
type Stretch = { readonly begin: Local; readonly count: Local } | null;

/** Emits how items are rearranged. */
export class PackEmitter {
	readonly #code: Code;
	readonly #addressOf: AddressOf;
	readonly #pack: Pack;
	readonly #strips: Strips;
	/** In bytes. */
	readonly #strides: readonly number[];
	readonly #pass: Pass;

	constructor(code: Code, addressOf: AddressOf, pack: Pack) {
		const { source, at } = pack;
		this.#code = code;
		this.#addressOf = addressOf;
		this.#pack = pack;
		this.#strips = stripsOf(pack);
		this.#strides = at.strides.map((stride) => stride * elementBytes[source.dtype]);
		const [innerStride = 0, columnStride = 0] = this.#strides.slice(-2);
		this.#pass = {
			from: code.local('i32'),
			to: code.local('i32'),
			innerStride,
			columnStride,
		};
	}

	/** The items from `begin` before `end`. */
	emit(begin: Local, end: Local): void {
		const code = this.#code;
		const { acrossInner, count } = this.#strips;
		const ofMatrix = acrossInner ? this.#pack.inner / placesOf(this.#pack) : count;
		const item = code.local('i32');
		code.get(begin).set(item);
		code.block((leave) => {
			code.loop((again) => {
				code.get(item).get(end).op('i32.ge_u').brIf(leave);
				const matrix = code.get(item).i32(ofMatrix).op('i32.div_u').keep('i32');
				const first = code.get(item).i32(ofMatrix).op('i32.rem_u').keep('i32');
				if (acrossInner) {
					// To the end of the items or of the matrix, whichever comes first.
					const left = code.get(end).get(item).op('i32.sub').keep('i32');
					const own = code.i32(ofMatrix).get(first).op('i32.sub').keep('i32');
					const items = lesser(code, left, own);
					this.#stretch(matrix, first, items);
					code.get(item).get(items).op('i32.add').set(item);
				} else {
					this.#goTo(matrix, first);
					this.#strip(first, null);
					code.get(item).i32(1).op('i32.add').set(item);
				}
				code.br(again);
			});
		});
	}

	/** So many items of a matrix along its inner axis, in all strips. */
	#stretch(matrix: Local, first: Local, items: Local): void {
		const code = this.#code;
		const inPlaces = (items: Local): Local =>
			code.get(items).i32(placesOf(this.#pack)).op('i32.mul').keep('i32');
		const stretch = { begin: inPlaces(first), count: inPlaces(items) };
		const strip = code.local('i32');
		code.i32(0).set(strip);
		code.loop((another) => {
			this.#goTo(matrix, strip);
			this.#strip(strip, stretch);
			code.get(strip).i32(1).op('i32.add').tee(strip);
			code.i32(this.#strips.count).op('i32.lt_u').brIf(another);
		});
	}

	/** Goes to the first place of a strip of a matrix of the batch. */
	#goTo(matrix: Local, strip: Local): void {
		const code = this.#code;
		const { source, at, batch, inner, columns, output } = this.#pack;
		const { from, to, columnStride } = this.#pass;
		const bytes = elementBytes[source.dtype];
		code.get(strip).i32(this.#strips.columns * columnStride);
		code
			.op('i32.mul')
			.i32(this.#addressOf(source) + at.offset * bytes)
			.op('i32.add')
			.set(from);
		let rest = matrix;
		for (let axis = batch.length - 1; axis >= 0; axis--) {
			const length = batch[axis] ?? 1;
			code
				.get(from)
				.get(rest)
				.i32(length)
				.op('i32.rem_u')
				.i32(this.#strides[axis] ?? 0)
				.op('i32.mul')
				.op('i32.add')
				.set(from);
			if (axis > 0) rest = code.get(rest).i32(length).op('i32.div_u').keep('i32');
		}
		code.get(strip).i32(inner * this.#strips.columns * bytes);
		code.op('i32.mul').get(matrix);
		code
			.i32(packedSize(inner, columns) * bytes)
			.op('i32.mul')
			.op('i32.add')
			.i32(this.#addressOf(output))
			.op('i32.add')
			.set(to);
	}

	/** The strip of that number, which may be the last and have fewer columns. */
	#strip(strip: Local, stretch: Stretch): void {
		const code = this.#code;
		const { columns, count } = this.#strips;
		const last = this.#pack.columns - (count - 1) * columns;
		const ofColumns = (count: number): void =>
			emitStrip(code, this.#pack, count, this.#pass, stretch);
		if (last === columns) ofColumns(last);
		else
			code
				.get(strip)
				.i32(count - 1)
				.op('i32.eq')
				.if(
					() => ofColumns(last),
					() => ofColumns(columns),
				);
	}
}

/** One strip: its whole panels side by side, then what is left of a panel. */
function emitStrip(code: Code, pack: Pack, columns: number, pass: Pass, stretch: Stretch): void {
	const { panel, inner, source } = pack;
	const bytes = elementBytes[source.dtype];
	const whole = Math.floor(columns / panel) * panel;
	const [from, to] = [code.local('i32'), code.local('i32')];
	for (const { first, count } of [
		{ first: 0, count: whole },
		{ first: whole, count: columns - whole },
	]) {
		if (count === 0) continue;
		code
			.get(pass.from)
			.i32(first * pass.columnStride)
			.op('i32.add')
			.set(from);
		code
			.get(pass.to)
			.i32(inner * first * bytes)
			.op('i32.add')
			.set(to);
		const emit = first === whole && pack.tail === 'along' ? emitAlong : emitPanels;
		emit(code, pack, count, { ...pass, from, to }, stretch);
	}
}

/** The last columns, vector by vector along the inner axis, all of them at each place of it. */
function emitAlong(
	code: Code,
	{ source: { dtype }, inner }: Pack,
	columns: number,
	{ from, to, innerStride, columnStride }: Pass,
	stretch: Stretch,
): void {
	const lanes = lanesOf(dtype);
	const left = code.local('i32');
	if (stretch === null) code.i32(inner);
	else {
		code.get(from).get(stretch.begin).i32(innerStride).op('i32.mul').op('i32.add').set(from);
		code.get(to).get(stretch.begin);
		code
			.i32((16 / lanes) * columns)
			.op('i32.mul')
			.op('i32.add')
			.set(to);
		code.get(stretch.count);
	}
	code.set(left);
	code.loop((again) => {
		for (let column = 0; column < columns; column++) {
			const first = column * columnStride;
			const neighbours = Array.from({ length: lanes }, (_, lane) => ({
				address: from,
				offset: first + lane * innerStride,
			}));
			const [vector] =
				innerStride === 16 / lanes
					? [code.get(from).access('v128.load', first).keep('v128')]
					: loadApart(code, dtype, neighbours).parts;
			if (vector === undefined) throw new Error('internal: nothing to pack');
			code
				.get(to)
				.get(vector)
				.access('v128.store', 16 * column);
		}
		code
			.get(from)
			.i32(lanes * innerStride)
			.op('i32.add')
			.set(from);
		code
			.get(to)
			.i32(16 * columns)
			.op('i32.add')
			.set(to);
		code.get(left).i32(lanes).op('i32.sub').tee(left).brIf(again);
	});
}

/** Panels of one width: for each place of the inner axis their `columns`, side by side within each. */
function emitPanels(
	code: Code,
	{ source: { dtype }, inner, panel }: Pack,
	columns: number,
	{ from, to, innerStride, columnStride }: Pass,
	stretch: Stretch,
): void {
	const bytes = elementBytes[dtype];
	const vectors = Math.ceil(columns / width);
	const vectorsOfPanel = Math.min(vectors, panel / width);
	const rowBytes = vectorsOfPanel * width * bytes;
	/** The place of a vector in the output, from that of the first. */
	const placeOf = (vector: number): number =>
		Math.floor(vector / vectorsOfPanel) * inner * rowBytes +
		(vector % vectorsOfPanel) * width * bytes;
	const left = code.local('i32');
	const repeat = (step: () => void): void => {
		code.loop((again) => {
			step();
			code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
		});
	};
	const advance = (places: number): void => {
		code
			.get(from)
			.i32(places * innerStride)
			.op('i32.add')
			.set(from);
		code
			.get(to)
			.i32(places * rowBytes)
			.op('i32.add')
			.set(to);
	};
	const one = (): void => {
		for (let vector = 0; vector < vectors; vector++) {
			const offset = vector * width * columnStride;
			const count = Math.min(width, columns - vector * width);
			const value =
				columnStride === bytes
					? loadNeighbours(code, dtype, from, offset)
					: columnStride === 0
						? loadOne(code, dtype, from, 0)
						: loadApart(
								code,
								dtype,
								Array.from({ length: count }, (_, lane) => ({
									address: from,
									offset: offset + lane * columnStride,
								})),
							);
			storeNeighbours(code, value, to, placeOf(vector), width);
		}
		advance(1);
	};
	if (stretch !== null) {
		const { begin, count } = stretch;
		code.get(from).get(begin).i32(innerStride).op('i32.mul').op('i32.add').set(from);
		code.get(to).get(begin).i32(rowBytes).op('i32.mul').op('i32.add').set(to);
		code.get(count).set(left);
		repeat(one);
		return;
	}
	const transposes = innerStride === bytes && columnStride !== bytes && bytes === 4;
	const turns = transposes ? Math.floor(inner / width) : 0;
	if (turns > 0) {
		code.i32(turns).set(left);
		repeat(() => {
			for (let vector = 0; vector < vectors; vector++) {
				const columnsHere = Math.min(width, columns - vector * width);
				const rows = Array.from({ length: width }, (_, i) =>
					code
						.get(from)
						.access('v128.load', (vector * width + Math.min(i, columnsHere - 1)) * columnStride)
						.keep('v128'),
				) as [Local, Local, Local, Local]; // as many as a vector is wide
				for (const [place, column] of transposed(code, rows).entries())
					code
						.get(to)
						.get(column)
						.access('v128.store', place * rowBytes + placeOf(vector));
			}
			advance(width);
		});
	}
	const others = inner - turns * width;
	if (others > 0) {
		code.i32(others).set(left);
		repeat(one);
	}
}
