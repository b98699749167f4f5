import { expect, test } from 'vitest';
import { assembled, bytes, dtype, unicode } from './assembled.ts';
import { isRefused } from './refusal.ts';

// Few bytes that mean many.

/** The same part again and again. */
const repeated = (count: number, part: string | Uint8Array): Uint8Array => {
	const once = assembled(part);
	return Buffer.alloc(count * once.length, once);
};
const million = new Uint8Array(1_000_000);
const scalarsOfOne = assembled(dtype('u1', '|'), '\x94', bytes(million), '\x94', '\x86');

test.each([
	['lists', () => repeated(3_000_000, ']')],
	['dictionaries', () => repeated(3_000_000, '}')],
	['tuples', () => repeated(3_000_000, ')')],
	['nothings', () => repeated(10_000_000, 'N')],
	['marks', () => repeated(10_000_000, '(')],
	['memories', () => repeated(3_000_000, 'N\x94')],
	[
		'far memories',
		() => {
			const pickle = repeated(300_000, 'r????');
			const view = new DataView(pickle.buffer, pickle.byteOffset);
			for (let i = 0; i < pickle.length; i += 5) view.setUint32(i + 1, (i * 2654435761) % 2 ** 32);
			return assembled('N', pickle);
		},
	],
	['nested lists', () => assembled(repeated(800_000, ']'), repeated(799_999, 'a'), '.')],
	['texts', () => repeated(1_000_000, 'U\x01a')],
	['numbers in text', () => repeated(1_000_000, 'F1\n')],
	['escapes', () => assembled('V', repeated(1_000_000, '\\u0041'), '\n.')],
	['a line without end', () => assembled('I', new Uint8Array(10_000_000).fill(0x31))],
	[
		'arrays of the same bytes',
		() =>
			assembled(
				scalarsOfOne,
				repeated(
					1000,
					assembled('cnumpy.core.numeric\n_frombuffer\n(h\x01h\x00J\x40\x42\x0f\x00\x85U\x01CtR'),
				),
			),
	],
	[
		'bytes of the same text',
		() =>
			assembled(
				unicode('x'.repeat(1_000_000)),
				'\x94',
				repeated(1000, 'c_codecs\nencode\n(h\x00X\x06\x00\x00\x00latin1tR'),
			),
	],
	[
		'references to references',
		() =>
			assembled(
				'N\x85\x94',
				...Array.from({ length: 250 }, (_, i) => assembled(0x68, i, 0x68, i, 0x86, 0x94)),
				'\x87.',
			),
	],
])('%s are read or refused in 2 seconds of work and 256 MB', (_, make) => {
	const pickle = make();
	const before = process.memoryUsage.rss();
	const start = process.cpuUsage();
	isRefused(pickle);
	const { user, system } = process.cpuUsage(start);
	expect((user + system) / 1e6).toBeLessThan(2);
	expect(process.memoryUsage.rss() - before).toBeLessThan(256e6);
});
