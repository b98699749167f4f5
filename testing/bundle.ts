import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { entries, folderOf, isCurrent, type Project, stamp, stampOf } from './bundled.ts';

/** Before tests run: bundles what is built, unless that is done. Tests of what is not built say so themselves. */
export default async function (): Promise<void> {
	for (const project of Object.keys(entries) as Project[]) // the keys are the projects
		if (Object.values(inputOf(project)).every(existsSync) && !isCurrent(project))
			await bundle(project);
}

/** What the modules to be bundled are built to, by their names. */
const inputOf = (project: Project): { readonly [entry: string]: string } =>
	Object.fromEntries(
		entries[project].map((entry) => [
			entry,
			fileURLToPath(new URL(`../${project}/dist/${entry}.js`, import.meta.url)),
		]),
	);

async function bundle(project: Project): Promise<void> {
	// It takes a moment to load.
	const { rolldown } = await import('rolldown');
	const of = stamp();
	const folder = folderOf(project);
	rmSync(folder, { recursive: true, force: true });
	const made = await rolldown({
		input: inputOf(project),
		platform: 'node',
		preserveEntrySignatures: 'strict',
		onwarn(warning) {
			throw new Error(`bundle: ${warning.message}`);
		},
	});
	try {
		await made.write({ dir: folder, format: 'es', chunkFileNames: 'parts-[hash].js' });
	} finally {
		await made.close();
	}
	// Last, so that there is none where a bundle is unfinished.
	writeFileSync(stampOf(project), of);
}
