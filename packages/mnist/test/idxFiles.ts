import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Idx, IdxType } from '../src/index.ts';

const codes: { readonly [T in IdxType]: number } = {
	u8: 0x08,
	i8: 0x09,
	i16: 0x0b,
	i32: 0x0c,
	f32: 0x0d,
	f64: 0x0e,
};

const setters: {
	readonly [T in IdxType]: (view: DataView, offset: number, value: number) => void;
} = {
	u8: (view, offset, value) => view.setUint8(offset, value),
	i8: (view, offset, value) => view.setInt8(offset, value),
	i16: (view, offset, value) => view.setInt16(offset, value),
	i32: (view, offset, value) => view.setInt32(offset, value),
	f32: (view, offset, value) => view.setFloat32(offset, value),
	f64: (view, offset, value) => view.setFloat64(offset, value),
};

/** The bytes of an IDX header for any claim, true or not. */
export function idxHeader(code: number, shape: readonly number[]): Uint8Array {
	const bytes = new Uint8Array(4 + 4 * shape.length);
	const view = new DataView(bytes.buffer);
	view.setUint8(2, code);
	view.setUint8(3, shape.length);
	for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size);
	return bytes;
}

/** The bytes of an IDX file, written value by value. */
export function encodeIdx({ dtype, shape, data }: Idx): Uint8Array {
	const head = idxHeader(codes[dtype], shape);
	const bytes = new Uint8Array(head.length + data.byteLength);
	bytes.set(head);
	const view = new DataView(bytes.buffer);
	const set = setters[dtype];
	data.forEach((value: number, i: number) => {
		set(view, head.length + i * data.BYTES_PER_ELEMENT, value);
	});
	return bytes;
}

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'pullback-mnist-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}
