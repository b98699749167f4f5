import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as core from '../packages/core/src/index.ts';
import * as readers from '../packages/files/src/index.ts';
import * as nn from '../packages/nn/src/index.ts';
import { cellsProgram } from './cells.ts';
import {
	blocksOf,
	inlineCodeOf,
	isThere,
	linksIn,
	proseOf,
	root,
	sitePages,
	textOf,
} from './markdown.ts';

const documents = [
	'CONTRIBUTING.md',
	'CHANGELOG.md',
	'docs/architecture.md',
	'docs/numerics.md',
	'docs/pytorch.md',
	'docs/shapesInTypes.md',
	'docs/training.md',
	'packages/core/README.md',
	'packages/files/README.md',
	'packages/mnist/README.md',
	'packages/nn/README.md',
	'packages/pictures/README.md',
	'packages/verify/README.md',
] as const;

/** Words that name a file or folder: those in code, but for programs and what they print. */
function pathsIn(text: string): string[] {
	const prose = text.replaceAll(/^```(ts|text)\n[\s\S]*?^```$/gm, '');
	const code = [...blocksOf(prose).map((block) => block.code), ...inlineCodeOf(proseOf(prose))];
	return code
		.flatMap((each) => each.split(/[\s,]+/))
		.filter((word) => /^[\w.-]+(\/[\w.-]+)+\/?$|^\w[\w-]*\.(ts|mjs|md|svg|json)$/.test(word));
}

describe.each(documents)('%s', (file) => {
	test('names files and folders that are there', () => {
		// As the document says, those of core are named from its sources.
		const bases = file === 'docs/architecture.md' ? ['', 'packages/core/src'] : [''];
		const paths = pathsIn(textOf(file));
		if (!/CHANGELOG|README/.test(file)) expect(paths.length).toBeGreaterThan(0);
		expect(paths.filter((path) => !bases.some((base) => isThere(join(base, path))))).toEqual([]);
	});

	test('links to files that are there', () => {
		expect(linksIn(file).filter(({ path }) => !isThere(path))).toEqual([]);
	});

	test('is linked to by the README', () => {
		expect(linksIn('README.md').map(({ path }) => path)).toContain(file);
	});
});

/** A program in a document, and what it says that it prints. */
interface Snippet {
	readonly name: string;
	readonly code: string;
	readonly prints: readonly string[];
}

/** Programs print what stands behind `//` beside `console.log`, or all of the block of text that follows them. */
function snippetsOf(file: string): Snippet[] {
	const blocks = blocksOf(textOf(file));
	return blocks.flatMap(({ language, code }, i) => {
		if (language !== 'ts') return [];
		const next = blocks[i + 1];
		const prints =
			next?.language === 'text'
				? next.code.trimEnd().split('\n')
				: Array.from(code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm), ([, line = '']) => line);
		return [{ name: `${file.replaceAll(/\W/g, '-')}-${i}.ts`, code, prints }];
	});
}

