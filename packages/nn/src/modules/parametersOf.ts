import type { Variable } from '@pullback/core';
import { checkedList, checkedOptions, describe } from '@pullback/core/arguments';
import { Module } from './module.ts';
import { namesOf } from './parts.ts';

/** Which parameters are meant, by their paths. */
export interface ParameterSelection {
	/** All others are left out. */
	readonly only?: readonly string[];
	/** These are left out. */
	readonly except?: readonly string[];
}

/**
 * Some of a module's parameters, for an optimiser that is to train them alone, while all others stay as they are:
 * `new Adam(parametersOf(net, { except: ['encoder'] }))`. A path stands for a parameter, or all in what it leads to;
 * `*` in it for any one name, as in `layers.*.bias`. Throws RangeError for a path that leads to no parameter, and if
 * none is left.
 */
export function parametersOf(
	module: { namedParameters(): Map<string, Variable> },
	selection?: ParameterSelection,
): Variable[] {
	if (!(module instanceof Module))
		throw new TypeError(`parametersOf: module is ${describe(module)}; it must be a Module`);
	const { only, except = [] } = checkedOptions('parametersOf', selection, ['only', 'except']);
	const named = module.namedParameters();
	const wanted = only === undefined ? new Set(named.keys()) : matching('only', only, named);
	for (const path of matching('except', except, named)) wanted.delete(path);
	if (wanted.size === 0)
		throw new RangeError(
			'parametersOf: no parameter is left; name fewer in except, or more in only',
		);
	return [...named].flatMap(([path, variable]) => (wanted.has(path) ? [variable] : []));
}

/** The paths of parameters that some patterns stand for. */
function matching(
	option: string,
	patterns: readonly string[],
	named: ReadonlyMap<string, Variable>,
): Set<string> {
	checkedList('parametersOf', option, patterns);
	const found = new Set<string>();
	for (let i = 0; i < patterns.length; i++) {
		const pattern: unknown = patterns[i];
		if (typeof pattern !== 'string')
			throw new TypeError(
				`parametersOf: ${option}[${i}] is ${describe(pattern)}; it must be a path, such as layers.0.weight`,
			);
		const names = namesOf(pattern);
		let count = 0;
		for (const path of named.keys()) {
			const own = namesOf(path);
			if (!names.every((name, at) => name === own[at] || (name === '*' && at < own.length)))
				continue;
			count++;
			found.add(path);
		}
		if (count === 0)
			throw new RangeError(
				`parametersOf: ${option}[${i}] is ${describe(pattern)}, which leads to no parameter; there are ${[...named.keys()].join(', ')}`,
			);
	}
	return found;
}
