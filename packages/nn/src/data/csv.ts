/** A line of a CSV text, or several where a quoted field has line breaks. */
export interface CsvRecord {
	readonly fields: readonly string[];
	/** The line of the text in which each field begins, from 1. */
	readonly lines: readonly number[];
}

const quote = '"';

/**
 * The records of a CSV text as RFC 4180 has it: fields between delimiters, quoted where they hold one, a line break or a
 * quote, which is doubled; line breaks of either kind, the last of which may be missing. What is not so is a SyntaxError
 * with line and column. Each character is looked at a bounded number of times.
 */
export function* csvRecords(
	operation: string,
	text: string,
	delimiter: string,
): Generator<CsvRecord, void, undefined> {
	// A byte order mark is no part of the first field.
	let at = text.startsWith('\uFEFF') ? 1 : 0;
	let line = 1;
	while (at < text.length) {
		const fields: string[] = [];
		const lines: number[] = [];
		for (let isLast = false; !isLast; ) {
			lines.push(line);
			const place = `line ${line}, column ${fields.length + 1}`;
			const field =
				text[at] === quote
					? quoted(operation, text, at, place)
					: plain(operation, text, at, delimiter, place);
			fields.push(field.value);
			at = field.end;
			line += field.breaks;
			const end = text[at];
			if (end === delimiter) at++;
			else if (end === undefined) isLast = true;
			else {
				at = afterBreak(operation, text, at, place);
				line++;
				isLast = true;
			}
		}
		yield { fields, lines };
	}
}

interface Field {
	readonly value: string;
	/** The index of what follows. */
	readonly end: number;
	/** The line breaks in it. */
	readonly breaks: number;
}

function plain(
	operation: string,
	text: string,
	start: number,
	delimiter: string,
	place: string,
): Field {
	let end = start;
	for (; end < text.length; end++) {
		const character = text[end];
		if (character === delimiter || character === '\n' || character === '\r') break;
		if (character === quote)
			throw new SyntaxError(
				`${operation}: ${place}: a quote within a field that is not quoted; fields with quotes are quoted, and the quotes in them doubled`,
			);
	}
	return { value: text.slice(start, end), end, breaks: 0 };
}

function quoted(operation: string, text: string, start: number, place: string): Field {
	const pieces: string[] = [];
	for (let from = start + 1; ; ) {
		const end = text.indexOf(quote, from);
		if (end < 0)
			throw new SyntaxError(
				`${operation}: ${place}: a quoted field that does not end; a quote is missing`,
			);
		if (text[end + 1] !== quote) {
			pieces.push(text.slice(from, end));
			const value = pieces.join('');
			return { value, end: end + 1, breaks: breaksIn(value) };
		}
		pieces.push(text.slice(from, end + 1));
		from = end + 2;
	}
}

function breaksIn(value: string): number {
	let count = 0;
	for (let at = value.indexOf('\n'); at >= 0; at = value.indexOf('\n', at + 1)) count++;
	return count;
}

/** The index after a line break; anything else does not belong after a field. */
function afterBreak(operation: string, text: string, at: number, place: string): number {
	if (text[at] === '\n') return at + 1;
	if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
	if (text[at] === '\r')
		throw new SyntaxError(
			`${operation}: ${place}: a carriage return without a line feed; lines end in a line feed, with or without one before`,
		);
	throw new SyntaxError(
		`${operation}: ${place}: ${JSON.stringify(text[at])} after the end of a quoted field; a delimiter or the end of the line must follow`,
	);
}
