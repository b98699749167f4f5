import { webAssembly } from './platform.ts';

const zeroVector = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const drop = 0x1a;
const relaxedMultiplyAdd = [0xfd, 0x85, 0x02];

/** Why WebAssembly with 128-bit vectors cannot run here, and what to do about it; null where it can. */
export function obstacleToVectors(): string | null {
	if (webAssembly === undefined)
		return 'WebAssembly is missing; allow it (Node without --jitless, a browser without lockdown)';
	const module = moduleOf([...zeroVector, drop]);
	if (!webAssembly.validate(module))
		return 'WebAssembly has no vectors; use a browser or Node of 2023 or later';
	try {
		new webAssembly.Module(module);
		return null;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return `WebAssembly may not be compiled (${reason}); allow 'wasm-unsafe-eval' in script-src of the Content-Security-Policy`;
	}
}

/** Whether WebAssembly with 128-bit vectors can run here. */
export function hasVectors(): boolean {
	return obstacleToVectors() === null;
}

/** Whether this environment can multiply and add vectors with one rounding. */
export function hasFusedMultiplyAdd(): boolean {
	const instructions = [...zeroVector, ...zeroVector, ...zeroVector, ...relaxedMultiplyAdd, drop];
	return webAssembly?.validate(moduleOf(instructions)) ?? false;
}

/**
 * Whether loads are compiled where they stand: V8 up to version 12 moves those of a block of instructions to its beginning,
 * where they take registers from sums. Nothing tells its compilers apart but what came to JavaScript when the new one had
 * replaced the old.
 */
export function keepsOrderOfLoads(): boolean {
	return 'f16round' in Math;
}

/** A module with one function of the given instructions. */
function moduleOf(instructions: readonly number[]): Uint8Array<ArrayBuffer> {
	const body = [0, ...instructions, 0x0b];
	return Uint8Array.from([
		...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
		...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
		...[0x03, 0x02, 0x01, 0x00],
		...[0x0a, body.length + 2, 0x01, body.length, ...body],
	]);
}
