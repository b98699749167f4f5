import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packages = new URL('../../packages/', import.meta.url);

/**
 * Where pages find the packages: in their sources, so that nothing need be built first.
 *
 * @returns {{ find: RegExp, replacement: string }[]} aliases of vite
 */
export function sources() {
	return readdirSync(packages).flatMap((folder) => {
		/** @type {{ name: string, exports: Record<string, string | Record<string, string>> }} */
		const { name, exports } = JSON.parse(
			readFileSync(new URL(`${folder}/package.json`, packages), 'utf8'),
		);
		return Object.entries(exports).flatMap(([path, entry]) =>
			typeof entry === 'string'
				? []
				: [
						{
							find: new RegExp(`^${name}${path.slice(1)}$`),
							replacement: fileURLToPath(
								new URL(`${folder}/${entry['@pullback/source']}`, packages),
							),
						},
					],
		);
	});
}
