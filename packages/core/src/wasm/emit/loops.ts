import type { Shape } from '../../graph/shape.ts';
import { type Level, levelsOf } from '../../lowering/execution/invariance.ts';
import { computesVectorsAtOnce, isLong } from '../../lowering/execution/unroll.ts';
import type { Expression } from '../../lowering/ir/expression.ts';
import type { Loops, Stage } from '../../lowering/ir/kernel.ts';
import type { Code, Local } from '../assembler/code.ts';
import { wasmTarget } from '../target.ts';
import { Addresses, type AddressOf, type IterationPoint } from './addresses.ts';
import { elementEmitters, type Functions } from './elements.ts';
import { type Accumulator, accumulator } from './reductions/accumulator.ts';
import { numberValue, type Value, width } from './value.ts';
import { type ComputedVector, VectorMemory } from './vectors.ts';

/** The vectors of a row that are computed at once where each waits for itself, or for the one before. */
const vectorsAtOnce = 4;
/** The vectors of a row from which on a reduction is worth several accumulators. */
const minVectorsForSides = 16;

/** What is computed at once: of how many lanes, along which axis, and how many such vectors side by side. */
interface Blocks extends Pick<Loops, 'lanes'> {
	readonly count: number;
	readonly rowsAtOnce: number;
}

/**
 * Emits the stages of one row, whose number a local holds, or of `rowsAtOnce` rows at once from there on. If lanes
 * run along the rows, it counts blocks of four along the last of their axes, of which the last may be partial.
 */
export class RowEmitter {
	readonly #code: Code;
	readonly #functions: Functions;
	readonly #addresses: Addresses;
	readonly #memory: VectorMemory;
	readonly #rows: Shape;
	/** Whether lanes run along the last axis of the rows. */
	readonly #acrossRows: boolean;
	/** For each row or block, the point before the inner loops begin, and what is known there. */
	readonly #outside: readonly ComputedVector[];
	/** Whether the stage at hand runs over many elements. */
	#long = false;
	/** The accumulators of each of its reductions, for values at once. */
	#sides = 1;
	/** How deep the expressions of the stage at hand change. */
	#levels: ReadonlyMap<Expression, Level> = new Map();

