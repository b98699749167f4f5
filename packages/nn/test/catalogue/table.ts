import type { Row } from './row.ts';

/** A row that laws hold for. */
type Tested = Exclude<Row, string>;
/** What laws a row is held to. */
export type Kind = Tested['kind'];
export type Of<Each extends Kind> = Extract<Tested, { readonly kind: Each }>;

/** What rows are tested for: the columns of the table. */
export const columns = [
	'derivatives',
	'modes',
	'interpreter',
	'wasm',
	'f32',
	'batches',
	'save and load',
] as const;
export type Column = (typeof columns)[number];

/** A row with the name of its export, and what was found of it: a word in each column. */
export interface Finding {
	readonly name: string;
	readonly row: Row;
	readonly found: ReadonlyMap<Column, string>;
}

/** Why a law makes no sense for a kind, in a word or two. */
export const meaningless: Readonly<Record<Kind, Readonly<Partial<Record<Column, string>>>>> = {
	layer: { batches: 'takes one' },
	function: { modes: 'none', batches: 'takes one', 'save and load': 'no Variables' },
	initializer: {
		derivatives: 'of a key',
		modes: 'none',
		batches: 'no examples',
		'save and load': 'no Variables',
	},
	optimizer: { derivatives: 'takes them', modes: 'none', batches: 'one step' },
	minimizer: { derivatives: 'takes them', modes: 'none', batches: 'one step' },
	schedule: { derivatives: 'in Variables', modes: 'none', batches: 'one step' },
	average: { derivatives: 'in Variables', modes: 'none', batches: 'one step' },
	metric: { derivatives: 'in Variables', modes: 'none' },
	training: { derivatives: 'plain numbers', modes: 'sets them' },
	data: { derivatives: 'of a key', modes: 'none', interpreter: 'uncompiled', wasm: 'uncompiled' },
};

const introduction = `# What everything in nn is tested for

Written by the tests of \`packages/nn/test/catalogue/catalogue.test.ts\` (\`npm test -- --update\` writes it anew), which
fail if it is not what they found, or something that the package exports is missing. An export whose options make a
difference here has several lines. Where a law makes no sense, the table says why in a word or two.

- **derivatives**: those along a random direction of all inputs and parameters, by reverse and by forward mode, are those
  of differences, in f64; and so are the derivatives of these where it says second. None lead through what is kept in
  Variables.
- **modes**: whether the output while it is trained is another. All laws hold in both; where it is the same, so are
  gradients and buffers.
- **interpreter**: compiled for it, two runs in a row have the outputs, gradients and buffers that they have uncompiled, to
  the last bit; steps of optimisers, and of schedules and averages beside them, have their losses and Variables, and
  metrics their values. What compiles by itself, \`LBFGS\` its loss, \`fit\` and \`evaluate\` whole steps, does what it does
  where nothing is compiled. Uncompiled is what sorts or picks plain numbers: \`RocAuc\` refuses symbolic ones.
- **wasm**: compiled for it, they have them to rounding, in f64 and in f32.
- **f32**: made in f32, outputs are f32, and those of f64 to single precision. What trains keeps the dtype. Metrics are
  f64 of any examples, and the same numbers; data are the nearest numbers.
- **batches**: of examples divided in any batches, empty ones too, a metric is what it is of all at once. Training and
  measuring come to the same by one batch as by several, for each step of equal sizes. Data are the same in batches of any
  size, and each pass what its number and the key say.
- **save and load**: another, made with another key, goes on as the first does, to the last bit, once it has its
  parameters and buffers; so does another optimiser, schedule, average or metric once it has what is saved by name; \`fit\`
  from any step; and data once they have their position, as text.`;

const kinds: Readonly<Record<Kind, string>> = {
	layer: 'module',
	function: 'function',
	initializer: 'initialiser',
	optimizer: 'optimiser',
	minimizer: 'optimiser',
	schedule: 'schedule',
	average: 'average',
	metric: 'metric',
	training: 'training',
	data: 'data',
};

/** The findings as Markdown, in the order of names. */
export function tableOf(findings: readonly Finding[]): string {
	const sorted = findings.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	const rows = sorted.flatMap(({ name, row, found }) =>
		typeof row === 'string'
			? []
			: [
					[
						`\`${name}\``,
						kinds[row.kind],
						...columns.map((column) => found.get(column) ?? meaningless[row.kind][column] ?? ''),
					],
				],
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
