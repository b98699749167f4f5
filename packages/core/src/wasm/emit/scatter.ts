import type { Scatter } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import type { AddressOf } from './places.ts';
import { advance, repeat, scalars } from './scalar.ts';

/** Zeros with the updates added one after another, in the order of the interpreter; the indices are in range. */
export function emitScatter(code: Code, kernel: Scatter, addressOf: AddressOf): void {
	const { updates, indices, sums, output, batch, before, length, picks, after } = kernel;
	const sumBytes = elementBytes[sums.dtype];
	if (sums.size === 0) return;
	code
		.i32(addressOf(sums))
		.i32(0)
		.i32(sums.size * sumBytes)
		.memoryFill();
	const update = code.local('i32');
	const [firstIndex, index] = [code.local('i32'), code.local('i32')];
	const [slice, place] = [code.local('i32'), code.local('i32')];
	code.i32(addressOf(updates)).set(update);
	code.i32(addressOf(indices)).set(firstIndex);
	code.i32(addressOf(sums)).set(slice);
	repeat(code, batch, () => {
		repeat(code, before, () => {
			code.get(firstIndex).set(index);
			repeat(code, picks, () => {
				pushPosition(code, kernel, index);
				code
					.i32(after * sumBytes)
					.op('i32.mul')
					.get(slice)
					.op('i32.add')
					.set(place);
				repeat(code, after, () => {
					add(code, kernel, update, place);
					advance(code, update, elementBytes[updates.dtype]);
					advance(code, place, sumBytes);
				});
				advance(code, index, elementBytes[indices.dtype]);
			});
			advance(code, slice, length * after * sumBytes);
		});
		advance(code, firstIndex, picks * elementBytes[indices.dtype]);
	});
	if (sums !== output) round(code, kernel, addressOf);
}

/** Puts the place along the axis that an index means onto the stack; a negative one counts from the end. */
function pushPosition(code: Code, { indices, length }: Scatter, index: Local): void {
	code.get(index).access(scalars[indices.dtype].load);
	if (indices.dtype !== 'i32') return;
	const position = code.keep('i32');
	// The sign spread over all bits keeps the length or drops it.
	code.get(position).i32(31).op('i32.shr_s').i32(length).op('i32.and');
	code.get(position).op('i32.add');
}

function add(code: Code, { updates, sums }: Scatter, update: Local, place: Local): void {
	const { type, load, store } = scalars[sums.dtype];
	code.get(place).get(place).access(load);
	code.get(update).access(scalars[updates.dtype].load);
	if (sums.dtype !== updates.dtype) code.op('f64.promote_f32');
	code.op(type === 'i32' ? 'i32.add' : 'f64.add').access(store);
}

/** The f64 sums as f32. */
function round(code: Code, { sums, output }: Scatter, addressOf: AddressOf): void {
	const [from, to] = [code.local('i32'), code.local('i32')];
	code.i32(addressOf(sums)).set(from);
	code.i32(addressOf(output)).set(to);
	repeat(code, sums.size, () => {
		code.get(to).get(from).access('f64.load').op('f32.demote_f64').access('f32.store');
		advance(code, from, elementBytes.f64);
		advance(code, to, elementBytes.f32);
	});
}
