import { type Variable, variable } from '@pullback/core';
import { checkedList, checkedObject, isPlain } from '@pullback/core/arguments';
import { type Rules, type Settings, settingsOf } from '../options/rules.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { checkedParameters } from './trainable.ts';

/** What every optimiser has. */
export interface OptimizerOptions {
	/** The size of a step, or a schedule of it. */
	readonly learningRate?: number | Schedule;
}

/** Parameters that are trained alike, with the options in which they differ from others. */
export type ParameterGroup<Options> = Partial<Options> & {
	readonly parameters: readonly Variable[];
};

/** What an optimiser trains: the parameters, or groups of them with options of their own. */
export type Trained<Options> = readonly Variable[] | readonly ParameterGroup<Options>[];

/** A group as its optimiser keeps it. */
export interface Group<Options> {
	readonly parameters: readonly Variable[];
	readonly settings: Settings<Options>;
	/** A scalar in f64, to be assigned to change the size of the steps to come; or the schedule that was given. */
	readonly learningRate: Variable | Schedule;
}

/** The groups that an optimiser was given, the only one of which has no options of its own where it was given parameters. */
export function groupsOf<Options extends OptimizerOptions>(
	optimizer: string,
	trained: Trained<Options>,
	options: Options | undefined,
	rules: Rules<Options>,
): Group<Options>[] {
	const common = settingsOf(optimizer, options, rules);
	if (!isGroups(trained))
		return [groupOf(checkedParameters(optimizer, 'parameters', trained), common)];
	// `Array.from` asks for one after another, so that it ends with the first that is no group.
	const groups = Array.from(checkedList(optimizer, 'parameters', trained), (group, i) => {
		const { parameters, ...own } = checkedObject(optimizer, `parameters[${i}]`, group);
		const trainable = parameters as readonly Variable[]; // which is checked
		return groupOf(
			checkedParameters(optimizer, `parameters[${i}].parameters`, trainable),
			settingsOf(optimizer, own, rules, common),
		);
	});
	refuseRepeated(optimizer, groups);
	return groups;
}

/** Whether what was given begins with a group, and so is an array of them. */
function isGroups<Options>(
	trained: Trained<Options>,
): trained is readonly ParameterGroup<Options>[] {
	return Array.isArray(trained) && isPlain(trained[0]);
}

function groupOf<Options extends OptimizerOptions>(
	parameters: readonly Variable[],
	settings: Settings<Options>,
): Group<Options> {
	const given: number | Schedule = settings.learningRate;
	const learningRate =
		typeof given === 'function' ? given : variable(given, { name: 'learningRate', dtype: 'f64' });
	return { parameters, settings, learningRate };
}

function refuseRepeated(
	optimizer: string,
	groups: readonly { readonly parameters: readonly Variable[] }[],
): void {
	const known = new Map<Variable, number>();
	for (const [i, { parameters }] of groups.entries())
		for (const parameter of parameters) {
			const other = known.get(parameter);
			if (other !== undefined)
				throw new RangeError(
					`${optimizer}: ${parameter.name} is in parameters[${other}] and in parameters[${i}]; it must be in one group`,
				);
			known.set(parameter, i);
		}
}
