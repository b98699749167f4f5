import type { DType } from '../../../graph/dtype.ts';
import type { ReductionOperation } from '../../../lowering/ir/expression.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { Opcode } from '../../assembler/opcodes.ts';
import { pushNumber, type Value, width } from '../value.ts';

/** A reduction to a value, not to a position. */
export type Fold = Exclude<ReductionOperation, 'argmax' | 'argmin'>;

/** Sums begin with -0, which keeps the sign of a sum of negative zeros; the sum of nothing is 0. */
export function neutral(operation: Fold, dtype: DType, empty: boolean): number {
	if (operation === 'sum') return (dtype === 'f32' || dtype === 'f64') && !empty ? -0 : 0;
	if (operation === 'prod') return 1;
	const low = { f32: -Infinity, f64: -Infinity, i32: -(2 ** 31), u8: 0, bool: 0 }[dtype];
	const high = { f32: Infinity, f64: Infinity, i32: 2 ** 31 - 1, u8: 255, bool: 1 }[dtype];
	return operation === 'max' ? low : high;
}

/** The instruction that folds two vectors. */
export function foldOpcode(operation: Fold, dtype: DType): Opcode {
	if (dtype === 'bool') return operation === 'max' ? 'v128.or' : 'v128.and';
	const lanes = dtype === 'f32' ? 'f32x4' : dtype === 'f64' ? 'f64x2' : 'i32x4';
	if (operation === 'sum') return `${lanes}.add`;
	if (operation === 'prod') return `${lanes}.mul`;
	return lanes === 'i32x4' ? `i32x4.${operation}_s` : `${lanes}.${operation}`;
}

/** The fold of a vector and itself with its lanes in another order. */
export function fold(
	code: Code,
	x: Local,
	opcode: Opcode,
	picks: readonly [number, number, number, number],
): Local {
	return code
		.get(x)
		.get(x)
		.get(x)
		.shuffle32(...picks)
		.op(opcode)
		.keep('v128');
}

/** The value with another number in all lanes but the first `count`. */
export function firstLanes(code: Code, value: Value, count: number, other: number): Value {
	const { dtype } = value;
	const parts = value.parts.map((part, i) => {
		const lanes = dtype === 'f64' ? 2 : width;
		const left = Math.min(Math.max(count - i * lanes, 0), lanes);
		const mask = new Uint8Array(16).fill(255, 0, (left * 16) / lanes);
		code.get(part);
		pushNumber(code, dtype, other);
		return code.v128(mask).op('v128.bitselect').keep('v128');
	});
	return { dtype, parts };
}
