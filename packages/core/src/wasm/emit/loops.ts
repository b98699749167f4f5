import type { Shape } from '../../graph/shape.ts';
import type { Affine, Buffer, Expression, Reduction } from '../../lowering/expression.ts';
import { expressionsOf, type Loops, type Stage, type Store } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import { areSlow, isAcross, isLong } from './abreast.ts';
import {
	loadApart,
	loadNeighbours,
	loadOne,
	storeApart,
	storeNeighbours,
	transposed,
} from './access.ts';
import { type Accumulator, accumulator } from './accumulate.ts';
import { elementEmitters, type Functions } from './elements.ts';
import { type Address, type AddressOf, type Place, Places } from './places.ts';
import { numberValue, single, type Value, width } from './value.ts';

/** So many vectors of a row are computed side by side where each waits for itself. */
const slowVectors = 4;

/** How deep in the loops an expression changes: 0 nowhere, 1 with the row, then an inner axis each. */
type Level = number;

/** One of the vectors that are computed side by side. */
interface Strand {
	readonly place: Place;
	/** The values of the expressions there. */
	readonly values: Map<Expression, Value>;
	/** What the reductions of earlier stages have found. */
	readonly found: Map<Reduction, Value>;
	/** Those of the stage at hand. */
	readonly totals: readonly Accumulator[];
}

/** What is computed at once: of how many lanes, along which axis, and how many such vectors side by side. */
interface Blocks extends Pick<Loops, 'lanes'> {
	readonly count: number;
	readonly abreast: number;
}

/**
 * Emits the stages of one row, whose number a local holds, or of `abreast` rows side by side from there on. If lanes
 * run along the rows, it counts blocks of four along the last of their axes, of which the last may be partial.
 */
export class RowEmitter {
	readonly #code: Code;
	readonly #functions: Functions;
	readonly #places: Places;
	readonly #rows: Shape;
	/** Whether lanes run along the last axis of the rows. */
	readonly #acrossRows: boolean;
	/** For each row or block, the place before the inner loops begin, and what is known there. */
	readonly #outside: readonly Strand[];
	/** Whether the stage at hand runs over many elements. */
	#long = false;
	/** How deep the expressions of the stage at hand change. */
	#levels: ReadonlyMap<Expression, Level> = new Map();

