import { sizeOf } from '../graph/shape.ts';
import type { ParamsOf } from '../ops/primitives.ts';
import { first, type Kernel } from './kernel.ts';

const rounds = 20;
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

/** Threefry 2x32 with 20 rounds (Salmon et al. 2011): encrypts the counter in place under the key. */
export function threefry(counter: Int32Array, key0: number, key1: number): void {
	const keys = [key0, key1, key0 ^ key1 ^ parity];
	let a = (counter[0]! + key0) | 0;
	let b = (counter[1]! + key1) | 0;
	for (let round = 0; round < rounds; round++) {
		const rotation = rotations[round % 8]!;
		a = (a + b) | 0;
		b = ((b << rotation) | (b >>> (32 - rotation))) ^ a;
		if (round % 4 === 3) {
			const injection = (round + 1) / 4;
			a = (a + keys[injection % 3]!) | 0;
			b = (b + keys[(injection + 1) % 3]! + injection) | 0;
		}
	}
	counter[0] = a;
	counter[1] = b;
}

/** Word i of a key is half i mod 2 of the encrypted counter (i / 2, stream). */
export const randomBits: Kernel<ParamsOf<'randomBits'>> = (
	inputs,
	node,
	{ shape, bits, stream },
) => {
	const keys = first(inputs);
	const count = sizeOf(shape);
	const out = new Int32Array(sizeOf(node.shape));
	const counter = new Int32Array(2);
	for (let key = 0; 2 * key < keys.length; key++)
		for (let i = 0; i < count; i++) {
			if (i % 2 === 0) {
				counter[0] = i / 2;
				counter[1] = stream;
				threefry(counter, keys[2 * key]!, keys[2 * key + 1]!);
			}
			const word = counter[i % 2]!;
			out[key * count + i] = bits === 32 ? word : word >>> (32 - bits);
		}
	return out;
};
