import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { excluded } from '../browser/excluded.ts';
import { browserOf, NotInstalledError, pathOf } from '../browser/installed.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Tests that browsers run, too, where there are some. */
const inBrowsers = ['packages/core/test', 'packages/nn/test']
	.flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
			(file) => `${folder}/${file}`,
		),
	)
	.filter((file) => file.endsWith('.test.ts') && !file.endsWith('.measured.test.ts'))
	.filter((file) => !excluded.includes(file));

/** The modules of Node that a file imports, or that the files do which it imports. */
function modulesOfNode(file: string, known: Set<string> = new Set()): string[] {
	if (known.has(file)) return [];
	known.add(file);
	const imports = readFileSync(file, 'utf8').matchAll(
		/^(?:import|export|\}) [^;]*?from '([^']+)'/gm,
	);
	return Array.from(imports, ([, name = '']) => name).flatMap((name) => {
		if (name.startsWith('node:')) return [`${name} in ${file}`];
		return name.startsWith('.') ? modulesOfNode(join(file, '..', name), known) : [];
	});
}

test('what is excluded from browsers is there', () => {
	expect(excluded.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test.each(inBrowsers)('%s can run in a browser: it needs no module of Node', (file) => {
	expect(modulesOfNode(join(root, file))).toEqual([]);
});

test.each(['chromium', 'firefox'] as const)(
	'where there is no %s, what to install is said',
	(browser) => {
		const nowhere = (): string => pathOf(browser, {}, () => false);
		expect(nowhere).toThrow(NotInstalledError);
		expect(nowhere).toThrow(
			new RegExp(`install it .*${browser}.*, or set ${browser.toUpperCase()} to`),
		);
	},
);

test('a browser is found where the environment says, or else in a usual place', () => {
	const there = (path: string) => (each: string) => each === path;
	expect(pathOf('firefox', { FIREFOX: '/my/fox' }, there('/my/fox'))).toBe('/my/fox');
	expect(pathOf('firefox', {}, there('/usr/bin/firefox'))).toBe('/usr/bin/firefox');
	expect([browserOf({}), browserOf({ BROWSER: 'firefox' })]).toEqual(['chromium', 'firefox']);
});

test.each([
	['a browser that nobody knows', { BROWSER: 'lynx' }, /BROWSER: found lynx, needed chromium or/],
	['a path without a browser', { CHROMIUM: '/no/such' }, /CHROMIUM: there is no file \/no\/such/],
])('tests of browsers fail for %s, however they are asked for', (_, environment, words) => {
	for (const flags of [[], ['--if-installed']]) {
		const { status, stderr } = spawnSync(
			process.execPath,
			['--import', 'tsx', 'browser/run.ts', ...flags],
			{ cwd: root, encoding: 'utf8', env: { ...process.env, BROWSER: 'chromium', ...environment } },
		);
		expect(stderr).toMatch(words);
		expect(status).toBe(1);
	}
});
