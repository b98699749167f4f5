import { assignAll, formatShape, type Node, Variable } from '@pullback/core';
import { describe, isPlain } from '@pullback/core/arguments';
import { DataFileError } from '../dataFileError.ts';

/** What has Variables to save, by path: a module, an optimiser, a schedule, a metric, a moving average. */
export interface Part {
	namedVariables(): ReadonlyMap<string, Variable>;
}

/** Parts of a run by names of the caller's, such as `{ model, optimizer }`. */
export interface Parts {
	readonly [name: string]: Part;
}

/** The most names of one kind that an error lists. */
const maxListedNames = 5;

/** The Variables of all parts, each by the name of its part and its path. */
export function variablesOf(operation: string, parts: Parts): Map<string, Variable> {
	if (!isPlain(parts))
		throw new TypeError(
			`${operation}: parts is ${describe(parts)}; it must be an object, such as { model, optimizer }`,
		);
	const all = new Map<string, Variable>();
	for (const [name, part] of Object.entries(parts)) {
		if (!/^\w+$/.test(name))
			throw new RangeError(
				`${operation}: a part is called ${describe(name)}; names are letters, digits and underscores`,
			);
		if (typeof part?.namedVariables !== 'function')
			throw new TypeError(
				`${operation}: parts.${name} is ${describe(part)}; it must have namedVariables, as modules and optimisers do`,
			);
		const own: unknown = part.namedVariables();
		if (!(own instanceof Map))
			throw new TypeError(
				`${operation}: parts.${name}.namedVariables returned ${describe(own)}; it must return a Map of Variables by path`,
			);
		for (const [path, variable] of own as ReadonlyMap<unknown, unknown>) {
			if (typeof path !== 'string' || !(variable instanceof Variable))
				throw new TypeError(
					`${operation}: parts.${name}.namedVariables returned ${describe(variable)} at ${describe(path)}; it must return Variables by path`,
				);
			all.set(`${name}.${path}`, variable);
		}
	}
	return all;
}

/** Assigns the tensors of a file to Variables, all at once; or, if one is missing, too many or does not fit, none. */
export function restore(
	file: string,
	variables: ReadonlyMap<string, Variable>,
	tensors: ReadonlyMap<string, Node>,
): void {
	const faults: string[] = [];
	const tell = (names: readonly string[], what: string): void => {
		if (names.length === 0) return;
		const rest = names.length - maxListedNames;
		const more = rest > 0 ? ` and ${rest} more` : '';
		faults.push(`${what} ${names.slice(0, maxListedNames).join(', ')}${more}`);
	};
	const names = [...variables.keys()];
	tell(
		names.filter((name) => !tensors.has(name)),
		'it lacks',
	);
	tell(
		[...tensors.keys()].filter((name) => !variables.has(name)),
		'it has besides',
	);
	const pairs = [...variables].flatMap(([name, variable]) => {
		const tensor = tensors.get(name);
		return tensor === undefined ? [] : [{ name, variable, tensor }];
	});
	tell(
		pairs
			.filter(({ variable, tensor }) => typeOf(variable) !== typeOf(tensor))
			.map(({ name, variable, tensor }) => `${name} as ${typeOf(tensor)}, not ${typeOf(variable)}`),
		'it has',
	);
	if (faults.length > 0)
		throw new DataFileError(file, `found a checkpoint of other parts: ${faults.join('; ')}`);
	assignAll(pairs.map(({ variable, tensor }) => [variable, tensor]));
}

function typeOf({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>): string {
	return `${dtype}${formatShape(shape)}`;
}
