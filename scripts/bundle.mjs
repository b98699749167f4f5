// The modules of a package in few files, for its tarball: Node loads these sooner than hundreds of small ones. Its entries
// are those of `publishConfig.exports`, which take the place of `exports` when pnpm packs the package.
import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Writes the folder `bundle` of the package in the working folder from its folder `dist`, if it publishes a bundle.
 *
 * @returns {Promise<void>}
 */
export async function bundle() {
	/** @type {{ publishConfig?: { exports?: Record<string, string | { types?: string, default?: string }> } }} */
	const { publishConfig: { exports = {} } = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
	const input = Object.fromEntries(
		Object.values(exports).flatMap((entry) =>
			typeof entry === 'string' || entry.default === undefined || entry.types === undefined
				? []
				: [[basename(entry.default, '.js'), entry.types.replace(/\.d\.ts$/, '.js')]],
		),
	);
	if (Object.keys(input).length === 0) return;
	rmSync('bundle', { recursive: true, force: true });
	const made = await rolldown({
		input,
		external: /^[^./]/, // packages
		preserveEntrySignatures: 'strict',
		onwarn(warning) {
			throw new Error(`bundle: ${warning.message}`);
		},
	});
	try {
		await made.write({ dir: 'bundle', format: 'es', chunkFileNames: 'parts-[hash].js' });
	} finally {
		await made.close();
	}
}
