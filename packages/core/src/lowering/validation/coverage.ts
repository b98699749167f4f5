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
	readonly #parts: Part[] = [];
	#count = 0;
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
		this.#complete ||=
			this.#count >= size && (size > maxEnumeratedElements || this.#elements().size === size);
		return this.#complete;
	}

	#elements(): Set<number> {
		const elements = new Set<number>();
		for (const { offset, loops } of this.#parts) {
			let positions = [offset];
			for (const { length, stride } of loops)
				positions = positions.flatMap((at) =>
					Array.from({ length }, (_, turn) => at + turn * stride),
				);
			for (const position of positions) elements.add(position);
		}
		return elements;
	}
}
