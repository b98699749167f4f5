import { elementBytes } from '../../graph/dtype.ts';
import type { Check } from '../../lowering/ir/kernel.ts';
import type { Code, Local } from '../assembler/code.ts';
import type { AddressOf } from './addresses.ts';
import { addressOfItem, advance, repeatBetween, scalars } from './scalar.ts';

/** Raises the flag, a word at `flag`, if one of the elements from `begin` before `end` is out of range. */
export function emitCheck(
	code: Code,
	addressOf: AddressOf,
	{ elements, low, high, nonzero }: Check,
	flag: number,
	begin: Local,
	end: Local,
): void {
	const { dtype } = elements;
	const bytes = elementBytes[dtype];
	const at = addressOfItem(code, addressOf(elements), begin, bytes);
	const floats = dtype === 'f32' || dtype === 'f64';
	const element = code.local(floats ? 'f64' : 'i32');
	repeatBetween(code, begin, end, () => {
		code.get(at).access(scalars[dtype].load);
		if (floats) {
			if (dtype === 'f32') code.op('f64.promote_f32');
			code.op('f64.trunc').tee(element).f64(low).op('f64.ge');
			code.get(element).f64(high).op('f64.le');
		} else {
			code.tee(element).i32(low).op('i32.ge_s');
			code.get(element).i32(high).op('i32.le_s');
			if (nonzero) code.op('i32.and').get(element).i32(0).op('i32.ne');
		}
		code
			.op('i32.and')
			.op('i32.eqz')
			.if(() => {
				code.i32(flag).i32(1).access('i32.store');
			});
		advance(code, at, bytes);
	});
}
