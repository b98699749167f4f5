import { Node } from '@pullback/core';
import { describe, expect, test } from 'vitest';
import { parsePickle } from '../src/index.ts';
import { array, assembled, bytes, dtype, unicode } from './assembled.ts';
import { asNumbers, heldOf, readable, unreadable } from './pickles.ts';

const file = 'weights.pkl';

test('there are pickles of every protocol, by NumPy 1 and 2 and by Python 2', () => {
	for (const writer of ['NumPy 1', 'NumPy 2'])
		for (const protocol of [0, 1, 2, 3, 4, 5]) {
			const titles = readable.map(({ title }) => title);
			for (const name of ['dtypes', 'orders', 'shapes', 'values'])
				expect(titles).toContainEqual(
					expect.stringContaining(`${name}, protocol ${protocol} of ${writer}`),
				);
		}
	expect(readable.filter(({ title }) => title.startsWith('Python 2'))).toHaveLength(6);
});

test.each(readable)('$title: what is read is what was written, to the bit', ({ bytes, holds }) => {
	expect(heldOf(parsePickle(bytes, file))).toEqual(asNumbers(holds));
});

test.each(unreadable)('$title: is refused in words', ({ bytes, words }) => {
	expect(() => parsePickle(bytes, file)).toThrow(words);
});

describe('what is read', () => {
	test('is the same wherever the bytes lie, and does not change with them', () => {
		for (const { bytes, holds } of readable)
			for (const buffer of [
				Buffer.alloc(bytes.length + 3),
				new Uint8Array(new SharedArrayBuffer(bytes.length + 3)),
			]) {
				const place = buffer.subarray(1, 1 + bytes.length);
				place.set(bytes);
				const value = parsePickle(place, file);
				buffer.fill(0xff);
				expect(heldOf(value)).toEqual(asNumbers(holds));
			}
	});

	test('is one object wherever it was one', () => {
		for (const { bytes, title } of readable.filter(({ title }) => title.startsWith('shapes'))) {
			const shapes = parsePickle(bytes, file);
			const twice: unknown = shapes instanceof Map ? shapes.get('twice the same') : null;
			const [first, second, tuple] = twice as [Node, Node, [Node]]; // as it was written
			expect(first, title).toBeInstanceOf(Node);
			expect(second).toBe(first);
			expect(tuple[0]).toBe(first);
		}
	});

	test('keeps names that objects have', () => {
		const names = ['__proto__', 'constructor', 'toString'];
		const entries = names.map((name) => assembled(unicode(name), 'K\x01'));
		const value = parsePickle(assembled('}(', ...entries, 'u.'), file);
		expect([...(value as Map<string, number>)]).toEqual(names.map((name) => [name, 1])); // as it was written
	});

	test('keeps the payload of NaN, and -0', () => {
		const stored = Uint8Array.of(0x45, 0x23, 0xc1, 0x7f, 0, 0, 0, 0x80);
		const pickle = assembled(array([2], dtype('f4'), bytes(stored)), '.');
		const { buffer } = (parsePickle(pickle, file) as Node).data(); // it holds an array
		expect(new Uint8Array(buffer)).toEqual(stored);
	});

	test('of float16 is the number that the bits mean, for all of them', () => {
		const stored = new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer);
		const pickle = assembled(array([65536], dtype('f2'), bytes(stored)), '.');
		const numbers = (parsePickle(pickle, file) as Node).data(); // it holds an array
		for (const [bits, number] of numbers.entries()) {
			const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
			const size =
				exponent === 31
					? fraction > 0
						? Number.NaN
						: Infinity
					: 2 ** (Math.max(exponent, 1) - 15) * (Number(exponent > 0) + fraction / 1024);
			if (!Object.is(number, bits >> 15 ? -size : size))
				expect([bits, number]).toEqual([bits, bits >> 15 ? -size : size]);
		}
	});
});
