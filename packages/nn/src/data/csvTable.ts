import { type Data, type DType, type Node, tensor } from '@pullback/core';
import {
	checkedBoolean,
	checkedList,
	checkedOptions,
	checkedString,
	describe,
	isPlain,
	shortened,
} from '@pullback/core/arguments';
import { type CsvRecord, csvRecords } from './csv.ts';

const types = ['f32', 'f64', 'i32', 'u8', 'bool', 'text'] as const;

/** What the fields of a column are: numbers or truth values of a dtype, or text. */
export type CsvType = (typeof types)[number];

/** How a CSV text is read. */
export interface CsvOptions {
	/** What columns are, by name; those left out are f32 where all fields are numbers or missing, else text. */
	readonly types?: Readonly<Record<string, CsvType>>;
	/** Whether the first line names the columns; true if left out. Otherwise they are called '0', '1' and so on. */
	readonly header?: boolean;
	/** The character between fields; a comma if left out. */
	readonly delimiter?: string;
	/** The fields that stand for something missing; only the empty one if left out. */
	readonly missing?: readonly string[];
}

/** The columns of a CSV text. */
export interface CsvTable {
	/** The number of lines without the header. */
	readonly length: number;
	/** By name: a tensor [length], or the texts. What is missing is NaN in f32 and f64, and the empty text. */
	readonly columns: Readonly<Record<string, Node | readonly string[]>>;
	/** What each column was read as. */
	readonly types: Readonly<Record<string, CsvType>>;
	/** By name: the rows, from 0, in which each column has nothing. */
	readonly missing: Readonly<Record<string, readonly number[]>>;
}

/**
 * The columns of a CSV text (RFC 4180), as typed tensors, which `dataset` takes: time and memory grow linearly with it.
 * Throws SyntaxError, with line and column, for a text that is none, a line of more or fewer fields than the first, a name
 * that occurs twice, a field that is not of its column's type, and a missing one where the type has no value for that.
 */
export function parseCsv(text: string, options?: CsvOptions): CsvTable {
	checkedString('parseCsv', 'text', text);
	const { wanted, header, delimiter, missing } = checkedCsv(options);
	const records = csvRecords('parseCsv', text, delimiter);
	const first = records.next();
	if (first.done)
		throw new SyntaxError('parseCsv: the text is empty; it must have a line at least');
	const names = header ? first.value.fields : first.value.fields.map((_, i) => String(i));
	checkNames(names, wanted);
	const columns = names.map((name) => new Column(name, wanted.get(name), missing));
	const add = ({ fields, lines }: CsvRecord): void => {
		if (fields.length !== names.length)
			throw new SyntaxError(
				`parseCsv: line ${lines[0]}: ${fields.length} fields, and the first line has ${names.length}; all must have as many`,
			);
		for (const [i, column] of columns.entries()) column.add(fields[i] ?? '', lines[i] ?? 0, i + 1);
	};
	if (!header) add(first.value);
	for (const record of records) add(record);
	const byName = <Part>(part: (column: Column) => Part): Record<string, Part> =>
		Object.fromEntries(columns.map((column) => [column.name, part(column)]));
	return {
		length: columns[0]?.length ?? 0,
		columns: byName((column) => column.values()),
		types: byName((column) => column.type),
		missing: byName((column) => column.missing),
	};
}

/** A column as it is read. */
class Column {
	readonly name: string;
	readonly missing: number[] = [];
	readonly #wanted: CsvType | undefined;
	readonly #isMissing: ReadonlySet<string>;
	readonly #texts: string[] = [];
	readonly #numbers: number[] = [];
	/** Whether all fields so far are numbers, or missing. */
	#isNumeric = true;

	constructor(name: string, wanted: CsvType | undefined, isMissing: ReadonlySet<string>) {
		this.name = name;
		this.#wanted = wanted;
		this.#isMissing = isMissing;
	}

	get type(): CsvType {
		return this.#wanted ?? (this.#isNumeric ? 'f32' : 'text');
	}

