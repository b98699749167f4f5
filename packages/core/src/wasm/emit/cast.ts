import type { DType } from '../../graph/dtype.ts';
import type { Code, Local } from '../assembler/code.ts';
import { demoted, halves, narrowMask, promoted, single, unary, type Value } from './value.ts';

/** Converts as the interpreter does: floats toward zero and within range, integers by wrapping, anything but 0 to true. */
export function castValue(code: Code, x: Value, dtype: DType): Value {
	if (x.dtype === dtype) return x;
	if (dtype === 'bool') return { dtype, parts: [notZero(code, x)] };
	if (x.dtype === 'f32' && dtype === 'f64') return { dtype, parts: promoted(code, single(x)) };
	if (x.dtype === 'f64' && dtype === 'f32') return { dtype, parts: [demoted(code, halves(x))] };
	const floats = x.dtype === 'f32' || x.dtype === 'f64';
	const whole = wholeOf(code, x);
	switch (dtype) {
		case 'i32':
			return { dtype, parts: [whole] };
		case 'u8':
			if (floats) code.get(whole).i32x4(0).op('i32x4.max_s').i32x4(255).op('i32x4.min_s');
			else code.get(whole).i32x4(255).op('v128.and');
			return { dtype, parts: [code.keep('v128')] };
		case 'f32':
			return { dtype, parts: [unary(code, 'f32x4.convert_i32x4_s', whole)] };
		case 'f64': {
			const low = unary(code, 'f64x2.convert_low_i32x4_s', whole);
			const high = code
				.get(whole)
				.get(whole)
				.shuffle32(2, 3, 2, 3)
				.op('f64x2.convert_low_i32x4_s')
				.keep('v128');
			return { dtype, parts: [low, high] };
		}
	}
}

/** Masks of what differs from 0, NaN included. */
function notZero(code: Code, x: Value): Local {
	if (x.dtype === 'f64') {
		const [low, high] = halves(x).map((half) =>
			code.get(half).f64x2(0).op('f64x2.ne').keep('v128'),
		);
		return narrowMask(code, low as Local, high as Local); // as many as halves
	}
	code.get(single(x));
	if (x.dtype === 'f32') return code.f32x4(0).op('f32x4.ne').keep('v128');
	return code.i32x4(0).op('i32x4.ne').keep('v128');
}

/** i32 lanes. */
function wholeOf(code: Code, x: Value): Local {
	switch (x.dtype) {
		case 'f32':
			return unary(code, 'i32x4.trunc_sat_f32x4_s', single(x));
		case 'f64': {
			const [low, high] = halves(x);
			code.get(low).op('i32x4.trunc_sat_f64x2_s_zero');
			code.get(high).op('i32x4.trunc_sat_f64x2_s_zero');
			return code.shuffle32(0, 1, 4, 5).keep('v128');
		}
		case 'bool':
			return unary(code, 'i32x4.neg', single(x));
		default:
			return single(x);
	}
}
