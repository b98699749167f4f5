// Writes api/*.md, a page for each package from its docstrings, by typedoc.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const site = new URL('./', import.meta.url);
const api = new URL('api/', site);

/**
 * The page of a package, under its name, with links to the others as they are named.
 *
 * @param {string} name of the package, without its scope
 */
function finish(name) {
	const page = new URL(`${name}.md`, api);
	renameSync(new URL(`${name}.src.md`, api), page);
	const { description } = JSON.parse(
		readFileSync(new URL(`../packages/${name}/package.json`, site), 'utf8'),
	);
	const text = readFileSync(page, 'utf8')
		.replaceAll(/\((\w+)\.src\.md/g, '($1.md')
		.replace(/^# .*$/m, `# @pullback/${name}\n\n${description}`);
	const head = `---\ntitle: "@pullback/${name}"\ndescription: "${description}"\noutline: [2, 3]\n---\n\n`;
	writeFileSync(page, head + text);
}

/** Writes the pages anew; returns the status of typedoc. */
export function writeApi() {
	rmSync(api, { recursive: true, force: true });
	const { status } = spawnSync(
		process.execPath,
		[fileURLToPath(new URL('node_modules/typedoc/bin/typedoc', site))],
		{ cwd: site, stdio: 'inherit' },
	);
	if (status !== 0) return status ?? 1;
	rmSync(new URL('README.md', api), { force: true });
	for (const file of readdirSync(api)) finish(file.replace('.src.md', ''));
	return 0;
}