	get length(): number {
		return Math.max(this.#texts.length, this.#numbers.length);
	}

	add(field: string, line: number, position: number): void {
		const isMissing = this.#isMissing.has(field);
		if (isMissing) this.missing.push(this.length);
		// As long as it might be text.
		if (this.#wanted === undefined || this.#wanted === 'text')
			this.#texts.push(isMissing ? '' : field);
		if (!this.#isNumeric || this.#wanted === 'text') return;
		const number = isMissing ? Number.NaN : numberOf(field, this.#wanted ?? 'f32');
		const hasNone = number === null || (isMissing && this.type !== 'f32' && this.type !== 'f64');
		if (!hasNone) this.#numbers.push(number);
		else if (this.#wanted === undefined) this.#isNumeric = false;
		else this.#refuse(field, isMissing, line, position);
	}

	values(): Node | readonly string[] {
		const { type } = this;
		if (type === 'text') return this.#texts;
		return tensor(dataOf(type, this.#numbers), { dtype: type });
	}

	#refuse(field: string, isMissing: boolean, line: number, position: number): never {
		const what = isMissing
			? `nothing, and ${this.#wanted} has no value for that; read the column as f32 or f64, which have NaN`
			: `${JSON.stringify(shortened(field))}, which is no ${this.#wanted}`;
		throw new SyntaxError(
			`parseCsv: line ${line}, column ${position} (${shortened(this.name)}): ${what}`,
		);
	}
}

// No digit can be matched in two ways, so that time grows with the field.
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const named = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;
const ranges = { i32: [-(2 ** 31), 2 ** 31 - 1], u8: [0, 255] } as const;

/** The number that a field says; null if it says none of the type. Spaces around it do not count. */
function numberOf(field: string, type: Exclude<CsvType, 'text'>): number | null {
	const text = field.trim();
	if (type === 'bool') {
		const truth = text.toLowerCase();
		return truth === 'true' || truth === '1' ? 1 : truth === 'false' || truth === '0' ? 0 : null;
	}
	const name = named.exec(text);
	const number = decimal.test(text)
		? Number(text)
		: name === null
			? null
			: name[2] === undefined
				? Number.NaN
				: name[1] === '-'
					? -Infinity
					: Infinity;
	if (number === null || type === 'f32' || type === 'f64') return number;
	const [low, high] = ranges[type];
	return Number.isInteger(number) && number >= low && number <= high ? number : null;
}

function dataOf(type: DType, numbers: readonly number[]): Data {
	switch (type) {
		case 'f32':
			return Float32Array.from(numbers);
		case 'f64':
			return Float64Array.from(numbers);
		case 'i32':
			return Int32Array.from(numbers);
		default:
			return Uint8Array.from(numbers);
	}
}

function checkNames(names: readonly string[], wanted: ReadonlyMap<string, CsvType>): void {
	const known = new Set<string>();
	for (const name of names) {
		if (known.has(name))
			throw new SyntaxError(
				`parseCsv: line 1: two columns are called ${JSON.stringify(shortened(name))}; names must differ`,
			);
		known.add(name);
	}
	for (const name of wanted.keys())
		if (!known.has(name))
			throw new RangeError(
				`parseCsv: types has ${JSON.stringify(shortened(name))}, and there is no such column; they are ${shortened(names.join(', '))}`,
			);
}

function checkedCsv(options: CsvOptions | undefined): {
	readonly wanted: ReadonlyMap<string, CsvType>;
	readonly header: boolean;
	readonly delimiter: string;
	readonly missing: ReadonlySet<string>;
} {
	const given = checkedOptions('parseCsv', options, ['types', 'header', 'delimiter', 'missing']);
	const { types: chosen = {}, header = true, delimiter = ',', missing = [''] } = given;
	checkedBoolean('parseCsv', 'header', header);
	checkedString('parseCsv', 'delimiter', delimiter);
	if (delimiter.length !== 1 || '"\r\n'.includes(delimiter))
		throw new RangeError(
			`parseCsv: delimiter is ${JSON.stringify(shortened(delimiter))}; it must be one character, and no quote or line break`,
		);
	const wanted = new Map<string, CsvType>();
	if (!isPlain(chosen))
		throw new TypeError(
			`parseCsv: types is ${describe(chosen)}; it must be an object of types by the names of columns`,
		);
	for (const [name, type] of Object.entries(chosen)) {
		if (type === undefined || !types.includes(type))
			throw new TypeError(
				`parseCsv: the type of ${shortened(name)} is ${describe(type)}; it must be one of ${types.join(', ')}`,
			);
		wanted.set(name, type);
	}
	const list = checkedList('parseCsv', 'missing', missing);
	const absent = new Set<string>();
	for (let i = 0; i < list.length; i++)
		absent.add(checkedString('parseCsv', `missing[${i}]`, list[i]));
	return { wanted, header, delimiter, missing: absent };
}
