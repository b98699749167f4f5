import { elementBytes } from '../../../graph/dtype.ts';
import type { Scan } from '../../../lowering/ir/kernel.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { AddressOf } from '../addresses.ts';
import { addressOfItem, advance, repeat, repeatBetween, scalars } from '../scalar.ts';

/** The running sums of the rows from `begin` before `end`; those of f32 are kept in f64 and rounded as they are stored. */
export function emitScan(
	code: Code,
	kernel: Scan,
	addressOf: AddressOf,
	begin: Local,
	end: Local,
): void {
	const { input, output, length } = kernel;
	if (length === 0) return;
	const { dtype } = input;
	const { type, load, store } = scalars[dtype];
	const bytes = elementBytes[dtype];
	const total = code.local(type === 'f32' ? 'f64' : type);
	const from = addressOfItem(code, addressOf(input), begin, length * bytes);
	const to = addressOfItem(code, addressOf(output), begin, length * bytes);
	repeatBetween(code, begin, end, () => {
		if (type === 'i32') code.i32(0).set(total);
		else code.f64(0).set(total);
		repeat(code, length, () => {
			code.get(to).get(total).get(from).access(load);
			if (type === 'f32') code.op('f64.promote_f32');
			code.op(type === 'i32' ? 'i32.add' : 'f64.add').tee(total);
			if (type === 'f32') code.op('f32.demote_f64');
			code.access(store);
			advance(code, from, bytes);
			advance(code, to, bytes);
		});
	});
}
