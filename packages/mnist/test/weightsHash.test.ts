import { createHash } from 'node:crypto';
import { variable } from '@pullback/core';
import { Module } from '@pullback/nn';
import { expect, test } from 'vitest';
import { weightsSha256 } from '../src/index.ts';

class Net extends Module {
	readonly weight = variable([
		[1, -0],
		[0.5, 3],
	]);
	readonly bias = variable([7, 8]);

	override forward(): never {
		throw new Error('not used');
	}
}

test('the hash of weights is that of their bytes in the order of the fields', () => {
	const bytes = new Uint8Array(Float32Array.of(1, -0, 0.5, 3, 7, 8).buffer);
	expect(weightsSha256(new Net())).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('any other bit gives another hash', () => {
	const [net, other] = [new Net(), new Net()];
	other.weight.assign([
		[1, 0],
		[0.5, 3],
	]);
	expect(weightsSha256(other)).not.toBe(weightsSha256(net));
});
