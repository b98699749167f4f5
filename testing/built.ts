import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../', import.meta.url);
const compiler = fileURLToPath(
	new URL(
		'bin/tsc',
		pathToFileURL(createRequire(import.meta.url).resolve('typescript/package.json')),
	),
);

/** What the compiler would do about a project that is built from its sources as they are, though their times be later. */
const nothing = /(is up to date|would update timestamps for output of project '.*')$/;

/** Projects known to be built from their sources as they are. */
const current = new Set<string>();

/**
 * The address of a file that a project is built to, such as `built('packages/core', 'dist/index.js')`, for tests of what
 * users run. Throws if a source of the project, or of one that it refers to, has changed since: such a test would judge
 * code that is no more.
 */
export function built(project: string, file: string): URL {
	const folder = new URL(`${project}/`, root);
	if (!current.has(project)) {
		const stale = staleProjects(fileURLToPath(folder));
		if (stale.length > 0)
			throw new Error(
				`built: what ${project} is built to is older than its sources (${stale.join('; ')}), needed a build of them as they are; run "npx tsc -b", as "npm test" does before it runs tests`,
			);
		current.add(project);
	}
	const address = new URL(file, folder);
	if (!existsSync(address))
		throw new Error(
			`built: there is no ${file} in ${project}, though the compiler takes it for built; run "npx tsc -b --force"`,
		);
	return address;
}

/** What the compiler would do to have a project up to date. */
function staleProjects(project: string): readonly string[] {
	const { status, stdout, stderr, error } = spawnSync(
		process.execPath,
		[compiler, '-b', '--dry', '--pretty', 'false', '--locale', 'en', project],
		{ cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
	);
	const lines =
		stdout
			?.split('\n')
			.map((line) => line.trim())
			.filter((line) => line !== '') ?? [];
	if (status !== 0 || lines.length === 0)
		throw new Error(
			`built: the compiler cannot tell about ${project}: ${error ?? `${stderr}${stdout}`}`,
		);
	// Each line begins with the time of day.
	return lines
		.filter((line) => !nothing.test(line))
		.map((line) => line.replace(/^[\d:]+ (AM|PM) - /, ''));
}
