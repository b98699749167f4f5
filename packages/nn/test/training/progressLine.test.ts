import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, ProgressLine } from '../../src/training/progressLine.ts';

/** A stream that keeps what is written, and a clock that is set by hand. */
function fakes(terminal: { columns: number } | undefined) {
	const written: string[] = [];
	const write = (text: string): void => {
		written.push(text);
	};
	const clock = { ms: 0 };
	const stream = terminal ? { isTTY: true, ...terminal, write } : { write };
	return { written, clock, line: new ProgressLine(stream, () => clock.ms) };
}

/** What a terminal shows after `text`, line by line, where each redrawing clears its line. */
function screen(text: string): string[] {
	const lines = text.replaceAll('\x1b[K', '').split('\n');
	return lines.map((line) => line.slice(line.lastIndexOf('\r') + 1));
}

describe('on a terminal', () => {
	test('only the newest text is seen, on one line that never wraps', () => {
		fc.assert(
			fc.property(
				fc.array(fc.stringMatching(/^[ -~]{1,60}$/), { minLength: 1 }),
				fc.integer({ min: 1, max: 50 }),
				(texts, columns) => {
					const { written, clock, line } = fakes({ columns });
					for (const text of texts) {
						line.update(() => text);
						clock.ms += 1000;
					}
					expect(screen(written.join(''))).toEqual([texts.at(-1)?.slice(0, columns - 1)]);
				},
			),
		);
	});

	test('a line that stays takes the place of the live one, which goes on below', () => {
		const { written, line } = fakes({ columns: 80 });
		line.update(() => 'live');
		line.print('stays');
		line.update(() => 'live again');
		expect(screen(written.join(''))).toEqual(['stays', 'live again']);
		line.clear();
		expect(screen(written.join(''))).toEqual(['stays', '']);
	});

	test('that says it has no columns, the text is seen all the same', () => {
		const { written, line } = fakes({ columns: 0 });
		line.update(() => 'live');
		expect(screen(written.join(''))).toEqual(['live']);
	});

	test('redrawing is not faster than the eye', () => {
		const { written, clock, line } = fakes({ columns: 80 });
		for (; clock.ms < 1000; clock.ms++) line.update(() => `${clock.ms}`);
		expect(written.length).toBe(10);
	});
});

describe('in a file or a pipe', () => {
	test('there are whole lines without control characters, seldom', () => {
		const { written, clock, line } = fakes(undefined);
		for (; clock.ms < 35_000; clock.ms += 100) line.update(() => `at ${clock.ms}`);
		line.print('done');
		line.clear();
		expect(written).toEqual(['at 10000\n', 'at 20000\n', 'at 30000\n', 'done\n']);
	});
});

describe('a duration', () => {
	test.each([
		[0, '0 s'],
		[59.4, '59 s'],
		[59.6, '1 min 00 s'],
		[185, '3 min 05 s'],
		[3599.6, '1 h 00 min'],
		[7199, '2 h 00 min'],
		[7620, '2 h 07 min'],
	])('of %d seconds reads %s', (seconds, text) => {
		expect(formatDuration(seconds)).toBe(text);
	});
});
