import { type Node, type Operand, Variable } from '@pullback/core';

/** Whether a net is being trained or used: what some layers, such as dropout, do differently. */
export type Mode = 'train' | 'evaluate';

/**
 * A part of a net: a function with parameters. Its parameters are the Variables among its fields, and those
 * of the Modules among them, arrays of either included; so defining a net is writing a class.
 */
export abstract class Module {
	/** The output for an input; `mode` is 'evaluate' unless told. */
	abstract forward(x: Operand, mode?: Mode): Node;

	/**
	 * The parameters by dotted path (`layers.0.weight`), in the order of fields; one reached on several paths
	 * has the first. Names of fields that hold a dot or a quote, or nothing, are quoted as in JSON, so that no two paths
	 * are the same. Throws TypeError if a module contains itself.
	 */
	namedParameters(): Map<string, Variable> {
		return collect(this);
	}

	/** The parameters, each once, in the order of `namedParameters`. */
	parameters(): Variable[] {
		return [...this.namedParameters().values()];
	}
}

/** A Module or array on the way down to a parameter, with what is left to see of it. */
interface Level {
	readonly whole: object;
	readonly path: string;
	readonly parts: Iterator<[string, unknown]>;
}

/** Depth first, and each part once: what is shared is not seen again, or the time would double at every level of sharing. */
function collect(root: Module): Map<string, Variable> {
	const found = new Map<string, Variable>();
	const seen = new Set<unknown>([root]);
	const levels: Level[] = [levelOf(root, '')];
	const open = new Set<unknown>([root]);
	for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
		const next = level.parts.next();
		if (next.done) {
			open.delete(level.whole);
			levels.pop();
			continue;
		}
		const [name, part] = next.value;
		const isWhole = part instanceof Module || Array.isArray(part);
		if (!isWhole && !(part instanceof Variable)) continue;
		const path = level === levels[0] ? quoted(name) : `${level.path}.${quoted(name)}`;
		if (open.has(part))
			throw new TypeError(`namedParameters: the module at ${path} contains itself; nets are trees`);
		if (seen.has(part)) continue;
		seen.add(part);
		if (isWhole) {
			open.add(part);
			levels.push(levelOf(part, path));
		} else found.set(path, part);
	}
	return found;
}

function levelOf(whole: object, path: string): Level {
	return { whole, path, parts: Object.entries(whole)[Symbol.iterator]() };
}

/** The name of a field as a part of a path. */
function quoted(name: string): string {
	return name === '' || /[."]/.test(name) ? JSON.stringify(name) : name;
}
