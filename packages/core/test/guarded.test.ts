import { expect, test } from 'vitest';
import type { DType } from '../src/index.ts';
import type { Buffer } from '../src/lowering/ir/expression.ts';
import { GuardedMemory } from './guarded.ts';

// The checker itself, with planted faults.

let count = 0;
function newBuffer(role: Buffer['role'], dtype: DType, size: number): Buffer {
	return { id: count++, dtype, size, role };
}

/** Runs with an input and two temporaries, of which one may be written; `fault` writes to bytes, given where they lie. */
function runWith(
	fault: (bytes: Uint8Array, at: Record<'input' | 'output' | 'other', number>) => void,
) {
	const memory = new GuardedMemory();
	const input = newBuffer('input', 'f32', 3);
	const output = newBuffer('temporary', 'f64', 2);
	const other = newBuffer('temporary', 'u8', 5);
	const at = {
		input: memory.addressOf(input),
		output: memory.addressOf(output),
		other: memory.addressOf(other),
	};
	return () =>
		memory.run([[input, Float32Array.of(1, 2, 3)]], [output], () => {
			memory.view(output).set(memory.view(input).subarray(1));
			fault(new Uint8Array(memory.memory.buffer), at);
		});
}

test('a run that writes its own elements alone is let pass', () => {
	expect(runWith(() => {})).not.toThrow();
	expect(runWith((bytes, { output }) => bytes.fill(7, output, output + 16))).not.toThrow();
});

test('a byte that is written before, behind or in another buffer is found and named', () => {
	expect(runWith((bytes, { output }) => bytes.fill(7, output + 16, output + 17))).toThrow(
		'wrote byte 16 of a buffer of 16 bytes (temporary)',
	);
	expect(runWith((bytes, { input }) => bytes.fill(7, input + 11, input + 12))).toThrow(
		'wrote byte 11 of a buffer of 12 bytes (input)',
	);
	expect(runWith((bytes, { other }) => bytes.fill(7, other, other + 1))).toThrow(
		'wrote byte 0 of a buffer of 5 bytes (temporary)',
	);
	expect(runWith((bytes, { input }) => bytes.fill(7, input - 1, input))).toThrow(
		'wrote before all buffers',
	);
});
