import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

/**
 * What `use` returns, which may import TypeScript of this repository, and all that it imports, from its sources: Node 20
 * does not run that by itself. Paths are of the repository, such as `/packages/core/src/index.ts`.
 *
 * @template Result
 * @param {(load: (path: string) => Promise<unknown>) => Result | Promise<Result>} use
 * @returns {Promise<Result>}
 */
export async function withSources(use) {
	const server = await createViteServer({
		root: fileURLToPath(new URL('../', import.meta.url)),
		configFile: false,
		logLevel: 'error',
		appType: 'custom',
		server: { middlewareMode: true, ws: false, watch: null },
		optimizeDeps: { noDiscovery: true },
		ssr: {
			resolve: { conditions: ['@pullback/source'], externalConditions: ['@pullback/source'] },
		},
	});
	try {
		return await use((path) => server.ssrLoadModule(path));
	} finally {
		await server.close();
	}
}
