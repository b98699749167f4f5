import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutOfMemoryError } from '../src/index.ts';
import { Heap } from '../src/wasm/heap.ts';
import type { Memory } from '../src/wasm/platform.ts';

/** A memory that only counts its pages, and grows up to a limit. */
function countingMemory(limit: number): Memory {
	let pages = 1;
	return {
		get buffer() {
			return { byteLength: pages * 65_536 } as ArrayBuffer; // all that a heap looks at
		},
		grow(more) {
			if (pages + more > limit) throw new RangeError('no more');
			pages += more;
			return pages - more;
		},
	};
}

test('blocks never overlap, lie within the memory, and are all free again at the end', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.nat(5000), fc.nat(9)), { maxLength: 60 }), (steps) => {
			const memory = countingMemory(65_536);
			const heap = new Heap(memory, 2 ** 32, 448);
			const live: { from: number; to: number }[] = [];
			for (const [bytes, choice] of steps) {
				const gone = choice < 4 ? live.splice(choice, 1)[0] : undefined;
				if (gone !== undefined) heap.free(gone.from);
				const from = heap.allocate(bytes);
				expect(from % 64).toBe(0);
				expect(live.every((other) => from + bytes <= other.from || other.to <= from)).toBe(true);
				expect(from + bytes).toBeLessThanOrEqual(memory.buffer.byteLength);
				live.push({ from, to: from + bytes });
			}
			for (const { from } of live) heap.free(from);
			expect(heap.used).toBe(0);
			expect(heap.allocate(1)).toBe(448);
		}),
	);
});

test('what is too much is refused with how much was wanted, and the heap goes on', () => {
	const heap = new Heap(countingMemory(100), 2 ** 32, 448);
	const wanted = 101 * 65_536;
	expect(() => heap.allocate(wanted)).toThrow(OutOfMemoryError);
	expect(() => heap.allocate(wanted)).toThrow(String(wanted));
	expect(() => heap.allocate(2 ** 33)).toThrow('8589934592 bytes wanted');
	expect(heap.allocate(64)).toBe(448);
});
