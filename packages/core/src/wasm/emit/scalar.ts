import type { DType } from '../../graph/dtype.ts';
import type { Code, Local, ValueType } from '../assembler/code.ts';
import type { Access } from '../assembler/opcodes.ts';

interface Scalar {
	readonly type: ValueType;
	readonly load: Access;
	readonly store: Access;
}

const byte: Scalar = { type: 'i32', load: 'i32.load8_u', store: 'i32.store8' };

/** How single elements are held, loaded and stored. */
export const scalars: Readonly<Record<DType, Scalar>> = {
	f32: { type: 'f32', load: 'f32.load', store: 'f32.store' },
	f64: { type: 'f64', load: 'f64.load', store: 'f64.store' },
	i32: { type: 'i32', load: 'i32.load', store: 'i32.store' },
	u8: byte,
	bool: byte,
};

/** Runs `body` so many times. */
export function repeat(code: Code, times: number, body: () => void): void {
	if (times === 0) return;
	if (times === 1) {
		body();
		return;
	}
	const left = code.local('i32');
	code.i32(times).set(left);
	code.loop((again) => {
		body();
		code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
	});
}

/** Moves an address on. */
export function advance(code: Code, address: Local, bytes: number): void {
	code.get(address).i32(bytes).op('i32.add').set(address);
}
