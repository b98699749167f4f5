import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { built } from '../../../testing/built.ts';

const packages = new URL('../../', import.meta.url).href;

/** A program of a user's: it prints where its two lines of work were recorded. */
const program = `import { custom, observing, tensor } from '${built('packages/core', 'dist/index.js')}';
import { Affine } from '${built('packages/nn', 'dist/index.js')}';
import { blame, findNaN } from '${built('packages/verify', 'dist/index.js')}';

const x = tensor([[1, 2]], { dtype: 'f64' });
const layer = new Affine({ inputs: 2, outputs: 3, key: tensor([1, 2], { dtype: 'i32' }) });
const wrong = custom({ forward: (a) => a.sin(), vjp: (cotangent) => [cotangent] });
function userStep(y) {
	const product = y.mul(2); // the operation
	return layer.forward(product); // the layer
}
const sites = new Set();
observing((_, site) => sites.add(site), () => userStep(x));
const blamed = blame((y) => {
	return wrong(y).sum(); // the wrong one
}, [x]);
const found = findNaN(() => {
	return x.neg().log(); // the NaN
});
console.log(JSON.stringify([...sites, blamed.site, found.site]));
`;

let folder = '';
let source = '';

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'pullback (call sites) '));
	source = join(folder, 'user.mjs');
	writeFileSync(source, program);
	const bundle = (name: string, minify: boolean, sourcemap: boolean): Promise<unknown> =>
		build({
			configFile: false,
			root: folder,
			logLevel: 'silent',
			build: {
				outDir: join(folder, name),
				emptyOutDir: false,
				minify,
				sourcemap,
				target: 'esnext',
				lib: { entry: source, formats: ['es'], fileName: () => 'bundle.mjs' },
				rollupOptions: { external: [/^node:/] },
			},
		});
	mkdirSync(join(folder, 'plain'));
	await bundle('plain', false, false);
	await bundle('minified', true, false);
	await bundle('mapped', true, true);
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** The text at each of the places that a process printed, which must lie in a file. */
function textsAt(file: string, shown: string, ...flags: string[]): string[] {
	const { stdout, stderr } = spawnSync(process.execPath, [...flags, file], { encoding: 'utf8' });
	if (stdout === '') throw new Error(stderr);
	const lines = readFileSync(shown, 'utf8').split('\n');
	return (JSON.parse(stdout) as string[]).map((site) => {
		const [, path = '', line = '', column = ''] = /^(.*):(\d+):(\d+)$/.exec(site) ?? [];
		expect(decodeURI(path).replace(/^file:\/\//, '')).toBe(shown);
		return lines[Number(line) - 1]?.slice(Number(column) - 1) ?? '';
	});
}

/** What stands in the program where each of the operations was recorded. */
const expected = ['mul(2)', 'forward(product)', 'wrong(y)', 'log()'].map((text) =>
	expect.stringContaining(text),
);

test.each([
	['as it is', []],
	['with source maps', ['--enable-source-maps']],
	['by tsx', ['--import', new URL('../node_modules/tsx/dist/loader.mjs', packages).href]],
])('run %s, a program is told its own lines', (_, flags) => {
	expect(textsAt(source, source, ...flags)).toEqual(expected);
});

test('bundled and with source maps, a program is told its own lines', () => {
	const bundle = join(folder, 'mapped', 'bundle.mjs');
	expect(textsAt(bundle, source, '--enable-source-maps')).toEqual(expected);
});

test.each(['plain', 'minified'])(
	'bundled (%s) and without source maps, a program is told its own part of the bundle',
	(name) => {
		const bundle = join(folder, name, 'bundle.mjs');
		const own = [/^mul\(2\)/, /^forward\(\w+\)/, /^\w+\(\w+\)\.sum\(\)/, /^log\(\)/];
		expect(textsAt(bundle, bundle)).toEqual(own.map((text) => expect.stringMatching(text)));
	},
);
