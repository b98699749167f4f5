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
import type { Address, Addresses, IterationPoint } from './addresses.ts';
import type { Accumulator } from './reductions/accumulator.ts';
import { single, type Value, width } from './value.ts';

/** One of the vectors that are computed side by side. */
export interface ComputedVector {
	readonly point: IterationPoint;
	/** The values of the expressions there. */
	readonly values: Map<Expression, Value>;
	/** What the reductions of earlier stages have found. */
	readonly found: Map<Reduction, Value>;
	/** Those of the stage at hand. */
	readonly totals: readonly Accumulator[];
}

/** An index that moves a point, one for all lanes or one for each, by steps of so many elements. */
interface Moved {
	readonly index: Value;
	readonly isOne: boolean;
	readonly stride: number;
}

/** Emits what vectors load and store. */
export class VectorMemory {
	readonly #code: Code;
	readonly #addresses: Addresses;
	readonly #rank: number;
	/** Whether lanes run along the last axis of the rows. */
	readonly #acrossRows: boolean;

	constructor(
		code: Code,
		points: Addresses,
		{ rows, lanes }: { readonly rows: Shape } & Pick<Loops, 'lanes'>,
	) {
		this.#code = code;
		this.#addresses = points;
		this.#rank = rows.length;
		this.#acrossRows = lanes === 'rows';
	}

	/** The elements of one vector. */
	load(buffer: Buffer, at: Affine, point: IterationPoint): Value {
		return this.#loadAt(buffer, this.#addresses.address(buffer, at, point), at, point);
	}

	/** Elements from points that an index moves; only lanes that are there may be read. */
	pick(buffer: Buffer, at: Affine, { index, isOne, stride }: Moved, point: IterationPoint): Value {
		const code = this.#code;
		const bytes = elementBytes[buffer.dtype];
		const { address, offset } = this.#addresses.address(buffer, at, point);
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
		if (isOne) return this.#loadAt(buffer, moved(0, 0), at, point);
		const apart = this.#addresses.laneStride(at, point) * bytes;
		const addresses = Array.from({ length: point.count }, (_, lane) => moved(lane, lane * apart));
		return loadApart(code, buffer.dtype, addresses);
	}

	#loadAt({ dtype }: Buffer, from: Address, at: Affine, point: IterationPoint): Value {
		const stride = this.#addresses.laneStride(at, point);
		if (stride === 0) return loadOne(this.#code, dtype, from.address, from.offset);
		if (stride === 1) return loadNeighbours(this.#code, dtype, from.address, from.offset);
		const lanes = this.#addresses.lanesFrom(from, stride * elementBytes[dtype], point.count);
		return loadApart(this.#code, dtype, lanes);
	}

	/** Loads four vectors for as many vectors if those of their lanes that belong together are what each needs. */
	loadTogether(expression: Expression, vectors: readonly ComputedVector[]): boolean {
		if (expression.kind !== 'load' || expression.pick !== null) return false;
		const { buffer, at, dtype } = expression;
		const addresses = this.#addressesAcross(buffer, at, vectors);
		if (addresses === null) return false;
		const loaded = addresses.map(({ address, offset }) =>
			single(loadNeighbours(this.#code, dtype, address, offset)),
		);
		const parts = transposed(this.#code, loaded as [Local, Local, Local, Local]); // as many as lanes
		for (const [i, { values }] of vectors.entries())
			values.set(expression, { dtype, parts: [parts[i] as Local] }); // as many
		return true;
	}

	/** Stores the values of vectors. */
	store({ buffer, at, value }: Store, vectors: readonly ComputedVector[]): void {
		const code = this.#code;
		const stored = vectors.map(({ values }) => {
			const known = values.get(value);
			if (known === undefined) throw new Error('internal: an expression out of order');
			return known;
		});
		const across = this.#addressesAcross(buffer, at, vectors);
		if (across !== null) {
			const parts = transposed(code, stored.map(single) as [Local, Local, Local, Local]); // as many as lanes
			for (const [i, { address, offset }] of across.entries())
				code
					.get(address)
					.get(parts[i] as Local)
					.access('v128.store', offset); // as many
			return;
		}
		for (const [i, { point }] of vectors.entries()) {
			const each = stored[i] as Value; // as many
			const stride = this.#addresses.laneStride(at, point);
			const from = this.#addresses.address(buffer, at, point);
			if (stride === 1 || point.count === 1)
				storeNeighbours(code, each, from.address, from.offset, point.count);
			else
				storeApart(
					code,
					each,
					this.#addresses.lanesFrom(from, stride * elementBytes[buffer.dtype], point.count),
				);
		}
	}

	/**
	 * For each lane the address of what four vectors have there, if that lies side by side: neighbouring rows where
	 * lanes are positions, and neighbouring positions where lanes are rows. Null if it does not.
	 */
	#addressesAcross(
		buffer: Buffer,
		at: Affine,
		vectors: readonly ComputedVector[],
	): Address[] | null {
		if (vectors.length !== width) return null;
		const [first, second] = vectors as [ComputedVector, ComputedVector]; // and two more
		const { point } = first;
		const { lane, counters, count, shift, ahead } = point;
		if (count !== width || elementBytes[buffer.dtype] !== 4) return null;
		const rows = this.#rank - 1;
		const [along, apart, are] = this.#acrossRows
			? [rows + counters.length, rows, second.point.ahead === ahead + 1]
			: [rows, rows + 1 + counters.length, lane !== null && second.point.shift === shift + 1];
		if (!are || !isAcross(at, along, apart)) return null;
		const bytes = this.#addresses.laneStride(at, point) * elementBytes[buffer.dtype];
		return this.#addresses.lanesFrom(this.#addresses.address(buffer, at, point), bytes, width);
	}
}
