import type { DType } from '../../graph/dtype.ts';
import type { Code, Local } from '../assembler/code.ts';
import { halves, single, unary, type Value, width } from './value.ts';

/**
 * Four elements from neighbouring addresses: those at `address` plus `offset` bytes and on. Reads a whole vector
 * even where fewer elements are left, as every buffer ends with room for that.
 */
export function loadNeighbours(code: Code, dtype: DType, address: Local, offset: number): Value {
	switch (dtype) {
		case 'f32':
		case 'i32':
			return { dtype, parts: [code.get(address).access('v128.load', offset).keep('v128')] };
		case 'f64':
			return {
				dtype,
				parts: [
					code.get(address).access('v128.load', offset).keep('v128'),
					code
						.get(address)
						.access('v128.load', offset + 16)
						.keep('v128'),
				],
			};
		case 'u8':
		case 'bool':
			code.get(address).access('v128.load32_zero', offset);
			return fromBytes(code, dtype);
	}
}

/** The columns of four vectors of f32 or i32 as vectors. */
export function transposed(
	code: Code,
	[a, b, c, d]: readonly [Local, Local, Local, Local],
): readonly [Local, Local, Local, Local] {
	const picked = (x: Local, y: Local, lanes: readonly [number, number, number, number]): Local =>
		code
			.get(x)
			.get(y)
			.shuffle32(...lanes)
			.keep('v128');
	const [first, last] = [
		[0, 4, 1, 5],
		[2, 6, 3, 7],
	] as const;
	const [firstLeft, firstRight] = [picked(a, b, first), picked(c, d, first)];
	const [lastLeft, lastRight] = [picked(a, b, last), picked(c, d, last)];
	const [low, high] = [
		[0, 1, 4, 5],
		[2, 3, 6, 7],
	] as const;
	return [
		picked(firstLeft, firstRight, low),
		picked(firstLeft, firstRight, high),
		picked(lastLeft, lastRight, low),
		picked(lastLeft, lastRight, high),
	];
}

/** One element in all lanes. */
export function loadOne(code: Code, dtype: DType, address: Local, offset: number): Value {
	code.get(address);
	switch (dtype) {
		case 'f32':
		case 'i32':
			return { dtype, parts: [code.access('v128.load32_splat', offset).keep('v128')] };
		case 'f64': {
			const part = code.access('v128.load64_splat', offset).keep('v128');
			return { dtype, parts: [part, part] };
		}
		case 'u8':
		case 'bool': {
			const part = code.access('i32.load8_u', offset).op('i32x4.splat').keep('v128');
			return { dtype, parts: [dtype === 'bool' ? maskOf(code, part) : part] };
		}
	}
}

/** Elements from an address each; lanes without address are 0. */
export function loadApart(
	code: Code,
	dtype: DType,
	addresses: readonly { readonly address: Local; readonly offset: number }[],
): Value {
	const parts: Local[] = [];
	const gather = (
		from: number,
		to: number,
		access: 'v128.load32_lane' | 'v128.load64_lane',
	): void => {
		const part = code.local('v128');
		code.i32x4(0).set(part);
		for (const [lane, { address, offset }] of addresses.slice(from, to).entries())
			code.get(address).get(part).laneAccess(access, lane, offset).set(part);
		parts.push(part);
	};
	switch (dtype) {
		case 'f32':
		case 'i32':
			gather(0, width, 'v128.load32_lane');
			break;
		case 'f64':
			gather(0, 2, 'v128.load64_lane');
			gather(2, width, 'v128.load64_lane');
			break;
		case 'u8':
		case 'bool': {
			const part = code.local('v128');
			code.i32x4(0).set(part);
			for (const [lane, { address, offset }] of addresses.entries())
				code.get(address).get(part).laneAccess('v128.load8_lane', lane, offset).set(part);
			code.get(part);
			return fromBytes(code, dtype);
		}
	}
	return { dtype, parts };
}

/** The first `count` elements to neighbouring addresses. */
export function storeNeighbours(
	code: Code,
	value: Value,
	address: Local,
	offset: number,
	count: number,
): void {
	const { dtype } = value;
	if (dtype === 'f64') {
		for (const [i, half] of halves(value).entries()) {
			const [left, at] = [count - 2 * i, offset + 16 * i];
			if (left >= 2) code.get(address).get(half).access('v128.store', at);
			else if (left === 1) code.get(address).get(half).laneAccess('v128.store64_lane', 0, at);
		}
		return;
	}
	if (dtype === 'f32' || dtype === 'i32') {
		const part = single(value);
		if (count === width) code.get(address).get(part).access('v128.store', offset);
		else if (count > 1) code.get(address).get(part).laneAccess('v128.store64_lane', 0, offset);
		if (count % 2 === 1)
			code
				.get(address)
				.get(part)
				.laneAccess('v128.store32_lane', count - 1, offset + 4 * (count - 1));
		return;
	}
	const bytes = toBytes(code, value);
	if (count === width) code.get(address).get(bytes).laneAccess('v128.store32_lane', 0, offset);
	else if (count > 1) code.get(address).get(bytes).laneAccess('v128.store16_lane', 0, offset);
	if (count % 2 === 1)
		code
			.get(address)
			.get(bytes)
			.laneAccess('v128.store8_lane', count - 1, offset + count - 1);
}

/** Elements to an address each. */
export function storeApart(
	code: Code,
	value: Value,
	addresses: readonly { readonly address: Local; readonly offset: number }[],
): void {
	const { dtype } = value;
	const bytes = dtype === 'u8' || dtype === 'bool' ? toBytes(code, value) : null;
	for (const [lane, { address, offset }] of addresses.entries()) {
		code.get(address);
		if (dtype === 'f64')
			code.get(halves(value)[lane < 2 ? 0 : 1]).laneAccess('v128.store64_lane', lane % 2, offset);
		else if (bytes !== null) code.get(bytes).laneAccess('v128.store8_lane', lane, offset);
		else code.get(single(value)).laneAccess('v128.store32_lane', lane, offset);
	}
}

/** Widens the first four bytes of the vector on the stack. */
function fromBytes(code: Code, dtype: 'u8' | 'bool'): Value {
	const part = code.op('i16x8.extend_low_i8x16_u').op('i32x4.extend_low_i16x8_u').keep('v128');
	return { dtype, parts: [dtype === 'bool' ? maskOf(code, part) : part] };
}

function maskOf(code: Code, truth: Local): Local {
	return unary(code, 'i32x4.neg', truth);
}

/** The elements as bytes, in the first four bytes of a vector. */
function toBytes(code: Code, value: Value): Local {
	const part = single(value);
	code.get(part);
	if (value.dtype === 'bool') code.i32x4(1).op('v128.and');
	const lanes = code.keep('v128');
	return code
		.get(lanes)
		.get(lanes)
		.shuffle([0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12])
		.keep('v128');
}
