import type { Buffer } from '../ir/expression.ts';
import { nameOf } from '../ir/printPlan.ts';
import { type Access, fail, type Loop } from './accesses.ts';
import { elementsOf } from './rows.ts';

/** The largest buffer whose written elements are enumerated; a larger one is covered if its parts have as many elements. */
const maxEnumeratedElements = 65_536;

/** A set of elements of a buffer: those that loops reach from an offset on. */
interface Part {
	readonly offset: number;
	readonly loops: readonly Loop[];
}

/** Which elements of a buffer have been written. */
export class Coverage {
	readonly #buffer: Buffer;
	/** Those written in several parts; null while they need not be told apart. */
	#written: Uint8Array | null = null;
	/** Parts that are not among them yet. */
	readonly #parts: Part[] = [];
	/** The elements of all parts, and the different ones among those written. */
	#count = 0;
	#different = 0;
	#complete: boolean;

	constructor(buffer: Buffer) {
		this.#buffer = buffer;
		this.#complete = buffer.size === 0;
	}

	/** Adds what a store writes in all rows. */
	add({ rowStrides, inner, offset }: Access, rows: readonly number[]): void {
		const ofRows = rows.map((length, axis) => ({ length, stride: rowStrides[axis] ?? 0 }));
		const loops = [...ofRows, ...(inner ?? [])];
		const count = elementsOf(loops);
		if (count === 0) fail(`an element of ${nameOf(this.#buffer)} is stored several times`);
		this.#parts.push({ offset, loops });
		this.#count += count;
		if (count === this.#buffer.size) this.#complete = true;
	}

	/** Whether all elements have been written. */
	get isComplete(): boolean {
		const { size } = this.#buffer;
		if (this.#complete || this.#count < size) return this.#complete;
		if (size <= maxEnumeratedElements) this.#enumerate();
		this.#complete = size > maxEnumeratedElements || this.#different === size;
		return this.#complete;
	}

	#enumerate(): void {
		this.#written ??= new Uint8Array(this.#buffer.size);
		const written = this.#written;
		for (const { offset, loops } of this.#parts.splice(0)) {
			const turns = loops.map(() => 0);
			let position = offset;
			for (let left = loops.reduce((n, { length }) => n * length, 1); left > 0; left--) {
				if (written[position] === 0) {
					written[position] = 1;
					this.#different++;
				}
				for (let axis = loops.length - 1; axis >= 0; axis--) {
					const { length, stride } = loops[axis] as Loop; // axis is in range
					const turn = (turns[axis] as number) + 1; // as long as loops
					position += turn < length ? stride : stride * (1 - length);
					turns[axis] = turn % length;
					if (turn < length) break;
				}
			}
		}
	}
}