	constructor(
		code: Code,
		functions: Functions,
		addressOf: AddressOf,
		rows: Shape,
		row: Local,
		{ lanes, count, rowsAtOnce }: Blocks,
	) {
		this.#code = code;
		this.#functions = functions;
		this.#addresses = new Addresses(code, addressOf, { rows, lanes }, row);
		this.#memory = new VectorMemory(code, this.#addresses, { rows, lanes });
		this.#rows = rows;
		this.#acrossRows = lanes === 'rows';
		const apart = this.#acrossRows ? width : 1;
		this.#outside = Array.from({ length: rowsAtOnce }, (_, i) => ({
			point: { counters: [], lane: null, count, shift: i * apart, ahead: 0 },
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
		const order = stage.expressions;
		const levels = levelsOf(order, rank);
		const at = (level: Level): Expression[] =>
			order.filter((expression) => levels.get(expression) === level);
		this.#levels = levels;
		this.#long = isLong(this.#rows, inner);
		this.#sides = this.#sidesOf(stage);
		this.#addresses.prepare(order, stores);
		this.#addresses.moveOn();

		const empty = inner.includes(0);
		const vectors = this.#outside.map((vector) => {
			// Of nothing, not even what all positions have in common may be loaded.
			if (!empty) this.#evaluate([...at(0), ...at(1)], [vector]);
			const totals = reductions.map((reduction) =>
				accumulator(this.#code, this.#functions, reduction, empty, this.#sides),
			);
			return { ...vector, totals };
		});
		if (!empty)
			this.#nest(inner, vectors, at, (vectors) => {
				for (const { point, values, totals } of vectors)
					for (const [i, { input, operation }] of reductions.entries()) {
						const value = values.get(input);
						if (value === undefined) throw new Error('internal: an expression out of order');
						const named = operation === 'argmax' || operation === 'argmin';
						const total = totals[i] as Accumulator; // one each
						total.add(
							value,
							this.#acrossRows ? width : point.count,
							named ? this.#position(point) : null,
							this.#sides > 1 ? point.ahead / (this.#acrossRows ? 1 : width) : 0,
						);
					}
				for (const store of stores) this.#memory.store(store, vectors);
			});
		for (const { found, totals } of vectors)
			for (const [i, reduction] of reductions.entries()) {
				const total = totals[i] as Accumulator; // one each
				found.set(reduction, this.#acrossRows ? total.apart() : total.combined());
			}
	}

	/** In long rows that do nothing which takes longer; in the end the sides must be put together. */
	#sidesOf(stage: Stage): number {
		const { inner, reductions } = stage;
		if (!this.#long || this.#outside.length > 1 || reductions.length === 0) return 1;
		const vectors = Math.ceil((inner.at(-1) ?? 1) / (this.#acrossRows ? 1 : width));
		return vectors < minVectorsForSides || computesVectorsAtOnce(stage.expressions, wasmTarget)
			? 1
			: vectorsAtOnce;
	}

	/** The position along the only inner axis, in each lane: what argmax and argmin count. */
	#position({ counters, lane, ahead }: IterationPoint): Local {
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

	/** Loops over the inner axes from the outermost; `body` sees all values of its points. */
	#nest(
		inner: Shape,
		outer: readonly ComputedVector[],
		at: (level: Level) => Expression[],
		body: (vectors: readonly ComputedVector[]) => void,
	): void {
		const code = this.#code;
		const { counters } = outer[0]?.point ?? { counters: [] };
		const depth = counters.length;
		const length = inner[depth];
		if (length === undefined) {
			body(
				this.#acrossRows
					? outer
					: outer.map((vector) => ({ ...vector, point: { ...vector.point, count: 1 } })),
			);
			return;
		}
		const here = at(depth + 2);
		const innermost = depth === inner.length - 1;
		const slow =
			this.#long && (computesVectorsAtOnce(here, wasmTarget) || (innermost && this.#sides > 1));
		const counter = code.local('i32');
		const once = (positions: number): void => {
			this.#addresses.moveOn();
			const vectors = outer.flatMap((vector) =>
				this.#vectorsAt(vector, counter, positions, innermost),
			);
			// Those together that share what they load, or wait for themselves; else few values wait in registers.
			const together = this.#acrossRows && outer.length > 1 && !slow ? 1 : width;
			for (let from = 0; from < vectors.length; from += together) {
				const some = vectors.slice(from, from + together);
				this.#evaluate(here, some);
				if (innermost) body(some);
			}
			if (!innermost) this.#nest(inner, vectors, at, body);
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
	#steps(rowsAtOnce: number, slow: boolean): readonly number[] {
		// Where lanes are rows, four positions share the vector that is loaded of each row; in short loops not worth the code.
		if (this.#acrossRows) return [this.#long && rowsAtOnce === 1 ? width : 1];
		return slow && rowsAtOnce === 1 ? [vectorsAtOnce * width, width] : [width];
	}

	/** What is computed at a number of positions from `counter` on: a vector along them, or one for each. */
	#vectorsAt(
		{ point, values, ...rest }: ComputedVector,
		counter: Local,
		positions: number,
		innermost: boolean,
	): ComputedVector[] {
		const points =
			innermost && !this.#acrossRows
				? Array.from({ length: Math.ceil(positions / width) }, (_, vector) => ({
						...point,
						lane: counter,
						count: Math.min(positions, width),
						ahead: vector * width,
					}))
				: Array.from({ length: positions }, (_, ahead) => ({
						...point,
						counters: [...point.counters, counter],
						count: this.#acrossRows ? point.count : 1,
						ahead,
					}));
		return points.map((point) => ({ ...rest, point, values: new Map(values) }));
	}

	#evaluate(expressions: readonly Expression[], vectors: readonly ComputedVector[]): void {
		for (const expression of expressions) {
			if (this.#memory.loadTogether(expression, vectors)) continue;
			for (const vector of vectors)
				if (!vector.values.has(expression))
					vector.values.set(expression, this.#value(expression, vector));
		}
	}

	#value(expression: Expression, { values, found, point }: ComputedVector): Value {
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
				return { dtype: 'i32', parts: [this.#addresses.positions(expression.at, point)] };
			case 'load': {
				const { buffer, at, pick } = expression;
				if (pick === null) return this.#memory.load(buffer, at, point);
				const index = values.get(pick.index);
				if (index === undefined) throw new Error('internal: an index out of order');
				// Of the rows or of a loop around the lanes' own: then all lanes have the same index.
				const isOne =
					!this.#acrossRows &&
					(point.lane === null || (this.#levels.get(pick.index) ?? 0) < point.counters.length + 2);
				return this.#memory.pick(buffer, at, { index, isOne, stride: pick.stride }, point);
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
					this.#long && point.count === width && (point.lane !== null || this.#acrossRows),
				);
			}
		}
	}
}
