/** Values that a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** How a module is loaded. */
export type Loader = () => Promise<object>;

/**
 * A `require` for a program that imports the modules named, which are loaded first. Throws Error for one that is not among
 * the loaders, and so does a name that a module does not export, when it is read.
 */
export async function requiring(
	names: readonly string[],
	loaders: Readonly<Record<string, Loader>>,
	nearest: (name: string, names: readonly string[]) => string | undefined,
): Promise<(name: string) => Exports> {
	const loaded = new Map<string, Exports>();
	const hint = (name: string, among: readonly string[]): string => {
		const meant = nearest(name, among);
		return meant === undefined ? '' : `; did you mean ${meant}?`;
	};
	for (const name of names) {
		const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
		if (load === undefined)
			throw new Error(
				`import: there is no module '${name}' here; there are ${Object.keys(loaders).join(', ')}`,
			);
		const exports: Exports = Object.fromEntries(Object.entries(await load()));
		const missing = (key: string): never => {
			throw new Error(`import: '${name}' exports no ${key}${hint(key, Object.keys(exports))}`);
		};
		loaded.set(
			name,
			new Proxy(exports, {
				get(target, key) {
					// What is asked of a module that was CommonJS.
					if (key === '__esModule') return true;
					if (typeof key === 'symbol' || Object.hasOwn(target, key))
						return Reflect.get(target, key);
					return missing(key);
				},
			}),
		);
	}
	return (name) => {
		const exports = loaded.get(name);
		if (exports === undefined)
			throw new Error(`require: '${name}' is not loaded; import it by its name in quotes`);
		return exports;
	};
}
