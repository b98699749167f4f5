import type { Check } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code } from '../assembler/code.ts';
import type { AddressOf } from './places.ts';

/** Raises the flag, a word at `flag`, if an index is out of range. */
export function emitCheck(code: Code, addressOf: AddressOf, check: Check, flag: number): void {
	const { indices, low, high } = check;
	const bytes = elementBytes[indices.dtype];
	const address = addressOf(indices);
	if (indices.size === 0) return;
	const [at, index] = [code.local('i32'), code.local('i32')];
	code.i32(address).set(at);
	code.loop((again) => {
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
		code.get(at).i32(bytes).op('i32.add').tee(at);
		code
			.i32(address + indices.size * bytes)
			.op('i32.lt_u')
			.brIf(again);
	});
}
