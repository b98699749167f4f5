import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { built } from './built.ts';

const compiler = join(
	dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
	'bin/tsc',
);

/** A program, and the library that it uses, each a project of its own. */
let folder = '';

const build = (): number | null =>
	spawnSync(process.execPath, [compiler, '-b', join(folder, 'program')]).status;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'pullback-built-'));
	const settings = {
		compilerOptions: {
			noLib: true, // to read it takes the compiler a second
			rootDir: 'src',
			outDir: 'dist',
			composite: true,
			target: 'es2023',
			types: [],
		},
		include: ['src', '../globals.d.ts'],
	};
	const globals = [
		'Array<T>',
		'Boolean',
		'CallableFunction',
		'Function',
		'IArguments',
		'NewableFunction',
		'Number',
		'Object',
		'RegExp',
		'String',
	];
	writeFileSync(
		join(folder, 'globals.d.ts'),
		globals.map((each) => `interface ${each} {}\n`).join(''),
	);
	const sources = { library: 'export const one = 1;\n', program: 'export const two = 2;\n' };
	for (const [name, source] of Object.entries(sources)) {
		mkdirSync(join(folder, name, 'src'), { recursive: true });
		const references = name === 'program' ? [{ path: '../library' }] : [];
		writeFileSync(join(folder, name, 'tsconfig.json'), JSON.stringify({ ...settings, references }));
		writeFileSync(join(folder, name, 'src', 'index.ts'), source);
	}
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What becomes of the question, by a name that has not been asked about: answers are kept. */
let asked = 0;
const builtProgram = (file = 'dist/index.js'): string =>
	built(`${folder}${'/.'.repeat(asked++)}/program`, file).pathname;

test('a project is built when the compiler has built it, and what it uses', () => {
	expect(builtProgram).toThrow(
		/built: .*\(A non-dry build would build project '.*library.*; .*program/,
	);
	expect(build()).toBe(0);
	expect(builtProgram()).toBe(join(folder, 'program/dist/index.js'));
});

test.each(['library', 'program'])(
	'a project is not built any more once a source of the %s changes, until it is built again',
	(changed) => {
		build();
		const source = join(folder, changed, 'src/index.ts');
		appendFileSync(source, 'export const three = 3;\n');
		expect(builtProgram).toThrow(`would build project '${join(folder, changed)}`);
		expect(builtProgram).toThrow('run "npx tsc -b"');
		build();
		expect(builtProgram).not.toThrow();
	},
);

test.each(['added', 'removed'])('a project is not built any more once a source is %s', (how) => {
	const other = join(folder, 'library/src/other.ts');
	if (how === 'removed') writeFileSync(other, 'export {};\n');
	build();
	if (how === 'removed') rmSync(other);
	else writeFileSync(other, 'export {};\n');
	expect(builtProgram).toThrow(`would build project '${join(folder, 'library')}`);
});

test('a source of its own that is written anew as it was leaves a project built', () => {
	build();
	const later = new Date(Date.now() + 10_000);
	utimesSync(join(folder, 'program/src/index.ts'), later, later);
	expect(builtProgram).not.toThrow();
});

test('a file that is not there is missed by its name', () => {
	build();
	expect(() => builtProgram('dist/other.js')).toThrow('there is no dist/other.js in ');
	rmSync(join(folder, 'program/dist/index.js'));
	expect(builtProgram).toThrow('there is no dist/index.js in ');
});

test('a project that is not there is no built project', () => {
	expect(() => built(join(folder, 'none'), 'dist/index.js')).toThrow(/^built: /);
});
