import type { Code, Local } from '../assembler/code.ts';

/** How many top bits of a word are wanted, and which stream of a key's it is of. */
export interface Words {
	readonly bits: number;
	readonly stream: number;
}

const rounds = 20;
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

/**
 * Random words of Threefry 2x32 with 20 rounds (Salmon et al. 2011) at four positions: position i is half
 * i mod 2 of the encrypted counter (i / 2, stream).
 */
export function threefry(
	code: Code,
	key0: Local,
	key1: Local,
	position: Local,
	{ bits, stream }: Words,
): Local {
	const key2 = code.get(key0).get(key1).op('v128.xor').i32x4(parity).op('v128.xor').keep('v128');
	const keys = [key0, key1, key2];
	const [a, b] = [code.local('v128'), code.local('v128')];
	code.get(position).i32(1).op('i32x4.shr_u').get(key0).op('i32x4.add').set(a);
	code.i32x4(stream).get(key1).op('i32x4.add').set(b);
	for (let round = 0; round < rounds; round++) {
		const rotation = rotations[round % 8] ?? 0;
		code.get(a).get(b).op('i32x4.add').set(a);
		code.get(b).i32(rotation).op('i32x4.shl');
		code
			.get(b)
			.i32(32 - rotation)
			.op('i32x4.shr_u')
			.op('v128.or');
		code.get(a).op('v128.xor').set(b);
		if (round % 4 === 3) {
			const injection = (round + 1) / 4;
			code
				.get(a)
				.get(keys[injection % 3] ?? key0)
				.op('i32x4.add')
				.set(a);
			code
				.get(b)
				.get(keys[(injection + 1) % 3] ?? key0)
				.op('i32x4.add');
			code.i32x4(injection).op('i32x4.add').set(b);
		}
	}
	code.get(b).get(a).get(position).i32x4(1).op('v128.and').i32x4(1).op('i32x4.eq');
	code.op('v128.bitselect');
	if (bits < 32) code.i32(32 - bits).op('i32x4.shr_u');
	return code.keep('v128');
}
