/** What an operation is tested for: the columns of the table. */
export const columns = [
	'value',
	'vjp',
	'jvp',
	'second order',
	'vmap',
	'f32',
	'f64',
	'interpreter',
	'wasm',
] as const;
export type Column = (typeof columns)[number];

/** What was found of one operation: a word in each column, and the reasons for what was skipped. */
export interface Finding {
	readonly name: string;
	readonly kind: 'primitive' | 'composite';
	readonly kept: ReadonlyMap<Column, string>;
	readonly skips: Readonly<Partial<Record<Column, string>>>;
}

const introduction = `# What every operation is tested for

Written by the tests of \`packages/core/test/operations.test.ts\` (\`npm test -- --update\` writes it anew), which
fail if it is not what they found. Each cell stands for random operands, scalars and empty tensors among them.

- **value**: every element is what a definition by loops over indices says (\`definitions.ts\`), in f64.
- **vjp**, **jvp**: the derivatives by reverse and by forward mode are those of differences, in f64.
- **second order**: so are the derivatives of these derivatives.
- **vmap**: value and gradient of a batch are the stack of those of its examples.
- **f32**: of f32 operands, value, vjp and jvp are computed in f32 alone, and are those of f64 to single precision.
- **f64**: of f64 operands, nothing on the way to value, vjp and jvp is f32.
- **interpreter**: compiled for it, value, vjp and jvp are to the last bit what they are when looked at.
- **wasm**: compiled for it, value, vjp and jvp are the interpreter's, in f64 and in f32.

Zero: the derivative is zero by definition, and found to be, whatever differences say. Operands are too small to
be worth a second thread, whose bits are the same by the laws of \`wasmThreads.test.ts\`; relaxed arithmetic, where
Node has it, keeps the laws of engines in \`conformance/laws.test.ts\`.`;

/** The table as Markdown, in the order of names. */
export function matrixOf(findings: readonly Finding[]): string {
	const heading = ['operation', 'kind', ...columns];
	const sorted = findings.toSorted((a, b) => (a.name < b.name ? -1 : 1));
	const rows = sorted.map(({ name, kind, kept, skips }) => [
		`\`${name}\``,
		kind,
		...columns.map(
			(column) => kept.get(column) ?? (skips[column] === undefined ? 'no' : 'skipped'),
		),
	]);
	const widths = heading.map((title, column) =>
		Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
	);
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const skipped = sorted.flatMap(({ name, skips }) =>
		Object.entries(skips).map(([column, reason]) => `- ${column} of \`${name}\`: ${reason}.`),
	);
	return [
		introduction,
		'',
		line(heading),
		line(widths.map((width) => '-'.repeat(width))),
		...rows.map(line),
		'',
		'Skipped:',
		'',
		...skipped,
		'',
	].join('\n');
}
