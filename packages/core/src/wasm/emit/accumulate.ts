import type { DType } from '../../graph/dtype.ts';
import type { Reduction, ReductionOperation } from '../../lowering/expression.ts';
import type { Code, Local } from '../assembler/code.ts';
import type { Opcode } from '../assembler/opcodes.ts';
import { elementEmitters, type Functions, widened } from './elements.ts';
import { demoted, halves, pushNumber, single, type Value, width } from './value.ts';

/** What a reduction has found so far, in each lane apart. */
export interface Accumulator {
	/**
	 * Takes the first `count` lanes of a value in, which is the `side`th of those side by side; positions are needed by
	 * argmax and argmin.
	 */
	add(value: Value, count: number, position: Local | null, side: number): void;
	/** The result of all lanes, in every lane. */
	combined(): Value;
	/** The result of each lane. */
	apart(): Value;
}

/** Begins a reduction, of so many values side by side; `empty` if it has no elements. */
export function accumulator(
	code: Code,
	functions: Functions,
	reduction: Reduction,
	empty: boolean,
	sides: number,
): Accumulator {
	const { operation } = reduction;
	const { dtype } = reduction.input;
	if (operation === 'argmax' || operation === 'argmin')
		return winner(code, functions, operation, dtype, sides);
	if (dtype === 'f32' && (operation === 'max' || operation === 'min'))
		return extremum(code, operation);
	return folding(code, operation, dtype, empty, sides);
}

type Fold = Exclude<ReductionOperation, 'argmax' | 'argmin'>;

/** Sums begin with -0, which keeps the sign of a sum of negative zeros; the sum of nothing is 0. */
function neutral(operation: Fold, dtype: DType, empty: boolean): number {
	if (operation === 'sum') return (dtype === 'f32' || dtype === 'f64') && !empty ? -0 : 0;
	if (operation === 'prod') return 1;
	const low = { f32: -Infinity, f64: -Infinity, i32: -(2 ** 31), u8: 0, bool: 0 }[dtype];
	const high = { f32: Infinity, f64: Infinity, i32: 2 ** 31 - 1, u8: 255, bool: 1 }[dtype];
	return operation === 'max' ? low : high;
}

function foldOpcode(operation: Fold, dtype: DType): Opcode {
	if (dtype === 'bool') return operation === 'max' ? 'v128.or' : 'v128.and';
	const lanes = dtype === 'f32' ? 'f32x4' : dtype === 'f64' ? 'f64x2' : 'i32x4';
	if (operation === 'sum') return `${lanes}.add`;
	if (operation === 'prod') return `${lanes}.mul`;
	return lanes === 'i32x4' ? `i32x4.${operation}_s` : `${lanes}.${operation}`;
}

/** Sums and products of f32 are kept in f64: as exact as the interpreter's, and the same in any order of blocks. */
function folding(
	code: Code,
	operation: Fold,
	dtype: DType,
	empty: boolean,
	sides: number,
): Accumulator {
	const wide = dtype === 'f32' && (operation === 'sum' || operation === 'prod');
	const kept: DType = wide ? 'f64' : dtype;
	const opcode = foldOpcode(operation, kept);
	const start = neutral(operation, dtype, empty);
	const totals = Array.from({ length: sides }, () =>
		(kept === 'f64' ? [0, 1] : [0]).map(() => {
			const part = code.local('v128');
			pushNumber(code, kept, start);
			code.set(part);
			return part;
		}),
	);
	/** The fold of all sides. */
	const together = (): readonly Local[] => {
		const [parts = [], ...others] = totals;
		for (const other of others)
			for (const [i, part] of parts.entries())
				code
					.get(part)
					.get(other[i] as Local) // as many
					.op(opcode)
					.set(part);
		return parts;
	};
	const result = (of: readonly Local[]): Value => {
		const [x] = of;
		if (x === undefined) throw new Error('internal: a value without parts');
		if (wide) return { dtype, parts: [demoted(code, halves({ dtype: kept, parts: of }))] };
		if (dtype === 'u8')
			return { dtype, parts: [code.get(x).i32x4(255).op('v128.and').keep('v128')] };
		return { dtype, parts: of };
	};
	return {
		add(value, count, _, side) {
			const taken = count < width ? firstLanes(code, value, count, start) : value;
			for (const [i, part] of (wide ? widened(code, taken) : taken).parts.entries()) {
				const sum = totals[side]?.[i] as Local; // as many as the value has
				code.get(sum).get(part).op(opcode).set(sum);
			}
		},
		combined() {
			const [first, second] = together();
			if (first === undefined) throw new Error('internal: an accumulator without parts');
			let all = first;
			if (second !== undefined) all = code.get(first).get(second).op(opcode).keep('v128');
			else all = fold(code, all, opcode, [2, 3, 0, 1]);
			all = fold(code, all, opcode, second === undefined ? [1, 0, 3, 2] : [2, 3, 0, 1]);
			return result(second === undefined ? [all] : [all, all]);
		},
		apart: () => result(together()),
	};
}

/**
 * The largest or smallest f32, by an instruction that is done at once where the exact one takes many in a row. What it
 * does not see is kept aside: whether there was a NaN, and a zero of the sign that wins.
 */
