import type { DType } from '../../../graph/dtype.ts';
import { elementBytes } from '../../../graph/dtype.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { loadApart, loadNeighbours, storeNeighbours, transposed } from '../access.ts';
import { advance, repeat } from '../scalar.ts';
import { type Value, width } from '../value.ts';

/** An axis of windows: its length, and the bytes from one step along it to the next. */
export interface WindowAxis {
	readonly length: number;
	readonly stride: number;
}

/** Innermost axes up to this length are no loop. */
const maxUnrolledSteps = 8;

/** Where the window at hand begins, counted from that of column 0, in bytes. */
export class WindowPosition {
	readonly #code: Code;
	readonly #axes: readonly WindowAxis[];
	readonly #indices: readonly Local[];
	readonly #offset: Local;

	constructor(code: Code, axes: readonly WindowAxis[]) {
		this.#code = code;
		this.#axes = axes;
		this.#indices = axes.map(() => code.local('i32'));
		this.#offset = code.local('i32');
	}

	/** From one column to the next, as long as only the innermost axis moves, in bytes. */
	get stride(): number {
		return this.#axes.at(-1)?.stride ?? 0;
	}

	goTo(column: Local): void {
		const code = this.#code;
		let rest = column;
		code.i32(0).set(this.#offset);
		for (let axis = this.#axes.length - 1; axis >= 0; axis--) {
			const { length, stride } = this.#axes[axis] as WindowAxis; // axis is in range
			const index = this.#indices[axis] as Local; // one for each
			code.get(rest);
			if (axis > 0) {
				code.i32(length).op('i32.rem_u').set(index);
				rest = code.get(rest).i32(length).op('i32.div_u').keep('i32');
			} else code.set(index);
			code.get(this.#offset).get(index).i32(stride).op('i32.mul').op('i32.add').set(this.#offset);
		}
	}

	/** The address of the window, from that of column 0. */
	from(start: Local): Local {
		return this.#code.get(start).get(this.#offset).op('i32.add').keep('i32');
	}

	/** On to the next column; sets `jumped` where an axis before the innermost takes a step. */
	next(jumped: Local): void {
		this.#step(this.#axes.length - 1, jumped);
	}

	#step(axis: number, jumped: Local): void {
		const code = this.#code;
		const { length, stride } = this.#axes[axis] as WindowAxis; // axis is in range
		const index = this.#indices[axis] as Local; // one for each
		advance(code, this.#offset, stride);
		code.get(index).i32(1).op('i32.add').tee(index);
		if (axis === 0) {
			code.set(index);
			return;
		}
		code
			.i32(length)
			.op('i32.eq')
			.if(() => {
				code.i32(0).set(index);
				code.i32(1).set(jumped);
				advance(code, this.#offset, -length * stride);
				this.#step(axis - 1, jumped);
			});
	}
}

/** How the elements of one step lie: side by side, every second one, one after another in each window, or anywhere. */
type Layout = 'neighbours' | 'every second' | 'along inner' | 'apart';

/**
 * Packs the next `columns` windows, side by side for each step along the inner axes, to `to`, which moves on behind them. Lanes
 * without a column hold numbers that nobody reads.
 */
export function emitWindowPanel(
	code: Code,
	dtype: DType,
	inner: readonly WindowAxis[],
	columns: number,
	start: Local,
	position: WindowPosition,
	to: Local,
): void {
	const bytes = elementBytes[dtype];
	const vectors = Math.ceil(columns / width);
	/** Whether an outer axis moves between the columns of each vector. */
	const jumped = Array.from({ length: vectors }, () => code.local('i32'));
	for (const flag of jumped) code.i32(0).set(flag);
	const windows: Local[] = [];
	const betweenVectors = code.local('i32');
	for (let column = 0; column < columns; column++) {
		windows.push(position.from(start));
		const isLast = column % width === width - 1 || column === columns - 1;
		position.next(isLast ? betweenVectors : (jumped[Math.floor(column / width)] as Local)); // one for each vector
	}
	const stepBytes = vectors * width * bytes;
	const nest = (vector: number, layout: Layout): void => {
		const ofVector = windows.slice(vector * width, (vector + 1) * width);
		const from = code
			.get(to)
			.i32(vector * width * bytes)
			.op('i32.add')
			.keep('i32');
		new InnerLoops(code, dtype, inner, ofVector, from, stepBytes).emit(layout);
	};
	const last = inner.at(-1);
	const alongInner = bytes === 4 && last?.stride === bytes && last.length >= width;
	const dense =
		position.stride === bytes
			? 'neighbours'
			: position.stride === 2 * bytes && bytes === 4
				? 'every second'
				: null;
	const otherwise = alongInner ? 'along inner' : 'apart';
	for (const [vector, flag] of jumped.entries()) {
		if (dense === null) nest(vector, otherwise);
		else
			code.get(flag).if(
				() => nest(vector, otherwise),
				() => nest(vector, dense),
			);
	}
	advance(
		code,
		to,
		inner.reduce((steps, { length }) => steps * length, stepBytes),
	);
}

/** Loops over the inner axes of a block, which pack the windows of one vector step by step. */
class InnerLoops {
	readonly #code: Code;
	readonly #dtype: DType;
	readonly #inner: readonly WindowAxis[];
	readonly #windows: readonly Local[];
	readonly #to: Local;
	/** From one step to the next where they are packed. */
	readonly #stepBytes: number;
	/** How far the step at hand lies from the first of each window. */
	readonly #step: Local;

	constructor(
		code: Code,
		dtype: DType,
		inner: readonly WindowAxis[],
		windows: readonly Local[],
		to: Local,
		stepBytes: number,
	) {
		this.#code = code;
		this.#dtype = dtype;
		this.#inner = inner;
		this.#windows = windows;
		this.#to = to;
		this.#stepBytes = stepBytes;
		this.#step = code.local('i32');
	}

	emit(layout: Layout): void {
		this.#code.i32(0).set(this.#step);
		this.#through(0, layout);
	}

	#through(axis: number, layout: Layout): void {
		const code = this.#code;
		const { length, stride } = this.#inner[axis] as WindowAxis; // axis is in range
		if (axis < this.#inner.length - 1) {
			repeat(code, length, () => {
				this.#through(axis + 1, layout);
				advance(code, this.#step, stride);
			});
			advance(code, this.#step, -length * stride);
			return;
		}
		const vectors = layout === 'along inner' ? Math.floor(length / width) : 0;
		if (vectors > 0)
			repeat(code, vectors, () => {
				this.#transposed();
				advance(code, this.#step, width * stride);
				advance(code, this.#to, width * this.#stepBytes);
			});
		const rest = length - vectors * width;
		const steps = rest > maxUnrolledSteps || stride < 0 ? 1 : rest;
		repeat(code, steps === 0 ? 0 : rest / steps, () => {
			const isApart = layout === 'apart' || layout === 'along inner';
			const from = this.#windows.slice(0, isApart ? width : 1).map((window) => this.#at(window));
			for (let i = 0; i < steps; i++) {
				const value = this.#load(from, i * stride, layout);
				storeNeighbours(code, value, this.#to, i * this.#stepBytes, width);
			}
			advance(code, this.#step, steps * stride);
			advance(code, this.#to, steps * this.#stepBytes);
		});
		advance(code, this.#step, -length * stride);
	}

	/** The elements of one step, `offset` bytes behind the addresses. */
	#load(from: readonly Local[], offset: number, layout: Layout): Value {
		const code = this.#code;
		const [first] = from;
		if (first === undefined) throw new Error('internal: no window');
		if (layout === 'neighbours') return loadNeighbours(code, this.#dtype, first, offset);
		if (layout !== 'every second') {
			const lanes = from.map((address) => ({ address, offset }));
			return loadApart(code, this.#dtype, lanes);
		}
		code.get(first).access('v128.load', offset);
		code.get(first).access('v128.load', offset + 16);
		return { dtype: this.#dtype, parts: [code.shuffle32(0, 2, 4, 6).keep('v128')] };
	}

	/** As many steps as a vector has elements, which lie side by side in each window. */
	#transposed(): void {
		const code = this.#code;
		const rows = Array.from({ length: width }, (_, lane) => {
			const window = this.#windows[Math.min(lane, this.#windows.length - 1)];
			if (window === undefined) throw new Error('internal: no window');
			return code.get(this.#at(window)).access('v128.load').keep('v128');
		}) as [Local, Local, Local, Local]; // as many as a vector is wide
		for (const [step, column] of transposed(code, rows).entries())
			code
				.get(this.#to)
				.get(column)
				.access('v128.store', step * this.#stepBytes);
	}

	#at(window: Local): Local {
		return this.#code.get(window).get(this.#step).op('i32.add').keep('i32');
	}
}
