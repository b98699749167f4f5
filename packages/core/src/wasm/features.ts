import { webAssembly } from './platform.ts';

const zeroVector = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const drop = 0x1a;
const relaxedMultiplyAdd = [0xfd, 0x85, 0x02];

/** Whether this environment has WebAssembly with 128-bit vectors. */
export function hasVectors(): boolean {
	return accepts([...zeroVector, drop]);
}

/** Whether this environment can multiply and add vectors with one rounding. */
export function hasFusedMultiplyAdd(): boolean {
	return accepts([...zeroVector, ...zeroVector, ...zeroVector, ...relaxedMultiplyAdd, drop]);
}

/** Whether a module with one function of the given instructions is valid here. */
function accepts(instructions: readonly number[]): boolean {
	const body = [0, ...instructions, 0x0b];
	const module = Uint8Array.from([
		...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
		...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
		...[0x03, 0x02, 0x01, 0x00],
		...[0x0a, body.length + 2, 0x01, body.length, ...body],
	]);
	return webAssembly?.validate(module) ?? false;
}