describe('programs in documents', () => {
	const snippets = [...documents, ...sitePages()].flatMap(snippetsOf);
	/** Where examples lie, so that imports of packages are found; Git ignores it. */
	let folder = '';

	beforeAll(() => {
		folder = mkdtempSync(join(root, 'examples/scratch-'));
		for (const { name, code } of snippets)
			writeFileSync(
				join(folder, name),
				code.replaceAll("from './packages/", "from '../../packages/"),
			);
		const compilerOptions = {
			noEmit: true,
			composite: false,
			incremental: false,
			declaration: false,
			declarationMap: false,
			isolatedDeclarations: false,
			rewriteRelativeImportExtensions: false,
			allowImportingTsExtensions: true,
		};
		const tables = sitePages().filter((file) => file.startsWith('site/from/'));
		writeFileSync(join(folder, 'tables.ts'), cellsProgram(tables, { core, nn, files: readers }));
		const files = [...snippets.map(({ name }) => name), 'tables.ts'];
		writeFileSync(
			join(folder, 'tsconfig.json'),
			JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, files }),
		);
	});

	afterAll(() => rmSync(folder, { recursive: true }));

	test('compile, and so does every call in the tables of what is called what', () => {
		const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
		const { status, stdout } = spawnSync(
			process.execPath,
			[join(dirname(compiler), 'bin/tsc'), '--pretty', 'false', '-p', folder],
			{ encoding: 'utf8' },
		);
		expect(stdout).toBe('');
		expect(status).toBe(0);
	});

	test('say of each line that they print what it is', () => {
		const silent = snippets.filter(
			({ code, prints }) => code.split('console.log(').length - 1 > prints.length,
		);
		expect(silent).toEqual([]);
	});

	test('print what the documents say', () => {
		const said = snippets.filter(({ prints }) => prints.length > 0);
		// In one process, which takes less time than one each.
		const lines = said.map(({ name }) => `console.log('${name}');\nawait import('./${name}');\n`);
		writeFileSync(join(folder, 'all.mjs'), lines.join(''));
		const { stdout, stderr } = spawnSync(
			process.execPath,
			['--import', 'tsx', '--conditions=@pullback/source', join(folder, 'all.mjs')],
			{ encoding: 'utf8', cwd: root },
		);
		expect(stderr).toBe('');
		expect(said.length).toBeGreaterThan(0);
		expect(stdout.trimEnd().split('\n')).toEqual(
			said.flatMap(({ name, prints }) => [name, ...prints]),
		);
	});
});

test('the picture of the architecture is that of the imports: node scripts/architecture.mjs draws it anew', () => {
	const { stdout, stderr } = spawnSync(
		process.execPath,
		[join(root, 'scripts/architecture.mjs'), '--print'],
		{ encoding: 'utf8' },
	);
	expect(stderr).toBe('');
	expect(stdout === textOf('docs/architecture.svg')).toBe(true);
});

test('the passes of lowering are listed as lower calls them', () => {
	const [, table = ''] = textOf('docs/architecture.md').split(/^\| pass .*$/m);
	const [passes = ''] = table.split('\n\n');
	const listed = Array.from(passes.matchAll(/^\| `(\w+)`/gm), ([, pass = '']) => pass);
	const [, body = ''] = textOf('packages/core/src/lowering/lower.ts').split(
		/^export function lower/m,
	);
	const called = Array.from(
		body.slice(0, body.indexOf('\n}')).matchAll(/\b(\w+)\(/g),
		([, f = '']) => f,
	);
	expect(listed).not.toEqual([]);
	expect(called.filter((f) => listed.includes(f))).toEqual(listed);
});

describe('the table of numerics', () => {
	const [, held = '', toCome = ''] = textOf('docs/numerics.md').split(/^## Rows.*$/m);
	const rowsOf = (table: string): string[] =>
		Array.from(table.matchAll(/^\| (\w+) +\|/gm), ([, row = '']) => row).filter(
			(row) => row !== 'row',
		);
	const cited = new Set(
		Array.from(
			textOf('packages/core/test/numerics.test.ts').matchAll(
				/['`](?:row )?([A-Z]?\d+(?:, [A-Z]?\d+)*): /g,
			),
			([, rows = '']) => rows.split(', '),
		).flat(),
	);

	test('has every row that the tests cite', () => {
		expect(cited.size).toBeGreaterThan(0);
		const known = new Set([...rowsOf(held), ...rowsOf(toCome)]);
		expect([...cited].filter((row) => !known.has(row))).toEqual([]);
	});

	test('has each row once, and a test for each of those that hold', () => {
		const all = [...rowsOf(held), ...rowsOf(toCome)];
		expect(all.filter((row, i) => all.indexOf(row) !== i)).toEqual([]);
		expect(rowsOf(held).filter((row) => !cited.has(row))).toEqual([]);
	});
});
