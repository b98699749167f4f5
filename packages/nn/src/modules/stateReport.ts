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

	/** `soughtAs` gives the name by which a state would hold what is missing, if that is another than its path. */
	constructor(
		operation: string,
		report: StateReport,
		soughtAs: (path: string) => string = (path) => path,
	) {
		const { missing, unexpected, mismatched } = report;
		const sought = missing.map(soughtAs);
		const isSmall = sought.length * unexpected.length <= maxComparisons;
		const lines = [
			...listed(
				'missing',
				missing.map((path, i) => (sought[i] === path ? path : `${path} (as ${sought[i]})`)),
			),
			...listed(
				'unexpected',
				unexpected.map((name) => {
					const meant = isSmall ? nearestName(name, sought) : undefined;
					return meant === undefined ? name : `${name} (did you mean ${meant}?)`;
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