	constructor(
		code: Code,
		functions: Functions,
		addressOf: AddressOf,
		rows: Shape,
		row: Local,
		{ lanes, count, abreast }: Blocks,
	) {
		this.#code = code;
		this.#functions = functions;
		this.#places = new Places(code, addressOf, { rows, lanes }, row);
		this.#rows = rows;
		this.#acrossRows = lanes === 'rows';
		const apart = this.#acrossRows ? width : 1;
		this.#outside = Array.from({ length: abreast }, (_, i) => ({
			place: { counters: [], lane: null, count, shift: i * apart, ahead: 0 },
			values: new Map(),
			found: new Map(),
			totals: [],
		}));
	}

	emit(stages: readonly Stage[]): void {
		for (const stage of stages) this.#stage(stage);
	}

	#stage(stage: Stage): void {
		const { inner, reductions, stores } = stage;
		const rank = this.#rows.length;
		const order = expressionsOf(stage);
		const levels = new Map<Expression, Level>();
		for (const expression of order) levels.set(expression, levelOf(expression, levels, rank));
		const at = (level: Level): Expression[] =>
			order.filter((expression) => levels.get(expression) === level);
		this.#levels = levels;
		this.#long = isLong(this.#rows, inner);
		this.#places.prepare(order, stores);
		this.#places.moveOn();

		const empty = inner.includes(0);
		const strands = this.#outside.map((strand) => {
			this.#evaluate([...at(0), ...at(1)], [strand]);
			const totals = reductions.map((reduction) =>
				accumulator(this.#code, this.#functions, reduction, empty),
			);
			return { ...strand, totals };
		});
		if (!empty)
			this.#nest(inner, strands, at, (strands) => {
				for (const { place, values, totals } of strands)
					for (const [i, { input, operation }] of reductions.entries()) {
						const value = values.get(input);
						if (value === undefined) throw new Error('internal: an expression out of order');
						const named = operation === 'argmax' || operation === 'argmin';
						const total = totals[i] as Accumulator; // one each
						total.add(
							value,
							this.#acrossRows ? width : place.count,
							named ? this.#position(place) : null,
						);
					}
				for (const store of stores) this.#store(store, strands);
			});
		for (const { found, totals } of strands)
			for (const [i, reduction] of reductions.entries()) {
				const total = totals[i] as Accumulator; // one each
				found.set(reduction, this.#acrossRows ? total.apart() : total.combined());
			}
	}

	/** The position along the only inner axis, in each lane: what argmax and argmin count. */
	#position({ counters, lane, ahead }: Place): Local {
		const code = this.#code;
		if (lane !== null)
			return code
				.get(lane)
				.i32(ahead)
				.op('i32.add')
				.op('i32x4.splat')
				.i32x4(0, 1, 2, 3)
				.op('i32x4.add')
				.keep('v128');
		const [counter] = counters;
		if (counter === undefined) return code.i32x4(0).keep('v128');
		return code.get(counter).i32(ahead).op('i32.add').op('i32x4.splat').keep('v128');
	}

	/** Loops over the inner axes from the outermost; `body` sees all values of its places. */
	#nest(
		inner: Shape,
		outer: readonly Strand[],
		at: (level: Level) => Expression[],
		body: (strands: readonly Strand[]) => void,
	): void {
		const code = this.#code;
		const { counters } = outer[0]?.place ?? { counters: [] };
		const depth = counters.length;
		const length = inner[depth];
		if (length === undefined) {
			body(
				this.#acrossRows
					? outer
					: outer.map((strand) => ({ ...strand, place: { ...strand.place, count: 1 } })),
			);
			return;
		}
		const here = at(depth + 2);
		const innermost = depth === inner.length - 1;
		const slow = this.#long && areSlow(here);
		const counter = code.local('i32');
		const once = (positions: number): void => {
			this.#places.moveOn();
			const strands = outer.flatMap((strand) =>
				this.#strandsAt(strand, counter, positions, innermost),
			);
			// Those together that share what they load, or wait for themselves; else few values wait in registers.
			const together = this.#acrossRows && outer.length > 1 && !slow ? 1 : width;
			for (let from = 0; from < strands.length; from += together) {
				const some = strands.slice(from, from + together);
				this.#evaluate(here, some);
				if (innermost) body(some);
			}
			if (!innermost) this.#nest(inner, strands, at, body);
		};
		code.i32(0).set(counter);
		let done = 0;
		for (const step of innermost ? this.#steps(outer.length, slow) : [1]) {
			const whole = length - (length % step);
			if (whole - done > step)
				code.loop((again) => {
					once(step);
					code.get(counter).i32(step).op('i32.add').tee(counter);
					code.i32(whole).op('i32.lt_u').brIf(again);
				});
			else if (whole - done === step) {
				once(step);
				code.i32(whole).set(counter);
			}
			done = whole;
		}
		if (done < length) once(length - done);
	}

	/** How many positions along the innermost axis are taken at once: first so many, then of those that are left. */
	#steps(abreast: number, slow: boolean): readonly number[] {
		if (this.#acrossRows) return [abreast === 1 ? width : 1];
		return slow && abreast === 1 ? [slowVectors * width, width] : [width];
	}

	/** What is computed at a number of positions from `counter` on: a vector along them, or one for each. */
	#strandsAt(
		{ place, values, ...rest }: Strand,
		counter: Local,
		positions: number,
		innermost: boolean,
	): Strand[] {
		const places =
			innermost && !this.#acrossRows
				? Array.from({ length: Math.ceil(positions / width) }, (_, vector) => ({
						...place,
						lane: counter,
						count: Math.min(positions, width),
						ahead: vector * width,
					}))
				: Array.from({ length: positions }, (_, ahead) => ({
						...place,
						counters: [...place.counters, counter],
						count: this.#acrossRows ? place.count : 1,
						ahead,
					}));
		return places.map((place) => ({ ...rest, place, values: new Map(values) }));
	}

	#evaluate(expressions: readonly Expression[], strands: readonly Strand[]): void {
		for (const expression of expressions) {
			if (this.#loadAcross(expression, strands)) continue;
			for (const strand of strands)
				if (!strand.values.has(expression))
					strand.values.set(expression, this.#value(expression, strand));
		}
	}

	/** Loads four vectors for as many strands if those of their lanes that belong together are what each needs. */
	#loadAcross(expression: Expression, strands: readonly Strand[]): boolean {
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

	/**
	 * For each lane the address of what four strands have there, if that lies side by side: neighbouring rows where
	 * lanes are positions, and neighbouring positions where lanes are rows. Null if it does not.
	 */
	#addressesAcross(buffer: Buffer, at: Affine, strands: readonly Strand[]): Address[] | null {
		const [first, second] = strands;
		if (!first || !second || strands.length !== width) return null;
		const { place } = first;
		const { lane, counters, count, shift, ahead } = place;
		if (count !== width || elementBytes[buffer.dtype] !== 4) return null;
		const rows = this.#rows.length - 1;
		const [along, apart, are] = this.#acrossRows
			? [rows + counters.length, rows, second.place.ahead === ahead + 1]
			: [rows, rows + 1 + counters.length, lane !== null && second.place.shift === shift + 1];
		if (!are || !isAcross(at, along, apart)) return null;
		const bytes = this.#places.laneStride(at, place) * elementBytes[buffer.dtype];
		return this.#places.lanesFrom(this.#places.address(buffer, at, place), bytes, width);
	}

	#value(expression: Expression, { values, found, place }: Strand): Value {
		const code = this.#code;
		switch (expression.kind) {
			case 'number':
				return numberValue(code, expression.dtype, expression.value);
			case 'reduced': {
				const value = found.get(expression.reduction);
				if (value === undefined) throw new Error('internal: a reduction that is not over yet');
				return value;
			}
			case 'position':
				return { dtype: 'i32', parts: [this.#places.positions(expression.at, place)] };
			case 'load': {
				const { buffer, at, pick, dtype } = expression;
				if (pick !== null) {
					const index = values.get(pick.index);
					if (index === undefined) throw new Error('internal: an index out of order');
					const level = this.#levels.get(pick.index) ?? 0;
					return this.#picked(buffer, at, index, level, pick.stride, place);
				}
				const stride = this.#places.laneStride(at, place);
				const { address, offset } = this.#places.address(buffer, at, place);
				if (stride === 0) return loadOne(code, dtype, address, offset);
				if (stride === 1) return loadNeighbours(code, dtype, address, offset);
				return loadApart(
					code,
					dtype,
					this.#places.lanesFrom({ address, offset }, stride * elementBytes[dtype], place.count),
				);
			}
			case 'apply': {
				const inputs = expression.inputs.map((input) => {
					const value = values.get(input);
					if (value === undefined) throw new Error('internal: an expression out of order');
					return value;
				});
				return elementEmitters[expression.operation](
					code,
					this.#functions,
					inputs,
					expression.dtype,
					expression.words,
					this.#long && place.count === width && (place.lane !== null || this.#acrossRows),
				);
			}
		}
	}

	#store({ buffer, at, value }: Store, strands: readonly Strand[]): void {
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

	/** Elements from places that an index moves; only lanes that are there may be read. */
	#picked(
		buffer: Buffer,
		at: Affine,
		index: Value,
		indexLevel: Level,
		pickStride: number,
		place: Place,
	): Value {
		const code = this.#code;
		const { counters, lane, count } = place;
		const bytes = elementBytes[buffer.dtype];
		const stride = this.#places.laneStride(at, place) * bytes;
		const { address, offset } = this.#places.address(buffer, at, place);
		if (!this.#acrossRows && (lane === null || indexLevel < counters.length + 2)) {
			code
				.get(single(index))
				.lane('i32x4.extract_lane', 0)
				.i32(pickStride * bytes)
				.op('i32.mul');
			const moved = code.get(address).op('i32.add').keep('i32');
			if (stride === 0) return loadOne(code, buffer.dtype, moved, offset);
			if (stride === bytes) return loadNeighbours(code, buffer.dtype, moved, offset);
			return loadApart(
				code,
				buffer.dtype,
				this.#places.lanesFrom({ address: moved, offset }, stride, count),
			);
		}
		const addresses = Array.from({ length: count }, (_, i) => {
			code
				.get(single(index))
				.lane('i32x4.extract_lane', i)
				.i32(pickStride * bytes)
				.op('i32.mul');
			code.get(address).op('i32.add');
			if (stride !== 0) code.i32(i * stride).op('i32.add');
			return { address: code.keep('i32'), offset };
		});
		return loadApart(code, buffer.dtype, addresses);
	}
}

function levelOf(
	expression: Expression,
	levels: ReadonlyMap<Expression, Level>,
	rank: number,
): Level {
	const ofAffine = ({ strides }: Affine): Level => {
		const axis = strides.findLastIndex((stride) => stride !== 0);
		return axis < 0 ? 0 : axis < rank ? 1 : axis - rank + 2;
	};
	switch (expression.kind) {
		case 'number':
			return 0;
		case 'reduced':
			return 1;
		case 'position':
			return ofAffine(expression.at);
		case 'load':
			return Math.max(
				1,
				ofAffine(expression.at),
				expression.pick === null ? 0 : (levels.get(expression.pick.index) ?? 0),
			);
		case 'apply':
			return Math.max(0, ...expression.inputs.map((input) => levels.get(input) ?? 0));
	}
}
