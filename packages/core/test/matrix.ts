import { writeFileSync } from 'node:fs';
import { primitives } from '../src/ops/primitives.ts';

/** What an operation is tested for. */
export type Law = 'derivatives' | 'zero derivatives' | 'batching' | 'f32';

const file = new URL('../../../docs/operations.md', import.meta.url);
const heading = ['operation', 'kind', 'both modes, first and second order', 'batching', 'f32'];

/** Writes what was found in this run: for each operation, the laws it kept. */
export function writeMatrix(kept: ReadonlyMap<string, ReadonlySet<Law>>): void {
	const rows = Array.from(kept, ([name, laws]) => [
		`\`${name}\``,
		Object.hasOwn(primitives, name) ? 'primitive' : 'composite',
		laws.has('derivatives') ? 'yes' : laws.has('zero derivatives') ? 'zero by definition' : 'no',
		laws.has('batching') ? 'yes' : 'no',
		laws.has('f32') ? 'yes' : 'no',
	]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
	const widths = heading.map((title, column) =>
		Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
	);
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const table = [line(heading), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
	const text = [
		'# What every operation is tested for',
		'',
		'Written by the test run (`packages/core/test/derivatives.test.ts`), on the interpreter. Derivatives are compared',
		'with differences in f64, batching with a loop over examples, f32 with f64. Nothing is skipped: an operation whose',
		'derivative is zero by definition is checked to give zero.',
		'',
		...table,
		'',
	];
	writeFileSync(file, text.join('\n'));
}
