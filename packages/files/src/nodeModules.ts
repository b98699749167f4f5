/** The modules of Node by which files are read and written. */
type Name = 'node:fs/promises' | 'node:path' | 'node:worker_threads';

/**
 * A module of Node, asked for only where it is used: the rest of the package runs in browsers. No bundler sees it, which
 * would warn of it, and put an empty module in its place. Throws an Error in browsers.
 */
export function nodeModule<Asked extends Name>(
	name: Asked,
): ReturnType<typeof process.getBuiltinModule<Asked>> {
	const found = globalThis.process?.getBuiltinModule?.(name);
	if (found === undefined)
		throw new Error(
			'files: there are none by name here; read and write them in Node, Deno or Bun, and in browsers parse bytes, and make them',
		);
	return found;
}
