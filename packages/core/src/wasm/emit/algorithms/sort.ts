import type { DType } from '../../../graph/dtype.ts';
import { elementBytes } from '../../../graph/dtype.ts';
import type { Sort } from '../../../lowering/ir/kernel.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { AddressOf } from '../addresses.ts';
import { addressOfItem, advance, lesser, repeat, repeatBetween, scalars } from '../scalar.ts';

const positionBytes = elementBytes.i32;

/**
 * The rows from `begin` before `end` in ascending order, or the positions that would sort them: stable, NaN last.
 * `part` says which part of the scratch room is theirs.
 */
export function emitSort(
	code: Code,
	kernel: Sort,
	addressOf: AddressOf,
	begin: Local,
	end: Local,
	part: Local,
): void {
	const { kind, input, output, scratch, length } = kernel;
	if (length === 0) return;
	const [inputBytes, outputBytes] = [input, output].map(
		({ dtype }) => length * elementBytes[dtype],
	) as [number, number]; // of two buffers
	const row = addressOfItem(code, addressOf(input), begin, inputBytes);
	const to = addressOfItem(code, addressOf(output), begin, outputBytes);
	const room = addressOfItem(code, addressOf(scratch), part, 2 * length * positionBytes);
	repeatBetween(code, begin, end, () => {
		const order = emitOrder(code, kernel, room, row);
		if (kind === 'argsort') code.get(to).get(order).i32(outputBytes).memoryCopy();
		else emitPicks(code, kernel, row, order, to);
		advance(code, row, inputBytes);
		advance(code, to, outputBytes);
	});
}

/** Sorts the positions in a row by merging ever longer runs; returns the address where they end up. */
function emitOrder(code: Code, { input, length }: Sort, room: Local, row: Local): Local {
	const bytes = length * positionBytes;
	emitPositions(code, length, room);
	const [source, target] = [code.local('i32'), code.local('i32')];
	const [sourceEnd, runBytes] = [code.local('i32'), code.local('i32')];
	const [left, middle] = [code.local('i32'), code.local('i32')];
	const [right, end] = [code.local('i32'), code.local('i32')];
	const to = code.local('i32');
	/** Puts the end of the run that begins at an address onto the stack; the last may be shorter. */
	const pushRunEnd = (begin: Local): void => {
		const rest = code.get(sourceEnd).get(begin).op('i32.sub').keep('i32');
		code.get(lesser(code, runBytes, rest));
		code.get(begin).op('i32.add');
	};
	code.get(room).set(source);
	code.get(room).i32(bytes).op('i32.add').set(target);
	code.i32(positionBytes).set(runBytes);
	const passes = 32 - Math.clz32(length - 1);
	repeat(code, passes, () => {
		code.get(source).tee(left).i32(bytes).op('i32.add').set(sourceEnd);
		code.get(target).set(to);
		code.loop((again) => {
			pushRunEnd(left);
			code.tee(middle).set(right);
			pushRunEnd(right);
			code.set(end);
			emitMerge(code, input.dtype, row, { left, middle, right, end, to });
			code.get(end).tee(left).get(sourceEnd).op('i32.ne').brIf(again);
		});
		code.get(target).get(source).set(target).set(source);
		code.get(runBytes).i32(1).op('i32.shl').set(runBytes);
	});
	return source;
}

/** The positions as they stand. */
function emitPositions(code: Code, length: number, address: Local): void {
	const [position, to] = [code.local('i32'), code.local('i32')];
	code.i32(0).set(position);
	code.get(address).set(to);
	repeat(code, length, () => {
		code.get(to).get(position).access('i32.store');
		advance(code, position, 1);
		advance(code, to, positionBytes);
	});
}

/** Addresses of positions: runs from `left` before `middle` and from `right` before `end`, and where they go. */
interface Runs {
	readonly left: Local;
	readonly middle: Local;
	readonly right: Local;
	readonly end: Local;
	readonly to: Local;
}

/** Merges two runs, of which the right one may be empty; leaves `to` behind the last position. */
function emitMerge(
	code: Code,
	dtype: DType,
	row: Local,
	{ left, middle, right, end, to }: Runs,
): void {
	const { type } = scalars[dtype];
	const [leftKey, rightKey] = [code.local(type), code.local(type)];
	const move = (from: Local): void => {
		code.get(to).get(from).access('i32.load').access('i32.store');
		advance(code, from, positionBytes);
		advance(code, to, positionBytes);
	};
	const moveRest = (from: Local, stop: Local): void => {
		code.block((leave) => {
			code.loop((again) => {
				code.get(from).get(stop).op('i32.eq').brIf(leave);
				move(from);
				code.br(again);
			});
		});
	};
	code.block((leave) => {
		code.get(right).get(end).op('i32.eq').brIf(leave);
		pushPicked(code, dtype, row, left);
		code.set(leftKey);
		pushPicked(code, dtype, row, right);
		code.set(rightKey);
		code.loop((again) => {
			pushInOrder(code, dtype, leftKey, rightKey);
			code.if(
				() => {
					move(left);
					code.get(left).get(middle).op('i32.eq').brIf(leave);
					pushPicked(code, dtype, row, left);
					code.set(leftKey);
				},
				() => {
					move(right);
					code.get(right).get(end).op('i32.eq').brIf(leave);
					pushPicked(code, dtype, row, right);
					code.set(rightKey);
				},
			);
			code.br(again);
		});
	});
	moveRest(left, middle);
	moveRest(right, end);
}

/** Puts onto the stack whether the first key may stay before the second. */
function pushInOrder(code: Code, dtype: DType, x: Local, y: Local): void {
	const { type } = scalars[dtype];
	code.get(x).get(y);
	if (type !== 'f32' && type !== 'f64') {
		code.op('i32.le_s');
		return;
	}
	// Anything may stay before NaN, and NaN before nothing else.
	code.op(`${type}.le`).get(y).get(y).op(`${type}.ne`).op('i32.or');
}

/** Puts the element of the row onto the stack whose position is at the address. */
function pushPicked(code: Code, dtype: DType, row: Local, address: Local): void {
	code.get(address).access('i32.load').i32(elementBytes[dtype]).op('i32.mul');
	code.get(row).op('i32.add').access(scalars[dtype].load);
}

/** The elements of the row in the order of positions. */
function emitPicks(
	code: Code,
	{ input, output, length }: Sort,
	row: Local,
	order: Local,
	begin: Local,
): void {
	const [from, to] = [code.local('i32'), code.local('i32')];
	code.get(order).set(from);
	code.get(begin).set(to);
	repeat(code, length, () => {
		code.get(to);
		pushPicked(code, input.dtype, row, from);
		code.access(scalars[output.dtype].store);
		advance(code, from, positionBytes);
		advance(code, to, elementBytes[output.dtype]);
	});
}
