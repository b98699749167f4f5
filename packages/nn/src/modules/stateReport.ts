import { nearestName } from '@pullback/core/arguments';

/** A value that does not fit the parameter or buffer that it is for. */
export interface Mismatch {
	readonly path: string;
	/** The dtype and shape of the value, such as `f32[2, 3]`. */
	readonly found: string;
	/** Those of the parameter or buffer. */
	readonly needed: string;
}

/** How a state fits a module. */
export interface StateReport {
	/** The paths of parameters and buffers that have a value which fits. */
	readonly loaded: readonly string[];
	/** The paths of those that the state has no value for. */
	readonly missing: readonly string[];
	/** The names in the state that belong to no parameter or buffer. */
	readonly unexpected: readonly string[];
	/** The values of another shape or dtype. */
	readonly mismatched: readonly Mismatch[];
}

/** A state that does not fit a module, of which nothing was loaded. The message lists all that is wrong. */
export class StateError extends Error {
	override readonly name = 'StateError';
	readonly report: StateReport;

	/** `soughtAs` gives the names by which a state may hold what is missing, if these are others than its path. */
	constructor(
		operation: string,
		report: StateReport,
		soughtAs: (path: string) => readonly string[] = (path) => [path],
	) {
		const { missing, unexpected, mismatched } = report;
		const names = missing.flatMap(soughtAs);
		const isSmall = names.length * unexpected.length <= maxComparisons;
		const lines = [
			...listed(
				'missing',
				missing.map((path) => {
					const sought = soughtAs(path).join(' or ');
					return sought === path ? path : `${path} (as ${sought})`;
				}),
			),
			...listed(
				'unexpected',
				unexpected.map((name) => {
					const meant = isSmall ? nearestName(name, names) : undefined;
					return meant === undefined ? shown(name) : `${shown(name)} (did you mean ${meant}?)`;
				}),
			),
			...listed(
				'of another shape or dtype',
				mismatched.map(({ path, found, needed }) => `${path} is ${found}, must be ${needed}`),
			),
		];
		super(`${operation}: the state does not fit the module\n${lines.join('\n')}`);
		this.report = report;
	}
}

/** The most pairs of names that are compared for what was meant. */
const maxComparisons = 10_000;

function listed(title: string, names: readonly string[]): string[] {
	return names.length === 0 ? [] : [`  ${title}: ${names.join(', ')}`];
}

/** The longest name from a state that the message shows whole: longer than paths in nets are. */
const maxNameCharacters = 200;

function shown(name: string): string {
	return name.length > maxNameCharacters ? `${name.slice(0, maxNameCharacters)}...` : name;
}
