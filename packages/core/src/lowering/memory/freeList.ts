/** A stretch of free memory. */
interface Hole {
	offset: number;
	size: number;
}

/** Free stretches of a memory, in ascending order and never next to each other. */
export class Holes {
	readonly #holes: Hole[] = [];

	/** The offset of `size` bytes from the first hole that has as many; null if none has. */
	take(size: number): number | null {
		const at = this.#holes.findIndex((hole) => hole.size >= size);
		const hole = this.#holes[at];
		if (hole === undefined) return null;
		const { offset } = hole;
		hole.offset += size;
		hole.size -= size;
		if (hole.size === 0) this.#holes.splice(at, 1);
		return offset;
	}

	/** Adds a stretch that is free from now on. */
	add(offset: number, size: number): void {
		const holes = this.#holes;
		let at = holes.findIndex((hole) => hole.offset > offset);
		if (at < 0) at = holes.length;
		const hole: Hole = { offset, size };
		holes.splice(at, 0, hole);
		const next = holes[at + 1];
		if (next !== undefined && offset + size === next.offset) {
			hole.size += next.size;
			holes.splice(at + 1, 1);
		}
		const previous = holes[at - 1];
		if (previous !== undefined && previous.offset + previous.size === offset) {
			previous.size += hole.size;
			holes.splice(at, 1);
		}
	}

	/** Where memory that ends at `end` would end without a hole there, which is gone. */
	trim(end: number): number {
		const last = this.#holes.at(-1);
		if (last === undefined || last.offset + last.size !== end) return end;
		this.#holes.pop();
		return last.offset;
	}
}
