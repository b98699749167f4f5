import type { DType } from '../../../graph/dtype.ts';
import { elementBytes } from '../../../graph/dtype.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { loadApart, loadNeighbours, storeNeighbours, transposed } from '../access.ts';
import { advance, repeat } from '../scalar.ts';
import { width } from '../value.ts';

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

	/** Whether neighbouring columns of one innermost axis lie side by side. */
	isDense(bytes: number): boolean {
		return this.#axes.at(-1)?.stride === bytes;
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
	const jumped = code.local('i32');
	code.i32(0).set(jumped);
	const windows: Local[] = [];
	for (let column = 0; column < columns; column++) {
		windows.push(position.from(start));
		// Whether the step to the next panel jumps is nothing to this one.
		position.next(column < columns - 1 ? jumped : code.local('i32'));
	}
	const nest = new InnerLoops(code, dtype, inner, windows, to);
	const last = inner.at(-1);
	const alongInner =
		bytes === 4 && last?.stride === bytes && last.length >= width && !position.isDense(bytes);
	if (position.isDense(bytes) && columns > 1)
		code.get(jumped).if(
			() => nest.emit('apart'),
			() => nest.emit('neighbours'),
		);
	else nest.emit(alongInner ? 'along inner' : 'apart');
}

/** Loops over the inner axes of a block, which pack some windows step by step. */
class InnerLoops {
	readonly #code: Code;
	readonly #dtype: DType;
	readonly #inner: readonly WindowAxis[];
	readonly #windows: readonly Local[];
	readonly #to: Local;
	/** How far the step at hand lies from the first of each window. */
	readonly #step: Local;
	readonly #vectors: number;
	readonly #stepBytes: number;

	constructor(
		code: Code,
		dtype: DType,
		inner: readonly WindowAxis[],
		windows: readonly Local[],
		to: Local,
	) {
		this.#code = code;
		this.#dtype = dtype;
		this.#inner = inner;
		this.#windows = windows;
		this.#to = to;
		this.#step = code.local('i32');
		this.#vectors = Math.ceil(windows.length / width);
		this.#stepBytes = this.#vectors * width * elementBytes[dtype];
	}

	emit(how: 'neighbours' | 'apart' | 'along inner'): void {
		this.#code.i32(0).set(this.#step);
		this.#through(0, how);
	}

	#through(axis: number, how: 'neighbours' | 'apart' | 'along inner'): void {
		const code = this.#code;
		const { length, stride } = this.#inner[axis] as WindowAxis; // axis is in range
		if (axis < this.#inner.length - 1) {
			repeat(code, length, () => {
				this.#through(axis + 1, how);
				advance(code, this.#step, stride);
			});
			advance(code, this.#step, -length * stride);
			return;
		}
		const vectors = how === 'along inner' ? Math.floor(length / width) : 0;
		if (vectors > 0)
			repeat(code, vectors, () => {
				this.#transposed();
				advance(code, this.#step, width * stride);
			});
		const rest = length - vectors * width;
		const steps = rest > maxUnrolledSteps || stride < 0 ? 1 : rest;
		repeat(code, steps === 0 ? 0 : rest / steps, () => {
			const from = (how === 'neighbours' ? this.#windows.slice(0, 1) : this.#windows).map(
				(window) => this.#at(window),
			);
			for (let i = 0; i < steps; i++) {
				if (how === 'neighbours') this.#neighbours(from, i * stride, i * this.#stepBytes);
				else this.#apart(from, i * stride, i * this.#stepBytes);
			}
			advance(code, this.#step, steps * stride);
			advance(code, this.#to, steps * this.#stepBytes);
		});
		advance(code, this.#step, -length * stride);
	}

	#neighbours([address]: readonly Local[], offset: number, at: number): void {
		const code = this.#code;
		if (address === undefined) throw new Error('internal: no window');
		const vectorBytes = width * elementBytes[this.#dtype];
		for (let vector = 0; vector < this.#vectors; vector++) {
			const value = loadNeighbours(code, this.#dtype, address, offset + vector * vectorBytes);
			storeNeighbours(code, value, this.#to, at + vector * vectorBytes, width);
		}
	}

	#apart(from: readonly Local[], offset: number, at: number): void {
		const code = this.#code;
		const vectorBytes = width * elementBytes[this.#dtype];
		for (let vector = 0; vector < this.#vectors; vector++) {
			const lanes = from
				.slice(vector * width, (vector + 1) * width)
				.map((address) => ({ address, offset }));
			const value = loadApart(code, this.#dtype, lanes);
			storeNeighbours(code, value, this.#to, at + vector * vectorBytes, width);
		}
	}

	/** As many steps as a vector has elements, which lie side by side in each window. */
	#transposed(): void {
		const code = this.#code;
		for (let vector = 0; vector < this.#vectors; vector++) {
			const rows = Array.from({ length: width }, (_, lane) => {
				const window = this.#windows[Math.min(vector * width + lane, this.#windows.length - 1)];
				if (window === undefined) throw new Error('internal: no window');
				return code.get(this.#at(window)).access('v128.load').keep('v128');
			}) as [Local, Local, Local, Local]; // as many as a vector is wide
			for (const [step, column] of transposed(code, rows).entries())
				code
					.get(this.#to)
					.get(column)
					.access('v128.store', step * this.#stepBytes + vector * 16);
		}
		advance(code, this.#to, width * this.#stepBytes);
	}

	#at(window: Local): Local {
		return this.#code.get(window).get(this.#step).op('i32.add').keep('i32');
	}
}
