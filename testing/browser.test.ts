import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { excluded } from '../browser/excluded.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Tests that browsers run, too, where there are some. */
const inBrowsers = ['packages/core/test', 'packages/nn/test']
	.flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
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
