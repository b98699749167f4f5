import { type Shape, sizeOf } from '../../graph/shape.ts';
import {
	type Affine,
	type Buffer,
	type Expression,
	expressionOrder,
	type Reduction,
} from '../../lowering/expression.ts';
import type { RowKernel, Stage, Store } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import { loadApart, loadNeighbours, loadOne, storeApart, storeNeighbours } from './access.ts';
import { type Accumulator, accumulator } from './accumulate.ts';
import { elementEmitters, type Functions } from './elements.ts';
import { numberValue, single, type Value, width } from './value.ts';

/** Where buffers lie, in bytes. */
export type AddressOf = (buffer: Buffer) => number;

/** An address: what a local holds, plus bytes known beforehand. */
interface Address {
	readonly address: Local;
	readonly offset: number;
}

/** So many elements make up for a longer module. */
const longLoop = 8192;

/** How deep in the loops an expression changes: 0 nowhere, 1 with the row, then an inner axis each. */
type Level = number;

/**
 * Emits the stages of one row, whose number a local holds. If lanes run along the rows, `row` counts blocks of
 * four along the last of their axes, of which the last may be partial.
 */
export class RowEmitter {
	readonly #code: Code;
	readonly #functions: Functions;
	readonly #addressOf: AddressOf;
	readonly #rows: Shape;
	/** The axis that lanes run along, or -1 for none. */
	readonly #acrossRows: boolean;
	/** How many lanes of a row block are there. */
	readonly #rowLanes: number;
	readonly #row: Local;
	#axes: readonly Local[] | null = null;
	/** Whether the stage at hand runs over many elements. */
	#long = false;
	/** How deep the expressions of the stage at hand change. */
	#levels: ReadonlyMap<Expression, Level> = new Map();
	/** Positions computed at the current place of the loops, by their strides. */
	readonly #moments = new Map<string, Local | null>();
	readonly #values = new Map<Expression, Value>();
	readonly #found = new Map<Reduction, Value>();
	readonly #rowParts = new Map<string, Local>();

	constructor(
		code: Code,
		functions: Functions,
		addressOf: AddressOf,
		{ rows, lanes }: RowKernel,
		row: Local,
		rowLanes: number,
	) {
		this.#code = code;
		this.#functions = functions;
		this.#addressOf = addressOf;
		this.#rows = rows;
		this.#acrossRows = lanes === 'rows';
		this.#rowLanes = rowLanes;
		this.#row = row;
	}

	emit(stages: readonly Stage[]): void {
		for (const stage of stages) this.#stage(stage);
	}

	#stage({ inner, reductions, stores }: Stage): void {
		const rank = this.#rows.length;
		const order = expressionOrder([
			...reductions.map(({ input }) => input),
			...stores.map(({ value }) => value),
		]);
		const levels = new Map<Expression, Level>();
		for (const expression of order) levels.set(expression, levelOf(expression, levels, rank));
		const at = (level: Level): Expression[] =>
			order.filter((expression) => levels.get(expression) === level);
		this.#levels = levels;
		this.#long = sizeOf(this.#rows) * sizeOf(inner) >= longLoop;
		this.#prepareRowParts(order, stores);
		this.#moments.clear();

