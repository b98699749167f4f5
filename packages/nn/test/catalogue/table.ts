import type { Row } from './row.ts';

/** What rows are tested for: the columns of the table. */
export const columns = [
	'derivatives',
	'modes',
	'interpreter',
	'wasm',
	'f32',
	'save and load',
] as const;
export type Column = (typeof columns)[number];

/** A row with the name of its export, and what was found of it: a word in each column. */
export interface Finding {
	readonly name: string;
	readonly row: Row;
	readonly found: ReadonlyMap<Column, string>;
}

const introduction = `# What everything in nn is tested for

Written by the tests of \`packages/nn/test/catalogue/catalogue.test.ts\` (\`npm test -- --update\` writes it anew), which
fail if it is not what they found, or something that the package exports is missing. An export whose options make a
difference here has several lines.

- **derivatives**: those in inputs and parameters, by reverse and by forward mode, are those of differences, in f64; and
  so are the derivatives of these where it says second.
- **modes**: whether the output while it is trained is another. All laws hold in both.
- **interpreter**: compiled for it, two runs in a row have the outputs, gradients and buffers that they have uncompiled, to
  the last bit.
- **wasm**: compiled for it, they have them to rounding, in f64 and in f32.
- **f32**: made in f32, outputs are f32, and those of f64 to single precision. Of optimisers: they keep the dtype.
- **save and load**: another, made with another key, goes on as the first does once it has its parameters and buffers; so
  does another optimiser once it has its Variables.`;

const kinds = {
	layer: 'module',
	function: 'function',
	optimizer: 'optimiser',
	initializer: 'initialiser',
} as const;

/** The findings as Markdown, in the order of names. */
export function tableOf(findings: readonly Finding[]): string {
	const sorted = findings.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	const rows = sorted.flatMap(({ name, row, found }) =>
		typeof row === 'string'
			? []
			: [[`\`${name}\``, kinds[row.kind], ...columns.map((column) => found.get(column) ?? '')]],
	);
	const heading = ['export', 'kind', ...columns];
	const widths = heading.map((title, column) =>
		rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length),
	);
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const reasons = sorted.flatMap(({ name, row }) =>
		typeof row !== 'string' && 'reason' in row && row.reason !== undefined
			? [`- \`${name}\`: ${row.reason}.`]
			: [],
	);
	const others = sorted.flatMap(({ name, row }) =>
		typeof row === 'string' ? [`- \`${name}\`: ${row}.`] : [],
	);
	return [
		introduction,
		'',
		line(heading),
		line(widths.map((width) => '-'.repeat(width))),
		...new Set(rows.map(line)),
		...(reasons.length === 0
			? []
			: ['', 'Derivatives of lower order only:', '', ...new Set(reasons)]),
		'',
		'Others:',
		'',
		...others,
		'',
	].join('\n');
}
