/**
 * The names of the elements of an XML document, in order; throws what is wrong with it. It knows what pictures need of
 * XML: elements, attributes in double quotes, text, and the five entities.
 */
export function elementsOf(document: string): string[] {
	const names: string[] = [];
	const open: string[] = [];
	let at = 0;
	const token = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[A-Za-z_:][\w:.-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
	while (at < document.length) {
		token.lastIndex = at;
		const [whole, closing, name = '', attributes = '', selfClosing, text] =
			token.exec(document) ?? [];
		if (whole === undefined) throw new Error(`no markup at ${at}: ${document.slice(at, at + 60)}`);
		at = token.lastIndex;
		checkCharacters(text ?? attributes);
		if (text !== undefined) {
			if (open.length === 0 && text.trim() !== '') throw new Error('text outside of the root');
			continue;
		}
		if (closing === '/') {
			if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
			continue;
		}
		if (open.length === 0 && names.length > 0) throw new Error('two roots');
		const given = [...attributes.matchAll(/([\w:.-]+)="/g)].map(([, key]) => key);
		if (new Set(given).size < given.length) throw new Error(`an attribute twice in <${name}>`);
		names.push(name);
		if (selfClosing !== '/') open.push(name);
	}
	if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
	return names;
}

function checkCharacters(text: string): void {
	for (const entity of text.matchAll(/&([^;]{0,6};?)/g))
		if (!/^(amp|lt|gt|quot|apos);$/.test(entity[1] ?? ''))
			throw new Error(`a bare & in ${text.slice(0, 60)}`);
	for (const character of text) {
		const code = character.codePointAt(0) ?? 0;
		const isAllowed =
			code === 9 ||
			code === 10 ||
			code === 13 ||
			(code >= 32 && code < 0xd800) ||
			(code >= 0xe000 && code < 0xfffe) ||
			code > 0xffff;
		if (!isAllowed) throw new Error(`no character of XML: ${code}`);
	}
}