		this.#evaluate([...at(0), ...at(1)], this.#values, [], null, this.#rowLanes);
		const empty = inner.includes(0);
		const accumulators = reductions.map((reduction) =>
			accumulator(this.#code, this.#functions, reduction, empty),
		);
		if (!empty)
			this.#nest(inner, [], this.#values, at, (values, counters, lane, count) => {
				for (const [i, { input, operation }] of reductions.entries()) {
					const value = values.get(input);
					if (value === undefined) throw new Error('internal: an expression out of order');
					const named = operation === 'argmax' || operation === 'argmin';
					(accumulators[i] as Accumulator).add(
						value,
						this.#acrossRows ? width : count,
						named ? this.#position(counters, lane) : null,
					);
				}
				for (const store of stores) this.#store(store, values, counters, lane, count);
			});
		for (const [i, reduction] of reductions.entries()) {
			const total = accumulators[i] as Accumulator; // one each
			this.#found.set(reduction, this.#acrossRows ? total.apart() : total.combined());
		}
	}

	/** The position along the only inner axis, in each lane: what argmax and argmin count. */
	#position(counters: readonly Local[], lane: Local | null): Local {
		const code = this.#code;
		if (lane !== null)
			return code.get(lane).op('i32x4.splat').i32x4(0, 1, 2, 3).op('i32x4.add').keep('v128');
		const [counter] = counters;
		if (counter === undefined) return code.i32x4(0).keep('v128');
		return code.get(counter).op('i32x4.splat').keep('v128');
	}

	/** Loops over the inner axes from the outermost; `body` sees all values of its place. */
	#nest(
		inner: Shape,
		counters: readonly Local[],
		outer: ReadonlyMap<Expression, Value>,
		at: (level: Level) => Expression[],
		body: (
			values: ReadonlyMap<Expression, Value>,
			counters: readonly Local[],
			lane: Local | null,
			count: number,
		) => void,
	): void {
		const code = this.#code;
		const depth = counters.length;
		const length = inner[depth];
		if (length === undefined) {
			body(outer, counters, null, this.#acrossRows ? this.#rowLanes : 1);
			return;
		}
		const level = depth + 2;
		const innermost = depth === inner.length - 1;
		const counter = code.local('i32');
		const step = innermost && !this.#acrossRows ? width : 1;
		const once = (count: number): void => {
			const values = new Map(outer);
			this.#moments.clear();
			const lane = step === width ? counter : null;
			const all = lane === null ? [...counters, counter] : counters;
			this.#evaluate(at(level), values, all, lane, this.#acrossRows ? this.#rowLanes : count);
			if (innermost) body(values, all, lane, this.#acrossRows ? this.#rowLanes : count);
			else this.#nest(inner, all, values, at, body);
		};
		const whole = length - (length % step);
		code.i32(0).set(counter);
		if (whole > step)
			code.loop((again) => {
				once(step);
				code.get(counter).i32(step).op('i32.add').tee(counter);
				code.i32(whole).op('i32.lt_u').brIf(again);
			});
		else if (whole === step) {
			once(step);
			code.i32(whole).set(counter);
		}
		if (whole < length) once(length - whole);
	}

	#evaluate(
		expressions: readonly Expression[],
		values: Map<Expression, Value>,
		counters: readonly Local[],
		lane: Local | null,
		count: number,
	): void {
		for (const expression of expressions)
			if (!values.has(expression))
				values.set(expression, this.#value(expression, values, counters, lane, count));
	}

	#value(
		expression: Expression,
		values: ReadonlyMap<Expression, Value>,
		counters: readonly Local[],
		lane: Local | null,
		count: number,
	): Value {
		const code = this.#code;
		switch (expression.kind) {
			case 'number':
				return numberValue(code, expression.dtype, expression.value);
			case 'reduced': {
				const found = this.#found.get(expression.reduction);
				if (found === undefined) throw new Error('internal: a reduction that is not over yet');
				return found;
			}
			case 'position':
				return { dtype: 'i32', parts: [this.#positions(expression.at, counters, lane)] };
			case 'load': {
				const { buffer, at, pick, dtype } = expression;
				if (pick !== null) {
					const index = values.get(pick.index);
					if (index === undefined) throw new Error('internal: an index out of order');
					const level = this.#levels.get(pick.index) ?? 0;
					return this.#picked(buffer, at, index, level, pick.stride, counters, lane, count);
				}
				const stride = this.#laneStride(at, counters, lane);
				const { address, offset } = this.#address(buffer, at, counters, lane);
				if (stride === 0) return loadOne(code, dtype, address, offset);
				if (stride === 1) return loadNeighbours(code, dtype, address, offset);
				return loadApart(
					code,
					dtype,
					this.#lanesFrom({ address, offset }, stride * elementBytes[dtype], count),
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
					this.#long && count === width && (lane !== null || this.#acrossRows),
				);
			}
		}
	}

	#store(
		{ buffer, at, value }: Store,
		values: ReadonlyMap<Expression, Value>,
		counters: readonly Local[],
		lane: Local | null,
		count: number,
	): void {
		const code = this.#code;
		const stored = values.get(value);
		if (stored === undefined) throw new Error('internal: an expression out of order');
		const stride = this.#laneStride(at, counters, lane);
		const from = this.#address(buffer, at, counters, lane);
		if (stride === 1 || count === 1)
			storeNeighbours(code, stored, from.address, from.offset, count);
		else
			storeApart(code, stored, this.#lanesFrom(from, stride * elementBytes[buffer.dtype], count));
	}

	/** The addresses of `count` lanes that lie `bytes` apart. */
	#lanesFrom({ address, offset }: Address, bytes: number, count: number): Address[] {
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

	/** Elements from places that an index moves; only lanes that are there may be read. */
	#picked(
		buffer: Buffer,
		at: Affine,
		index: Value,
		indexLevel: Level,
		pickStride: number,
		counters: readonly Local[],
		lane: Local | null,
		count: number,
	): Value {
		const code = this.#code;
		const bytes = elementBytes[buffer.dtype];
		const stride = this.#laneStride(at, counters, lane) * bytes;
		const { address, offset } = this.#address(buffer, at, counters, lane);
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
				this.#lanesFrom({ address: moved, offset }, stride, count),
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

	/** How far apart neighbouring lanes lie, in elements. */
	#laneStride({ strides }: Affine, counters: readonly Local[], lane: Local | null): number {
		if (this.#acrossRows) return strides[this.#rows.length - 1] ?? 0;
		return lane === null ? 0 : (strides[this.#rows.length + counters.length] ?? 0);
	}

	/** Where the row begins in a buffer. */
	rowAddress(buffer: Buffer, at: Affine): Local {
		const { address, offset } = this.#address(buffer, at, [], null);
		return this.#code.get(address).i32(offset).op('i32.add').keep('i32');
	}

	/** The address of the first lane. */
	#address(buffer: Buffer, at: Affine, counters: readonly Local[], lane: Local | null): Address {
		const code = this.#code;
		const bytes = elementBytes[buffer.dtype];
		const base = this.#addressOf(buffer) + at.offset * bytes;
		const downwards = at.strides.some((stride) => stride < 0);
		const sum = this.#moved(at, bytes, counters, lane);
		if (sum === null) return { address: code.i32(0).keep('i32'), offset: base };
		// Where strides are negative, so may be the sum: offsets apply only to addresses that are not.
		if (downwards) return { address: code.get(sum).i32(base).op('i32.add').keep('i32'), offset: 0 };
		return { address: sum, offset: base };
	}

	/** The positions of the four lanes. */
	#positions(at: Affine, counters: readonly Local[], lane: Local | null): Local {
		const code = this.#code;
		const sum = this.#moved(at, 1, counters, lane);
		code.i32(at.offset);
		if (sum !== null) code.get(sum).op('i32.add');
		code.op('i32x4.splat');
		const stride = this.#laneStride(at, counters, lane);
		if (stride !== 0) code.i32x4(0, stride, 2 * stride, 3 * stride).op('i32x4.add');
		return code.keep('v128');
	}

	/** The position less its offset, times `scale`; null if it is always 0. */
	#moved(at: Affine, scale: number, counters: readonly Local[], lane: Local | null): Local | null {
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
	#prepareRowParts(order: readonly Expression[], stores: readonly Store[]): void {
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
