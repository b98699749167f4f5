import type { DType } from '../../graph/dtype.ts';
import type { ElementOperation } from '../../lowering/ir/expression.ts';
import type { Code, Local } from '../assembler/code.ts';
import type { Opcode } from '../assembler/opcodes.ts';
import { type MathName, mathFunctions, mathNames } from '../math/table.ts';
import { wasmTarget } from '../target.ts';
import { castValue } from './cast.ts';
import { threefry, type Words } from './threefry.ts';
import {
	binary,
	halves,
	narrowMask,
	numberValue,
	promoted,
	single,
	unary,
	type Value,
	widenMask,
} from './value.ts';
import { emitWholeModulus, emitWholeQuotient } from './wholeQuotient.ts';

/** What emitting an element operation needs of its module. */
export interface Functions {
	/** The index of a mathematical function (v128, ...) -> v128. */
	math(name: MathName, dtype: 'f32' | 'f64'): number;
	/** The index of whole powers (v128, v128) -> v128 of i32 lanes. */
	wholePower(): number;
}

/** Emits an operation on the values of one position; the result is of the given dtype. */
export type ElementEmitter = (
	code: Code,
	functions: Functions,
	inputs: readonly Value[],
	dtype: DType,
	words: Words | undefined,
	/** Whether it stands in a loop so long that short functions are worth repeating there. */
	inLongLoop?: boolean,
) => Value;

type Opcodes = { readonly f32: Opcode; readonly f64: Opcode; readonly i32?: Opcode };

const operand = (inputs: readonly Value[], at: number): Value => {
	const value = inputs[at];
	if (value === undefined) throw new Error('internal: an operation without operands');
	return value;
};

/** An operation that has an instruction for each dtype; bytes wrap. */
const instruction =
	({ f32, f64, i32 }: Opcodes): ElementEmitter =>
	(code, _, inputs, dtype) => {
		const opcode = dtype === 'f32' ? f32 : dtype === 'f64' ? f64 : i32;
		if (opcode === undefined) return operand(inputs, 0);
		const parts = operand(inputs, 0).parts.map((_part, i) => {
			for (const { parts: each } of inputs) code.get(each[i] as Local); // all have as many parts
			return code.op(opcode).keep('v128');
		});
		return dtype === 'u8' ? lowByte(code, parts) : { dtype, parts };
	};

function lowByte(code: Code, parts: readonly Local[]): Value {
	const [x] = parts;
	if (x === undefined) throw new Error('internal: a value without parts');
	return { dtype: 'u8', parts: [code.get(x).i32x4(255).op('v128.and').keep('v128')] };
}

/** Truth values are 0 and -1, so that their order is that of numbers reversed. */
const comparison =
	(floats: 'eq' | 'lt' | 'le', integers: 'eq' | 'lt_s' | 'le_s', masks: Opcode): ElementEmitter =>
	(code, _, inputs) => {
		const [x, y] = [operand(inputs, 0), operand(inputs, 1)];
		if (x.dtype === 'f64') {
			const [xLow, xHigh] = halves(x);
			const [yLow, yHigh] = halves(y);
			const low = binary(code, `f64x2.${floats}`, xLow, yLow);
			const high = binary(code, `f64x2.${floats}`, xHigh, yHigh);
			return { dtype: 'bool', parts: [narrowMask(code, low, high)] };
		}
		const opcode: Opcode =
			x.dtype === 'f32' ? `f32x4.${floats}` : x.dtype === 'bool' ? masks : `i32x4.${integers}`;
		return { dtype: 'bool', parts: [binary(code, opcode, single(x), single(y))] };
	};

const mathematical =
	(name: MathName): ElementEmitter =>
	(code, functions, inputs, dtype, _, inLongLoop = false) => {
		if (dtype !== 'f32' && dtype !== 'f64') throw new Error(`internal: ${name} of ${dtype}`);
		if (inLongLoop && dtype === 'f32' && wasmTarget.inlined.has(name)) {
			const part = mathFunctions[name][dtype](code, ...inputs.map(single));
			return { dtype, parts: [part] };
		}
		const index = functions.math(name, dtype);
		const parts = operand(inputs, 0).parts.map((_part, i) => {
			for (const { parts: each } of inputs) code.get(each[i] as Local); // all have as many parts
			return code.call(index).keep('v128');
		});
		return { dtype, parts };
	};

const functionEmitters = Object.fromEntries(
	mathNames.map((name) => [name, mathematical(name)]),
) as { readonly [Name in MathName]: ElementEmitter }; // one for each name

/** A function of floating numbers that whole ones have, too. */
function ofWholeToo(
	name: MathName,
	emitWhole: (code: Code, x: Local, y: Local) => Local,
): ElementEmitter {
	return (code, functions, inputs, dtype, words) => {
		if (dtype === 'f32' || dtype === 'f64')
			return functionEmitters[name](code, functions, inputs, dtype, words);
		return {
			dtype,
			parts: [emitWhole(code, single(operand(inputs, 0)), single(operand(inputs, 1)))],
		};
	};
}

