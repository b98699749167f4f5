/** What XML cannot hold: control characters, halves of surrogate pairs, and two that are no characters. */
const unwritable =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text as XML writes it, in elements and in attributes; what XML cannot hold becomes the replacement character. */
export function escaped(text: string): string {
	return text
		.replace(unwritable, '\ufffd')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

/** An attribute's value; one that is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element of SVG around markup. */
export function element(
	name: string,
	attributes: Attributes,
	...children: readonly string[]
): string {
	const written = Object.entries(attributes)
		.filter(([, value]) => value !== undefined)
		.map(
			([key, value]) =>
				` ${key}="${typeof value === 'number' ? rounded(value) : escaped(value ?? '')}"`,
		)
		.join('');
	const content = children.join('');
	return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** A line of text. */
export function line(x: number, y: number, text: string, attributes: Attributes = {}): string {
	return element('text', { x, y, ...attributes }, escaped(text));
}

/** A number of pixels to a hundredth, which nobody sees. */
export function rounded(pixels: number): string {
	return String(Math.round(pixels * 100) / 100 + 0);
}

/** How wide a line of text is at most in most fonts, in pixels. */
export function textWidth(text: string, fontSize: number): number {
	let width = 0;
	for (const character of text) width += widthOf(character);
	return width * fontSize;
}

/** In shares of the size of the font. */
function widthOf(character: string): number {
	// Ideographs and pictures are as wide as high.
	if (character > '\u2e7f') return 1;
	if (narrow.has(character)) return 0.34;
	return wide.has(character) ? 0.88 : 0.61;
}

const narrow: ReadonlySet<string> = new Set(".,:;!|'()[]iljtfr ");
const wide: ReadonlySet<string> = new Set('mwMW@%—');

/** Text in lines no wider than so many pixels, unless a word is. */
export function wrapped(text: string, fontSize: number, width: number): string[] {
	const lines: string[] = [];
	for (const word of text.split(/\s+/)) {
		const longer = `${lines.at(-1)} ${word}`;
		if (lines.length === 0 || textWidth(longer, fontSize) > width) lines.push(word);
		else lines[lines.length - 1] = longer;
	}
	return lines;
}

/** Text that is cut, and ends in an ellipsis, where it is wider than so many pixels. */
export function fitted(text: string, fontSize: number, width: number): string {
	const ellipsis = '…';
	let [used, kept, room] = [0, 0, 0];
	for (const character of text) {
		used += widthOf(character) * fontSize;
		// Where to cut if the rest does not fit.
		if (used + widthOf(ellipsis) * fontSize <= width) kept = room + character.length;
		room += character.length;
		if (used > width) return text.slice(0, kept) + ellipsis;
	}
	return text;
}
