import type { Code, Local } from '../assembler/code.ts';
import { unary } from './value.ts';

/** The floors of the quotients of i32 lanes, which are exact in f64; -2^31 by -1 wraps. */
export function emitWholeQuotient(code: Code, x: Local, y: Local): Local {
	const half = (part: (lanes: Local) => Local): void => {
		code.get(unary(code, 'f64x2.convert_low_i32x4_s', part(x)));
		code.get(unary(code, 'f64x2.convert_low_i32x4_s', part(y))).op('f64x2.div');
		code.op('f64x2.floor').op('i32x4.trunc_sat_f64x2_s_zero');
	};
	half((lanes) => lanes);
	half((lanes) => code.get(lanes).get(lanes).shuffle32(2, 3, 2, 3).keep('v128'));
	const quotient = code.shuffle32(0, 1, 4, 5).keep('v128');
	// The one quotient of 2^31 was cut to the number below it, which with these operands no other quotient is.
	code
		.get(x)
		.i32x4(-(2 ** 31))
		.op('i32x4.eq')
		.get(y)
		.i32x4(-1)
		.op('i32x4.eq')
		.op('v128.and');
	const wraps = code.keep('v128');
	return code.get(x).get(quotient).get(wraps).op('v128.bitselect').keep('v128');
}

/** i32 lanes less the multiples of the others below them. */
export function emitWholeModulus(code: Code, x: Local, y: Local): Local {
	const quotient = emitWholeQuotient(code, x, y);
	return code.get(x).get(quotient).get(y).op('i32x4.mul').op('i32x4.sub').keep('v128');
}
