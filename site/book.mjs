// node site/book.mjs: writes book.md, the map of the book, from the programs in examples. With --print it prints it instead.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const examples = new URL('../examples/', import.meta.url);

/**
 * What the comment at the beginning of a program says in its first sentence.
 *
 * @param {string} path in examples
 */
function purposeOf(path) {
	const text = readFileSync(new URL(path, examples), 'utf8');
	const [comment = ''] = /^(?:\/\/.*\n)+/.exec(text) ?? [];
	const words = comment
		.replaceAll(/^\/\/ ?/gm, '')
		.trim()
		.replaceAll('\n', ' ');
	const purpose = words.replace(/^Chapter \d+: /, '').replace(/(?<=\.) [A-Z].*$/, '');
	const [first = '', ...rest] = purpose;
	return first.toUpperCase() + rest.join('');
}

/** @param {string} folder */
function tableOf(folder) {
	const files = readdirSync(new URL(`${folder}/`, examples)).filter((name) => name.endsWith('.ts'));
	const rows = [
		['program', 'contents'],
		...files.sort().map((name) => {
			const purpose = purposeOf(`${folder}/${name}`);
			return [`\`${name}\``, purpose.replaceAll('|', '\\|')];
		}),
	];
	const widths = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
	const lines = rows.map(
		(row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`,
	);
	const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
	return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** The map of the book, as the folders of the examples are. */
export function bookText() {
	const chapters = readdirSync(examples)
		.filter((name) => /^chapter\d+$/.test(name))
		.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
	const parts = chapters.map(
		(folder) =>
			`## Chapter ${folder.replace('chapter', '')}\n\nIn \`examples/${folder}\`:\n\n${tableOf(folder)}\n`,
	);
	return `---
title: The book's map
description: The chapters of "Deep Learning from Scratch" and the programs that follow them.
pageClass: names
---

<!-- Written by node site/book.mjs. -->

# The book's map

The chapters of _Deep Learning from Scratch_, and the programs that follow them. \`npm run program -- FILE\` runs one of them in
a clone, on the sources as they are; \`npm run book\` holds all of them to the figures of the book.

${parts.join('\n')}
## Beyond the book

In \`examples/nets\`:

${tableOf('nets')}

\`examples/README.md\` shows what the programs find, with their pictures; \`npm run gallery\` writes it.
`;
}

if (process.argv[1] === import.meta.filename)
	if (process.argv.includes('--print')) process.stdout.write(bookText());
	else writeFileSync(new URL('book.md', import.meta.url), bookText());
