import type { Code, Local } from '../../assembler/code.ts';
import { single, width } from '../value.ts';
import type { Accumulator } from './accumulator.ts';
import { firstLanes, fold, foldOpcode } from './lanes.ts';

/**
 * The largest or smallest f32, by an instruction that is done at once where the exact one takes many in a row. What it
 * does not see is kept aside: whether there was a NaN, and a zero of the sign that wins.
 */
export function extremum(code: Code, operation: 'max' | 'min'): Accumulator {
	const start = operation === 'max' ? -Infinity : Infinity;
	const [best, unordered, zeros] = [code.local('v128'), code.local('v128'), code.local('v128')];
	code.f32x4(start).set(best);
	code.i32x4(0).set(unordered);
	code.f32x4(start).set(zeros);
	// As whole numbers, 0 is the smallest without sign and -0 the smallest with one.
	const smallest = operation === 'max' ? 'i32x4.min_u' : 'i32x4.min_s';
	const apart = (): Local => {
		code
			.get(zeros)
			.i32x4(operation === 'max' ? 0 : -(2 ** 31))
			.op('i32x4.eq');
		const winning = code.keep('v128');
		if (operation === 'max')
			code
				.i32x4(-(2 ** 31))
				.get(winning)
				.op('v128.andnot');
		else
			code
				.get(winning)
				.i32x4(-(2 ** 31))
				.op('v128.and');
		code.get(best).get(best).f32x4(0).op('f32x4.eq').op('v128.bitselect');
		return code.get(unordered).op('v128.or').keep('v128');
	};
	return {
		add(value, count) {
			const x = single(count < width ? firstLanes(code, value, count, start) : value);
			code.get(best).get(x).op(`f32x4.p${operation}`).set(best);
			code.get(x).get(x).op('f32x4.ne').get(unordered).op('v128.or').set(unordered);
			code.get(zeros).get(x).op(smallest).set(zeros);
		},
		combined() {
			const opcode = foldOpcode(operation, 'f32');
			const halves = fold(code, apart(), opcode, [2, 3, 0, 1]);
			return { dtype: 'f32', parts: [fold(code, halves, opcode, [1, 0, 3, 2])] };
		},
		apart: () => ({ dtype: 'f32', parts: [apart()] }),
	};
}
