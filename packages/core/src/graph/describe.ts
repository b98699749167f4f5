/** The method that `console.log` and `util.inspect` ask for text in Node, and likewise in Deno and Bun. */
export const inspection: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** The longest string that is quoted whole. */
const maxStringCharacters = 40;

/** What a value is, as error messages say it: a number or truth value itself, anything else by its kind. */
export function describe(value: unknown): string {
	switch (typeof value) {
		case 'object':
			return value === null ? 'null' : withArticle(nameOf(value));
		case 'string':
			return `the string "${shortened(value)}"`;
		case 'bigint':
			return 'a bigint';
		case 'symbol':
			return 'a symbol';
		case 'function':
			return 'a function';
		default:
			return String(value);
	}
}

/** A string as error messages quote it: its beginning, if it is long. */
export function shortened(text: string): string {
	return text.length > maxStringCharacters ? `${text.slice(0, maxStringCharacters)}...` : text;
}

function nameOf(value: object): string {
	const name: unknown = value.constructor?.name;
	return typeof name === 'string' && name !== '' ? name : 'object without a class';
}

function withArticle(name: string): string {
	return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}