/** Every element operation; leaving one out does not compile. */
export const elementEmitters: { readonly [Operation in ElementOperation]: ElementEmitter } = {
	...functionEmitters,
	add: instruction({ f32: 'f32x4.add', f64: 'f64x2.add', i32: 'i32x4.add' }),
	sub: instruction({ f32: 'f32x4.sub', f64: 'f64x2.sub', i32: 'i32x4.sub' }),
	mul: instruction({ f32: 'f32x4.mul', f64: 'f64x2.mul', i32: 'i32x4.mul' }),
	div: instruction({ f32: 'f32x4.div', f64: 'f64x2.div' }),
	neg: instruction({ f32: 'f32x4.neg', f64: 'f64x2.neg', i32: 'i32x4.neg' }),
	abs: instruction({ f32: 'f32x4.abs', f64: 'f64x2.abs', i32: 'i32x4.abs' }),
	sqrt: instruction({ f32: 'f32x4.sqrt', f64: 'f64x2.sqrt' }),
	floor: instruction({ f32: 'f32x4.floor', f64: 'f64x2.floor' }),
	ceil: instruction({ f32: 'f32x4.ceil', f64: 'f64x2.ceil' }),
	round: instruction({ f32: 'f32x4.nearest', f64: 'f64x2.nearest' }),
	maximum: instruction({ f32: 'f32x4.max', f64: 'f64x2.max', i32: 'i32x4.max_s' }),
	minimum: instruction({ f32: 'f32x4.min', f64: 'f64x2.min', i32: 'i32x4.min_s' }),
	pow: (code, functions, inputs, dtype, words) => {
		if (dtype === 'f32' || dtype === 'f64')
			return functionEmitters.pow(code, functions, inputs, dtype, words);
		const [base, exponent] = [operand(inputs, 0), operand(inputs, 1)];
		const power = code
			.get(single(base))
			.get(single(exponent))
			.call(functions.wholePower())
			.keep('v128');
		return dtype === 'u8' ? lowByte(code, [power]) : { dtype, parts: [power] };
	},
	mod: ofWholeToo('mod', emitWholeModulus),
	floorDivide: ofWholeToo('floorDivide', emitWholeQuotient),
	sign: (code, _, inputs, dtype) => {
		const x = operand(inputs, 0);
		if (dtype === 'f32' || dtype === 'f64') {
			const lanes = dtype === 'f32' ? 'f32x4' : 'f64x2';
			const zero = single(numberValue(code, dtype, 0));
			// One with the sign of x where x is above or below 0, else x itself: a zero with its sign, or NaN.
			const parts = x.parts.map((part) => {
				const one = code.get(part);
				if (dtype === 'f32')
					one
						.i32x4(-(2 ** 31))
						.op('v128.and')
						.f32x4(1);
				else
					one
						.i64x2(-(2n ** 63n))
						.op('v128.and')
						.f64x2(1);
				one.op('v128.or').get(part);
				code.get(part).get(zero).op(`${lanes}.lt`);
				code.get(part).get(zero).op(`${lanes}.gt`).op('v128.or');
				return code.op('v128.bitselect').keep('v128');
			});
			return { dtype, parts };
		}
		code.get(single(x)).i32x4(0).op('i32x4.lt_s').get(single(x)).i32x4(0).op('i32x4.gt_s');
		const part = code.op('i32x4.sub').keep('v128');
		return { dtype, parts: [part] };
	},
	less: comparison('lt', 'lt_s', 'i32x4.gt_s'),
	lessEqual: comparison('le', 'le_s', 'i32x4.ge_s'),
	equal: comparison('eq', 'eq', 'i32x4.eq'),
	logicalAnd: (code, _, inputs) => ({
		dtype: 'bool',
		parts: [binary(code, 'v128.and', single(operand(inputs, 0)), single(operand(inputs, 1)))],
	}),
	logicalOr: (code, _, inputs) => ({
		dtype: 'bool',
		parts: [binary(code, 'v128.or', single(operand(inputs, 0)), single(operand(inputs, 1)))],
	}),
	logicalNot: (code, _, inputs) => ({
		dtype: 'bool',
		parts: [unary(code, 'v128.not', single(operand(inputs, 0)))],
	}),
	where: (code, _, inputs, dtype) => {
		const [condition, x, y] = [operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)];
		const mask = single(condition);
		const masks = dtype === 'f64' ? widenMask(code, mask) : [mask];
		const parts = x.parts.map((part, i) =>
			code
				.get(part)
				.get(y.parts[i] as Local) // both have as many parts
				.get(masks[i] as Local)
				.op('v128.bitselect')
				.keep('v128'),
		);
		return { dtype, parts };
	},
	cast: (code, _, inputs, dtype) => castValue(code, operand(inputs, 0), dtype),
	threefry: (code, _, inputs, dtype, words) => {
		if (words === undefined) throw new Error('internal: random words without parameters');
		const [key0, key1, position] = inputs.map(single);
		if (key0 === undefined || key1 === undefined || position === undefined)
			throw new Error('internal: random words without a key');
		return { dtype, parts: [threefry(code, key0, key1, position, words)] };
	},
};

/** f32 lanes as f64 halves; other values as they are. */
export function widened(code: Code, value: Value): Value {
	return value.dtype === 'f32' ? { dtype: 'f64', parts: promoted(code, single(value)) } : value;
}
