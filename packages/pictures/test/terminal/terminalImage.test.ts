import { tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { terminalImage } from '../../src/index.ts';

const image = [
	[0, 1, 0.5],
	[1, 1, 0],
	[0, 0.3, 0.9],
];

test('a pixel is two characters of a shade where there is room', () => {
	expect(terminalImage(image, { columns: 6 })).toBe('  ██▒▒\n████\n  ░░██');
});

test('and half a character where there is less', () => {
	expect(terminalImage(image, { columns: 5 })).toBe('▄█▀\n  ▀');
});

test('with colours, each character has the greys of two pixels, and each line ends with none', () => {
	const lines = terminalImage(image, { colors: true }).split('\n');
	expect(lines).toHaveLength(2);
	const pairs = Array.from((lines[0] ?? '').matchAll(/38;5;(\d+);48;5;(\d+)m▀/g), ([, a, b]) => [
		a,
		b,
	]);
	expect(pairs).toEqual([
		['232', '255'],
		['255', '255'],
		['244', '232'],
	]);
	for (const line of lines) expect(line.endsWith('\x1b[0m')).toBe(true);
});

test('bytes are as good as floats', () => {
	const bytes = tensor(Uint8Array.of(0, 255, 128, 255), { shape: [2, 2] });
	expect(terminalImage(bytes)).toBe('  ██\n▒▒██');
});

test.each([
	[() => terminalImage([1]), 'image is of shape [1]'],
	[() => terminalImage(image, { columns: 2 }), 'image is 3 pixels wide; with columns 2'],
	[() => terminalImage([[2]]), 'image holds 2 at element 0; it must be from 0 to 1'],
])('what cannot be printed is refused: %#', (print, message) => {
	expect(print).toThrow(message);
});
