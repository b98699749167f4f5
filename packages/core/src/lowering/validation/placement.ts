import { elementBytes } from '../../graph/dtype.ts';
import type { Buffer } from '../ir/expression.ts';
import type { Plan } from '../ir/plan.ts';
import { bytesOf } from '../ir/plan.ts';
import { nameOf } from '../ir/printPlan.ts';
import type { Target } from '../target.ts';
import { type Access, fail } from './accesses.ts';

/** Where the buffers of a plan lie: temporary ones in one memory, every other in its own. */
export class Placement {
	readonly #offsets: ReadonlyMap<Buffer, number>;
	readonly #size: number;
	readonly #target: Target;

	constructor({ offsets, size, target }: Pick<Plan, 'offsets' | 'size' | 'target'>) {
		this.#offsets = offsets;
		this.#size = size;
		this.#target = target;
	}

	/** The byte of its memory at which a buffer begins. */
	startOf(buffer: Buffer): number {
		if (buffer.role !== 'temporary') return 0;
		return this.#offsets.get(buffer) ?? fail(`${nameOf(buffer)} has no place`);
	}

	/** The byte after its last element. */
	endOf(buffer: Buffer): number {
		return this.startOf(buffer) + buffer.size * elementBytes[buffer.dtype];
	}

	/** Whether two buffers have a byte in common; a buffer has with itself. */
	overlap(a: Buffer, b: Buffer): boolean {
		if (a === b) return true;
		if (a.role !== 'temporary' || b.role !== 'temporary') return false;
		return this.startOf(a) < this.endOf(b) && this.startOf(b) < this.endOf(a);
	}

	/** Checks that an access stays within its buffer in every row, and what a load reads beyond it within its memory. */
	checkBounds({ buffer, rowStrides, low, high }: Access, rows: readonly number[], loads: boolean) {
		let [first, last] = [low, high];
		for (const [axis, length] of rows.entries()) {
			const way = (rowStrides[axis] ?? 0) * (length - 1);
			if (way < 0) first += way;
			else last += way;
		}
		if (first < 0 || last >= buffer.size)
			fail(
				`elements ${first} to ${last} of ${nameOf(buffer)}, which has ${buffer.size}, are ${loads ? 'read' : 'stored'}`,
			);
		const together = loads ? this.#target.elementsAtOnce : 1;
		const bytes = (last + together) * elementBytes[buffer.dtype];
		const room =
			buffer.role === 'temporary'
				? this.#size - this.startOf(buffer)
				: bytesOf(buffer, this.#target);
		if (bytes > room)
			fail(`the last element of ${nameOf(buffer)}, or a vector from there on, is out of memory`);
	}
}
