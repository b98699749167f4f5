import { Variable } from '@pullback/core';
import { isPlain } from '@pullback/core/arguments';

/** A Variable, Module or function in a net, on one of the ways to it. */
export interface Part {
	readonly value: object;
	/** The names on the way from the root, joined by dots. */
	readonly path: string;
	/** The end of the path, from the Module that holds it. */
	readonly name: string;
	/** How many Modules hold it, the root among them. */
	readonly depth: number;
	/** The path on which it was met first, if this is another. */
	readonly known: string | null;
	/** Whether it is a Module that holds itself. */
	readonly holdsItself: boolean;
}

/** A Module or container on the way down to a part, with what is left to see of it. */
interface Level {
	readonly whole: object;
	readonly path: string;
	/** The path from the Module that holds it, or is it. */
	readonly name: string;
	readonly depth: number;
	readonly members: Iterator<readonly [string, unknown]>;
}

/**
 * The parts of a net: what its fields hold, and what the Modules, arrays, Sets, Maps and plain objects among them do.
 * Depth first; what is met again is reported again, but not its parts, or the time would double at every level of
 * sharing.
 */
export function* partsOf(
	root: object,
	isModule: (value: object) => boolean,
): Generator<Part, void, undefined> {
	const known = new Map<object, string>();
	const open = new Set<object>([root]);
	const levels: Level[] = [{ whole: root, path: '', name: '', depth: 1, members: membersOf(root) }];
	for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
		const next = level.members.next();
		if (next.done) {
			open.delete(level.whole);
			levels.pop();
			continue;
		}
		const [member, value] = next.value;
		if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
		const isContainer = isList(value) || isPlain(value);
		const isPart = value instanceof Variable || typeof value === 'function' || isModule(value);
		if (!isContainer && !isPart) continue;
		const [path, name] = [joined(level.path, member), joined(level.name, member)];
		const { depth } = level;
		const before = known.get(value) ?? null;
		if (isPart) yield { value, path, name, depth, known: before, holdsItself: open.has(value) };
		if (before !== null || open.has(value)) continue;
		known.set(value, path);
		if (value instanceof Variable || typeof value === 'function') continue;
		open.add(value);
		const inner = isContainer ? { name, depth } : { name: '', depth: depth + 1 };
		levels.push({ whole: value, path, ...inner, members: membersOf(value) });
	}
}

/** What a Module or container holds, by name: its field, key or position. */
function* membersOf(whole: object): Generator<readonly [string, unknown], void, undefined> {
	if (whole instanceof Map) {
		let position = 0;
		for (const [key, value] of whole) {
			const isName = typeof key === 'string' || typeof key === 'number';
			yield [String(isName ? key : position), value];
			position++;
		}
	} else if (Array.isArray(whole) || whole instanceof Set) {
		let position = 0;
		for (const value of whole) yield [String(position++), value];
	} else yield* Object.entries(whole);
}

function isList(value: object): boolean {
	return Array.isArray(value) || value instanceof Map || value instanceof Set;
}

/** A path and a name; names that hold a dot or a quote, or nothing, are quoted as in JSON, so that no two paths are the same. */
function joined(path: string, name: string): string {
	const quoted = name === '' || /[."]/.test(name) ? JSON.stringify(name) : name;
	return path === '' ? quoted : `${path}.${quoted}`;
}

/** The names in a path, of which those that hold a dot are quoted. */
export function namesOf(path: string): string[] {
	return path.match(/"(?:[^"\\]|\\.)*"|[^.]+/g) ?? [];
}
