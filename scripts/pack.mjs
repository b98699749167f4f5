// npm run pack: a tarball of every package, which any project can install, in the folder `tarballs`, or in the one that
// is named: npm run pack -- <folder>.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pnpm } from './pnpm.mjs';

let named;
try {
	named = parseArgs({ allowPositionals: true }).positionals;
} catch (error) {
	console.error(
		`pack: ${error instanceof Error ? error.message : error}\n\nnpm run pack -- [folder]`,
	);
	process.exit(2);
}
if (named.length > 1) {
	console.error(`pack: found ${named.length} folders (${named.join(', ')}), needed one at most`);
	process.exit(2);
}
const folder = resolve(named[0] ?? fileURLToPath(new URL('../tarballs', import.meta.url)));
const tarballs = () =>
	readdirSync(folder)
		.filter((name) => /^pullback-.*\.tgz$/.test(name))
		.map((name) => resolve(folder, name));

mkdirSync(folder, { recursive: true });
for (const earlier of tarballs()) rmSync(earlier);

// Built by now: nothing changes what others may be reading.
Object.assign(process.env, { PULLBACK_BUILT: 'yes' });
const { status, stdout } = pnpm(
	['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder],
	['ignore', 'pipe', 'inherit'],
);
if (status !== 0) {
	console.error(stdout);
	process.exit(status ?? 1);
}
for (const tarball of tarballs()) console.log(relative('', tarball));
