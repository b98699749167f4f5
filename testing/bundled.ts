import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built } from './built.ts';

// Built modules in few files, for processes that tests start: Node loads them in a quarter of the time that hundreds of
// files take. `testing/bundle.ts` writes them before tests run.

/** What is bundled: of each project, files below its folder `dist`, which share their modules. */
export const entries = {
	'packages/core': ['index', 'wasm/threads/workerSource', 'wasm/heap'],
	'packages/mnist': ['cli'],
} as const;

export type Project = keyof typeof entries;

/** Where the bundle of a project lies: as deep as `dist`, so that it finds the same packages and data. */
export const folderOf = (project: Project): string =>
	fileURLToPath(new URL(`../${project}/bundled/`, import.meta.url));

/** The file that tells what a bundle was made of. */
export const stampOf = (project: Project): string => join(folderOf(project), 'stamp');

/** What packages are built to at present, told by the number of modules and the time at which the last of them was written. */
export function stamp(): string {
	const packages = fileURLToPath(new URL('../packages/', import.meta.url));
	const times = readdirSync(packages)
		.map((name) => join(packages, name, 'dist'))
		.filter((folder) => existsSync(folder))
		.flatMap((folder) =>
			readdirSync(folder, { recursive: true, encoding: 'utf8' })
				.filter((file) => file.endsWith('.js'))
				.map((file) => statSync(join(folder, file)).mtimeMs),
		);
	return `${times.length} modules, ${Math.max(...times)}`;
}

/** Whether the bundle of a project is there, and of what packages are built to at present. */
export const isCurrent = (project: Project): boolean =>
	existsSync(stampOf(project)) && readFileSync(stampOf(project), 'utf8') === stamp();

/** Projects whose bundles are known to be current. */
const current = new Set<Project>();

/**
 * The address of a bundled module, such as `bundled('packages/mnist', 'cli')` for `packages/mnist/dist/cli.js`. Throws like
 * `built` if a source has changed since it was built, and if what is built has changed since it was bundled.
 */
export function bundled<P extends Project>(project: P, entry: (typeof entries)[P][number]): URL {
	built(project, `dist/${entry}.js`);
	if (!current.has(project) && !isCurrent(project))
		throw new Error(
			`bundled: what ${project} is built to has changed since these tests began, needed a bundle of it as it is; run them again`,
		);
	current.add(project);
	return new URL(`../${project}/bundled/${entry}.js`, import.meta.url);
}
