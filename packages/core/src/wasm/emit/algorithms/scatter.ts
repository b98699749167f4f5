import { elementBytes } from '../../../graph/dtype.ts';
import { blockColumns } from '../../../lowering/execution/scatterBlocks.ts';
import type { Buffer } from '../../../lowering/ir/expression.ts';
import type { Scatter } from '../../../lowering/ir/kernel.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { AddressOf } from '../addresses.ts';
import { advance, repeat, repeatBetween, scalars } from '../scalar.ts';

/**
 * Zeros with the updates added one after another, in the order of the interpreter, in the blocks of slices from
 * `begin` before `end`; the indices are in range.
 */
export function emitScatter(
	code: Code,
	kernel: Scatter,
	addressOf: AddressOf,
	begin: Local,
	end: Local,
): void {
	const { updates, indices, sums, before, length, picks, after } = kernel;
	if (sums.size === 0) return;
	const blocks = Math.ceil(after / blockColumns);
	const [item, slice, block] = [code.local('i32'), code.local('i32'), code.local('i32')];
	code.get(begin).set(item);
	repeatBetween(code, begin, end, () => {
		code.get(item).i32(blocks).op('i32.div_u').set(slice);
		code.get(item).i32(blocks).op('i32.rem_u').set(block);
		const at = (buffer: Buffer, rows: number): Local => {
			const bytes = elementBytes[buffer.dtype];
			code
				.get(slice)
				.i32(rows * after * bytes)
				.op('i32.mul');
			code
				.get(block)
				.i32(blockColumns * bytes)
				.op('i32.mul');
			return code.op('i32.add').i32(addressOf(buffer)).op('i32.add').keep('i32');
		};
		const [update, sum, output] = [at(updates, picks), at(sums, length), at(kernel.output, length)];
		code.get(slice).i32(before).op('i32.div_u');
		code.i32(picks * elementBytes[indices.dtype]).op('i32.mul');
		const index = code.i32(addressOf(indices)).op('i32.add').keep('i32');
		const columns = (count: number): void =>
			emitBlock(code, kernel, count, { update, index, sum, output });
		const last = after - (blocks - 1) * blockColumns;
		if (blocks === 1 || last === blockColumns) columns(Math.min(after, blockColumns));
		else
			code
				.get(block)
				.i32(blocks - 1)
				.op('i32.eq')
				.if(
					() => columns(last),
					() => columns(blockColumns),
				);
		advance(code, item, 1);
	});
}

/** Where a block of columns begins. */
interface Block {
	readonly update: Local;
	readonly index: Local;
	readonly sum: Local;
	readonly output: Local;
}

function emitBlock(
	code: Code,
	kernel: Scatter,
	columns: number,
	{ update, index, sum, output }: Block,
): void {
	const { updates, indices, sums, length, picks, after } = kernel;
	const [sumBytes, updateBytes] = [elementBytes[sums.dtype], elementBytes[updates.dtype]];
	const element = code.local('i32');
	code.get(sum).set(element);
	repeat(code, columns === after ? 1 : length, () => {
		code
			.get(element)
			.i32(0)
			.i32((columns === after ? length : 1) * columns * sumBytes);
		code.memoryFill();
		advance(code, element, after * sumBytes);
	});
	repeat(code, picks, () => {
		pushPosition(code, kernel, index);
		code
			.i32(after * sumBytes)
			.op('i32.mul')
			.get(sum)
			.op('i32.add')
			.set(element);
		repeat(code, columns, () => {
			add(code, kernel, update, element);
			advance(code, update, updateBytes);
			advance(code, element, sumBytes);
		});
		if (columns < after) advance(code, update, (after - columns) * updateBytes);
		advance(code, index, elementBytes[indices.dtype]);
	});
	if (sums === kernel.output) return;
	repeat(code, length, () => {
		repeat(code, columns, () => {
			code.get(output).get(sum).access('f64.load').op('f32.demote_f64').access('f32.store');
			advance(code, sum, elementBytes.f64);
			advance(code, output, elementBytes.f32);
		});
		if (columns < after) {
			advance(code, sum, (after - columns) * elementBytes.f64);
			advance(code, output, (after - columns) * elementBytes.f32);
		}
	});
}

/** Puts the element along the axis that an index means onto the stack; a negative one counts from the end. */
function pushPosition(code: Code, { indices, length }: Scatter, index: Local): void {
	code.get(index).access(scalars[indices.dtype].load);
	if (indices.dtype !== 'i32') return;
	const position = code.keep('i32');
	// The sign spread over all bits keeps the length or drops it.
	code.get(position).i32(31).op('i32.shr_s').i32(length).op('i32.and');
	code.get(position).op('i32.add');
}

function add(code: Code, { updates, sums }: Scatter, update: Local, element: Local): void {
	const { type, load, store } = scalars[sums.dtype];
	code.get(element).get(element).access(load);
	code.get(update).access(scalars[updates.dtype].load);
	if (sums.dtype !== updates.dtype) code.op('f64.promote_f32');
	code.op(type === 'i32' ? 'i32.add' : 'f64.add').access(store);
}
