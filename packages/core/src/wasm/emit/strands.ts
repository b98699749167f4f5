import { elementBytes } from '../../graph/dtype.ts';
import type { Shape } from '../../graph/shape.ts';
import { isAcross } from '../../lowering/execution/unroll.ts';
import type { Affine, Buffer, Expression, Reduction } from '../../lowering/ir/expression.ts';
import type { Loops, Store } from '../../lowering/ir/kernel.ts';
import type { Code, Local } from '../assembler/code.ts';
import {
	loadApart,
	loadNeighbours,
	loadOne,
	storeApart,
	storeNeighbours,
	transposed,
} from './access.ts';
import type { Address, Place, Places } from './places.ts';
import type { Accumulator } from './reductions/accumulator.ts';
import { single, type Value, width } from './value.ts';

/** One of the vectors that are computed side by side. */
export interface Strand {
	readonly place: Place;
	/** The values of the expressions there. */
	readonly values: Map<Expression, Value>;
	/** What the reductions of earlier stages have found. */
	readonly found: Map<Reduction, Value>;
	/** Those of the stage at hand. */
	readonly totals: readonly Accumulator[];
}

/** An index that moves a place, one for all lanes or one for each, by steps of so many elements. */
interface Moved {
	readonly index: Value;
	readonly isOne: boolean;
	readonly stride: number;
}

/** Emits what strands load and store. */
export class StrandMemory {
	readonly #code: Code;
	readonly #places: Places;
	readonly #rank: number;
	/** Whether lanes run along the last axis of the rows. */
	readonly #acrossRows: boolean;

	constructor(
		code: Code,
		places: Places,
		{ rows, lanes }: { readonly rows: Shape } & Pick<Loops, 'lanes'>,
	) {
		this.#code = code;
		this.#places = places;
		this.#rank = rows.length;
		this.#acrossRows = lanes === 'rows';
	}

	/** The elements of one strand. */
	load(buffer: Buffer, at: Affine, place: Place): Value {
		return this.#loadAt(buffer, this.#places.address(buffer, at, place), at, place);
	}

	/** Elements from places that an index moves; only lanes that are there may be read. */
	pick(buffer: Buffer, at: Affine, { index, isOne, stride }: Moved, place: Place): Value {
		const code = this.#code;
		const bytes = elementBytes[buffer.dtype];
		const { address, offset } = this.#places.address(buffer, at, place);
		const moved = (lane: number, further: number): Address => {
			code
				.get(single(index))
				.lane('i32x4.extract_lane', lane)
				.i32(stride * bytes)
				.op('i32.mul');
			code.get(address).op('i32.add');
			if (further !== 0) code.i32(further).op('i32.add');
			return { address: code.keep('i32'), offset };
		};
		if (isOne) return this.#loadAt(buffer, moved(0, 0), at, place);
		const apart = this.#places.laneStride(at, place) * bytes;
		const addresses = Array.from({ length: place.count }, (_, lane) => moved(lane, lane * apart));
		return loadApart(code, buffer.dtype, addresses);
	}

	#loadAt({ dtype }: Buffer, from: Address, at: Affine, place: Place): Value {
		const stride = this.#places.laneStride(at, place);
		if (stride === 0) return loadOne(this.#code, dtype, from.address, from.offset);
		if (stride === 1) return loadNeighbours(this.#code, dtype, from.address, from.offset);
		const lanes = this.#places.lanesFrom(from, stride * elementBytes[dtype], place.count);
		return loadApart(this.#code, dtype, lanes);
	}

	/** Loads four vectors for as many strands if those of their lanes that belong together are what each needs. */
	loadTogether(expression: Expression, strands: readonly Strand[]): boolean {
		if (expression.kind !== 'load' || expression.pick !== null) return false;
		const { buffer, at, dtype } = expression;
		const addresses = this.#addressesAcross(buffer, at, strands);
		if (addresses === null) return false;
		const loaded = addresses.map(({ address, offset }) =>
			single(loadNeighbours(this.#code, dtype, address, offset)),
		);
		const parts = transposed(this.#code, loaded as [Local, Local, Local, Local]); // as many as lanes
		for (const [i, { values }] of strands.entries())
			values.set(expression, { dtype, parts: [parts[i] as Local] }); // as many
		return true;
	}

	/** Stores the values of strands. */
	store({ buffer, at, value }: Store, strands: readonly Strand[]): void {
		const code = this.#code;
		const stored = strands.map(({ values }) => {
			const known = values.get(value);
			if (known === undefined) throw new Error('internal: an expression out of order');
			return known;
		});
		const across = this.#addressesAcross(buffer, at, strands);
		if (across !== null) {
			const parts = transposed(code, stored.map(single) as [Local, Local, Local, Local]); // as many as lanes
			for (const [i, { address, offset }] of across.entries())
				code
					.get(address)
					.get(parts[i] as Local)
					.access('v128.store', offset); // as many
			return;
		}
		for (const [i, { place }] of strands.entries()) {
			const each = stored[i] as Value; // as many
			const stride = this.#places.laneStride(at, place);
			const from = this.#places.address(buffer, at, place);
			if (stride === 1 || place.count === 1)
				storeNeighbours(code, each, from.address, from.offset, place.count);
			else
				storeApart(
					code,
					each,
					this.#places.lanesFrom(from, stride * elementBytes[buffer.dtype], place.count),
				);
		}
	}

	/**
	 * For each lane the address of what four strands have there, if that lies side by side: neighbouring rows where
	 * lanes are positions, and neighbouring positions where lanes are rows. Null if it does not.
	 */
	#addressesAcross(buffer: Buffer, at: Affine, strands: readonly Strand[]): Address[] | null {
		if (strands.length !== width) return null;
		const [first, second] = strands as [Strand, Strand]; // and two more
		const { place } = first;
		const { lane, counters, count, shift, ahead } = place;
		if (count !== width || elementBytes[buffer.dtype] !== 4) return null;
		const rows = this.#rank - 1;
		const [along, apart, are] = this.#acrossRows
			? [rows + counters.length, rows, second.place.ahead === ahead + 1]
			: [rows, rows + 1 + counters.length, lane !== null && second.place.shift === shift + 1];
		if (!are || !isAcross(at, along, apart)) return null;
		const bytes = this.#places.laneStride(at, place) * elementBytes[buffer.dtype];
		return this.#places.lanesFrom(this.#places.address(buffer, at, place), bytes, width);
	}
}
