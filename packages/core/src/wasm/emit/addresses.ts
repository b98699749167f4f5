import { elementBytes } from '../../graph/dtype.ts';
import type { Shape } from '../../graph/shape.ts';
import type { Affine, Buffer, Expression } from '../../lowering/ir/expression.ts';
import type { Loops, Store } from '../../lowering/ir/kernel.ts';
import type { Code, Local } from '../assembler/code.ts';
import { width } from './value.ts';

/** Where buffers lie, in bytes. */
export type AddressOf = (buffer: Buffer) => number;

/** An address: what a local holds, plus bytes known beforehand. */
export interface Address {
	readonly address: Local;
	readonly offset: number;
}

/** Where the loops of a row are: the counters of inner axes, and that of the axis that lanes run along, if it is one of them. */
export interface IterationPoint {
	readonly counters: readonly Local[];
	readonly lane: Local | null;
	/** The lanes that are there. */
	readonly count: number;
	/** How many elements further along the last axis of the rows: of what is computed side by side, which one. */
	readonly shift: number;
	/** The same along the innermost of the loops at hand. */
	readonly ahead: number;
}

/** Emits where in memory the elements of a row are; what the row alone decides is computed once. */
export class Addresses {
	readonly #code: Code;
	readonly #addressOf: AddressOf;
	readonly #rows: Shape;
	/** Whether lanes run along the last axis of the rows, which `row` then counts in blocks of four. */
	readonly #acrossRows: boolean;
	readonly #row: Local;
	#axes: readonly Local[] | null = null;
	/** Positions computed at the current point of the loops, by their strides. */
	readonly #moments = new Map<string, Local | null>();
	readonly #rowParts = new Map<string, Local>();

	constructor(
		code: Code,
		addressOf: AddressOf,
		{ rows, lanes }: { readonly rows: Shape } & Pick<Loops, 'lanes'>,
		row: Local,
	) {
		this.#code = code;
		this.#addressOf = addressOf;
		this.#rows = rows;
		this.#acrossRows = lanes === 'rows';
		this.#row = row;
	}

	/** Forgets what was computed at the last point of the loops, as they are at another. */
	moveOn(): void {
		this.#moments.clear();
	}

	/** The addresses of `count` lanes that lie `bytes` apart. */
	lanesFrom({ address, offset }: Address, bytes: number, count: number): Address[] {
		const code = this.#code;
		if (bytes >= 0)
			return Array.from({ length: count }, (_, lane) => ({
				address,
				offset: offset + lane * bytes,
			}));
		// Offsets count upwards, so they begin at the last lane.
		const last = code
			.get(address)
			.i32(bytes * (count - 1))
			.op('i32.add')
			.keep('i32');
		return Array.from({ length: count }, (_, lane) => ({
			address: last,
			offset: offset + (count - 1 - lane) * -bytes,
		}));
	}

