import type { Check } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import type { AddressOf } from './places.ts';
import { addressOfItem, advance, repeatBetween } from './scalar.ts';

/** Raises the flag, a word at `flag`, if one of the indices from `begin` before `end` is out of range. */
export function emitCheck(
	code: Code,
	addressOf: AddressOf,
	{ indices, low, high }: Check,
	flag: number,
	begin: Local,
	end: Local,
): void {
	const bytes = elementBytes[indices.dtype];
	const index = code.local('i32');
	const at = addressOfItem(code, addressOf(indices), begin, bytes);
	repeatBetween(code, begin, end, () => {
		code
			.get(at)
			.access(bytes === 1 ? 'i32.load8_u' : 'i32.load')
			.tee(index);
		code
			.i32(low)
			.op('i32.lt_s')
			.get(index)
			.i32(high)
			.op('i32.gt_s')
			.op('i32.or')
			.if(() => {
				code.i32(flag).i32(1).access('i32.store');
			});
		advance(code, at, bytes);
	});
}
