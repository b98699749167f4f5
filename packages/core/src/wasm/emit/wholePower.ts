import type { Code, Local } from '../assembler/code.ts';

/** i32 lanes to the power of whole exponents from 0, by repeated squaring; wraps. */
export function emitWholePower(code: Code, base: Local, exponent: Local): Local {
	const [power, square, rest] = [code.local('v128'), code.local('v128'), code.local('v128')];
	code.i32x4(1).set(power);
	code.get(base).set(square);
	code.get(exponent).set(rest);
	code.block((done) => {
		code.loop((again) => {
			code.get(rest).op('v128.any_true').op('i32.eqz').brIf(done);
			code.get(power).get(square).op('i32x4.mul').get(power);
			code
				.get(rest)
				.i32x4(1)
				.op('v128.and')
				.i32x4(1)
				.op('i32x4.eq')
				.op('v128.bitselect')
				.set(power);
			code.get(square).get(square).op('i32x4.mul').set(square);
			code.get(rest).i32(1).op('i32x4.shr_u').set(rest);
			code.br(again);
		});
	});
	return power;
}