function extremum(code: Code, operation: 'max' | 'min'): Accumulator {
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

function fold(
	code: Code,
	x: Local,
	opcode: Opcode,
	picks: readonly [number, number, number, number],
): Local {
	return code
		.get(x)
		.get(x)
		.get(x)
		.shuffle32(...picks)
		.op(opcode)
		.keep('v128');
}

/** The value with another number in all lanes but the first `count`. */
function firstLanes(code: Code, value: Value, count: number, other: number): Value {
	const { dtype } = value;
	const parts = value.parts.map((part, i) => {
		const lanes = dtype === 'f64' ? 2 : width;
		const left = Math.min(Math.max(count - i * lanes, 0), lanes);
		const mask = new Uint8Array(16).fill(255, 0, (left * 16) / lanes);
		code.get(part);
		pushNumber(code, dtype, other);
		return code.v128(mask).op('v128.bitselect').keep('v128');
	});
	return { dtype, parts };
}

/** The best elements that a lane each has seen, and their positions. */
interface Best {
	readonly value: Value;
	readonly at: Local;
}

/**
 * The position of the first largest or smallest; a NaN wins over numbers. It is -1 while there is nothing better than
 * what the lane begins with, which no number is worse than: if that is so to the end, the first of all is the one.
 * To see which of two wins takes long: values side by side do not wait for one another, each has its own best.
 */
function winner(
	code: Code,
	functions: Functions,
	operation: 'argmax' | 'argmin',
	dtype: DType,
	sides: number,
): Accumulator {
	const start = neutral(operation === 'argmax' ? 'max' : 'min', dtype, false);
	const bests = Array.from({ length: sides }, (): Best => {
		const parts = (dtype === 'f64' ? [0, 1] : [0]).map(() => {
			const part = code.local('v128');
			pushNumber(code, dtype, start);
			code.set(part);
			return part;
		});
		const at = code.local('v128');
		code.i32x4(-1).set(at);
		return { value: { dtype, parts }, at };
	});
	const apply = (name: 'less' | 'lessEqual' | 'equal', ...inputs: Value[]): Local =>
		single(elementEmitters[name](code, functions, inputs, 'bool', undefined));
	/** Whether `other` wins over `best`, or equals it and comes first. */
	const beats = (other: Best, best: Best): Local => {
		const [x, y] = [best.value, other.value];
		const better = operation === 'argmax' ? apply('less', x, y) : apply('less', y, x);
		const [xIsNumber, yIsNumber] = [apply('equal', x, x), apply('equal', y, y)];
		const tie = code
			.get(apply('equal', x, y))
			.get(xIsNumber)
			.get(yIsNumber)
			.op('v128.or')
			.op('v128.not')
			.op('v128.or')
			.keep('v128');
		code.get(better).get(xIsNumber).get(yIsNumber).op('v128.andnot').op('v128.or');
		code.get(tie).get(other.at).get(best.at).op('i32x4.lt_s').op('v128.and');
		return code.op('v128.or').keep('v128');
	};
	const take = ({ value, at }: Best, other: Best, wins: Local): void => {
		const chosen = elementEmitters.where(
			code,
			functions,
			[{ dtype: 'bool', parts: [wins] }, other.value, value],
			dtype,
			undefined,
		);
		for (const [i, part] of chosen.parts.entries()) code.get(part).set(value.parts[i] as Local); // as many
		code.get(other.at).get(at).get(wins).op('v128.bitselect').set(at);
	};
	const rotated = (x: Value, by: 1 | 2): Value => {
		if (x.dtype !== 'f64') {
			const part = single(x);
			code.get(part).get(part);
			if (by === 1) code.shuffle32(1, 2, 3, 0);
			else code.shuffle32(2, 3, 0, 1);
			return { dtype: x.dtype, parts: [code.keep('v128')] };
		}
		const [low, high] = halves(x);
		if (by === 2) return { dtype, parts: [high, low].map((part) => code.get(part).keep('v128')) };
		return {
			dtype,
			parts: [
				code.get(low).get(high).shuffle32(2, 3, 4, 5).keep('v128'),
				code.get(high).get(low).shuffle32(2, 3, 4, 5).keep('v128'),
			],
		};
	};
	/** The best of all sides, in each lane. */
	const together = (): Best => {
		const [best, ...others] = bests;
		if (best === undefined) throw new Error('internal: a reduction of no side');
		for (const other of others) take(best, other, beats(other, best));
		return best;
	};
	const found = ({ at }: Best): Value => ({
		dtype: 'i32',
		parts: [code.get(at).i32x4(0).op('i32x4.max_s').keep('v128')],
	});
	return {
		add(other, count, position, side) {
			const best = bests[side];
			if (position === null || best === undefined)
				throw new Error('internal: a winner without position');
			const { value } = best;
			const taken = count < width ? firstLanes(code, other, count, start) : other;
			// Those that come later must be better to win, and nothing is better than a NaN.
			const [low, high] = operation === 'argmax' ? [taken, value] : [value, taken];
			const isNumber = apply('equal', value, value);
			code
				.get(isNumber)
				.get(apply('lessEqual', low, high))
				.op('v128.andnot');
			take(best, { value: taken, at: position }, code.keep('v128'));
		},
		combined() {
			const best = together();
			for (const by of [2, 1] as const) {
				const at = single(rotated({ dtype: 'i32', parts: [best.at] }, by));
				const other = { value: rotated(best.value, by), at };
				take(best, other, beats(other, best));
			}
			return found(best);
		},
		apart: () => found(together()),
	};
}
