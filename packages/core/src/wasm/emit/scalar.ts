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

/** Runs `body` once for each number from `begin` before `end`, of which there is one at least. */
export function repeatBetween(code: Code, begin: Local, end: Local, body: () => void): void {
	const left = code.local('i32');
	code.get(end).get(begin).op('i32.sub').set(left);
	code.loop((again) => {
		body();
		code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
	});
}

/** The lesser of two numbers without sign. */
export function lesser(code: Code, x: Local, y: Local): Local {
	return code.get(x).get(y).get(x).get(y).op('i32.lt_u').op('select').keep('i32');
}

/** The address of the item that `index` counts, of so many bytes each. */
export function addressOfItem(code: Code, base: number, index: Local, bytes: number): Local {
	const address = code.local('i32');
	code.get(index).i32(bytes).op('i32.mul').i32(base).op('i32.add').set(address);
	return address;
}

/** Moves an address on. */
export function advance(code: Code, address: Local, bytes: number): void {
	code.get(address).i32(bytes).op('i32.add').set(address);
}
