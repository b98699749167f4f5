import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { compile, type Data, tensor, variable } from '../src/index.ts';

// Nobody changes the elements of a Node by those that it was made of.

/** A typed array whose own methods share memory, as a Buffer's slice does, or say what is not so. */
class Sharing extends Float32Array {
	static get [Symbol.species](): Float32ArrayConstructor {
		return Float32Array;
	}
	override slice(): Float32Array<ArrayBuffer> {
		return new Float32Array(this.buffer as ArrayBuffer);
	}
	override get length(): number {
		return 1;
	}
}

/** Typed arrays of every class that a tensor is made of, each with the numbers 1 and 2. */
const copied: readonly (readonly [string, () => Data])[] = [
	['Float32Array', () => Float32Array.of(1, 2)],
	['Float64Array', () => Float64Array.of(1, 2)],
	['Int32Array', () => Int32Array.of(1, 2)],
	['Uint8Array', () => Uint8Array.of(1, 2)],
	['Buffer', () => Buffer.from([1, 2])],
	['part of a Buffer', () => Buffer.from([0, 1, 2, 3]).subarray(1, 3)],
	['subclass with methods of its own', () => new Sharing([1, 2])],
	['array of another realm', () => runInNewContext('Float32Array.of(1, 2)')],
	['array of shared memory', () => new Float32Array(new SharedArrayBuffer(8)).map((_, i) => i + 1)],
];

test.each(copied)('nothing shares memory with a %s it was made of or gave away', (_, make) => {
	const made = (use: (data: Data) => () => unknown): void => {
		const data = make();
		const look = use(data);
		Uint8Array.prototype.fill.call(new Uint8Array(data.buffer), 99);
		expect(look()).toEqual([1, 2]);
	};
	made((data) => {
		const x = tensor(data);
		return () => x.toArray();
	});
	made((data) => {
		const x = variable(data);
		return () => x.toArray();
	});
	made((data) => {
		const x = variable(make());
		x.assign(data);
		return () => x.toArray();
	});
	made((data) => {
		const double = compile((x) => x.mul(2));
		const x = tensor(data);
		double(x);
		return () => double(x).div(2).toArray();
	});
	for (const owner of [tensor(make()), variable(make())]) {
		owner.data().fill(99);
		expect(owner.toArray()).toEqual([1, 2]);
	}
});
