import { describe, isPlain } from '@pullback/core/arguments';
import { namesOf } from './parts.ts';

/**
 * What names become, for `loadState` and `fromTorch`: a function from a name to a path, or null for what is not wanted;
 * or a table of such. In a table, a pattern stands for a path, or all that it leads to: `{ 'backbone.conv1': 'first' }`
 * makes `first.weight` of `backbone.conv1.weight`. `*` in it stands for any one name, and for the same in what it
 * becomes: `{ 'blocks.*.fc': 'layers.*.affine' }`. An empty pattern stands for all, and an empty path for nothing in its
 * place: `{ module: '' }` takes `module.` away. Of several patterns the one of the most names counts, then the one with
 * the fewest `*`; names without one stay as they are.
 */
export type Rename =
	| ((name: string) => string | null)
	| { readonly [pattern: string]: string | null };

/** A pattern and what it becomes, name by name. */
interface Entry {
	readonly pattern: readonly string[];
	readonly becomes: readonly string[] | null;
}

/** The function that a rename is. */
export function checkedRename(
	operation: string,
	rename: Rename | undefined,
): (name: string) => string | null {
	if (rename === undefined) return (name) => name;
	if (typeof rename === 'function')
		return (name) => {
			const path: unknown = rename(name);
			if (path === null || typeof path === 'string') return path;
			throw new TypeError(
				`${operation}: rename gives ${describe(path)} for ${describe(name)}; it must be a path, or null`,
			);
		};
	if (!isPlain(rename))
		throw new TypeError(
			`${operation}: rename is ${describe(rename)}; it must be a function, or an object of patterns`,
		);
	const entries = Object.entries(rename)
		.map(([pattern, path]) => entryOf(operation, pattern, path))
		.sort((a, b) => b.pattern.length - a.pattern.length || starsIn(a.pattern) - starsIn(b.pattern));
	return (name) => renamed(name, entries);
}

function entryOf(operation: string, pattern: string, path: unknown): Entry {
	if (path !== null && typeof path !== 'string')
		throw new TypeError(
			`${operation}: rename has ${describe(path)} for ${describe(pattern)}; it must be a path, or null`,
		);
	const entry = { pattern: namesOf(pattern), becomes: path === null ? null : namesOf(path) };
	const [stars, others] = [entry.pattern, entry.becomes ?? entry.pattern].map(starsIn);
	if (stars !== others)
		throw new RangeError(
			`${operation}: rename has ${describe(path)} for ${describe(pattern)}; there must be as many * in both`,
		);
	return entry;
}

function starsIn(names: readonly string[]): number {
	return names.filter((name) => name === '*').length;
}

function renamed(name: string, entries: readonly Entry[]): string | null {
	const names = namesOf(name);
	const entry = entries.find(
		({ pattern }) =>
			pattern.length <= names.length &&
			pattern.every((part, at) => part === '*' || part === names[at]),
	);
	if (entry === undefined) return name;
	const { pattern, becomes } = entry;
	if (becomes === null) return null;
	const meant = names.filter((_, at) => pattern[at] === '*');
	const lead = becomes.map((part) => (part === '*' ? (meant.shift() ?? part) : part));
	return [...lead, ...names.slice(pattern.length)].join('.');
}
