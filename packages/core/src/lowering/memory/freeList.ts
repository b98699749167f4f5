/** A stretch of free memory. */
interface Gap {
	offset: number;
	size: number;
}

/** Free stretches of a memory, in ascending order and never next to each other. */
export class FreeList {
	readonly #gaps: Gap[] = [];

	/** The offset of `size` bytes from the first gap that has as many; null if none has. */
	take(size: number): number | null {
		const at = this.#gaps.findIndex((gap) => gap.size >= size);
		const gap = this.#gaps[at];
		if (gap === undefined) return null;
		const { offset } = gap;
		gap.offset += size;
		gap.size -= size;
		if (gap.size === 0) this.#gaps.splice(at, 1);
		return offset;
	}

	/** Adds a stretch that is free from now on. */
	add(offset: number, size: number): void {
		const gaps = this.#gaps;
		let at = gaps.findIndex((gap) => gap.offset > offset);
		if (at < 0) at = gaps.length;
		const gap: Gap = { offset, size };
		gaps.splice(at, 0, gap);
		const next = gaps[at + 1];
		if (next !== undefined && offset + size === next.offset) {
			gap.size += next.size;
			gaps.splice(at + 1, 1);
		}
		const previous = gaps[at - 1];
		if (previous !== undefined && previous.offset + previous.size === offset) {
			previous.size += gap.size;
			gaps.splice(at, 1);
		}
	}

	/** Where memory that ends at `end` would end without a gap there, which is gone. */
	trim(end: number): number {
		const last = this.#gaps.at(-1);
		if (last === undefined || last.offset + last.size !== end) return end;
		this.#gaps.pop();
		return last.offset;
	}
}
