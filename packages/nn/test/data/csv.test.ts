import { Node } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataset, parseCsv } from '../../src/index.ts';

const values = (column: Node | readonly string[] | undefined): unknown =>
	column instanceof Node ? column.toArray() : column;

const columnOf = <Column>(
	columns: Readonly<Record<string, Column>>,
	name: string,
): Column | undefined => columns[name];

const characters = fc.constantFrom(
	'a',
	'B',
	'7',
	' ',
	',',
	';',
	'"',
	'\n',
	'\r\n',
	'\t',
	'é',
	'日',
	'.',
	'-',
);
const field = fc.array(characters, { maxLength: 5 }).map((parts) => parts.join(''));

const written = (text: string, delimiter: string, always: boolean): string =>
	always || [...text].some((each) => `${delimiter}"\r\n`.includes(each))
		? `"${text.replaceAll('"', '""')}"`
		: text;

test('what is written as RFC 4180 has it is read as it was, whatever the fields hold', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 4 }).chain((width) =>
				fc.array(fc.array(field, { minLength: width, maxLength: width }), {
					minLength: 1,
					maxLength: 5,
				}),
			),
			fc.constantFrom(',', ';', '\t'),
			fc.constantFrom('\n', '\r\n'),
			fc.boolean(),
			fc.boolean(),
			fc.boolean(),
			(rows, delimiter, lineBreak, isEnded, always, hasMark) => {
				const lines = rows.map((row) =>
					row.map((each) => written(each, delimiter, always)).join(delimiter),
				);
				const text = (hasMark ? '\uFEFF' : '') + lines.join(lineBreak) + (isEnded ? lineBreak : '');
				const body = text.slice(hasMark ? 1 : 0);
				// A text of one empty field, not quoted, is the empty text or a line break.
				fc.pre(body !== '' && !(body.endsWith('\n') && !isEnded && lines.at(-1) === ''));
				fc.pre(isEnded || lines.at(-1) !== '');
				const width = rows[0]?.length ?? 0;
				const types = Object.fromEntries(
					Array.from({ length: width }, (_, i) => [String(i), 'text' as const]),
				);
				const table = parseCsv(text, { header: false, delimiter, types });
				expect(table.length).toBe(rows.length);
				for (let i = 0; i < width; i++) expect(table.columns[i]).toEqual(rows.map((row) => row[i]));
			},
		),
		{ numRuns: 300 },
	);
});

const passengers = [
	'name,age,survived,class,fare',
	'"Owen, Mr",22,true,3,7.25',
	'Anna,,FALSE,1, 71.5 ',
	'"He said ""no""",38,1,2,NA',
].join('\r\n');

test('columns have the types that are told, others are numbers or text, and what is missing is told', () => {
	const table = parseCsv(passengers, {
		types: { survived: 'bool', class: 'i32' },
		missing: ['', 'NA'],
	});
	expect(table.length).toBe(3);
	expect(table.types).toEqual({
		name: 'text',
		age: 'f32',
		survived: 'bool',
		class: 'i32',
		fare: 'f32',
	});
	expect(columnOf(table.columns, 'name')).toEqual(['Owen, Mr', 'Anna', 'He said "no"']);
	expect(values(columnOf(table.columns, 'age'))).toEqual([22, Number.NaN, 38]);
	expect(values(columnOf(table.columns, 'survived'))).toEqual([true, false, true]);
	expect(values(columnOf(table.columns, 'class'))).toEqual([3, 1, 2]);
	expect(values(columnOf(table.columns, 'fare'))).toEqual([7.25, 71.5, Number.NaN]);
	expect(table.missing).toEqual({ name: [], age: [1], survived: [], class: [], fare: [2] });
	const [batch] = dataset(table.columns).batches({ size: 2 });
	expect(values(columnOf(batch ?? {}, 'class'))).toEqual([3, 1]);
	expect(columnOf(batch ?? {}, 'name')).toEqual(['Owen, Mr', 'Anna']);
});

