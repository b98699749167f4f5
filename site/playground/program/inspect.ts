import { inspection } from '../../../packages/core/src/graph/describe.ts';

/** Levels of values within values that are written. */
const maxDepth = 4;
/** Elements of one array, Map, Set or object that are written. */
const maxElements = 100;
/** Characters of a line beyond which elements are written one below another. */
const maxLineCharacters = 76;

/** The arguments of `console.log` as one text: strings as they are, all else as Node writes it. */
export function logText(values: readonly unknown[]): string {
	return values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
}

/** A value as the console of Node writes it, more or less; what is long or deep, in part. */
export function inspect(value: unknown): string {
	return textOf(value, 0, []);
}

function textOf(value: unknown, depth: number, around: readonly object[]): string {
	if (typeof value === 'string') return quoted(value);
	if (typeof value === 'bigint') return `${value}n`;
	if (Object.is(value, -0)) return '-0';
	if (typeof value === 'function') return functionText(value);
	if (typeof value !== 'object' || value === null) return String(value);
	const own: unknown = Reflect.get(value, inspection);
	if (typeof own === 'function') return String(own.call(value));
	if (value instanceof Error) return errorText(value);
	if (value instanceof Date)
		return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
	if (value instanceof RegExp) return String(value);
	if (value instanceof Promise) return 'Promise';
	if (around.includes(value)) return '[Circular]';
	if (depth > maxDepth) return Array.isArray(value) ? '[Array]' : '[Object]';
	return collectionText(value, (each) => textOf(each, depth + 1, [...around, value]));
}

function collectionText(value: object, text: (each: unknown) => string): string {
	if (Array.isArray(value)) return enclosed('[', ']', elementTexts(value, value.length, text));
	if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
		const elements = value as ArrayBufferView & ArrayLike<unknown>; // all views but DataView
		const name = `${value.constructor.name}(${elements.length})`;
		return `${name} ${enclosed('[', ']', elementTexts(elements, elements.length, text))}`;
	}
	if (value instanceof Set)
		return `Set(${value.size}) ${enclosed('{', '}', firstTexts(value, value.size, text))}`;
	if (value instanceof Map) {
		const entry = ([key, item]: [unknown, unknown]): string => `${text(key)} => ${text(item)}`;
		return `Map(${value.size}) ${enclosed('{', '}', firstTexts(value, value.size, entry))}`;
	}
	const entries = Object.entries(value);
	const property = ([key, item]: [string, unknown]): string =>
		`${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: ${text(item)}`;
	const name = value.constructor?.name ?? '';
	const prefix = name === 'Object' || name === '' ? '' : `${name} `;
	return `${prefix}${enclosed('{', '}', firstTexts(entries, entries.length, property))}`;
}

/** By index, as holes are elements, too. */
function elementTexts(
	elements: ArrayLike<unknown>,
	count: number,
	text: (each: unknown) => string,
): string[] {
	const texts = Array.from({ length: Math.min(count, maxElements) }, (_, i) => text(elements[i]));
	return count > maxElements ? [...texts, moreText(count - maxElements)] : texts;
}

function firstTexts<Item>(
	items: Iterable<Item>,
	count: number,
	text: (item: Item) => string,
): string[] {
	const texts: string[] = [];
	for (const item of items) {
		if (texts.length === maxElements) break;
		texts.push(text(item));
	}
	return count > maxElements ? [...texts, moreText(count - maxElements)] : texts;
}

function moreText(count: number): string {
	return `... ${count} more`;
}

function enclosed(open: string, close: string, texts: readonly string[]): string {
	if (texts.length === 0) return `${open}${close}`;
	const line = texts.join(', ');
	if (line.length <= maxLineCharacters && !line.includes('\n')) return `${open} ${line} ${close}`;
	// Numbers are short, and stand several in a line.
	const rows = texts.every((text) => text.length <= 12) ? inRows(texts) : texts;
	const body = rows.map((row) => `  ${row.replaceAll('\n', '\n  ')}`).join(',\n');
	return `${open}\n${body}\n${close}`;
}

function inRows(texts: readonly string[]): string[] {
	const rows: string[] = [];
	let row = '';
	for (const text of texts) {
		const longer = row === '' ? text : `${row}, ${text}`;
		if (row !== '' && longer.length > maxLineCharacters) {
			rows.push(row);
			row = text;
		} else row = longer;
	}
	return [...rows, row];
}

function quoted(text: string): string {
	const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
	return text.includes("'") ? `"${escaped.replaceAll('"', '\\"')}"` : `'${escaped}'`;
}

function functionText(value: { readonly name: string }): string {
	const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'Function';
	return value.name === '' ? `[${kind}]` : `[${kind} ${value.name}]`;
}

function errorText({ name, message }: Error): string {
	return message === '' ? name : `${name}: ${message}`;
}
