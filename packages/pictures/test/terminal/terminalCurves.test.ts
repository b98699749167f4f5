import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CharacterSet, type Curves, terminalCurves } from '../../src/index.ts';

const sets: readonly CharacterSet[] = ['braille', 'block', 'ascii'];
const value = fc.oneof(
	fc.double({ min: -1e9, max: 1e9, noNaN: true }),
	fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324),
);

test('a frame is as wide and as high as asked for, whatever the curves, and has no escapes unless colours are asked for', () => {
	fc.assert(
		fc.property(
			fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.array(value, { maxLength: 40 }), {
				minKeys: 1,
				noNullPrototype: true,
			}),
			fc.constantFrom(...sets),
			fc.integer({ min: 40, max: 100 }),
			fc.integer({ min: 3, max: 20 }),
			fc.constantFrom('linear' as const, 'log' as const),
			(curves, characters, width, height, scale) => {
				const text = terminalCurves(curves, { characters, width, height, scale });
				const lines = text.split('\n');
				const frame = lines.slice(0, height + 1);
				for (const line of frame) expect([...line].length).toBeLessThanOrEqual(width);
				expect(frame.at(-1)).toMatch(/[└+][─-]+$/);
				expect([...(frame.at(-1) ?? '')]).toHaveLength(width);
				expect(text).not.toContain('\u001b');
				expect(text).not.toMatch(/undefined/);
				// What is in ASCII is in ASCII.
				if (characters === 'ascii') expect([...text].every((each) => each < '\u007f')).toBe(true);
				for (const line of lines) expect(line).toBe(line.trimEnd());
			},
		),
	);
});

test('what is coloured is the same text without the escapes', () => {
	const curves: Curves = { a: [1, 3, 2], b: [3, 1, 2] };
	for (const characters of sets) {
		const coloured = terminalCurves(curves, { characters, color: true });
		expect(coloured).toContain('\u001b[');
		// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what begins an escape
		expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(terminalCurves(curves, { characters }));
	}
});

test('a greater value stands higher, and is written beside it', () => {
	const lines = terminalCurves(
		{ a: [0, 1, 2, 3, 4] },
		{ characters: 'ascii', width: 40, height: 5 },
	).split('\n');
	const columns = lines.slice(0, 5).map((line) => line.indexOf('*'));
	expect(columns).toEqual([...columns].sort((a, b) => b - a));
	expect(lines[0]).toMatch(/^4 \+/);
	expect(lines[4]).toMatch(/^0 \+/);
	expect(lines).toContain('***  a 4');
});

test('values that are not joined are single signs', () => {
	const curve = { values: [0, 4, 0, 4], joined: false };
	const lines = terminalCurves(
		{ line: [2, 2], curve },
		{ characters: 'ascii', width: 40, height: 5, smooth: true },
	).split('\n');
	const sign = lines.at(-1)?.[0] ?? '';
	expect(sign).not.toBe('*');
	expect(lines.slice(0, 5).join('').split(sign)).toHaveLength(5);
});

test('gaps and empty curves are told in words', () => {
	const text = terminalCurves({ a: [1, Number.NaN], b: [] });
	expect(text).toContain('Gaps in a: of 2 values, 1 NaN.');
	expect(terminalCurves({ b: [] })).toContain('no values');
	expect(() => terminalCurves({})).toThrow('terminalCurves: there is no curve');
	// @ts-expect-error: no such characters
	expect(() => terminalCurves({ a: [1] }, { characters: 'dots' })).toThrow(
		"it must be 'braille', 'block' or 'ascii'",
	);
});