test('numbers keep the digits of their type, and a column with one that is none is text', () => {
	const table = parseCsv('a,b,c\n0.1,16777217,1\n-1e-3,inf,x', { types: { a: 'f64', b: 'f64' } });
	expect(values(columnOf(table.columns, 'a'))).toEqual([0.1, -0.001]);
	expect(values(columnOf(table.columns, 'b'))).toEqual([16_777_217, Infinity]);
	expect(columnOf(table.columns, 'c')).toEqual(['1', 'x']);
});

test.each([
	['a,b\n1,2\n3', 'parseCsv: line 3: 1 fields, and the first line has 2'],
	['a,b\n"x\ny",2\n3,4,5', 'parseCsv: line 4: 3 fields'],
	['a\n"x', 'parseCsv: line 2, column 1: a quoted field that does not end'],
	['a,b\n1,x"y"', 'parseCsv: line 2, column 2: a quote within a field that is not quoted'],
	['a\n"x"y', 'parseCsv: line 2, column 1: "y" after the end of a quoted field'],
	['a\n1\r2', 'parseCsv: line 2, column 1: a carriage return without a line feed'],
	['a,a\n1,2', 'parseCsv: line 1: two columns are called "a"'],
	['', 'parseCsv: the text is empty'],
])('a text that is no CSV is refused with its line and column: %j', (text, message) => {
	expect(() => parseCsv(text)).toThrow(SyntaxError);
	expect(() => parseCsv(text)).toThrow(message);
});

test('whole numbers are read up to the ends of their range', () => {
	const table = parseCsv('a,b\n-2147483648,0\n2147483647,255', { types: { a: 'i32', b: 'u8' } });
	expect(values(columnOf(table.columns, 'a'))).toEqual([-(2 ** 31), 2 ** 31 - 1]);
	expect(values(columnOf(table.columns, 'b'))).toEqual([0, 255]);
});

test('a field that is not of its type is refused with line, column and name', () => {
	const read = (text: string, type: 'i32' | 'u8' | 'bool' | 'f32') => () =>
		parseCsv(`name,n\n"two\nlines",${text}`, { types: { n: type } });
	expect(read('1.5', 'i32')).toThrow('parseCsv: line 3, column 2 (n): "1.5", which is no i32');
	expect(read('2147483648', 'i32')).toThrow('which is no i32');
	expect(read('256', 'u8')).toThrow('which is no u8');
	expect(read('yes', 'bool')).toThrow('"yes", which is no bool');
	expect(read('0x10', 'f32')).toThrow('"0x10", which is no f32');
	expect(read('', 'i32')).toThrow('line 3, column 2 (n): nothing, and i32 has no value for that');
	expect(() => parseCsv('a\n1', { types: { b: 'f32' } })).toThrow(
		'types has "b", and there is no such column; they are a',
	);
});

test('names are only names', () => {
	const table = parseCsv('__proto__,constructor\n1,2');
	expect(Object.keys(table.columns)).toEqual(['__proto__', 'constructor']);
	expect(Object.getPrototypeOf(table.columns)).toBe(Object.prototype);
});

test('time grows with the text, whatever it holds', () => {
	const milliseconds = (text: string): number => {
		const start = performance.now();
		try {
			parseCsv(text);
		} catch {
			// What is refused is refused soon.
		}
		return performance.now() - start;
	};
	const size = 100_000;
	// Each takes a few milliseconds; in quadratic time it would take minutes.
	for (const text of [
		'"'.repeat(size),
		`"${'""'.repeat(size)}"`,
		'a,'.repeat(size),
		'1\n'.repeat(size),
		'"a\n',
		'9'.repeat(size),
		`a\n${'1'.repeat(size)}e`,
	])
		expect(milliseconds(text)).toBeLessThan(5000);
});