	/** How far apart neighbours along the last axis of the rows lie, in elements. */
	rowStride({ strides }: Affine): number {
		return strides[this.#rows.length - 1] ?? 0;
	}

	/** How far apart neighbouring lanes lie, in elements. */
	laneStride(at: Affine, { counters, lane }: IterationPoint): number {
		const { strides } = at;
		if (this.#acrossRows) return this.rowStride(at);
		return lane === null ? 0 : (strides[this.#rows.length + counters.length] ?? 0);
	}

	/** Where the row begins in a buffer. */
	rowAddress(buffer: Buffer, at: Affine): Local {
		const { address, offset } = this.address(buffer, at, {
			counters: [],
			lane: null,
			count: width,
			shift: 0,
			ahead: 0,
		});
		return this.#code.get(address).i32(offset).op('i32.add').keep('i32');
	}

	/** The address of the first lane. */
	address(buffer: Buffer, at: Affine, point: IterationPoint): Address {
		const code = this.#code;
		const bytes = elementBytes[buffer.dtype];
		const base = this.#addressOf(buffer) + (at.offset + this.#beyond(at, point)) * bytes;
		const downwards = at.strides.some((stride) => stride < 0);
		const sum = this.#moved(at, bytes, point);
		if (sum === null) return { address: code.i32(0).keep('i32'), offset: base };
		// Where strides are negative, so may be the sum: offsets apply only to addresses that are not.
		if (downwards) return { address: code.get(sum).i32(base).op('i32.add').keep('i32'), offset: 0 };
		return { address: sum, offset: base };
	}

	/** The positions of the four lanes. */
	positions(at: Affine, point: IterationPoint): Local {
		const code = this.#code;
		const sum = this.#moved(at, 1, point);
		const stride = this.laneStride(at, point);
		code.i32(at.offset + this.#beyond(at, point));
		if (sum !== null) code.get(sum).op('i32.add');
		code.op('i32x4.splat');
		if (stride !== 0) code.i32x4(0, stride, 2 * stride, 3 * stride).op('i32x4.add');
		return code.keep('v128');
	}

	/** How far the point is from where its row and counters say, in elements. */
	#beyond(at: Affine, { counters, lane, shift, ahead }: IterationPoint): number {
		const loops = counters.length + (lane === null ? 0 : 1);
		const innermost = at.strides[this.#rows.length + loops - 1] ?? 0;
		return shift * this.rowStride(at) + (ahead === 0 ? 0 : ahead * innermost);
	}

	/** The position less its offset, times `scale`; null if it is always 0. */
	#moved(at: Affine, scale: number, { counters, lane }: IterationPoint): Local | null {
		const code = this.#code;
		const loops = lane === null ? counters : [...counters, lane];
		const strides = at.strides.slice(0, this.#rows.length + loops.length);
		const key = String(strides.map((stride) => stride * scale));
		const known = this.#moments.get(key);
		if (known !== undefined) return known;
		let sum = this.#rowPart(at.strides.slice(0, this.#rows.length).map((stride) => stride * scale));
		for (const [axis, counter] of loops.entries()) {
			const stride = (at.strides[this.#rows.length + axis] ?? 0) * scale;
			if (stride === 0) continue;
			code.get(counter);
			if (stride !== 1) code.i32(stride).op('i32.mul');
			if (sum !== null) code.get(sum).op('i32.add');
			sum = code.keep('i32');
		}
		this.#moments.set(key, sum);
		return sum;
	}

	/** Computes the parts of positions that rows make, before any loop would do it again and again. */
	prepare(order: readonly Expression[], stores: readonly Store[]): void {
		const prepare = (at: Affine, scale: number): void => {
			this.#rowPart(at.strides.slice(0, this.#rows.length).map((stride) => stride * scale));
		};
		for (const expression of order) {
			if (expression.kind === 'load') prepare(expression.at, elementBytes[expression.buffer.dtype]);
			else if (expression.kind === 'position') prepare(expression.at, 1);
		}
		for (const { buffer, at } of stores) prepare(at, elementBytes[buffer.dtype]);
	}

	/** The part of a position that the row makes; computed once a row, before its loops begin. */
	#rowPart(strides: readonly number[]): Local | null {
		if (strides.every((stride) => stride === 0)) return null;
		const key = String(strides);
		const known = this.#rowParts.get(key);
		if (known !== undefined) return known;
		const code = this.#code;
		const lengths = this.#rows;
		const last = lengths.length - 1;
		const evenly = strides.every(
			(stride, axis) =>
				axis === last || stride === (strides[axis + 1] ?? 0) * (lengths[axis + 1] ?? 1),
		);
		if (evenly && !this.#acrossRows)
			code
				.get(this.#row)
				.i32(strides[last] ?? 0)
				.op('i32.mul');
		else {
			code.i32(0);
			for (const [axis, index] of this.#rowAxes().entries())
				if (strides[axis] !== 0)
					code
						.get(index)
						.i32(strides[axis] ?? 0)
						.op('i32.mul')
						.op('i32.add');
		}
		const part = code.keep('i32');
		this.#rowParts.set(key, part);
		return part;
	}

	/** The index along each axis of the rows. */
	#rowAxes(): readonly Local[] {
		if (this.#axes !== null) return this.#axes;
		const code = this.#code;
		const lengths: number[] = [...this.#rows];
		const last = lengths.length - 1;
		if (this.#acrossRows) lengths[last] = Math.ceil((lengths[last] ?? 0) / width);
		const axes: Local[] = [];
		let rest = this.#row;
		for (let axis = last; axis >= 0; axis--) {
			const length = lengths[axis] ?? 1;
			code.get(rest);
			if (axis > 0) code.i32(length).op('i32.rem_u');
			if (axis === last && this.#acrossRows) code.i32(width).op('i32.mul');
			axes[axis] = code.keep('i32');
			if (axis > 0) rest = code.get(rest).i32(length).op('i32.div_u').keep('i32');
		}
		this.#axes = axes;
		return axes;
	}
}
