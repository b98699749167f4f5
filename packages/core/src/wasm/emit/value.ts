import type { DType } from '../../graph/dtype.ts';
import type { Code, Local } from '../assembler/code.ts';
import type { Opcode } from '../assembler/opcodes.ts';

/**
 * Four neighbouring elements in vector registers: one of 32-bit lanes, or two of 64-bit lanes for f64. Bytes
 * are widened to 32 bits, truth values are masks of all bits.
 */
export interface Value {
	readonly dtype: DType;
	readonly parts: readonly Local[];
}

/** The elements of a Value. */
export const width = 4;

/** One instruction on two vectors. */
export function binary(code: Code, opcode: Opcode, x: Local, y: Local): Local {
	return code.get(x).get(y).op(opcode).keep('v128');
}

/** One instruction on one vector. */
export function unary(code: Code, opcode: Opcode, x: Local): Local {
	return code.get(x).op(opcode).keep('v128');
}

/** The first part, of values that have one. */
export function single({ parts }: Value): Local {
	const part = parts[0];
	if (part === undefined) throw new Error('internal: a value without parts');
	return part;
}

/** Both parts of an f64 value. */
export function halves({ parts }: Value): readonly [Local, Local] {
	const [low, high] = parts;
	if (low === undefined || high === undefined) throw new Error('internal: a value without halves');
	return [low, high];
}

/** Puts a number in all lanes onto the stack. */
export function pushNumber(code: Code, dtype: DType, value: number): void {
	if (dtype === 'f32') code.f32x4(value);
	else if (dtype === 'f64') code.f64x2(value);
	else code.i32x4(dtype === 'bool' ? -value : value);
}

/** A number in all lanes. */
export function numberValue(code: Code, dtype: DType, value: number): Value {
	pushNumber(code, dtype, value);
	const part = code.keep('v128');
	return { dtype, parts: dtype === 'f64' ? [part, part] : [part] };
}

/** 32-bit masks from the masks of two halves. */
export function narrowMask(code: Code, low: Local, high: Local): Local {
	return code.get(low).get(high).shuffle32(0, 2, 4, 6).keep('v128');
}

/** The masks of both halves from 32-bit masks. */
export function widenMask(code: Code, mask: Local): readonly [Local, Local] {
	return [
		unary(code, 'i64x2.extend_low_i32x4_s', mask),
		unary(code, 'i64x2.extend_high_i32x4_s', mask),
	];
}

/** f64 halves of f32 lanes. */
export function promoted(code: Code, x: Local): readonly [Local, Local] {
	const low = unary(code, 'f64x2.promote_low_f32x4', x);
	const high = code.get(x).get(x).shuffle32(2, 3, 2, 3).op('f64x2.promote_low_f32x4').keep('v128');
	return [low, high];
}

/** f32 lanes of f64 halves, rounded to nearest. */
export function demoted(code: Code, [low, high]: readonly [Local, Local]): Local {
	code.get(low).op('f32x4.demote_f64x2_zero').get(high).op('f32x4.demote_f64x2_zero');
	return code.shuffle32(0, 1, 4, 5).keep('v128');
}
